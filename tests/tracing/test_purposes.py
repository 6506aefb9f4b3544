"""For what a search may be looked at: it exists, and is one's own or one's agency's; what each kind lets be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tracing.cases import case_of

from jejak.access import actions as access
from jejak.access import purposes as kinds
from jejak.access import queries as access_queries
from jejak.access.errors import PurposeRefused
from jejak.kernel import clock
from jejak.kernel.periods import Period
from jejak.tracing import actions
from jejak.tracing.errors import ReleaseTooLarge, SearchUnknown
from jejak.tracing.models import Case
from jejak.tracing.purposes import refers
from jejak.tracing.records import CASE_REPORT, CONTACTS, SEARCH
from jejak.tracing.state import View
from jejak.trail import queries as trail
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.tracing.records import Search

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(case: Any, officer: User) -> Search:
    return actions.open_contacts_search(
        case=case_of(officer, person=case.persons["Aminah binti Ali"]), phone="0123456789", window=Period(case.at(0), case.at(48)), minutes=15, by=officer,
        purpose="Kes 2022/104", at=clock.now(),
    )  # fmt: skip


def other(role: str = "health_officer", *, agency: Any = None) -> User:
    return access.add_account(email=f"{role}@lain.example", name="Pegawai Lain", kind="staff", role=role, agency=agency)


@pytest.mark.parametrize("reference", ["", "x", "kes 12", "5d0c4a1e-8b0f-4c55-9a5e-0f6f3a2b7c11"])
def test_what_is_no_search_is_no_reference(officer: User, reference: str) -> None:
    assert not refers(reference, officer.pk)


def test_another_entry_of_ones_own_is_no_reference(search: Search, officer: User) -> None:
    view = View.read({}, window=search.window, minutes=15)
    actions.show_contacts(search=search, view=view, by=officer, at=clock.now())
    look = Entry.objects.get(action="tracing.shown")
    assert refers(str(search.uuid), officer.pk)
    assert not refers(str(look.uuid), officer.pk)


def test_a_search_is_ones_own_or_ones_agencys(case: Any, officer: User) -> None:
    officer.agency = access.add_agency(name="Pejabat A", kind="health", now=clock.now())
    officer.save()
    search = actions.open_contacts_search(
        case=case_of(officer, person=case.persons["Aminah binti Ali"]), phone="0123456789", window=Period(case.at(0), case.at(48)), minutes=15, by=officer,
        purpose="Kes 2022/104", at=clock.now(),
    )  # fmt: skip
    colleague = other(agency=officer.agency)
    stranger = other("senior_health_officer")
    assert refers(str(search.uuid), colleague.pk)
    assert not refers(str(search.uuid), stranger.pk)
    stranger.agency = access.add_agency(name="Pejabat B", kind="health", now=clock.now())
    stranger.save()
    assert not refers(str(search.uuid), stranger.pk)
    with pytest.raises(SearchUnknown):
        actions.opened(uuid=search.uuid, kind=CONTACTS, by=stranger, at=clock.now())


def test_who_reports_sees_nobody_and_a_searchs_answer_names_and_numbers() -> None:
    assert kinds.kinds()[CASE_REPORT].sees == frozenset()
    assert {"name", "phone"} <= set(kinds.kinds()[SEARCH].sees)


@pytest.mark.parametrize("role", ["operator", "auditor", "data_steward", "helpdesk_agent", "enforcement_officer"])
def test_no_other_role_starts_or_looks_at_a_search(search: Search, role: str) -> None:
    by, now = other(role), clock.now()
    with pytest.raises(PurposeRefused):
        actions.open_contacts_search(
            case=case_of(by),
            phone="0123456789",
            window=search.window,
            minutes=15,
            by=by,
            purpose="Kes 2022/104",
            at=now,
        )
    view = View.read({}, window=search.window, minutes=15)
    with pytest.raises(PurposeRefused):
        actions.show_contacts(search=search, view=view, by=by, at=now)
    assert [entry.refused for entry in trail.refusals(since=now)] == ["role", "role"]


def test_a_release_that_is_refused_names_nobody(search: Search, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from jejak.tracing import rules

    monkeypatch.setattr(rules, "LARGE_RELEASE", 1)
    view = View.read({}, window=search.window, minutes=15)
    with pytest.raises(ReleaseTooLarge):
        actions.show_contacts(search=search, view=view, release=True, by=officer, at=clock.now())
    assert not Entry.objects.filter(action="tracing.shown", refused="").exists()


def test_masks_apply_where_a_kind_does_not_see_a_field(
    search: Search, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    masked = replace(kinds.kinds()[SEARCH], sees=frozenset({kinds.Field.NAME}))
    monkeypatch.setitem(kinds._kinds, SEARCH, masked)
    view = View.read({}, window=search.window, minutes=15)
    answer = actions.show_contacts(search=search, view=view, release=True, by=officer, at=clock.now())
    assert {row.who.name for row in answer.rows} >= {"Razak bin Abu"}
    assert all(row.who.phone.startswith("•") and len(row.who.phone.strip("•")) == 4 for row in answer.rows)


def test_a_search_starts_from_an_open_case_of_ones_own_alone(case: Any, officer: User) -> None:
    given: dict[str, Any] = {
        "phone": "0123456789", "window": Period(case.at(0), case.at(48)), "minutes": 15, "by": officer,
        "purpose": "Kes 2022/104", "at": clock.now(),
    }  # fmt: skip
    colleague, closed = other(), case_of(officer)
    Case.objects.filter(pk=closed.id).update(closed_at=clock.now(), closed_why="other")
    for ref in (case_of(colleague), closed):
        with pytest.raises(PurposeRefused) as caught:
            actions.open_contacts_search(case=ref, **given)
        assert caught.value.reason == "reference"
    assert actions.open_contacts_search(case=case_of(officer), **given).persons


def test_names_from_a_case_without_evidence_wait_for_a_second_officer(case: Any, officer: User) -> None:
    search = actions.open_contacts_search(
        case=case_of(officer, evidence="none"), phone="0123456789", window=Period(case.at(0), case.at(48)), minutes=15,
        by=officer, purpose="Kes 2022/104", at=clock.now(),
    )  # fmt: skip
    view, now = View.read({}, window=search.window, minutes=15), clock.now()
    counted = actions.show_contacts(search=search, view=view, by=officer, at=now)
    assert counted.release.bare
    assert counted.total > 0
    assert not counted.release.fits
    with pytest.raises(ReleaseTooLarge):
        actions.show_contacts(search=search, view=view, release=True, by=officer, at=now)
    actions.ask_large_release(search=search, people=counted.release.wanted, by=officer, reason="Wabak di pasar", at=now)
    senior = other("senior_health_officer")
    (asked,) = access_queries.asked_by(by=officer)
    access.approve(by=senior, uuid=asked.uuid, needed=frozenset({"senior_health_officer"}), now=now)
    shown = actions.show_contacts(search=search, view=view, release=True, by=officer, at=now)
    assert len(shown.rows) == counted.total


def test_a_case_that_is_matched_is_searched_without_its_number(case: Any, officer: User) -> None:
    ref = case_of(officer, person=case.persons["Aminah binti Ali"])
    search = actions.open_case_search(
        case=ref, window=Period(case.at(0), case.at(48)), minutes=15, by=officer, purpose="Kes 2022/104", at=clock.now()
    )
    assert search.persons == (case.persons["Aminah binti Ali"],)
