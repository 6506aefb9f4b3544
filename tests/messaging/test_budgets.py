"""What happened to systems like this: codes sent to strangers through a form; here it stops at the budgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messaging.test_words import PAYLOADS
from racing import at_once

from jejak.messaging import actions, queries
from jejak.messaging.actions import Asked
from jejak.messaging.errors import MessagingError, SlotRefused, TemplateUnknown
from jejak.messaging.models import Message, Refusal, Trip
from jejak.messaging.recipients import Phone
from jejak.messaging.rules import Kind, State
from jejak.messaging.slots import Link

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ask(
    now: datetime, *, number: str = "+60123456789", source: str = "address:203.0.113.9", known: bool = True
) -> Asked:
    return actions.send_code(
        purpose="sign-in", recipient=Phone(number), language="ms", source=source, now=now, known=known
    )


def notice(now: datetime, *, number: str = "+60123456789") -> str:
    taken = actions.queue(
        template="notice.contact",
        recipient=Phone(number),
        language="ms",
        slots={"day": now.date(), "link": Link("me")},
        source="account:1",
        now=now,
    )
    return taken.reason


def number_of(index: int) -> str:
    return f"+601{index:08}"


def test_a_thousand_sources_get_one_number_three_codes_an_hour_and_five_a_day(db: None, now: datetime) -> None:
    answers = [ask(now + index * MINUTE, source=f"address:10.0.{index // 256}.{index % 256}") for index in range(1000)]
    sent = sorted(Message.objects.values_list("queued_at", flat=True))
    assert sum(not answer.reason for answer in answers) == len(sent) == 5
    assert max(sum(at <= other < at + HOUR for other in sent) for at in sent) == 3
    assert {answer.reason for answer in answers} == {"", "recipient-hour", "recipient-day"}
    assert sum(refused.messages for refused in queries.refusals(since=now)) == 995
    assert {refused.about for refused in queries.refusals(since=now)} == {1}


def test_a_day_later_the_number_gets_codes_again(db: None, now: datetime) -> None:
    for index in range(8):
        ask(now + index * 25 * MINUTE)
    assert Message.objects.count() == 5
    assert ask(now + DAY - MINUTE).reason == "recipient-day"
    assert ask(now + DAY).reason == ""


def test_ten_thousand_numbers_trip_the_breaker(
    transactional_db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")  # ten thousand commits are not what is tried here
    with_settings(new_recipients_an_hour=200)
    reasons = [ask(now, number=number_of(index), source=f"address:{index}").reason for index in range(10_000)]
    assert reasons == [""] * 200 + ["new-recipients"] + ["breaker"] * 9_799
    assert Message.objects.count() == 200
    assert Refusal.objects.count() == 2  # counted whole, kept small
    assert [(refused.reason, refused.messages) for refused in queries.refusals(since=now)] == [
        ("breaker", 9_799),
        ("new-recipients", 1),
    ]
    [opened] = queries.open_breakers(now=now)
    assert (opened.kind, opened.reason, opened.waiting) == (Kind.CODE, "new-recipients", 200)
    # While it is open nothing of the class goes out, not even what was queued before.
    assert actions.send_due(clock=lambda: now, channels={}) == 0
    assert set(Message.objects.values_list("state", "reason")) == {(State.REFUSED.value, "breaker")}


def test_known_numbers_are_served_though_many_new_ones_are_asked_for(
    db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    with_settings(new_recipients_an_hour=3)
    ask(now - DAY, number=number_of(99))
    for index in range(3):
        assert ask(now, number=number_of(index)).reason == ""
    assert ask(now, number=number_of(99)).reason == ""
    assert ask(now, number=number_of(4)).reason == "new-recipients"
    assert ask(now, number=number_of(99)).reason == "breaker"


def test_the_overall_rate_trips_it_too(db: None, now: datetime, with_settings: Callable[..., None]) -> None:
    with_settings(codes_an_hour=10)
    reasons = [ask(now, number=number_of(index % 4), source=f"address:{index}").reason for index in range(12)]
    assert reasons == [""] * 10 + ["overall-rate", "breaker"]


def test_one_source_cannot_walk_through_numbers(db: None, now: datetime) -> None:
    reasons = [ask(now, number=number_of(index)).reason for index in range(40)]
    assert reasons == [""] * 30 + ["source-hour"] * 10


def test_other_classes_go_on_while_one_breaker_is_open(
    db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    with_settings(codes_an_hour=1)
    ask(now)
    assert ask(now, number=number_of(1)).reason == "overall-rate"
    assert notice(now) == ""
    assert actions.send_due(clock=lambda: now) == 1
    assert [console.text[:10] for console in queries.console()] == ["Jejak: pad"]


def test_notices_wait_for_the_breaker_and_go_out_when_it_is_reset(
    db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    with_settings(notices_an_hour=2, breaker_minutes=60 * 24 * 7)
    assert [notice(now, number=number_of(index)) for index in range(4)] == ["", "", "overall-rate", "breaker"]
    assert actions.send_due(clock=lambda: now + HOUR) == 0
    assert actions.reset_breaker(kind=Kind.NOTICE, by="account:7", now=now + HOUR) == 1
    assert actions.reset_breaker(kind=Kind.NOTICE, by="account:7", now=now + HOUR) == 0
    assert actions.send_due(clock=lambda: now + HOUR) == 2
    assert queries.open_breakers(now=now + HOUR) == []
    assert Trip.objects.values_list("reset_by", "reset_at").get() == ("account:7", now + HOUR)


def test_a_breaker_closes_by_itself_and_counting_begins_anew(
    db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    with_settings(codes_an_hour=2, breaker_minutes=5)
    for index in range(3):
        ask(now, number=number_of(index))
    assert ask(now + 4 * MINUTE, number=number_of(5)).reason == "breaker"
    assert ask(now + 5 * MINUTE, number=number_of(6)).reason == ""
    assert ask(now + 6 * MINUTE, number=number_of(7)).reason == ""
    assert ask(now + 6 * MINUTE, number=number_of(8)).reason == "overall-rate"


def test_notices_of_too_old_a_breaker_expire(db: None, now: datetime, with_settings: Callable[..., None]) -> None:
    with_settings(notices_an_hour=1, breaker_minutes=60 * 24 * 7)
    notice(now)
    notice(now, number=number_of(1))
    assert actions.send_due(clock=lambda: now + 3 * DAY) == 0
    assert list(Message.objects.values_list("state", "reason")) == [("expired", "too-late")]


def test_nobody_closes_a_breaker_without_a_name(db: None, now: datetime) -> None:
    with pytest.raises(ValueError, match="who"):
        actions.reset_breaker(kind=Kind.CODE, by=" ", now=now)


def test_numbers_of_other_countries_are_written_to_only_where_that_is_set(
    db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    assert ask(now, number="+6581234567").reason == "number-not-served"
    with_settings(sms_prefixes=("+60", "+65"))
    assert ask(now, number="+6581234567").reason == ""
    assert ask(now, number="+8821234567").reason == "number-not-served"


def test_a_refusal_is_counted_though_nothing_else_is_kept(db: None, now: datetime) -> None:
    for _ in range(7):
        ask(now)
    assert list(Refusal.objects.values_list("reason", "count", "hour")) == [
        ("recipient-hour", 4, now.replace(minute=0)),
    ]
    assert Message.objects.count() == 3


def test_a_wish_that_its_caller_rolls_back_leaves_no_message_and_no_job(db: None, now: datetime) -> None:
    with transaction.atomic():
        ask(now)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_a_clock_that_goes_back_gives_nobody_more(db: None, now: datetime) -> None:
    for hours in (0, -1, -2, -400 * 24):
        ask(now + hours * HOUR)
    assert Message.objects.count() == 3


# Races


def test_fifty_at_once_for_one_number_get_three(transactional_db: None, now: datetime) -> None:
    deeds = [partial(ask, now, source=f"address:10.0.0.{index}") for index in range(50)]
    reasons = [asked.reason for asked in at_once(*deeds)]
    assert sorted(reasons) == [""] * 3 + ["recipient-hour"] * 47
    assert Message.objects.count() == 3
    assert Refusal.objects.get().count == 47


def test_fifty_at_once_share_one_last_place_before_the_breaker(
    transactional_db: None, now: datetime, with_settings: Callable[..., None]
) -> None:
    with_settings(new_recipients_an_hour=20)
    deeds = [partial(ask, now, number=number_of(index), source=f"address:{index}") for index in range(50)]
    reasons = [asked.reason for asked in at_once(*deeds)]
    assert sorted(reasons) == [""] * 20 + ["breaker"] * 29 + ["new-recipients"]
    assert Trip.objects.count() == 1


# Against a slow plain twin

wishes = st.lists(st.tuples(st.integers(0, 180), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=25).map(
    sorted
)


@given(wishes)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_decides_as_a_plain_list_would(db: None, asked: list[tuple[int, int, int]]) -> None:
    start = datetime(2022, 1, 21, tzinfo=UTC)
    with transaction.atomic():
        taken: list[tuple[datetime, int, int]] = []
        for minute, number, source in asked:
            now = start + minute * MINUTE
            lately = [wish for wish in taken if now - HOUR < wish[0]]
            to = sum(wish[1] == number for wish in lately)
            to_day = sum(wish[1] == number for wish in taken)
            expected = "recipient-hour" if to >= 3 else "recipient-day" if to_day >= 5 else ""
            assert ask(now, number=number_of(number), source=f"address:{source}").reason == expected
            if not expected:
                taken.append((now, number, source))
        transaction.set_rollback(True)


# Nothing that a caller wrote


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if isinstance(p, str) and p], ids=repr)
def test_what_a_caller_wrote_reaches_nobody_through_any_way_in(db: None, now: datetime, payload: str) -> None:
    wrote = {"template": "notice.contact", "language": "ms", "source": f"address:{payload}", "now": now}
    good = {"day": now.date(), "link": Link("me")}
    to = Phone("+60123456789")
    for changes in (
        {"slots": good | {"day": payload}},
        {"slots": good | {"link": payload}},
        {"slots": good | {"link": Link(payload)}},
        {"slots": good | {"link": Link("notice", payload)}},  # type: ignore[arg-type]
        {"slots": good | {payload: payload}},
        {"slots": good, "language": payload},
        {"slots": good, "template": payload},
    ):
        with pytest.raises(MessagingError):
            actions.queue(recipient=to, **(wrote | changes))  # type: ignore[arg-type]
    with pytest.raises(TemplateUnknown):
        actions.send_code(purpose=payload, recipient=to, language="ms", source=payload, now=now)
    with pytest.raises(MessagingError):
        Phone(payload)
    # What it may say is its source, which stands in no message, and what it types as a code.
    assert actions.queue(recipient=to, slots=good, **wrote).message  # type: ignore[arg-type]
    asked = actions.send_code(purpose="sign-in", recipient=to, language="ms", source=payload, now=now)
    assert not actions.check_code(challenge=asked.challenge, purpose=payload, recipient=to, typed=payload, now=now)
    assert actions.send_due(clock=lambda: now) == 2
    assert len(queries.console()) == 2
    if payload != "1234567":
        assert not any(payload in shown.text or payload in shown.recipient for shown in queries.console())


def test_a_code_cannot_be_written_into_a_message_by_hand(db: None, now: datetime) -> None:
    from jejak.messaging.slots import OneTimeCode

    with pytest.raises(TemplateUnknown):
        actions.queue(
            template="code.sign-in",
            recipient=Phone("+60123456789"),
            language="ms",
            slots={"code": OneTimeCode("0000000"), "minutes": 10},
            source="account:1",
            now=now,
        )


def test_a_slot_is_checked_before_any_budget_is_used(db: None, now: datetime) -> None:
    with pytest.raises(SlotRefused):
        actions.queue(
            template="reply.checked-in",
            recipient=Phone("+60123456789"),
            language="ms",
            slots={"place": "x", "at": now},
            source="phone",
            now=now,
        )
    assert not Message.objects.exists()
