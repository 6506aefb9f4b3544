"""Whom a case may have met where it was infected: shown as that, and never told, followed or listed as exposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tracing.telling import sent, traced

from jejak.kernel import clock
from jejak.tracing import actions, exposures
from jejak.tracing.actions import Chosen
from jejak.tracing.models import CaseStay, Contact, Exposure, FollowUp, Run
from jejak.tracing.queries import linelists, work
from jejak.tracing.queries.linelists import CASE, RUN, WORK, Wanted

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def contacts(case: Town, office: Office) -> list[Contact]:
    """Three contacts of Aminah's case; a backward run alone found the first, and both kinds found the second."""
    found = traced(case, office)
    forward = Run.objects.get()
    backward = Run.objects.create(
        direction="backward", profile=forward.profile, settings=forward.settings, purpose=forward.purpose,
        asked_by=office.officer, agency=office.agency, asked_at=clock.now(),
    )  # fmt: skip
    Exposure.objects.filter(contact=found[0]).update(run=backward)
    other = office.case(None, onset=clock.now().date(), name_sealed=b"x", evidence="none")
    one = Exposure.objects.get(contact=found[1])
    Exposure.objects.create(
        contact=found[1], case=other, run=backward, minutes=90, first=one.first, last=one.last, tier=1, observed=True,
        why=[one.why[0]],
    )  # fmt: skip
    return found


def test_whom_a_backward_run_alone_found_is_left_out_of_notices_with_why(
    contacts: list[Contact], office: Office
) -> None:
    chosen = Chosen(uuids=tuple(one.uuid for one in contacts))
    seen = actions.preview_notices(chosen=chosen, by=office.officer, at=clock.now())
    assert (seen.total, dict(seen.reasons)) == (2, {"source": 1})
    assert [one.planned.contact for one in seen.left_out] == [contacts[0]]


def test_a_notice_names_no_stay_at_which_the_case_may_have_been_infected(
    contacts: list[Contact], office: Office
) -> None:
    (notice,) = sent(office, contacts[1])
    own = Exposure.objects.get(contact=contacts[1], run__direction="forward")
    assert {one["exposure"] for one in notice.named} == {own.pk}


def test_nobody_is_followed_up_for_a_backward_exposure(contacts: list[Contact], office: Office) -> None:
    assert actions.start_follow_ups(contacts=contacts, by=office.officer, at=clock.now()) == 2
    assert not FollowUp.objects.filter(contact=contacts[0]).exists()


def test_a_contact_says_of_itself_what_forward_exposures_say(contacts: list[Contact], office: Office) -> None:
    from jejak.tracing.actions import exposing

    before = contacts[1].first, contacts[1].last, contacts[1].tier
    own = Exposure.objects.get(contact=contacts[1], run__direction="backward")
    later = exposing.left_of(own, exposures.read(own.why), tier=1)
    later.last = clock.now()
    exposing.replace(over=[own], left=[later], by=office.officer.pk, at=clock.now())
    contacts[1].refresh_from_db()
    assert (contacts[1].first, contacts[1].last, contacts[1].tier) == before


def test_a_line_list_holds_backward_findings_only_of_a_backward_run(contacts: list[Contact], office: Office) -> None:
    def lines(wanted: Wanted) -> list[tuple[int, int]]:
        found: Any = linelists.sizes(wanted=wanted, by=office.officer, now=clock.now())
        return [(found.contacts, found.exposures)]

    first = office.cases[0].uuid
    assert lines(Wanted(WORK)) == [(2, 2)]
    assert lines(Wanted(CASE, first)) == [(2, 2)]
    forward, backward = Run.objects.get(direction="forward"), Run.objects.get(direction="backward")
    assert lines(Wanted(RUN, forward.uuid)) == [(2, 2)]
    backward.cases.create(case=office.cases[0], start=contacts[0].first, end=contacts[0].last)
    assert lines(Wanted(RUN, backward.uuid)) == [(1, 1)]


def test_a_run_keeps_the_stays_of_its_cases_as_a_search_does(contacts: list[Contact]) -> None:
    case = contacts[0].exposures.get().case
    assert CaseStay.objects.filter(case=case, source="scan").count() > 0
    assert case.runs.get(run__direction="forward").stays == CaseStay.objects.filter(case=case).count()


def test_the_work_list_marks_who_was_told_and_how_following_them_stands(
    contacts: list[Contact], office: Office, officer_client: Any
) -> None:
    sent(office, contacts[1], contacts[2])
    FollowUp.objects.filter(contact=contacts[2]).update(ill=True)
    assert work.marks(contacts) == {
        contacts[0].pk: (), contacts[1].pk: ("told", "following"), contacts[2].pk: ("told", "ill"),
    }  # fmt: skip
    assert officer_client.get("/tracing/work/").content.decode().count("tag-stop") > 0


def test_a_contacts_page_tells_both_kinds_apart(contacts: list[Contact], officer_client: Any) -> None:
    body = officer_client.get(f"/tracing/work/{contacts[0].uuid}/").content.decode()
    assert "Where the case may have been infected" in body or "Di mana kes itu mungkin dijangkiti" in body
    assert "Tiada pendedahan yang tinggal" not in body


def reopened(contact: Contact, *, direction: str, office: Office, over: bool = False, **more: Any) -> str:
    """Return the state of work of a contact who was done with, after a run finds the one exposure (``over``) again."""
    from jejak.tracing.actions import exposing

    Contact.objects.filter(pk=contact.pk).update(work="done")
    one = Exposure.objects.get(contact=contact, ended_at=None, run__direction="forward")
    case = one.case_id if over else office.case(None, onset=clock.now().date(), name_sealed=b"x", evidence="none").pk
    run = Run.objects.get(direction=direction).pk
    found = exposing.exposure(contact=contact.pk, case=case, run=run, exposed=exposures.read(one.why), tier=one.tier)
    for name, value in more.items():
        setattr(found, name, value)
    exposing.replace(over=[one] if over else [], left=[found], by=office.officer.pk, at=clock.now())
    contact.refresh_from_db()
    return contact.work


def test_what_calls_for_nothing_new_leaves_done_who_is_done(contacts: list[Contact], office: Office) -> None:
    one = contacts[2]
    assert reopened(one, direction="backward", office=office) == "done", "where a case may have been infected"
    assert reopened(one, direction="forward", office=office, over=True, minutes=1) == "done", "shorter than before"


@pytest.mark.parametrize("more", [{"tier": 0}, {"last": clock.now()}])
def test_who_was_done_is_worked_on_anew_if_exposed_nearer_or_later(
    contacts: list[Contact], office: Office, more: dict[str, Any]
) -> None:
    assert reopened(contacts[2], direction="forward", office=office, over=True, **more) == "new"


def test_who_was_done_is_worked_on_anew_if_one_more_case_exposed_them(contacts: list[Contact], office: Office) -> None:
    assert reopened(contacts[2], direction="forward", office=office) == "new"


def test_who_was_done_and_turns_out_to_be_exposed_by_whom_they_may_have_infected_is_worked_on_anew(
    contacts: list[Contact], office: Office
) -> None:
    from jejak.tracing.actions import exposing

    one = Exposure.objects.get(contact=contacts[0], ended_at=None)
    Contact.objects.filter(pk=contacts[0].pk).update(work="done")
    forward = exposing.left_of(one, exposures.read(one.why), tier=one.tier)
    forward.run = Run.objects.get(direction="forward")
    exposing.replace(over=[one], left=[forward], by=office.officer.pk, at=clock.now())
    contacts[0].refresh_from_db()
    assert contacts[0].work == "new"
