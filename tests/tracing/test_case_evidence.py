"""Evidence that an officer typed counts, but names are not released on one officer's word alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tracing.cases import Office, office

from jejak.kernel import clock
from jejak.kernel.periods import Period
from jejak.kernel.places import local_day
from jejak.tracing import actions, caserules, queries
from jejak.tracing.caserules import CLINICAL, LABORATORY, NONE, OWN, Told
from jejak.tracing.errors import ReleaseTooLarge
from jejak.tracing.models import CaseEvent
from jejak.tracing.sliders import Sliders
from jejak.tracing.state import View
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from django.test import Client
    from tracing.conftest import Town

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
LAB, OFFICER, COLLEAGUE = 1, 2, 3


@pytest.fixture
def desk(case: Town, demo_node: None) -> Office:
    """Return an office whose case Aminah may be."""
    return office()


@pytest.mark.parametrize(
    ("told", "attested"),
    [
        ([], LAB),
        ([Told(LAB, LABORATORY)], LAB),
        ([Told(LAB, LABORATORY), Told(OFFICER, LABORATORY)], LAB),
        ([Told(LAB, NONE), Told(OFFICER, LABORATORY)], OFFICER),
        ([Told(LAB, NONE), Told(OFFICER, LABORATORY), Told(COLLEAGUE, LABORATORY)], OFFICER),
        ([Told(LAB, NONE), Told(OFFICER, LABORATORY), Told(COLLEAGUE, CLINICAL)], COLLEAGUE),
        ([Told(LAB, LABORATORY), Told(OFFICER, NONE), Told(OFFICER, LABORATORY)], OFFICER),
    ],
)
def test_evidence_is_of_whoever_typed_what_stands_now(told: list[Told], attested: int) -> None:
    assert caserules.attested_by(reporter=LAB, told=told) == attested


@pytest.mark.parametrize(
    ("evidence", "by", "bare"),
    [(NONE, LAB, NONE), (NONE, OFFICER, NONE), (LABORATORY, OFFICER, OWN), (CLINICAL, COLLEAGUE, "")],
)
def test_a_case_is_bare_without_evidence_and_for_whoever_typed_it(evidence: str, by: int, bare: str) -> None:
    assert caserules.bare(evidence=evidence, attested=OFFICER, by=by) == bare


def bare(uuid: Any, by: User) -> str:
    return queries.bare(uuid=str(uuid), by=by)


def typed(desk: Office, *, by: User, evidence: str = "laboratory", reference: str = "M-7", uuid: Any) -> None:
    actions.classify(uuid=uuid, classification="confirmed", evidence=evidence, reference=reference, by=by, at=desk.now)


def test_a_laboratorys_evidence_serves_every_officer(desk: Office) -> None:
    uuid = desk.report().uuid
    assert (bare(uuid, desk.officer), bare(uuid, desk.senior)) == ("", "")
    actions.change_dates(
        uuid=uuid, onset=None, sample=local_day(desk.now), today=local_day(desk.now), by=desk.officer, at=desk.now
    )
    assert bare(uuid, desk.officer) == "", "another change types no evidence"


def test_evidence_that_an_officer_reported_is_bare_for_that_officer_alone(desk: Office) -> None:
    uuid = desk.report(by=desk.officer).uuid
    assert (bare(uuid, desk.officer), bare(uuid, desk.senior)) == (OWN, "")


def test_evidence_that_an_officer_set_later_is_bare_for_that_officer_alone(desk: Office) -> None:
    uuid = desk.report(evidence="none", reference="", classification="suspected").uuid
    assert bare(uuid, desk.officer) == NONE
    typed(desk, by=desk.officer, uuid=uuid)
    assert (bare(uuid, desk.officer), bare(uuid, desk.senior)) == (OWN, "")
    assert CaseEvent.objects.filter(case__uuid=uuid).count() == 2


def test_what_is_no_case_is_bare_for_nobody(desk: Office) -> None:
    assert (bare("", desk.officer), bare("kes 12", desk.officer)) == ("", "")


def test_one_officers_word_releases_no_name_from_a_search(desk: Office, case: Town) -> None:
    uuid = desk.report(evidence="none", reference="", classification="suspected").uuid
    typed(desk, by=desk.officer, uuid=uuid)

    def shown(by: User, *, release: bool = False) -> Any:
        ref = queries.case_ref(text=str(uuid), by=by, now=clock.now())
        search = actions.open_case_search(
            case=ref, window=Period(case.at(0), case.at(48)), minutes=15, by=by, purpose="Kes 2022/104", at=clock.now()
        )
        view = View.read({}, window=search.window, minutes=15)
        return actions.show_contacts(search=search, view=view, release=release, by=by, at=clock.now())

    assert shown(desk.officer).release.bare == OWN
    with pytest.raises(ReleaseTooLarge):
        shown(desk.officer, release=True)
    assert shown(desk.senior, release=True).rows


def test_one_officers_word_releases_no_name_from_a_run(desk: Office, case: Town) -> None:
    uuid = desk.report(by=desk.officer, onset=local_day(case.at(9))).uuid

    def shown(by: User, *, release: bool = False) -> Any:
        run = actions.start_run(
            cases=[uuid], direction=Direction.FORWARD, sliders=Sliders(minutes=15), purpose="Kluster Tembok", by=by,
            at=clock.now(),
        )  # fmt: skip
        from jejak.tracing.models import Run

        actions.go_on(number=Run.objects.get(uuid=run).pk, clock=clock.now)
        return actions.show_run(uuid=run, sliders=None, release=release, by=by, at=clock.now())

    first = shown(desk.officer)
    assert (first.bare, len(first.typed), first.let.weak, first.let.fits) == ((), 1, True, False)
    with pytest.raises(ReleaseTooLarge):
        shown(desk.officer, release=True)
    assert shown(desk.senior, release=True).rows


def test_the_case_says_why_a_second_officer_is_needed(desk: Office, client: Client) -> None:
    uuid = desk.report(by=desk.officer).uuid

    def page(by: User) -> str:
        client.force_login(by)
        return client.get(f"/tracing/cases/{uuid}/").content.decode()

    why = "Anda sendiri menaip bukti kes ini"
    assert why in page(desk.officer)
    assert why not in page(desk.senior)
