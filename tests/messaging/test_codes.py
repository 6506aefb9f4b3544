"""One-time codes: once, ten minutes, five tries, bound to whom and what for, and no oracle."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from racing import at_once

from jejak.messaging import actions, queries
from jejak.messaging.actions import Asked
from jejak.messaging.models import Code, Message, Refusal
from jejak.messaging.recipients import Phone, Recipient
from jejak.messaging.rules import CODE_LIFE, CODE_TRIES

PHONE = Phone("+60123456789")
OTHER = Phone("+60123456780")
SECOND = timedelta(seconds=1)


def ask(now: datetime, *, to: Recipient = PHONE, known: bool = True, purpose: str = "sign-in") -> Asked:
    return actions.send_code(
        purpose=purpose, recipient=to, language="ms", source="address:203.0.113.9", now=now, known=known
    )


def sent(now: datetime, *, purpose: str = "sign-in") -> tuple[UUID, str]:
    """Return the challenge and the digits of a code that went to the console twin."""
    asked = ask(now, purpose=purpose)
    assert actions.send_due(clock=lambda: now) == 1
    [digits] = re.findall(r"\b[0-9]{7}\b", queries.console()[0].text)
    return asked.challenge, digits


def check(challenge: UUID, typed: str, now: datetime, *, to: Recipient = PHONE, purpose: str = "sign-in") -> bool:
    return actions.check_code(challenge=challenge, purpose=purpose, recipient=to, typed=typed, now=now)


def wrong(digits: str) -> str:
    return digits[:-1] + str((int(digits[-1]) + 1) % 10)


def test_the_code_is_right_once(db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    assert check(challenge, digits, now)
    assert not check(challenge, digits, now)


@pytest.mark.parametrize("shape", ["{} ", " {}", "{}"])
def test_spaces_and_dashes_do_not_matter(db: None, now: datetime, shape: str) -> None:
    challenge, digits = sent(now)
    assert check(challenge, shape.format(f"{digits[:3]}-{digits[3:5]} {digits[5:]}"), now)


def test_the_fifth_wrong_try_is_the_last(db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    for _ in range(CODE_TRIES):
        assert not check(challenge, wrong(digits), now)
    assert not check(challenge, digits, now)
    assert Code.objects.get().tries == CODE_TRIES


def test_four_wrong_tries_leave_one(db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    for _ in range(CODE_TRIES - 1):
        assert not check(challenge, wrong(digits), now)
    assert check(challenge, digits, now)


def test_it_lives_ten_minutes(db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    assert not check(challenge, digits, now + CODE_LIFE)
    assert not check(challenge, digits, now - SECOND)
    assert check(challenge, digits, now + CODE_LIFE - SECOND)


def test_it_is_good_for_its_recipient_purpose_and_challenge_alone(db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    another = ask(now)
    assert not check(challenge, digits, now, to=OTHER)
    assert not check(challenge, digits, now, purpose="premises")
    assert not check(another.challenge, digits, now)
    assert not check(UUID(int=0), digits, now)
    assert check(challenge, digits, now)


@pytest.mark.parametrize("typed", ["", " ", "x", "0" * 10**6, "\x00", "٠١٢٣٤٥٦", "{{7*7}}", "%s"])
def test_whatever_is_typed_is_only_wrong(db: None, now: datetime, typed: str) -> None:
    challenge, _ = sent(now)
    assert not check(challenge, typed, now)


def test_the_database_holds_a_keyed_hash_and_the_sealed_text_goes_when_it_is_sent(db: None, now: datetime) -> None:
    _, digits = sent(now)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(c)::text from messaging_code c")
        held = cursor.fetchone()[0]
        cursor.execute("select row_to_json(m)::text from messaging_message m")
        held += cursor.fetchone()[0]
    assert digits not in held
    assert digits.encode().hex() not in held
    assert Message.objects.get().slots_sealed is None


def test_codes_are_spread_over_all_seven_digits(db: None, now: datetime) -> None:
    found = set()
    for index in range(30):
        asked = actions.send_code(
            purpose="sign-in",
            recipient=Phone(f"+6012000{index:04}"),
            language="ms",
            source=f"address:{index}",
            now=now,
        )
        assert asked.reason == ""
    actions.send_due(clock=lambda: now)
    for shown in queries.console(limit=30):
        found |= set(re.findall(r"\b[0-9]{7}\b", shown.text))
    assert len(found) == 30
    assert len({code[0] for code in found}) > 3


# Whether a number is known


def test_the_answer_is_the_same_for_a_number_that_nobody_has(db: None, now: datetime) -> None:
    for to, known in ((PHONE, True), (OTHER, False)):
        answers = [ask(now + index * SECOND, to=to, known=known) for index in range(5)]
        assert [answer.reason for answer in answers] == ["", "", "", "recipient-hour", "recipient-hour"]
        assert [answer.expires_at for answer in answers] == [now + index * SECOND + CODE_LIFE for index in range(5)]
        assert len({answer.challenge for answer in answers}) == 5
    assert {row.count for row in Refusal.objects.all()} == {2}


def test_an_unknown_number_costs_the_same_work(db: None, now: datetime) -> None:
    ask(now), ask(now, to=OTHER, known=False)  # what is cached is cached
    said = []
    for to, known in ((PHONE, True), (OTHER, False)):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            ask(now, to=to, known=known)
        said.append([re.sub(r"'[^']*'(::\w+)?|NULL|[0-9a-f-]{16,}|\d+", "?", query["sql"])[:60] for query in caught])
    assert said[0] == said[1]


def test_an_unknown_number_gets_nothing_and_no_code_is_right(db: None, now: datetime) -> None:
    asked = ask(now, to=OTHER, known=False)
    assert actions.send_due(clock=lambda: now) == 0
    assert queries.console() == []
    assert Message.objects.get().recipient_sealed is None
    for typed in ("0000000", "", "1234567"):
        assert not check(asked.challenge, typed, now, to=OTHER)
    assert Code.objects.get().tries == 3


# Races


def test_fifty_tries_at_once_count_as_five(transactional_db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    right = at_once(*[lambda: check(challenge, wrong(digits), now)] * 49, lambda: check(challenge, "0", now))
    assert not any(right)
    assert Code.objects.get().tries == CODE_TRIES
    assert not check(challenge, digits, now)


def test_the_right_code_at_once_from_many_is_right_for_one(transactional_db: None, now: datetime) -> None:
    challenge, digits = sent(now)
    assert sum(at_once(*[lambda: check(challenge, digits, now)] * 20)) == 1


def test_a_code_that_waited_too_long_is_not_sent(db: None, now: datetime, with_settings: Callable[..., None]) -> None:
    ask(now)
    assert actions.send_due(clock=lambda: now + CODE_LIFE) == 0
    assert list(Message.objects.values_list("state", "reason")) == [("expired", "too-late")]
