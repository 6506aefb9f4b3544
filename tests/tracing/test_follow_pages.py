"""Pages of following up: the list, one contact, tables of quarantine, and what the reader of a notice says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.followrules import Said
from jejak.tracing.models import FollowUp, QuarantineTable
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.tracing.models import Contact

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def made(client: Any, town: Town, office: Office) -> list[Contact]:
    """Three contacts who are followed; the officer is signed in."""
    rows = contacts(office, town, 3)
    actions.start_follow_ups(contacts=rows, by=office.officer, at=clock.now())
    client.force_login(office.officer)
    return rows


def page(client: Any, **asked: str) -> str:
    return str(client.get(reverse("tracing:follow-ups"), asked).content.decode())


def post(client: Any, one: Contact, way: str, **said: Any) -> Any:
    address = reverse("tracing:follow-change", args=[one.uuid, way])
    version = FollowUp.objects.get(contact=one).version
    return client.post(address, {"version": version, **{f"{way}-{name}": value for name, value in said.items()}})


def test_whoever_is_ill_stands_on_top_and_who_was_heard_of_is_off_the_list(
    client: Any, office: Office, made: list[Contact]
) -> None:
    for one, said in ((made[2], Said(well=False, symptoms=("cough",))), (made[0], Said(well=True))):
        actions.assess(uuid=one.uuid, said=said, by=office.officer, at=clock.now())
    now, heard = page(client), page(client, tab="heard")
    assert now.index("Kontak 2") < now.index("Kontak 1")
    assert "Kontak 0" not in now
    assert "Kontak 0" in heard
    assert "Kontak 1" not in heard
    assert "Kontak 1" not in page(client, only="ill")


def test_who_was_not_heard_of_is_overdue_once_the_day_ended(client: Any, office: Office, made: list[Contact]) -> None:
    assert "Kontak 1" not in page(client, only="overdue")
    FollowUp.objects.filter(contact=made[1]).update(due_on=local_day(clock.now()) - DAY)
    found = page(client, only="overdue")
    assert "Kontak 1" in found
    assert "Kontak 0" not in found


def test_a_phone_number_or_a_case_finds_whom_it_is_of(client: Any, made: list[Contact]) -> None:
    address = reverse("tracing:follow-ups")
    there = f"{reverse('tracing:contact', args=[made[1].uuid])}#follow-up"
    assert client.post(address, {"text": "0120000001"})["Location"] == there
    assert "Tiada yang sepadan" in client.post(address, {"text": "K2026-000001"}).content.decode()


def test_each_page_of_the_list_is_a_look_that_names_whom_it_shows_once_a_day(client: Any, made: list[Contact]) -> None:
    for _again in range(2):
        page(client)
    first, second = Entry.objects.filter(action="tracing.follow-up").order_by("pk")
    assert set(first.subjects.values_list("person_id", flat=True)) == {one.person_id for one in made}
    assert second.subjects.count() == 0


def test_those_chosen_are_released_and_given_to_an_officer(client: Any, office: Office, made: list[Contact]) -> None:
    colleague = office.colleague("Siti Rakan")
    chosen = {"contact": [str(one.uuid) for one in made], "officer": str(colleague.pk), "tab": "now"}
    address = reverse("tracing:follow-together", args=["assign"])
    assert client.post(address, chosen).status_code == 302
    made[0].refresh_from_db()
    assert made[0].officer == colleague
    today = local_day(clock.now())
    FollowUp.objects.update(until=today - DAY, heard_on=today, quarantine_until=None)
    FollowUp.objects.filter(contact=made[2]).update(until=local_day(clock.now()))
    client.post(reverse("tracing:follow-together", args=["release"]), chosen)
    assert sorted(FollowUp.objects.values_list("state", flat=True)) == ["following", "released", "released"]
    assert client.post(reverse("tracing:follow-together", args=["burn"]), chosen).status_code == 404


def test_a_contacts_page_shows_the_follow_up_and_takes_what_they_said(client: Any, made: list[Contact]) -> None:
    one = made[0]
    answer = post(client, one, "today", well="no", symptoms=["fever"], test="positive", note="Sejak semalam")
    assert answer["Location"].endswith("#follow-up")
    shown = client.get(reverse("tracing:contact", args=[one.uuid])).content.decode()
    assert "Sejak semalam" in shown
    assert post(client, one, "today").status_code == 422
    assert post(client, one, "release").status_code == 422, "nothing is chosen beforehand"
    assert post(client, one, "today", well="yes", symptoms=["fever"]).status_code == 422
    assert post(client, one, "case").status_code == 302
    assert FollowUp.objects.get(contact=one).state == "became-case"
    assert client.get(reverse("tracing:contact", args=[one.uuid])).status_code == 200


def test_facts_extension_and_endings_are_said_on_the_contacts_page(client: Any, made: list[Contact]) -> None:
    one, other, third = made
    post(client, one, "facts", vaccination="full", symptoms="", recovered_within_60_days="no", source="contact")
    row = FollowUp.objects.get(contact=one)
    assert row.facts == {"vaccination": "full", "recovered_within_60_days": False}
    later = row.until + 2 * DAY
    assert post(client, one, "extend", until=row.until, note="Ujian").status_code == 422
    assert post(client, one, "extend", until=later, apart="on", note="Ujian lewat").status_code == 302
    assert FollowUp.objects.get(contact=one).until == later
    post(client, other, "over")
    assert FollowUp.objects.get(contact=other).state == "following", "the last day has not ended"
    post(client, other, "release", why="doctor", note="")
    post(client, third, "lost", why="moved", note="")
    assert {row.ended_why for row in FollowUp.objects.exclude(ended_at=None)} == {"doctor", "moved"}
    assert post(client, one, "burn").status_code == 404
    ended = post(client, other, "today", well="yes", test="")
    assert "tidak disusuli lagi" in client.get(ended["Location"]).content.decode()


def test_a_call_without_a_notice_begins_a_follow_up(client: Any, town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    client.force_login(office.officer)
    assert client.get(reverse("tracing:contact", args=[one.uuid])).status_code == 200
    client.post(reverse("tracing:follow-start", args=[one.uuid]))
    assert FollowUp.objects.get().contact == one


def table(**more: Any) -> dict[str, Any]:
    """Return a form of a table: everybody stays at home for three days."""
    rows = [{"days": "3", "tests": "1, 3"}]
    lines = {f"row-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    counted = {"row-TOTAL_FORMS": len(rows), "row-INITIAL_FORMS": 0}
    return {"valid_from": "2026-01-01", "source": "KKM, pekeliling 9", **counted, **lines, **more}


def test_a_senior_sees_what_a_newer_table_changes_before_it_is_made(
    client: Any, office: Office, made: list[Contact]
) -> None:
    address = reverse("tracing:table-new", args=["covid-19"])
    assert client.get(address).status_code == 403
    client.force_login(office.colleague("Rahim Kanan", role="senior_health_officer"))
    assert client.get(address).status_code == 200
    seen = client.post(address, table())
    assert [(one["one"].before, one["one"].after, one["one"].mine) for one in seen.context["changes"]] == [(7, 3, 3)]
    assert QuarantineTable.objects.count() == 1
    digest = seen.context["digest"]
    assert client.post(address, table(make=digest, source="Lain")).status_code == 200, "that was not looked at"
    assert client.post(address, table(make=digest)).status_code == 302
    assert Entry.objects.get(action="quarantine-table.made").purpose == "KKM, pekeliling 9"
    row = FollowUp.objects.get(contact=made[0])
    assert row.quarantine_until == local_day(made[0].last) + 7 * DAY, "whoever is followed keeps their table"
    assert "Kontak 0" in page(client, only="older")
    chosen = {"contact": [str(one.uuid) for one in made]}
    client.post(reverse("tracing:follow-together", args=["rederive"]), chosen)
    row.refresh_from_db()
    assert row.quarantine_until == local_day(made[0].last) + 3 * DAY
    assert "Kontak 0" not in page(client, only="older")
    assert client.get(reverse("tracing:tables")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": ""}, {"valid_from": "2019-12-31"}, {"valid_from": "2099-01-01"}, {"source": ""},
        {"row-0-days": ""}, {"row-0-days": "99"}, {"row-0-vaccination": "full"}, {"row-0-tests": "esok"},
        {"row-0-tests": "99"}, {"row-0-vaccination": "thrice"},
    ],
)  # fmt: skip
def test_what_no_table_can_say_is_refused(client: Any, office: Office, wrong: dict[str, str]) -> None:
    client.force_login(office.colleague("Rahim Kanan", role="senior_health_officer"))
    assert client.post(reverse("tracing:table-new", args=["covid-19"]), table(**wrong)).status_code == 422
    assert client.post(reverse("tracing:table-new", args=["boredom"]), table()).status_code == 404


def test_a_correction_of_a_days_table_is_its_next_version(client: Any, office: Office) -> None:
    client.force_login(office.colleague("Rahim Kanan", role="senior_health_officer"))
    address, said = reverse("tracing:table-new", args=["covid-19"]), table(valid_from="2022-03-01")
    client.post(address, said | {"make": client.post(address, said).context["digest"]})
    assert list(QuarantineTable.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("tracing:follow-ups", {"text": "\x00kontak"}),
        ("tracing:line-list", {"form": "sormas", "said": "untuk\x00 pasukan wabak negeri"}),
        ("tracing:work-assign", {"officer": "9" * 5000}),
        ("tracing:work-assign", {"officer": "²"}),
    ],
)
def test_what_no_line_holds_is_not_read_and_breaks_nothing(
    client: Any, made: list[Contact], route: str, said: dict[str, str]
) -> None:
    answer = client.post(reverse(route), {"contact": str(made[0].uuid), **said})
    assert answer.status_code in {200, 302, 404}
