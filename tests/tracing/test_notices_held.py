"""Messages that are not taken in: whoever was not told is on no trail as told and is not followed up, and who was, is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tracing.telling import ask, batch_of, letters, many, sent, traced

from jejak.access.models import RoleGrant
from jejak.kernel import clock
from jejak.messaging import rules
from jejak.messaging.models import Message
from jejak.messaging.rules import Budget, Kind
from jejak.tracing import actions
from jejak.tracing.models import ContactEvent, FollowUp, Notice, NoticeBatch
from jejak.trail.models import Entry, Subject

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def takes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return how to say of how many notices messaging takes in of one account within the hour."""

    def only(number: int) -> None:
        narrow = {**rules.FROM_SOURCE, Kind.NOTICE: Budget(an_hour=number, a_day=1000)}
        monkeypatch.setattr(rules, "FROM_SOURCE", narrow)

    return only


def send(batch: NoticeBatch) -> NoticeBatch:
    actions.send_notices(number=batch.pk, clock=clock.now)
    batch.refresh_from_db()
    return batch


def named_by(action: str) -> list[set[int]]:
    """Return whom each entry of the trail names, one after another."""
    return [
        set(Subject.objects.filter(entry=entry).values_list("person_id", flat=True))
        for entry in Entry.objects.filter(action=action).order_by("pk")
    ]


def persons(notices: Any) -> set[int]:
    return set(notices.values_list("contact__person", flat=True))


def test_whoever_is_not_told_yet_is_on_no_trail_and_not_followed_up(town: Town, office: Office, takes: Any) -> None:
    batch = batch_of(ask(office, *many(town, office, 10)))
    takes(3)
    assert send(batch).held_why == "source-hour"
    told = Notice.objects.filter(sent_at__isnull=False)
    assert told.count() == 3
    assert named_by("tracing.noticed") == [persons(told)]
    assert set(FollowUp.objects.values_list("contact", flat=True)) == set(told.values_list("contact", flat=True))
    kinds = ContactEvent.objects.filter(kind__in=["noticed", "followed"])
    assert sorted(kinds.values_list("contact", flat=True)) == sorted([*told.values_list("contact", flat=True)] * 2)

    takes(7)
    send(batch)
    takes(100)
    assert send(batch).finished_at is not None
    assert [len(one) for one in named_by("tracing.noticed")] == [3, 4, 3]
    assert set().union(*named_by("tracing.noticed")) == persons(Notice.objects.all())
    assert ContactEvent.objects.filter(kind="followed").count() == FollowUp.objects.count() == 10


def test_a_notice_advises_what_the_follow_up_that_begins_with_it_says(town: Town, office: Office, takes: Any) -> None:
    batch = batch_of(ask(office, *many(town, office, 2)))
    takes(1)
    send(batch)
    told, waits = Notice.objects.order_by("pk")
    assert told.advice["until"] == FollowUp.objects.get().quarantine_until.isoformat()  # type: ignore[union-attr]
    assert (waits.named, waits.advice) == ([], {}), "what it says is written when it leaves"


def test_whose_number_is_not_served_is_not_told_and_not_followed_up(case: Town, office: Office) -> None:
    contact = traced(case, office)[0]
    abroad = case.person("Pelawat Jauh", "+14155550123")
    type(contact).objects.filter(pk=contact.pk).update(person=abroad)
    (notice,) = sent(office, contact)
    assert (notice.failed, FollowUp.objects.count()) == ("number-not-served", 0)
    assert named_by("tracing.noticed") == [set()]


def test_whoever_is_not_told_of_the_withdrawal_yet_is_on_no_trail(town: Town, office: Office, takes: Any) -> None:
    batch = send(batch_of(ask(office, *many(town, office, 5))))
    assert len(letters()) == 5
    actions.withdraw_batch(uuid=batch.uuid, only=None, why="mistake", by=office.officer, at=clock.now())
    takes(7)  # five are told already
    assert send(batch).held_why == "source-hour"
    told = Notice.objects.filter(withdrawal_message__isnull=False)
    assert told.count() == 2
    assert named_by("tracing.notices-withdrawn") == [persons(told)]
    takes(100)
    assert (send(batch).held_why, batch.held_until) == ("", None)
    assert [len(one) for one in named_by("tracing.notices-withdrawn")] == [2, 3]
    assert Message.objects.filter(template="notice.contact-withdrawn").count() == 5


def test_telling_a_withdrawal_lets_nothing_go_on_that_is_held(town: Town, office: Office, takes: Any) -> None:
    """A colleague's budget is not spent, so they withdraw; the rest still waits for the officer's own."""
    batch = batch_of(ask(office, *many(town, office, 4)))
    takes(2)
    send(batch)
    assert len(letters()) == 2
    first = Notice.objects.order_by("pk")[0]
    other = office.colleague("Siti Rakan")
    actions.withdraw_batch(uuid=batch.uuid, only=[first.uuid], why="mistake", by=other, at=clock.now())
    send(batch)
    assert Notice.objects.get(pk=first.pk).withdrawal_message is not None
    assert (batch.held_why, batch.held_until is not None) == ("source-hour", True)
    assert actions.unfinished_notices(at=clock.now()) == []
    assert actions.unfinished_notices(at=clock.now() + timedelta(minutes=11)) == [batch.pk]


def test_a_withdrawal_is_told_though_whoever_sent_it_may_send_no_more(town: Town, office: Office, takes: Any) -> None:
    batch = batch_of(ask(office, *many(town, office, 4)))
    takes(2)
    send(batch)
    assert len(letters()) == 2
    takes(100)
    RoleGrant.objects.filter(user=office.officer).update(ended_at=clock.now())
    gone = list(Notice.objects.filter(sent_at__isnull=False).values_list("uuid", flat=True))
    other = office.colleague("Siti Rakan")
    actions.withdraw_batch(uuid=batch.uuid, only=gone, why="mistake", by=other, at=clock.now())
    assert send(batch).held_why == "purpose-refused"
    assert Message.objects.filter(template="notice.contact-withdrawn").count() == 2
