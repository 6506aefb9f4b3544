"""More names than one officer sees in a search: asked of a second one, decided, used; and no way round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tracing.desk import shown

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.kernel import clock
from jejak.people.models import Merge
from jejak.tracing import rules
from jejak.tracing.purposes import LARGE_RELEASE, said_of_release
from jejak.trail import queries as trail
from jejak.trail.models import Entry, Subject

pytestmark = pytest.mark.django_db
SENIOR = frozenset({"senior_health_officer"})


@pytest.fixture
def address(officer_client: Any, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    """An answer of three contacts, of whom one officer may see two."""
    monkeypatch.setattr(rules, "LARGE_RELEASE", 2)
    return str(officer_client.post(reverse("tracing:start"), asked)["Location"])


@pytest.fixture
def senior(db: None) -> Any:
    return access.add_account(
        email="kanan@contoh.example", name="Pegawai Kanan", kind="staff", role="senior_health_officer", is_demo=True
    )


def ask(client: Any, address: str, reason: str = "All were in one room with the case") -> Any:
    return client.post(f"{address}ask/", {"minutes": "15", "reason": reason})


def the_request(officer: Any) -> Any:
    return accounts.asked_by(by=officer)[0]


def test_up_to_the_limit_nobody_is_asked(officer_client: Any, address: str) -> None:
    answer = shown(officer_client, address, {"minutes": "30"}).context["answer"]
    assert (len(answer.rows), answer.release.shown, answer.release.left) == (2, 2, 0)


def test_a_page_beyond_the_limit_shows_nobody_and_stays_on_record(officer_client: Any, address: str) -> None:
    officer_client.post(f"{address}names/", {"minutes": "15"})
    answer = officer_client.get(address).context["answer"]
    assert (answer.rows, answer.release.fits) == ((), False)
    refused = trail.refusals(since=clock.now() - timedelta(minutes=5))
    assert [(entry.refused, entry.subjects.count()) for entry in refused] == [("large-release", 0)]


def test_changing_the_view_does_not_lead_round_the_limit(officer_client: Any, case: Any, address: str) -> None:
    shown(officer_client, address, {"minutes": "30"})
    for state in ({"minutes": "1"}, {"minutes": "15", "sort": "minutes"}, {"minutes": "15", "sort": "-first"}):
        officer_client.post(f"{address}names/", state)
    named = set(Subject.objects.filter(entry__action="tracing.shown").values_list("person_id", flat=True))
    assert case.persons["Tan Mei Ling"] not in named
    assert len(named) == 2


def test_a_second_officer_approves_and_the_names_are_shown_once_it_is_used(
    officer_client: Any, officer: Any, senior: Any, address: str
) -> None:
    page = officer_client.get(ask(officer_client, address)["Location"])
    assert page.context["answer"].release.waits
    asked = the_request(officer)
    assert asked.what["people"] == 3
    assert "3" in said_of_release(asked.what)
    assert officer_client.post(f"{address}names/", {"minutes": "15"}).status_code == 302
    assert officer_client.get(address).context["answer"].rows == ()
    access.approve(by=senior, uuid=asked.uuid, needed=SENIOR, now=clock.now())
    assert officer_client.get(address).context["answer"].release.fits
    answer = shown(officer_client, address).context["answer"]
    assert len(answer.rows) == 3
    assert the_request(officer).used_at is not None
    assert len(shown(officer_client, address).context["answer"].rows) == 3, "what was shown stays to be looked at"


def test_an_approval_covers_so_many_people_of_this_search_and_no_more(
    officer_client: Any, officer: Any, senior: Any, case: Any, address: str
) -> None:
    ask(officer_client, address)
    access.approve(by=senior, uuid=the_request(officer).uuid, needed=SENIOR, now=clock.now())
    for name in ("Baharu bin Lewat", "Kedua bin Lewat"):
        case.person(name)
        case.visit(name, "Kedai Runcit", case.at(9), 60)
    officer_client.post(f"{address}names/", {"minutes": "15"})
    answer = officer_client.get(address).context["answer"]
    assert (answer.total, answer.rows) == (5, ())
    assert the_request(officer).used_at is None


def test_a_refusal_is_told_with_its_note_and_can_be_asked_anew(
    officer_client: Any, officer: Any, senior: Any, address: str
) -> None:
    ask(officer_client, address)
    access.refuse(by=senior, uuid=the_request(officer).uuid, needed=SENIOR, note="Narrow it first", now=clock.now())
    page = officer_client.get(address)
    assert "Narrow it first" in page.content.decode()
    assert not page.context["answer"].release.waits
    ask(officer_client, address, "Narrowed it, still in one room")
    assert officer_client.get(address).context["answer"].release.waits


def test_without_a_reason_nobody_is_asked(officer_client: Any, officer: Any, address: str) -> None:
    ask(officer_client, address, "  x ")
    assert accounts.asked_by(by=officer) == ()


def test_nobody_approves_their_own_and_others_cannot_use_it(
    officer_client: Any, officer: Any, senior: Any, address: str
) -> None:
    ask(officer_client, address)
    from jejak.access.errors import RequestRefused

    with pytest.raises(RequestRefused):
        access.approve(by=officer, uuid=the_request(officer).uuid, needed=SENIOR, now=clock.now())
    reference = Entry.objects.get(action="tracing.search").uuid
    assert accounts.asked_for(by=senior, kind=LARGE_RELEASE, about={"search": str(reference)}) == ()


def test_two_records_of_one_person_are_one_line_and_both_are_named(
    officer_client: Any, officer: Any, case: Any, asked: dict[str, Any]
) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    Merge.objects.create(kept_id=razak, merged_id=tan, merged_at=clock.now(), merged_by=officer)
    address = str(officer_client.post(reverse("tracing:start"), asked)["Location"])
    answer = shown(officer_client, address).context["answer"]
    first = answer.rows[0]
    assert (first.who.name, first.contact.minutes) == ("Razak bin Abu", 105)
    assert answer.total == 2
    named = set(Subject.objects.filter(entry__action="tracing.shown").values_list("person_id", flat=True))
    assert {razak, tan} <= named


def test_a_search_by_an_old_number_is_about_the_person_it_is_read_as(
    officer_client: Any, officer: Any, case: Any, asked: dict[str, Any]
) -> None:
    old = case.person("Aminah Ali", "0142223333")
    Merge.objects.create(
        kept_id=case.persons["Aminah binti Ali"], merged_id=old, merged_at=clock.now(), merged_by=officer
    )
    address = str(officer_client.post(reverse("tracing:start"), asked | {"phone": "0142223333"})["Location"])
    answer = officer_client.get(address).context["answer"]
    assert [who.name for who in answer.about] == ["Aminah binti Ali"]
    assert answer.total == 3
    entry = Entry.objects.get(action="tracing.search")
    assert set(entry.subjects.values_list("person_id", flat=True)) == {old, case.persons["Aminah binti Ali"]}
