"""A run over corrected dates: whom it exposes no more is followed no more, and told that their notice is void."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.notified import notice_to
from tracing.telling import traced

from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.tracing import actions, noticerules
from jejak.tracing.followrules import Said
from jejak.tracing.models import Case, Contact, ContactEvent, Exposure, FollowUp, Notice, Run
from jejak.tracing.sliders import Sliders
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(case: Town, office: Office) -> list[Notice]:
    """Notices to the contacts of a case, all followed up, whose work is done."""
    met = traced(case, office)
    actions.start_follow_ups(contacts=met, by=office.officer, at=clock.now())
    Contact.objects.update(work="done")
    return [notice_to(one, office=office, message=uuid7()) for one in met]


def correct(office: Office, *, days: int = 40) -> Case:
    """Say that the case fell ill so many days earlier."""
    (ill, *_others) = office.cases
    onset = local_day(clock.now()) - timedelta(days=days)
    actions.change_dates(
        uuid=ill.uuid, onset=onset, sample=None, today=local_day(clock.now()), by=office.officer, at=clock.now()
    )
    return ill


def test_whom_a_corrected_case_exposes_no_more_is_followed_no_more_and_told(told: list[Notice], office: Office) -> None:
    office.run(correct(office), minutes=10)
    assert not Exposure.objects.filter(ended_at=None).exists()
    assert set(FollowUp.objects.values_list("state", "ended_why")) == {("released", "not-exposed")}
    assert set(Notice.objects.values_list("withdrawn_why", flat=True)) == {"corrected"}
    assert ContactEvent.objects.filter(kind="notice-withdrawn").count() == len(told)


def test_who_said_that_they_are_ill_is_followed_until_an_officer_decides(told: list[Notice], office: Office) -> None:
    ill = told[0].contact
    said = Said(well=False, symptoms=("fever",))
    actions.assess(uuid=ill.uuid, said=said, by=office.officer, at=clock.now())
    office.run(correct(office), minutes=10)
    assert [one.contact for one in FollowUp.objects.filter(state="following")] == [ill]


def test_a_mass_of_them_waits_for_a_senior(told: list[Notice], office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticerules, "LARGE_BATCH", 2)
    office.run(correct(office), minutes=10)
    assert Notice.objects.filter(withdrawn_at=None, waits_why="corrected").count() == len(told)


def test_whom_a_later_chunk_exposes_again_keeps_their_notice(told: list[Notice], case: Town, office: Office) -> None:
    first = office.cases[0]
    other = office.case(None, onset=local_day(case.at(9)), name_sealed=b"x")
    actions.add_stay(
        uuid=other.uuid, by=office.officer, at=clock.now(),
        said=actions.StaySaid(case.at(8), case.at(20), "case", case.places["Kedai Runcit"]),
    )  # fmt: skip
    correct(office)
    run = office.run(first, other, minutes=10)  # cases of two windows are two chunks
    assert run.finished_at is not None
    still = set(Contact.objects.filter(exposures__case=other, exposures__ended_at=None).values_list("pk", flat=True))
    assert still
    assert {one.contact_id for one in Notice.objects.filter(withdrawn_at=None)} == still & {
        one.contact_id for one in told
    }


def test_a_run_that_still_finds_them_changes_nothing(told: list[Notice], office: Office) -> None:
    office.run(office.cases[0], minutes=10)
    assert Notice.objects.filter(withdrawn_at=None).count() == len(told)
    assert FollowUp.objects.filter(state="following").count() == len(told)


def test_the_case_says_that_its_dates_changed_since_its_last_run(
    told: list[Notice], office: Office, officer_client: Any
) -> None:
    address = reverse("tracing:case", args=[office.cases[0].uuid])
    words = "Tarikhnya berubah sejak carian terakhir"
    assert words not in officer_client.get(address).content.decode()
    ill = correct(office)
    assert words in officer_client.get(address).content.decode()
    uuid = actions.start_run(
        cases=[ill.uuid], direction=Direction.FORWARD, sliders=Sliders(), purpose="Tarikh dibetulkan kes ini",
        by=office.officer, at=clock.now(),
    )  # fmt: skip
    assert Run.objects.get(uuid=uuid).finished_at is None
    assert words not in officer_client.get(address).content.decode()


def test_dates_put_back_as_they_were_call_for_no_run(told: list[Notice], office: Office, officer_client: Any) -> None:
    correct(office, days=5)
    office.run(office.cases[0], minutes=10)
    correct(office, days=6)
    address = reverse("tracing:case", args=[office.cases[0].uuid])
    assert officer_client.get(address).context["case"].outdated is not None
    correct(office, days=5)
    assert officer_client.get(address).context["case"].outdated is None
