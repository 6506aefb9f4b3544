"""Pages of notices: look, send, see what became of it, stop, withdraw; and whose they are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.telling import batch_of, letters, many, traced

from jejak.kernel import clock
from jejak.tracing import actions
from jejak.tracing.models import Contact, Notice, NoticeBatch
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
NEW, SEND = "/tracing/notices/new/", "/tracing/notices/send/"


@pytest.fixture
def contacts(case: Town, office: Office) -> list[Contact]:
    return traced(case, office)


def digest(page: Any) -> str:
    return str(re.findall(r'name="digest" value="([0-9a-f]{64})"', page.content.decode())[0])


def sent_page(client: Any, *contacts: Contact, **more: str) -> Any:
    chosen: dict[str, Any] = {"contact": [str(one.uuid) for one in contacts]}
    page = client.post(NEW, chosen)
    return client.post(SEND, chosen | {"digest": digest(page)} | more)


def test_what_would_go_out_is_shown_and_then_sent(officer_client: Any, contacts: list[Contact]) -> None:
    page = officer_client.post(NEW, {"contact": [str(one.uuid) for one in contacts]})
    said = page.content.decode()
    assert "Razak bin Abu" in said
    assert Notice.objects.count() == 0
    answer = sent_page(officer_client, *contacts)
    batch = NoticeBatch.objects.get()
    assert answer["Location"] == reverse("tracing:notice-batch", args=[batch.uuid])
    assert batch.finished_at is not None
    assert len(letters()) == 3
    shown = officer_client.get(answer["Location"])
    assert shown.context["found"].counts == {"sent": 3}
    assert "Tan Mei Ling" in shown.content.decode()


@pytest.mark.parametrize("everybody", [False, True])
def test_who_is_chosen_stays_chosen_in_the_other_language(
    officer_client: Any, contacts: list[Contact], everybody: bool
) -> None:
    chosen = {"all": "1", "work": "new"} if everybody else {"contact": [str(one.uuid) for one in contacts[:2]]}
    page = officer_client.post(NEW, chosen)
    switch = re.findall(r'href="(/language/en\?[^"]+)"', page.content.decode())[0]
    other = officer_client.get(switch, follow=True)
    assert other.redirect_chain[-1][0] == NEW
    assert (digest(other), other.context["seen"].total) == (digest(page), len(contacts) if everybody else 2)
    assert "A notice to" in other.content.decode()
    answer = officer_client.post(SEND, chosen | {"digest": digest(other)})
    assert answer.status_code == 302
    assert officer_client.get(NEW)["Location"] == reverse("tracing:work"), "what was sent is looked at no more"


def test_what_was_refused_is_shown_in_the_other_language(officer_client: Any, contacts: list[Contact]) -> None:
    chosen = {"contact": [str(contacts[0].uuid)]}
    page = officer_client.post(SEND, chosen | {"digest": "00"})
    assert page.status_code == 422
    switch = re.findall(r'href="(/language/en\?[^"]+)"', page.content.decode())[0]
    other = officer_client.get(switch, follow=True)
    assert other.context["seen"].total == 1


def test_a_page_looked_at_twice_names_each_once_on_record(officer_client: Any, contacts: list[Contact]) -> None:
    address = sent_page(officer_client, *contacts)["Location"]
    for _ in range(2):
        officer_client.get(address)
    looks = Entry.objects.filter(action="tracing.notices-shown").order_by("pk")
    assert [one.subjects.count() for one in looks] == [3, 0]


def test_nothing_ticked_and_nothing_readable_lead_back_to_the_list(
    officer_client: Any, contacts: list[Contact]
) -> None:
    for chosen in ({}, {"contact": "x"}, {"contact": [str(contacts[0].uuid), "'; drop table"]}):
        assert officer_client.post(NEW, chosen)["Location"] == reverse("tracing:work")
    assert officer_client.get(NEW)["Location"] == reverse("tracing:work")


def test_a_list_that_changed_since_is_shown_anew_and_not_sent(officer_client: Any, contacts: list[Contact]) -> None:
    chosen = {"contact": [str(one.uuid) for one in contacts]}
    mark = digest(officer_client.post(NEW, chosen))
    actions.set_language(uuids=[contacts[0].uuid], language="en", by=_officer(), at=clock.now())
    answer = officer_client.post(SEND, chosen | {"digest": mark})
    assert (answer.status_code, Notice.objects.count()) == (422, 0)
    for mark in ("", "0" * 64, "é" * 9):
        assert officer_client.post(SEND, chosen | {"digest": mark}).status_code == 422


def _officer() -> Any:
    from jejak.access.models import User

    return User.objects.get(email="pegawai@contoh.example")


def test_the_language_somebody_reads_is_noted_on_the_way(officer_client: Any, contacts: list[Contact]) -> None:
    chosen = {"contact": [str(one.uuid) for one in contacts]}
    page = officer_client.post(NEW, chosen | {"reads": str(contacts[0].uuid), "language": "en"})
    assert dict(page.context["seen"].languages) == {"en": 1, "ms": 2}


def test_a_mass_waits_for_a_senior_and_can_be_stopped_meanwhile(
    officer_client: Any, town: Town, office: Office
) -> None:
    many(town, office, 101)
    page = officer_client.post(NEW, {"all": "1", "work": "new"})
    assert page.context["seen"].needs_second
    chosen = {"all": "1", "work": "new", "digest": digest(page)}
    assert officer_client.post(SEND, chosen).status_code == 422
    address = officer_client.post(SEND, chosen | {"reason": "Semua di dewan itu"})["Location"]
    batch = NoticeBatch.objects.get()
    assert officer_client.get(address).context["batch"].state == "waiting"
    officer_client.post(f"{address}stop/")
    assert officer_client.get(address).context["batch"].state == "stopped"
    officer_client.post(f"{address}stop/")
    officer_client.post(f"{address}go-on/")
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert [one for one in letters() if one[0].startswith("+")] == []


def test_while_it_is_sent_the_page_counts_and_spends_no_look(officer_client: Any, town: Town, office: Office) -> None:
    made = many(town, office, 20)
    address = sent_page(officer_client, *made)["Location"]
    before = Entry.objects.count()
    page = officer_client.get(address).content.decode()
    assert "<progress" in page
    assert Entry.objects.count() == before


def test_a_batch_is_narrowed_by_where_notices_stand_and_searched_by_name(
    officer_client: Any, contacts: list[Contact]
) -> None:
    address = sent_page(officer_client, *contacts)["Location"]
    notice = Notice.objects.get(contact=contacts[0])
    actions.withdraw_notices(numbers=[notice.pk], why="mistake", by=_officer(), at=clock.now())
    page = officer_client.get(address, {"state": "withdrawn", "sort": "-day"})
    assert [line["who"].name for line in page.context["lines"]] == ["Razak bin Abu"]
    found = officer_client.post(address, {"text": "tan mei"})
    assert [line["who"].name for line in found.context["lines"]] == ["Tan Mei Ling"]
    assert officer_client.post(address, {"text": "0112222"}).context["found"].matching == 1
    assert officer_client.get(address, {"state": "x", "sort": "x", "page": "x"}).context["found"].matching == 3
    assert officer_client.post(address, {"text": "zzz"}).context["lines"] == []


def test_withdrawing_asks_first_and_needs_a_reason(officer_client: Any, contacts: list[Contact]) -> None:
    address = sent_page(officer_client, *contacts)["Location"]
    one = Notice.objects.get(contact=contacts[0])
    asked = officer_client.get(f"{address}withdraw/", {"notice": str(one.uuid)})
    assert asked.context["many"] == 1
    assert Notice.objects.filter(withdrawn_at=None).count() == 3
    assert officer_client.post(f"{address}withdraw/", {"notice": str(one.uuid)}).status_code == 422
    officer_client.post(f"{address}withdraw/", {"notice": str(one.uuid), "why": "wrong-person"})
    one.refresh_from_db()
    assert one.withdrawn_why == "wrong-person"
    page = officer_client.get(reverse("tracing:contact", args=[contacts[0].uuid])).content.decode()
    assert "orang yang salah" in page
    assert officer_client.get(f"{address}withdraw/").status_code == 302, "nobody was chosen"
    officer_client.post(f"{address}withdraw/", {"all": "1", "why": "mistake"})
    assert Notice.objects.filter(withdrawn_at=None).count() == 0


def test_a_held_batch_says_why_and_goes_on_when_told(officer_client: Any, town: Town, office: Office) -> None:
    made = many(town, office, 20)
    address = sent_page(officer_client, *made)["Location"]
    batch = NoticeBatch.objects.get()
    actions.hold_notices(number=batch.pk, why="budget-spent")
    assert officer_client.get(address).context["batch"].state == "held"
    officer_client.post(f"{address}go-on/")
    assert batch_of(batch.uuid).held_why == ""


def test_the_list_of_batches_narrows_and_sorts(officer_client: Any, contacts: list[Contact], office: Office) -> None:
    assert officer_client.get("/tracing/notices/").context["found"].everything == 0
    sent_page(officer_client, contacts[0])
    sent_page(officer_client, *contacts[1:])
    for query, totals in (
        ("", [2, 1]),
        ("sort=contacts", [1, 2]),
        ("state=finished&whose=mine", [2, 1]),
        ("state=held", []),
    ):
        page = officer_client.get(f"/tracing/notices/?{query}")
        assert [each["row"].total for each in page.context["rows"]] == totals, query


def test_another_offices_batch_is_not_there(
    client: Any, officer_client: Any, contacts: list[Contact], office: Office
) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    address = sent_page(officer_client, *contacts)["Location"]
    stranger = office.colleague("Lim Lain")
    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    for deed in ("stop/", "go-on/"):
        assert client.post(f"{address}{deed}").status_code == 404
    assert client.get(f"{address}withdraw/", {"all": "1"}).status_code == 404
    assert client.post(f"{address}withdraw/", {"all": "1", "why": "mistake"}).status_code == 404
    assert client.get("/tracing/notices/").context["found"].total == 0


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/tracing/notices/", "Kontak"),
        ("/tracing/work/", "Kontak"),
        ("/tracing/runs/", "Kes"),
        ("/tracing/", "Carian kontak"),
    ],
)
def test_the_header_marks_where_a_page_belongs(officer_client: Any, office: Office, address: str, label: str) -> None:
    links = officer_client.get(address).context["navigation"]
    assert [str(link["label"]) for link in links if link["current"]] == [label]


def test_a_senior_reads_the_numbers_on_the_requests_page_and_the_approval_sends(
    client: Any, officer_client: Any, town: Town, office: Office
) -> None:
    many(town, office, 101)
    page = officer_client.post(NEW, {"all": "1", "work": "new"})
    chosen = {"all": "1", "work": "new", "digest": digest(page), "reason": "Semua di dewan itu"}
    officer_client.post(SEND, chosen)
    batch = NoticeBatch.objects.get()
    address = reverse("access:request", args=[batch.request])
    client.force_login(office.colleague("Wan Ketua", role="senior_health_officer"))
    said = client.get(address).content.decode()
    assert "101" in said
    assert "Melalui SMS" in said
    client.post(address, {"decision": "approved", "note": ""})
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert Notice.objects.exclude(message=None).count() == 101
    client.post(address, {"decision": "approved", "note": ""})
    assert Notice.objects.exclude(message=None).count() == 101


def test_a_senior_who_approves_what_was_stopped_meanwhile_is_told_so(
    client: Any, officer_client: Any, town: Town, office: Office
) -> None:
    many(town, office, 101)
    page = officer_client.post(NEW, {"all": "1", "work": "new"})
    chosen = {"all": "1", "work": "new", "digest": digest(page), "reason": "Semua di dewan itu"}
    officer_client.post(SEND, chosen)
    batch = NoticeBatch.objects.get()
    actions.stop_notices(uuid=batch.uuid, by=office.colleague("Siti Rakan"), at=clock.now())
    client.force_login(office.colleague("Wan Ketua", role="senior_health_officer"))
    answer = client.post(reverse("access:request", args=[batch.request]), {"decision": "approved", "note": ""})
    assert answer.status_code == 200
    batch.refresh_from_db()
    assert batch.confirmed_at is None
