"""The door for messages that come in: only who proves the secret is heard, each message once, and all are counted."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from messaging.test_words import PAYLOADS
from racing import at_once

from jejak.kernel import clock
from jejak.messaging import actions, inbox, queries, views
from jejak.messaging.actions import Heard, Received
from jejak.messaging.models import Incoming

SECRET = "r4nd0m-but-long-enough-for-this"
PATH = "/messages/incoming/sms"
GOOD = {"from": "60123456789", "text": "MASUK ABC-DEFG", "id": "gw-1"}
HOUR = timedelta(hours=1)


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def secret(with_settings: Callable[..., None]) -> None:
    with_settings(sms_incoming_secret=SECRET)


@pytest.fixture(autouse=True)
def heard() -> Iterator[list[Received]]:
    """Whatever reaches the room that answers; here one that refuses texts without a digit or hyphen."""
    said: list[Received] = []

    def answer(message: Received) -> Heard:
        said.append(message)
        return Heard("" if "-" in message.text else "no-hyphen")

    before = dict(inbox._handlers)
    actions.on_incoming(answer)
    yield said
    inbox._handlers.clear()
    inbox._handlers.update(before)


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Signature": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def post(client: Client, said: Any, *, path: str = PATH, headers: dict[str, str] | None = None) -> Any:
    body = json.dumps(said).encode()
    given = signed(body) if headers is None else headers
    return client.post(path, body, content_type="application/json", headers=given)


def test_a_message_is_handed_on_whole_and_answered_with_nothing(
    client: Client, db: None, heard: list[Received]
) -> None:
    answer = post(client, GOOD)
    assert (answer.status_code, answer.content) == (204, b"")
    assert [(one.sender, one.text) for one in heard] == [("60123456789", "MASUK ABC-DEFG")]
    assert Incoming.objects.get().state == "accepted"


@pytest.mark.parametrize("way", ["bearer", "address", "form", "query"])
def test_every_way_that_gateways_speak_is_understood(client: Client, db: None, heard: list[Received], way: str) -> None:
    if way == "bearer":
        answer = post(client, GOOD, headers={"Authorization": f"Bearer {SECRET}"})
    elif way == "address":
        answer = post(client, GOOD, path=f"{PATH}/{SECRET}", headers={})
    elif way == "form":
        answer = client.post(f"{PATH}/{SECRET}", GOOD)
    else:
        answer = client.get(f"{PATH}/{SECRET}", GOOD)
    assert answer.status_code == 204
    assert heard[0].text == GOOD["text"]


def test_fields_are_named_as_the_gateway_names_them(
    client: Client, db: None, heard: list[Received], with_settings: Callable[..., None]
) -> None:
    with_settings(
        sms_incoming_secret=SECRET,
        sms_incoming_from="msisdn",
        sms_incoming_text="body",
        sms_incoming_id="ref",
        sms_incoming_time="ts",
    )
    before = clock.now() - HOUR
    said = {"msisdn": "+60123456789", "body": "a-b", "ref": 7, "ts": int(before.timestamp())}
    assert post(client, said).status_code == 204
    assert (heard[0].sender, heard[0].text) == ("+60123456789", "a-b")
    assert heard[0].at == before.replace(microsecond=0)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {}),
        (PATH, signed(b"another body")),
        (PATH, {"Authorization": "Bearer wrong"}),
        (PATH, {"X-Signature": "sha256=é"}),
        (f"{PATH}/wrong", {}),
        (f"{PATH}/{SECRET[:-1]}", {}),
    ],
)
def test_without_the_secret_the_page_does_not_exist(
    client: Client, db: None, heard: list[Received], path: str, headers: dict[str, str]
) -> None:
    assert post(client, GOOD, path=path, headers=headers).status_code == 404
    assert client.get(path, GOOD).status_code == 404
    assert heard == []


def test_the_secret_of_delivery_reports_is_another(
    client: Client, db: None, heard: list[Received], with_settings: Callable[..., None]
) -> None:
    with_settings(sms_report_secret=SECRET, sms_incoming_secret="")
    assert post(client, GOOD).status_code == 404
    assert post(client, GOOD, headers={"Authorization": "Bearer "}).status_code == 404
    with_settings(sms_report_secret=SECRET, sms_incoming_secret=SECRET[::-1])
    assert post(client, GOOD).status_code == 404
    assert heard == []


@pytest.mark.parametrize("lacking", ["from", "text", "id"])
@pytest.mark.parametrize("value", [None, "", "  ", [], {"a": 1}, True])
def test_what_lacks_sender_text_or_name_is_answered_as_a_problem(
    client: Client, db: None, heard: list[Received], lacking: str, value: Any
) -> None:
    answer = post(client, GOOD | {lacking: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "message-incoming-invalid")
    assert heard == []
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null", b"7", b'{"a":' * 2000, b'"' + b"x" * 20_000])
def test_garbage_is_answered_as_a_problem(client: Client, db: None, body: bytes) -> None:
    answer = client.post(PATH, body, content_type="application/json", headers=signed(body))
    assert answer.status_code in {400, 404}
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("payload", [str(payload) for payload in PAYLOADS], ids=lambda value: value[:20])
def test_no_answer_holds_a_word_of_the_message(client: Client, db: None, payload: str) -> None:
    for name in GOOD:
        for given in (post(client, GOOD | {name: payload}), client.get(f"{PATH}/{SECRET}", GOOD | {name: payload})):
            assert given.status_code in {204, 400}
            if len(payload) > 4:
                assert payload not in given.content.decode()
                assert payload not in str(given.headers)


def test_a_message_that_comes_again_is_heard_once(client: Client, db: None, heard: list[Received]) -> None:
    for text in ("MASUK ABC-DEFG", "MASUK ABC-DEFG", "something else"):
        assert post(client, GOOD | {"text": text}).status_code == 204
    assert len(heard) == 1
    assert post(client, GOOD | {"id": "gw-2"}).status_code == 204
    assert len(heard) == 2


def test_a_message_that_comes_twice_at_once_is_heard_once(transactional_db: None, heard: list[Received]) -> None:
    bring = partial(actions.receive, sender="0123456789", text="a-b", reference="gw-7", said=None, now=clock.now())
    answers: list[Heard] = at_once(*[bring] * 6)
    assert len(heard) == 1
    assert sorted(answer.before for answer in answers) == [False, *[True] * 5]
    assert Incoming.objects.count() == 1


def test_what_fails_on_our_side_is_not_counted_and_may_come_again(
    db: None, heard: list[Received], client: Client
) -> None:
    def broken(_: Received) -> Heard:
        raise RuntimeError("the database went away")

    actions.on_incoming(broken)
    with pytest.raises(RuntimeError):
        post(client, GOOD)
    assert not Incoming.objects.exists()
    actions.on_incoming(lambda _: Heard())
    assert post(client, GOOD).status_code == 204
    assert Incoming.objects.get().state == "accepted"


def test_received_is_accepted_and_refused_with_a_reason(client: Client, db: None) -> None:
    for number in range(5):
        post(client, GOOD | {"id": f"gw-{number}", "text": "a-b" if number < 3 else "ab"})
    found = queries.came_in(since=clock.now() - HOUR)
    assert [(one.state, one.reason, one.messages) for one in found] == [
        ("accepted", "", 3),
        ("refused", "no-hyphen", 2),
    ]


def test_where_no_room_answers_it_says_so(client: Client, db: None) -> None:
    inbox._handlers.clear()
    assert post(client, GOOD).status_code == 204
    assert Incoming.objects.get().reason == "nobody-answers"


def test_neither_words_nor_number_are_kept(client: Client, db: None) -> None:
    post(client, GOOD | {"id": "60123456789"})
    [row] = Incoming.objects.values()
    assert not any("0123456789" in str(value) or "MASUK" in str(value) for value in row.values())


NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-01-21T15:15:00+08:00", NOW),
        ("2022-01-21T07:15:00Z", NOW),
        ("2022-01-21 07:15:00", NOW),
        (str(int(NOW.timestamp())), NOW),
        (str(int(NOW.timestamp() * 1000)), NOW),
        ("", None),
        ("yesterday", None),
        ("9" * 39, None),
        ("9" * 500, None),
        ("²", None),
        ("2022-13-45", None),
        ("-1", None),
    ],
)
def test_a_gateways_time_is_read_however_it_writes_it(text: str, expected: datetime | None) -> None:
    assert views.moment_said(text) == expected


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (None, NOW),
        (NOW - timedelta(minutes=3), NOW - timedelta(minutes=3)),
        (NOW - timedelta(hours=72), NOW - timedelta(hours=72)),
        (NOW - timedelta(hours=72, seconds=1), NOW),
        (NOW + timedelta(seconds=1), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
    ],
)
def test_a_gateways_time_counts_unless_it_cannot_be(said: datetime | None, counts: datetime) -> None:
    assert inbox.sent_at(said=said, now=NOW) == counts
