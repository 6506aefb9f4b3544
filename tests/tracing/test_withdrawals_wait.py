"""A mass of notices that nothing rests on any more: the case is discarded at once, its notices wait for a senior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tracing.notified import notice_to
from tracing.telling import batch_of, letters, many, sent, traced

from jejak.access.models import RoleGrant
from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.tracing import actions, sealed
from jejak.tracing.actions.withdrawing import withdraw_or_wait
from jejak.tracing.errors import NoticesUnknown, WithdrawalLarge
from jejak.tracing.models import Case, Contact, ContactEvent, Exposure, FollowUp, Notice
from jejak.tracing.queries.withdrawals import withdrawals
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def senior(office: Office) -> User:
    return office.colleague("Wan Ketua", role="senior_health_officer")


@pytest.fixture
def told(town: Town, office: Office) -> list[Notice]:
    """Notices to 101 contacts of one case, each in a message."""
    made = many(town, office, 101)
    found = [notice_to(made[0], office=office, message=uuid7())]
    batch = found[0].batch
    for one in made[1:]:
        notice = notice_to(one, office=office, message=uuid7())
        Notice.objects.filter(pk=notice.pk).update(batch=batch)
        found.append(notice)
    actions.start_follow_ups(contacts=made, by=office.officer, at=clock.now())
    return found


def discard(office: Office, *, by: User | None = None) -> Case:
    (ill,) = office.cases
    actions.close_case(uuid=ill.uuid, why="discarded", by=by or office.officer, at=clock.now())
    return ill


def withdrawn() -> int:
    return Notice.objects.exclude(withdrawn_at=None).count()


def test_the_case_is_discarded_at_once_and_its_notices_wait_for_a_senior(
    told: list[Notice], office: Office, senior: User
) -> None:
    ill = discard(office)
    ill.refresh_from_db()
    assert ill.closed_why == "discarded"
    assert not Exposure.objects.filter(ended_at=None).exists()
    assert not FollowUp.objects.filter(state="following").exists()
    assert withdrawn() == 0
    (waiting,) = withdrawals(by=office.officer)
    assert (waiting.notices, waiting.why, waiting.by) == (101, "case-discarded", office.officer.name)
    assert ContactEvent.objects.filter(kind="withdrawal-waits").count() == 101
    with pytest.raises(WithdrawalLarge):
        actions.confirm_withdrawal(uuid=waiting.uuid, by=office.officer, at=clock.now())
    assert withdrawn() == 0
    assert actions.confirm_withdrawal(uuid=waiting.uuid, by=senior, at=clock.now()) == 101
    assert set(Notice.objects.values_list("withdrawn_why", "withdrawn_by")) == {("case-discarded", senior.pk)}
    assert withdrawals(by=senior) == []
    with pytest.raises(NoticesUnknown):
        actions.confirm_withdrawal(uuid=waiting.uuid, by=senior, at=clock.now())


def test_a_senior_who_discards_a_case_withdraws_at_once_and_so_does_an_officer_up_to_a_hundred(
    told: list[Notice], office: Office, senior: User
) -> None:
    numbers = [one.pk for one in told]
    assert withdraw_or_wait(numbers=numbers[:100], why="corrected", by=office.officer, at=clock.now()) == 0
    Notice.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
    discard(office, by=senior)
    assert withdrawn() == 101


def test_what_did_not_leave_never_leaves_whoever_confirms(told: list[Notice], office: Office, senior: User) -> None:
    gone = [one.pk for one in told[:50]]
    Notice.objects.filter(pk__in=gone).update(message=None, sent_at=None)
    extra = Contact.objects.filter(notices__in=gone).count()
    discard(office)
    assert (extra, withdrawn()) == (50, 101), "fifty-one messages are no mass"
    Notice.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
    Notice.objects.filter(pk__in=gone[1:]).update(message=uuid7(), sent_at=clock.now())
    for one in Notice.objects.filter(pk__in=gone[1:]):
        Notice.objects.filter(pk=one.pk).update(message=uuid7())
    numbers = [one.pk for one in told]
    Notice.objects.filter(pk=gone[0]).update(message=None)
    more = [notice_to(one.contact, office=office, message=uuid7()) for one in told[:1]]
    assert withdraw_or_wait(
        numbers=[*numbers, more[0].pk], why="corrected", by=office.officer, at=clock.now()
    ) == 101  # fmt: skip
    assert list(Notice.objects.exclude(withdrawn_at=None).values_list("pk", flat=True)) == [gone[0]]


def test_whom_a_case_exposes_again_meanwhile_keeps_theirs(told: list[Notice], office: Office, senior: User) -> None:
    ill = discard(office)
    kept = told[0].contact
    Exposure.objects.filter(contact=kept).update(ended_at=None)
    (waiting,) = withdrawals(by=senior)
    assert actions.confirm_withdrawal(uuid=waiting.uuid, by=senior, at=clock.now()) == 100
    told[0].refresh_from_db()
    assert (told[0].withdrawn_at, told[0].waits_for, ill.pk) == (None, None, office.cases[0].pk)


def test_the_pages_say_that_it_waits_and_a_senior_confirms_there(
    told: list[Notice], office: Office, senior: User
) -> None:
    ill, client, page = discard(office), Client(), "/tracing/notices/withdrawals/"
    name = sealed.shut("Kes Contoh", table="tracing_case", column="name", row=ill.uuid)
    Case.objects.filter(pk=ill.pk).update(name_sealed=name)
    client.force_login(office.officer)
    for address in (f"/tracing/cases/{ill.uuid}/", "/tracing/notices/"):
        assert page in client.get(address).content.decode(), address
    assert "101 notis" in client.get(page).content.decode()
    (waiting,) = withdrawals(by=office.officer)
    assert client.post(page, {"withdrawal": str(waiting.uuid)}).status_code == 302
    assert withdrawn() == 0
    client.force_login(senior)
    assert str(waiting.uuid) in client.get(page).content.decode()
    assert client.post(page, {"withdrawal": str(waiting.uuid)}).status_code == 302
    assert withdrawn() == 101
    assert client.post(page, {"withdrawal": str(waiting.uuid)}).status_code == 404
    assert page not in client.get("/tracing/notices/").content.decode()


def test_another_office_has_no_such_withdrawal(told: list[Notice], office: Office, senior: User) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    discard(office)
    (waiting,) = withdrawals(by=senior)
    senior.agency = access.add_agency(name="PKD Lain", kind=AgencyKind.HEALTH, now=clock.now())
    senior.save()
    assert withdrawals(by=senior) == []
    with pytest.raises(NoticesUnknown):
        actions.confirm_withdrawal(uuid=waiting.uuid, by=senior, at=clock.now())


def test_the_database_keeps_nothing_that_waits_without_a_reason(told: list[Notice]) -> None:
    with pytest.raises(IntegrityError, match="notice_waits_with_reason"), transaction.atomic():
        Notice.objects.filter(pk=told[0].pk).update(waits_for=uuid7())


def test_whoever_lets_a_batch_go_on_tells_of_a_colleagues_withdrawal_which_stays_the_colleagues(
    case: Town, office: Office
) -> None:
    (notice, *_others) = sent(office, *traced(case, office))
    assert len(letters()) == 3
    first, other = office.colleague("Aida Dulu"), office.colleague("Siti Rakan")
    actions.withdraw_notices(numbers=[notice.pk], why="mistake", by=first, at=clock.now())
    RoleGrant.objects.filter(user=first).update(ended_at=clock.now())
    actions.send_notices(number=notice.batch_id, clock=clock.now)
    notice.refresh_from_db()
    assert (notice.withdrawal_message, batch_of(notice.batch.uuid).held_why) == (None, "purpose-refused")
    actions.resume_notices(uuid=notice.batch.uuid, by=other)
    actions.send_notices(number=notice.batch_id, clock=clock.now)
    notice.refresh_from_db()
    notice.batch.refresh_from_db()
    assert notice.withdrawal_message is not None
    assert (notice.withdrawn_by, notice.batch.held_why) == (first, "")
    assert Entry.objects.filter(action="tracing.notices-withdrawn").latest("pk").by_id == other.pk
