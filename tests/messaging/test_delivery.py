"""From queued to delivered: at least once, under one key, counted once; kills, races and unruly gateways included."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from messaging.gateways import HttpGateway, wait_until
from racing import at_once

from jejak.messaging import actions, delivery, queries
from jejak.messaging.channels.letter import Fate, Letter, Outcome
from jejak.messaging.channels.sms import Gateway
from jejak.messaging.errors import ReportInvalid
from jejak.messaging.models import Message, Report
from jejak.messaging.recipients import Mailbox, Phone
from jejak.messaging.rules import LEASE, MOST_TRIES, State
from jejak.messaging.slots import Place

SECOND = timedelta(seconds=1)


def channel(gateway: HttpGateway) -> dict[str, Any]:
    made = Gateway(
        url=f"{gateway.url}/send",
        method="POST",
        headers=(),
        body='{"to": "{to}", "text": "{text}", "ref": "{key}"}',
        sender="",
        accepted=r'"message_id": "(?P<id>[^"]+)"',
        rejected="invalid_number",
        seconds=0.5,
    )
    return {"sms": made}


def reply(now: datetime, number: str = "+60123456789") -> UUID:
    taken = actions.queue(
        template="reply.checked-in",
        recipient=Phone(number),
        language="ms",
        slots={"place": Place("0123456"), "at": now},
        source=f"phone:{number}",
        now=now,
    )
    assert taken.message
    return taken.message


def state(message: UUID) -> State:
    found = queries.delivery(message=message)
    assert found
    return found.state


def run(now: datetime, gateway: HttpGateway) -> int:
    return actions.send_due(clock=lambda: now, channels=channel(gateway))


def test_a_message_goes_out_once_and_keeps_no_recipient(db: None, now: datetime, gateway: HttpGateway) -> None:
    message = reply(now)
    assert state(message) is State.QUEUED
    assert run(now, gateway) == 1
    assert run(now, gateway) == 0
    assert state(message) is State.SENT
    assert gateway.messages == {str(message): 1}
    assert gateway.seen[0].json["text"] == (
        "Jejak: anda sudah didaftarkan masuk di 012-3456, 21 Januari 2022, 3.15 petang. Tunjukkan mesej ini di pintu."
    )
    row = Message.objects.get(uuid=message)
    assert (row.recipient_sealed, row.slots_sealed, row.reference) == (None, None, f"gw-{message.hex[-12:]}")
    assert row.parts == 1


def test_no_row_and_no_job_holds_number_or_text_readably(db: None, now: datetime) -> None:
    message = reply(now)
    actions.send_code(purpose="sign-in", recipient=Phone("+60123456789"), language="ms", source="address:a", now=now)
    with connection.cursor() as cursor:
        cursor.execute("select convert_from(convert_to(row_to_json(m)::text, 'utf8'), 'utf8') from messaging_message m")
        rows = "".join(row[0] for row in cursor.fetchall())
        cursor.execute("select task_name, args::text from procrastinate_jobs order by id")
        jobs = cursor.fetchall()
    for secret in ("123456789", b"123456789".hex(), "0123456", b"0123456".hex()):
        assert secret not in rows
    assert [name for name, _ in jobs] == ["messaging.send", "messaging.send"]
    arguments = [json.loads(args) for _, args in jobs]
    assert all(set(given) == {"message"} and UUID(given["message"]) for given in arguments)
    assert UUID(arguments[0]["message"]) == message


def test_the_job_of_a_message_sends_it(db: None, now: datetime, gateway: HttpGateway) -> None:
    first, second = reply(now), reply(now, "+60123456780")
    assert actions.send(message=second, clock=lambda: now, channels=channel(gateway))
    assert (state(first), state(second)) == (State.QUEUED, State.SENT)
    assert not actions.send(message=second, clock=lambda: now, channels=channel(gateway))
    assert not actions.send(message=UUID(int=0), clock=lambda: now, channels=channel(gateway))


@pytest.mark.parametrize("mood", ["500", "429", "garbage", "empty", "cut", "hang", "drip", "redirect"])
def test_after_trouble_it_is_tried_again_under_the_same_key(
    db: None, now: datetime, gateway: HttpGateway, mood: str
) -> None:
    gateway.moods = [mood, "good"]
    message = reply(now)
    run(now, gateway)
    assert state(message) is State.QUEUED
    assert run(now + SECOND, gateway) == 0  # not yet due
    assert run(now + 10 * SECOND, gateway) == 1
    assert state(message) is State.SENT
    assert {seen.headers["Idempotency-Key"] for seen in gateway.seen} == {str(message)}
    assert {seen.json["ref"] for seen in gateway.seen} == {str(message)}
    assert [(tally.state, tally.messages) for tally in queries.tallies(since=now)] == [(State.SENT, 1)]


def test_the_next_try_is_handed_to_the_worker_for_its_time(db: None, now: datetime, gateway: HttpGateway) -> None:
    gateway.moods = ["500"]
    message = reply(now)
    run(now, gateway)
    with connection.cursor() as cursor:
        cursor.execute("select scheduled_at from procrastinate_jobs where scheduled_at is not null")
        [(at,)] = cursor.fetchall()
    assert at == Message.objects.get(uuid=message).due_at
    assert timedelta(seconds=2) < at - now < timedelta(seconds=8)


def test_a_message_is_given_up_after_its_tries(db: None, now: datetime, gateway: HttpGateway) -> None:
    gateway.moods = ["500"]
    message = reply(now)
    at = now
    for _ in range(MOST_TRIES + 3):
        run(at, gateway)
        at = Message.objects.get(uuid=message).due_at
    found = queries.delivery(message=message)
    assert found
    assert found.state in {State.FAILED, State.EXPIRED}
    assert found.tries <= MOST_TRIES
    assert len(gateway.seen) == found.tries


@pytest.mark.parametrize("mood", ["reject", "number"])
def test_a_number_that_the_gateway_rejects_is_not_tried_again(
    db: None, now: datetime, gateway: HttpGateway, mood: str
) -> None:
    gateway.moods = [mood]
    message = reply(now)
    run(now, gateway)
    run(now + LEASE * 10, gateway)
    found = queries.delivery(message=message)
    assert found
    assert (found.state, found.reason, len(gateway.seen)) == (State.FAILED, "rejected", 1)


def test_what_is_of_no_use_any_more_is_not_sent(db: None, now: datetime, gateway: HttpGateway) -> None:
    message = reply(now)
    assert run(now + timedelta(hours=1), gateway) == 0
    assert (state(message), gateway.seen) == (State.EXPIRED, [])


def test_a_message_moved_to_another_row_does_not_open_and_is_not_sent(
    db: None, now: datetime, gateway: HttpGateway
) -> None:
    one, other = reply(now), reply(now, "+60123456780")
    stolen = Message.objects.get(uuid=one)
    Message.objects.filter(uuid=other).update(recipient_sealed=bytes(stolen.recipient_sealed or b""))
    run(now, gateway)
    assert (state(one), state(other)) == (State.SENT, State.FAILED)
    assert len(gateway.seen) == 1


# Kills and races


class Dies:
    """A channel under which the process is killed after the gateway took the message."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def send(self, letter: Letter) -> Outcome:
        self.inner.send(letter)
        raise SystemExit


def test_a_worker_that_dies_between_sending_and_sent_leaves_it_to_the_next(
    db: None, now: datetime, gateway: HttpGateway
) -> None:
    message = reply(now)
    with pytest.raises(SystemExit):
        actions.send_due(clock=lambda: now, channels={"sms": Dies(channel(gateway)["sms"])})
    assert state(message) is State.SENDING
    assert run(now + LEASE - SECOND, gateway) == 0  # it might still live
    assert run(now + LEASE, gateway) == 1
    assert state(message) is State.SENT
    assert gateway.messages == {str(message): 2}  # twice under one key: the gateway sends it once
    assert sum(tally.messages for tally in queries.tallies(since=now)) == 1


def test_a_message_that_kills_whoever_sends_it_is_given_up(db: None, now: datetime, gateway: HttpGateway) -> None:
    message = reply(now)
    for attempt in range(MOST_TRIES):
        with pytest.raises(SystemExit):
            actions.send_due(clock=lambda at=now + attempt * LEASE: at, channels={"sms": Dies(channel(gateway)["sms"])})
    assert run(now + MOST_TRIES * LEASE, gateway) == 0
    assert (state(message), len(gateway.seen)) == (State.FAILED, MOST_TRIES)


WORKER = """
import django; django.setup()
from jejak.kernel import clock
from jejak.messaging import actions
actions.send_due(clock=clock.now)
"""


@pytest.mark.fault
def test_kill_minus_nine_of_a_worker_loses_nothing(transactional_db: None, gateway: HttpGateway) -> None:
    from jejak.kernel import clock

    gateway.moods = ["hang", "good"]
    message = reply(clock.now())
    environment = os.environ | {"JEJAK_SMS_URL": f"{gateway.url}/send", "JEJAK_SMS_ACCEPTED": "message_id"}
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment)
    try:
        wait_until(lambda: gateway.seen, seconds=20)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state(message) is State.SENDING
    assert run(clock.now() + LEASE, gateway) == 1
    assert state(message) is State.SENT
    assert {seen.headers["Idempotency-Key"] for seen in gateway.seen} == {str(message)}


def test_many_workers_send_each_message_once(transactional_db: None, now: datetime, gateway: HttpGateway) -> None:
    messages = {reply(now, f"+6012345{number:04}") for number in range(40)}
    sent = at_once(*[lambda: run(now, gateway)] * 8)
    assert sum(sent) == 40
    assert gateway.messages == {str(message): 1 for message in messages}
    assert {state(message) for message in messages} == {State.SENT}


def test_a_late_answer_does_not_undo_the_attempt_after_it(db: None, now: datetime, gateway: HttpGateway) -> None:
    message = reply(now)
    slow = delivery._claim(delivery.Q(uuid=message), now=now)
    assert slow
    newer = delivery._claim(delivery.Q(uuid=message), now=now + LEASE)
    assert newer
    assert (slow.tries, newer.tries) == (1, 2)
    delivery._record(slow, Outcome(Fate.NEVER, "rejected"), now=now + LEASE)
    assert state(message) is State.SENDING
    delivery._record(slow, Outcome(Fate.ACCEPTED, reference="gw-1"), now=now + LEASE)
    assert state(message) is State.SENT
    delivery._record(newer, Outcome(Fate.LATER, "no-answer"), now=now + LEASE)
    assert state(message) is State.SENT


# Reports


def report(reference: str, said: str, now: datetime) -> bool:
    return actions.record_delivery(channel="sms", reference=reference, state=said, now=now)


@pytest.mark.parametrize("by_our_key", [True, False])
def test_a_report_moves_the_message_once(db: None, now: datetime, gateway: HttpGateway, by_our_key: bool) -> None:
    message = reply(now)
    run(now, gateway)
    name = str(message) if by_our_key else f"gw-{message.hex[-12:]}"
    for later in range(3):
        assert report(name, "delivered", now + later * SECOND)
    found = queries.delivery(message=message)
    assert found
    assert (found.state, found.sent_at, found.ended_at) == (State.DELIVERED, now, now)


@pytest.mark.parametrize("order", list(permutations(["sent", "failed", "delivered"])))
def test_reports_in_any_order_end_alike(db: None, now: datetime, gateway: HttpGateway, order: tuple[str, ...]) -> None:
    message = reply(now)
    run(now, gateway)
    for said in order:
        report(str(message), said, now)
    assert state(message) is State.DELIVERED


def test_a_report_that_overtakes_the_gateways_answer_is_not_lost(
    transactional_db: None, now: datetime, gateway: HttpGateway
) -> None:
    message = reply(now)
    early: list[bool] = []

    def say_it_now(_key: str) -> None:
        early.append(report(f"gw-{message.hex[-12:]}", "delivered", now))
        connections.close_all()

    gateway.before_answer = say_it_now
    run(now, gateway)
    assert early == [False]  # nobody knows that name yet
    assert state(message) is State.DELIVERED


def test_a_report_ends_the_tries_of_a_message_whose_answer_got_lost(
    db: None, now: datetime, gateway: HttpGateway
) -> None:
    gateway.moods = ["cut"]
    message = reply(now)
    run(now, gateway)
    assert state(message) is State.QUEUED
    assert report(str(message), "sent", now)
    assert run(now + LEASE, gateway) == 0
    assert (state(message), len(gateway.seen)) == (State.SENT, 1)


def test_reports_about_nothing_are_kept_once_and_change_nothing(db: None, now: datetime) -> None:
    message = reply(now)
    for _ in range(3):
        assert not report("gw-unknown", "delivered", now)
        assert not report(str(UUID(int=7)), "delivered", now)
    assert Report.objects.count() == 2
    assert state(message) is State.QUEUED


def test_a_report_of_another_channel_does_not_reach_a_message(db: None, now: datetime) -> None:
    message = reply(now)
    assert not actions.record_delivery(channel="email", reference=str(message), state="delivered", now=now)
    assert state(message) is State.QUEUED


@pytest.mark.parametrize(
    ("channel_name", "reference", "said"),
    [
        ("sms", "", "sent"),
        ("sms", "{{7*7}}", "sent"),
        ("sms", "a b", "sent"),
        ("sms", "a\n", "sent"),
        ("sms", "x" * 101, "sent"),
        ("sms", "gw-1", "queued"),
        ("sms", "gw-1", "refused"),
        ("sms", "gw-1", "<script>"),
        ("fax", "gw-1", "sent"),
    ],
)
def test_what_is_no_report_is_refused(db: None, now: datetime, channel_name: str, reference: str, said: str) -> None:
    with pytest.raises(ReportInvalid):
        actions.record_delivery(channel=channel_name, reference=reference, state=said, now=now)
    assert not Report.objects.exists()


def test_a_gateways_name_that_is_none_is_not_kept(db: None, now: datetime, gateway: HttpGateway) -> None:
    message = reply(now)
    made = channel(gateway)["sms"]

    class Odd:
        def send(self, letter: Letter) -> Outcome:
            made.send(letter)
            return Outcome(Fate.ACCEPTED, reference="<b>{{7*7}}</b>")

    actions.send_due(clock=lambda: now, channels={"sms": Odd()})
    row = Message.objects.get(uuid=message)
    assert (row.state, row.reference) == (State.SENT, "")


# The console twin


def test_with_nothing_set_up_texts_go_to_the_console_twin_sealed(db: None, now: datetime) -> None:
    actions.send_code(
        purpose="sign-in", recipient=Mailbox("ali@contoh.example"), language="en", source="address:a", now=now
    )
    assert actions.send_due(clock=lambda: now) == 1
    [shown] = queries.console()
    assert (shown.channel, shown.recipient) == ("email", "ali@contoh.example")
    assert shown.text.startswith("Your code to sign in\n\nJejak: ")
    with connection.cursor() as cursor:
        cursor.execute(
            "select encode(recipient_sealed, 'escape') || encode(text_sealed, 'escape') from messaging_shown"
        )
        assert "ali@" not in cursor.fetchone()[0]


@pytest.mark.parametrize("aloud", [True, False])
def test_only_a_demos_twin_says_aloud_what_it_was_given(
    db: None, now: datetime, caplog: pytest.LogCaptureFixture, aloud: bool
) -> None:
    from jejak.messaging.channels.console import Twin

    caplog.set_level("INFO")
    reply(now)
    actions.send_due(clock=lambda: now, channels={"sms": Twin(aloud=aloud)})
    assert ("+60123456789" in caplog.text) is aloud
    assert ("012-3456," in caplog.text) is aloud
