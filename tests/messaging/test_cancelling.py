"""Messages taken back: what never left never leaves, and what may have left is tried no more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from messaging.test_delivery import reply
from racing import at_once

from jejak.messaging import actions, queries
from jejak.messaging.channels.letter import Fate, Letter, Outcome
from jejak.messaging.models import Message
from jejak.messaging.rules import LEASE, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

pytestmark = pytest.mark.django_db


class Channel:
    """A gateway that answers what it is told to, and does something meanwhile."""

    def __init__(self, fate: Fate, meanwhile: Callable[[], Any] = lambda: None) -> None:
        self.fate, self.meanwhile, self.given = fate, meanwhile, list[UUID]()

    def send(self, letter: Letter) -> Outcome:
        self.given.append(letter.key)
        self.meanwhile()
        return Outcome(self.fate, "busy")


def attempt(message: UUID, channel: Channel, *, at: datetime) -> bool:
    return actions.send(message=message, clock=lambda: at, channels={"sms": channel})


def test_what_waits_for_its_first_attempt_never_leaves_and_keeps_nobodys_number(now: datetime) -> None:
    message, channel = reply(now), Channel(Fate.ACCEPTED)
    assert actions.cancel(messages=[message, uuid4()], now=now) == {message}
    assert not attempt(message, channel, at=now)
    row = Message.objects.get(uuid=message)
    assert (row.state, row.reason, row.recipient_sealed) == ("refused", "cancelled", None)
    assert actions.cancel(messages=[message], now=now) == {message}, "asked again, it still never left"


def test_what_a_gateway_put_off_may_have_left_and_is_tried_no_more(now: datetime) -> None:
    message, channel = reply(now), Channel(Fate.LATER)
    attempt(message, channel, at=now)
    assert actions.cancel(messages=[message], now=now) == set()
    assert not attempt(message, channel, at=now + timedelta(minutes=1))
    found = queries.delivery(message=message)
    assert found
    assert (found.state, found.reason, len(channel.given)) == (State.FAILED, "cancelled", 1)
    actions.record_delivery(channel="sms", reference=str(message), state="delivered", now=now)
    assert Message.objects.get(uuid=message).state == "delivered", "that it arrived is believed"


def test_an_attempt_at_hand_is_the_last(now: datetime) -> None:
    message, later = reply(now), now + timedelta(seconds=9)
    cancelled = list[set[UUID]]()
    channel = Channel(Fate.LATER, lambda: cancelled.append(actions.cancel(messages=[message], now=later)))
    attempt(message, channel, at=later)
    assert cancelled == [set()]
    assert Message.objects.get(uuid=message).state == "failed"
    assert not attempt(message, channel, at=later + timedelta(minutes=1))


def test_whoever_dies_at_an_attempt_leaves_nothing_to_send_again(now: datetime) -> None:
    message = reply(now)
    Message.objects.filter(uuid=message).update(state="sending", sending_at=now, tries=1)
    assert actions.cancel(messages=[message], now=now) == set()
    channel = Channel(Fate.ACCEPTED)
    assert not attempt(message, channel, at=now + LEASE)
    assert (channel.given, Message.objects.get(uuid=message).state) == ([], "expired")


def test_what_left_stays_as_it_is(now: datetime) -> None:
    message = reply(now)
    attempt(message, Channel(Fate.ACCEPTED), at=now)
    assert actions.cancel(messages=[message], now=now) == set()
    assert Message.objects.get(uuid=message).state == "sent"


@pytest.mark.django_db(transaction=True)
def test_cancelled_while_workers_send_each_left_or_never_leaves(now: datetime) -> None:
    made = [reply(now, f"+6012000{number:04d}") for number in range(40)]
    channel = Channel(Fate.ACCEPTED)
    sent, stayed = at_once(
        lambda: actions.send_due(clock=lambda: now, channels={"sms": channel}),
        lambda: actions.cancel(messages=made, now=now),
    )
    assert sent == len(channel.given)
    assert not stayed & set(channel.given)
    assert stayed | set(channel.given) == set(made)
