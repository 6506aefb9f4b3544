"""A mass of notices by mistake: nothing leaves before a senior officer confirms it, nothing after somebody stops it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from tracing.telling import ask, batch_of, many
from tracing.test_work import at_once

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.errors import ReasonMissing, RequestRefused
from jejak.kernel import clock
from jejak.messaging import actions as messaging
from jejak.messaging.models import Message
from jejak.tracing import actions, jobs
from jejak.tracing.actions import Chosen, sending
from jejak.tracing.errors import WithdrawalLarge
from jejak.tracing.models import Notice, NoticeBatch
from jejak.tracing.queries.work import Filter
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
SENIOR = frozenset({"senior_health_officer"})
WHY = "Semua di dewan yang sama"


@pytest.fixture
def senior(office: Office) -> User:
    return office.colleague("Wan Ketua", role="senior_health_officer")


def work_off() -> None:
    """Do what the worker does: what is in the queue, and every minute what nobody put there."""
    for number in actions.unfinished_notices(at=clock.now()):
        jobs.send_notices(number=number)


def queued() -> int:
    """Return how many notices were given to messaging; seniors are told of requests by mail, which counts not."""
    return Message.objects.filter(template="notice.contact").count()


def request_of(batch: NoticeBatch) -> Any:
    return accounts.request(uuid=batch.request, by=batch.asked_by)


def approve(batch: NoticeBatch, senior: User) -> None:
    access.approve(by=senior, uuid=request_of(batch).uuid, needed=SENIOR, now=clock.now())


def test_twelve_thousand_ticked_by_mistake_reach_nobody_and_stopped_half_way_nobody_more(
    town: Town, office: Office, senior: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(town, office, 12_000)
    chosen = Chosen(asked=Filter())
    seen = actions.preview_notices(chosen=chosen, by=office.officer, at=clock.now())
    assert (seen.total, seen.needs_second) == (12_000, True)
    with pytest.raises(ReasonMissing), transaction.atomic():
        actions.ask_notices(chosen=chosen, digest=seen.digest, by=office.officer, at=clock.now())
    uuid = actions.ask_notices(chosen=chosen, digest=seen.digest, reason=WHY, by=office.officer, at=clock.now())
    work_off()
    jobs.send_notices(number=batch_of(uuid).pk)  # even if somebody put it into the queue
    assert queued() == 0

    approve(batch_of(uuid), senior)
    clicks = iter(range(100))
    chunk = sending._chunk

    def stopped_after_two(number: int, *, at: datetime) -> bool:
        if next(clicks) == 2:
            while messaging.send_due(clock=clock.now):
                pass
            assert actions.stop_notices(uuid=uuid, by=office.officer, at=at) == 11_800
        return chunk(number, at=at)

    monkeypatch.setattr(sending, "_chunk", stopped_after_two)
    work_off()
    work_off()
    assert queued() == 200
    batch = batch_of(uuid)
    assert (batch.finished_at, batch.stopped_by) == (None, office.officer)
    with pytest.raises(WithdrawalLarge):
        actions.withdraw_batch(uuid=uuid, only=None, why="mistake", by=office.officer, at=clock.now())
    assert not Notice.objects.exclude(withdrawn_at=None).exists()
    assert actions.withdraw_batch(uuid=uuid, only=None, why="mistake", by=senior, at=clock.now()) == 12_000
    work_off()
    assert Message.objects.filter(template="notice.contact-withdrawn").count() == 200, "who was told is told again"
    assert queued() == 200


def test_a_senior_confirms_just_these_contacts_and_once(town: Town, office: Office, senior: User) -> None:
    made = many(town, office, 101)
    batch = batch_of(ask(office, *made, reason=WHY))
    what = request_of(batch).what
    assert (what["contacts"], what["sms"], what["digest"]) == (101, 101, bytes(batch.digest).hex())
    approve(batch, senior)
    work_off()
    assert queued() == 101
    assert request_of(batch).used_at is not None
    assert Entry.objects.filter(action="tracing.noticed").count() == 2
    with pytest.raises(RequestRefused):
        approve(batch, senior)


def test_a_hundred_at_once_need_nobody_but_after_three_hundred_within_the_hour_one_does(
    town: Town, office: Office
) -> None:
    now, made = clock.now(), many(town, office, 301)
    for start in (0, 100, 200):
        assert batch_of(ask(office, *made[start : start + 100], at=now)).confirmed_at is not None
    work_off()
    with pytest.raises(ReasonMissing), transaction.atomic():
        ask(office, made[300], at=now + timedelta(minutes=59))
    assert batch_of(ask(office, made[300], at=clock.now() + timedelta(minutes=60))).confirmed_at is not None


def test_nobody_confirms_their_own_nor_an_officer_who_is_no_senior(town: Town, office: Office, senior: User) -> None:
    made = many(town, office, 202)
    own = batch_of(ask(office, *made[:101], by=senior, reason=WHY))
    for who in (senior, office.officer, office.colleague("Siti Rakan")):
        with pytest.raises(RequestRefused):
            approve(own, who)
    work_off()
    assert queued() == 0


def test_a_refused_one_is_stopped_and_one_that_was_stopped_cannot_be_approved(
    town: Town, office: Office, senior: User
) -> None:
    made = many(town, office, 202)
    refused = batch_of(ask(office, *made[:101], reason=WHY))
    access.refuse(by=senior, uuid=request_of(refused).uuid, needed=SENIOR, note="Kes yang salah", now=clock.now())
    refused.refresh_from_db()
    assert (refused.stopped_at is not None, refused.stopped_by) == (True, senior)
    other = batch_of(ask(office, *made[101:], reason=WHY))
    actions.stop_notices(uuid=other.uuid, by=office.colleague("Siti Rakan"), at=clock.now())
    with pytest.raises(RequestRefused), transaction.atomic():
        approve(other, senior)
    assert not request_of(other).decision
    mine = batch_of(ask(office, *made[101:], reason=WHY))
    actions.stop_notices(uuid=mine.uuid, by=office.officer, at=clock.now())
    assert request_of(mine).decision == "withdrawn"
    work_off()
    assert queued() == 0


def test_contacts_put_into_a_batch_after_it_was_asked_for_stop_its_approval(
    town: Town, office: Office, senior: User
) -> None:
    made = many(town, office, 102)
    batch = batch_of(ask(office, *made[:101], reason=WHY))
    one = batch.notices.order_by("pk")[0]
    facts = {"way": "sms", "language": "ms", "day": one.day, "advice": {}, "named": [], "ends_at": one.ends_at}
    Notice.objects.create(batch=batch, contact=made[101], **facts)
    with pytest.raises(RequestRefused), transaction.atomic():
        approve(batch, senior)
    work_off()
    assert queued() == 0


def test_one_that_nobody_decides_in_time_is_stopped(town: Town, office: Office) -> None:
    batch = batch_of(ask(office, *many(town, office, 101), reason=WHY))
    access.expire_requests(now=request_of(batch).expires_at)
    batch.refresh_from_db()
    assert (batch.stopped_at is not None, batch.stopped_by) == (True, None)


def test_when_messages_are_not_taken_in_a_batch_rests_and_goes_on_by_itself(
    town: Town, office: Office, senior: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.messaging import rules

    made = many(town, office, 150)
    batch = batch_of(ask(office, *made, reason=WHY))
    approve(batch, senior)
    narrow = {**rules.FROM_SOURCE, rules.Kind.NOTICE: rules.Budget(an_hour=121, a_day=1000)}
    monkeypatch.setattr(rules, "FROM_SOURCE", narrow)  # the mail to the senior officer is one of these
    work_off()
    batch.refresh_from_db()
    assert (queued(), batch.held_why, batch.finished_at) == (120, "source-hour", None)
    assert actions.unfinished_notices(at=clock.now()) == []
    assert actions.unfinished_notices(at=batch.held_until or clock.now()) == [batch.pk]
    Message.objects.update(queued_at=clock.now() - timedelta(hours=2))
    actions.resume_notices(uuid=batch.uuid, by=office.officer)
    work_off()
    batch.refresh_from_db()
    assert (queued(), batch.held_why, batch.finished_at is not None) == (150, "", True)
    assert Message.objects.filter(template="notice.contact").values("subject").distinct().count() == 150, "each once"


@pytest.mark.django_db(transaction=True)
def test_a_stop_while_it_is_sent_waits_for_the_hundred_at_hand_and_nothing_leaves_after_it(
    town: Town, office: Office, senior: User
) -> None:
    batch = batch_of(ask(office, *many(town, office, 400), reason=WHY))
    approve(batch, senior)
    left: list[int] = []

    def stopped() -> None:
        while queued() == 0:
            time.sleep(0.01)
        left.append(actions.stop_notices(uuid=batch.uuid, by=office.officer, at=clock.now()))
        left.append(queued())

    given = at_once(lambda: actions.send_notices(number=batch.pk, clock=clock.now), stopped)
    assert [each for each in given if isinstance(each, Exception)] == []
    assert queued() == left[1], "after the stop nothing more is handed over"
    assert 0 < queued() < 400
    assert left[0] == 400, "what was handed over and waited is taken back too"
    assert not Message.objects.filter(template="notice.contact", state__in=["queued", "sending"]).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_batch_tell_nobody_twice(town: Town, office: Office, senior: User) -> None:
    batch = batch_of(ask(office, *many(town, office, 250), reason=WHY))
    approve(batch, senior)
    at_once(*[lambda: actions.send_notices(number=batch.pk, clock=clock.now)] * 3)
    assert queued() == 250
    assert Message.objects.filter(template="notice.contact").values("recipient_key").distinct().count() == 250
    assert batch_of(batch.uuid).finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_each_stay_just_below_are_counted_together(town: Town, office: Office) -> None:
    made, now = many(town, office, 400), clock.now()
    for start in (0, 100):
        ask(office, *made[start : start + 100], at=now)
    others = office.colleague("Siti Rakan")
    given = at_once(
        lambda: ask(office, *made[200:300], at=now, reason=WHY),
        lambda: ask(office, *made[300:], by=others, at=now, reason=WHY),
    )
    assert sum(batch_of(each).confirmed_at is None for each in given) == 1
