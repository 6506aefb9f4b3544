"""Finding somebody on the work list: by phone number or case, in any order, ten thousand lines long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.models import Contact, Exposure
from jejak.tracing.queries.work import Filter, ordered, page
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from django.test import Client
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
WORK = "/tracing/work/"


def exposed_by(office: Office, town: Town, some: list[Contact]) -> str:
    ill = office.case(town.person("Kes Sumber"), onset=local_day(town.at(9)))
    for one in some:
        Exposure.objects.create(
            contact=one, case=ill, minutes=60, first=one.first, last=one.last, tier=1, observed=True, why=[]
        )
    return ill.number


def test_a_phone_number_opens_its_contact_in_whatever_state_and_no_address_holds_it(
    officer_client: Client, office: Office, town: Town
) -> None:
    made = contacts(office, town, 3)
    number = town.person("Nenek Contoh", "0137778888")
    Contact.objects.filter(pk=made[1].pk).update(person=number, work="done")
    found = officer_client.post(WORK, {"text": "013-777 8888"})
    assert (found.status_code, found["Location"]) == (302, f"/tracing/work/{made[1].uuid}/")
    entry = Entry.objects.filter(action="tracing.work").latest("pk")
    assert set(entry.subjects.values_list("person_id", flat=True)) == {number}


def test_whom_an_interview_alone_knows_is_found_by_their_number(
    officer_client: Client, office: Office, town: Town
) -> None:
    ill = office.case(None, onset=local_day(clock.now()), name_sealed=b"x")
    day = local_day(town.at(9))
    said = actions.ContactSaid("Nenek Contoh", "household", "case", day, day, phone="0137778888")
    actions.add_contact(uuid=ill.uuid, said=said, by=office.officer, at=clock.now())
    (made,) = contacts(office, town, 1)
    Contact.objects.filter(pk=made.pk).update(person=None, said=ill.said_contacts.get())
    assert officer_client.post(WORK, {"text": "0137778888"})["Location"].endswith(f"{made.uuid}/")


def test_a_cases_number_lists_whom_it_exposed_page_by_page(officer_client: Client, office: Office, town: Town) -> None:
    number = exposed_by(office, town, contacts(office, town, 60)[:55])
    first = officer_client.post(WORK, {"text": number.lower()})
    second = officer_client.post(WORK, {"text": number.lower(), "page": "2"})
    seen = [each["line"].contact.pk for each in [*first.context["lines"], *second.context["lines"]]]
    assert (len(first.context["lines"]), len(set(seen))) == (50, 55)
    assert b'name="page" value="2"' in first.content
    assert b'name="page"' not in second.content


def test_another_offices_contact_is_found_by_nobody(officer_client: Client, office: Office, town: Town) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    (made,) = contacts(office, town, 1)
    number = town.person("Nenek Contoh", "0137778888")
    other = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    Contact.objects.filter(pk=made.pk).update(person=number, agency=other)
    for text in ("0137778888", "KES-0001", "bukan nombor", "%", "'"):
        found = officer_client.post(WORK, {"text": text})
        assert found.status_code == 200
        assert found.context["lines"] == []
        assert f'value="{text}"'.replace("'", "&#x27;") in found.content.decode()


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("tier", [2, 0, 3, 1]),
        ("-tier", [3, 1, 2, 0]),
        ("exposed", [0, 1, 2, 3]),
        ("-exposed", [3, 2, 1, 0]),
        ("officer", [3, 1, 2, 0]),
        ("-officer", [1, 3, 2, 0]),
        ("state", [2, 0, 3, 1]),
        ("nothing", [2, 0, 3, 1]),
    ],
)
def test_the_list_comes_in_the_order_asked_for(
    officer_client: Client, office: Office, town: Town, order: str, numbers: list[int]
) -> None:
    made = contacts(office, town, 4)
    for number, name in ((1, "Zainab Rakan"), (3, "Ali Rakan")):
        Contact.objects.filter(pk=made[number].pk).update(officer=office.colleague(name))
    found = officer_client.get(WORK, {"sort": order})
    assert [each["line"].contact.pk for each in found.context["lines"]] == [made[each].pk for each in numbers]


def test_all_states_stand_on_one_list_by_how_far_the_work_is(
    officer_client: Client, office: Office, town: Town
) -> None:
    made = contacts(office, town, 4, tier=1)
    for one, work in zip(made, ("done", "to-call", "new", "unreachable"), strict=True):
        Contact.objects.filter(pk=one.pk).update(work=work)
    for order, expected in (("state", [2, 1, 3, 0]), ("-state", [0, 3, 1, 2])):
        found = officer_client.get(WORK, {"work": "all", "sort": order})
        assert [each["line"].contact.pk for each in found.context["lines"]] == [made[each].pk for each in expected]
    assert found.context["tabs"][-1][1] == 4
    assert b"Ambil yang seterusnya" not in found.content, "who is done with is not to be called"


def test_a_sorted_list_goes_on_where_its_page_ended(officer_client: Client, office: Office, town: Town) -> None:
    contacts(office, town, 60)
    found = officer_client.get(WORK, {"sort": "-exposed"})
    assert found.context["following"] == "work=new&sort=-exposed&page=2"
    (*_some, last) = found.context["lines"]
    (first, *rest) = officer_client.get(f"{WORK}?{found.context['following']}").context["lines"]
    assert len(rest) == 9
    assert first["line"].contact.last == last["line"].contact.last - timedelta(minutes=1)


def test_columns_say_how_they_are_sorted_and_a_place_is_left_behind(
    officer_client: Client, office: Office, town: Town
) -> None:
    contacts(office, town, 60)
    after = officer_client.get(WORK).context["following"]
    body = officer_client.get(f"{WORK}?{after}").content.decode()
    assert 'aria-sort="ascending"' in body
    assert "sort=-tier" in body
    assert "after=" not in body


def test_the_next_one_is_the_first_as_the_list_is_sorted(officer_client: Client, office: Office, town: Town) -> None:
    made = contacts(office, town, 3)
    taken = officer_client.post("/tracing/work/next/", {"work": "new", "sort": "exposed"})
    assert taken["Location"].endswith(f"{made[0].uuid}/")


def test_searching_and_sorting_cost_no_more_queries_with_more_contacts(
    officer_client: Client, office: Office, town: Town
) -> None:
    def queries(ask: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert ask().status_code == 200
        return len(seen)

    number = exposed_by(office, town, contacts(office, town, 3))
    asks = [
        lambda: officer_client.post(WORK, {"text": number}),
        lambda: officer_client.get(WORK, {"sort": "officer", "work": "all"}),
    ]
    for ask in asks:
        ask()
    few = [queries(ask) for ask in asks]
    some = contacts(office, town, 40)
    for one in some:
        Exposure.objects.create(
            contact=one, case=office.cases[0], minutes=60, first=one.first, last=one.last, tier=1, observed=True, why=[]
        )
    for ask in asks:
        ask()  # on record once a day for each of them
    assert [queries(ask) for ask in asks] == few


def test_a_long_list_is_read_off_its_index_in_the_orders_that_have_one(office: Office, town: Town) -> None:
    (made,) = contacts(office, town, 1)
    facts = {"agency": office.agency, "person_id": made.person_id, "first": made.first, "found_at": made.first}
    Contact.objects.bulk_create(
        Contact(
            disease=f"disease-{number}", tier=1 + number % 4, last=made.first + timedelta(seconds=number),
            released_at=made.first, **facts,
        )
        for number in range(3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("set local enable_sort = off; analyze tracing_contact")
    for order, index in (
        ("tier", "tracing_contact_work"),
        ("exposed", "tracing_contact_last"),
        ("-exposed", "tracing_contact_last"),
    ):
        plan = ordered(asked=Filter(order=order), by=office.officer)[:50].explain()
        assert index in plan, plan
    assert len(page(asked=Filter(order="-exposed"), by=office.officer).contacts) == 50
