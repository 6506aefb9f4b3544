"""The door for gateways: only who proves the secret is heard, and is heard once."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from messaging.gateways import HttpGateway
from messaging.test_budgets import notice
from messaging.test_words import PAYLOADS

from jejak.messaging import actions, queries
from jejak.messaging.models import Message, Report
from jejak.messaging.rules import State

SECRET = "r4nd0m-but-long-enough-for-this"
PATH = "/messages/reports/sms"


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def secret(with_settings: Callable[..., None]) -> None:
    with_settings(sms_report_secret=SECRET)


@pytest.fixture
def message(db: None, now: datetime) -> UUID:
    notice(now)
    actions.send_due(clock=lambda: now)
    return Message.objects.get().uuid


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Signature": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()}


def post(client: Client, said: Any, *, path: str = PATH, headers: dict[str, str] | None = None) -> Any:
    body = json.dumps(said).encode()
    given = signed(body) if headers is None else headers
    return client.post(path, body, content_type="application/json", headers=given)


def state(message: UUID) -> State:
    found = queries.delivery(message=message)
    assert found
    return found.state


def test_a_signed_report_moves_the_message(client: Client, message: UUID) -> None:
    for _ in range(2):
        assert post(client, {"reference": str(message), "status": "DELIVRD"}).status_code == 204
    assert state(message) is State.DELIVERED


def test_a_bearer_or_a_secret_address_will_do(client: Client, message: UUID) -> None:
    said = {"reference": str(message), "status": "failed"}
    assert post(client, said, headers={"Authorization": f"Bearer {SECRET}"}).status_code == 204
    assert state(message) is State.FAILED
    answer = client.get(f"{PATH}/{SECRET}", {"reference": str(message), "status": "delivered"})
    assert answer.status_code == 204
    assert state(message) is State.DELIVERED


def test_a_form_is_read_too(client: Client, message: UUID) -> None:
    answer = client.post(f"{PATH}/{SECRET}", {"reference": str(message), "status": "UNDELIV"})
    assert (answer.status_code, state(message)) == (204, State.FAILED)


def test_fields_are_named_as_the_gateway_names_them(
    client: Client, message: UUID, with_settings: Callable[..., None]
) -> None:
    with_settings(sms_report_secret=SECRET, sms_report_id="msgid", sms_report_state="dlr")
    assert post(client, {"msgid": str(message), "dlr": "Delivered"}).status_code == 204
    assert state(message) is State.DELIVERED


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {}),
        (PATH, {"X-Signature": ""}),
        (PATH, {"X-Signature": "sha256="}),
        (PATH, {"X-Signature": "sha256=é"}),
        (PATH, signed(b"another body")),
        (PATH, {"Authorization": "Bearer"}),
        (PATH, {"Authorization": "Bearer wrong"}),
        (PATH, {"Authorization": "Basic x"}),
        (f"{PATH}/wrong", {}),
        (f"{PATH}/{SECRET[:-1]}", {}),
        (f"{PATH}/é", {}),
    ],
)
def test_without_the_secret_the_page_does_not_exist(
    client: Client, message: UUID, path: str, headers: dict[str, str]
) -> None:
    answer = post(client, {"reference": str(message), "status": "delivered"}, path=path, headers=headers)
    assert answer.status_code == 404
    assert client.get(path, {"reference": str(message), "status": "delivered"}).status_code == 404
    assert state(message) is State.SENT


def test_with_no_secret_set_nothing_is_heard(client: Client, message: UUID, with_settings: Callable[..., None]) -> None:
    with_settings(sms_report_secret="")
    said = {"reference": str(message), "status": "delivered"}
    assert post(client, said, headers={"Authorization": "Bearer "}).status_code == 404
    assert post(client, said, headers=signed(json.dumps(said).encode(), "")).status_code == 404
    assert state(message) is State.SENT


@pytest.mark.parametrize("payload", [*PAYLOADS, {}, [], 7, "x" * 20_000], ids=lambda value: repr(value)[:30])
def test_what_a_report_says_reaches_no_message_and_no_row(client: Client, message: UUID, payload: Any) -> None:
    for said in (
        {"reference": payload, "status": "delivered"},
        {"reference": str(message), "status": payload},
        {"reference": str(message)},
        payload,
    ):
        try:
            body = json.dumps(said).encode()
        except TypeError:
            continue
        answer = client.post(PATH, body, content_type="application/json", headers=signed(body))
        assert answer.status_code in {204, 400, 404}
        if isinstance(payload, str) and len(payload) > 3:
            assert payload not in answer.content.decode()
    assert state(message) is State.SENT
    plain = {"1234567", "7", "10000000", "-1"}
    assert set(Report.objects.values_list("reference", flat=True)) <= plain


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null", b"7", b'{"a":' * 2000])
def test_garbage_is_answered_as_a_problem(client: Client, db: None, body: bytes) -> None:
    answer = client.post(PATH, body, content_type="application/json", headers=signed(body))
    assert answer.status_code == 400
    assert answer.json()["code"] == "message-report-invalid"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(f"{PATH}/{SECRET}").status_code == 405


def test_reports_shuffled_and_repeated_end_alike(client: Client, db: None, now: datetime) -> None:
    with HttpGateway():
        notice(now)
    actions.send_due(clock=lambda: now)
    name = str(Message.objects.get().uuid)
    for status in ("delivered", "sent", "failed", "accepted", "delivered", "expired"):
        assert post(client, {"reference": name, "status": status}).status_code == 204
    assert state(UUID(name)) is State.DELIVERED
