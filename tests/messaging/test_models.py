"""Each named constraint refuses what it is named for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from messaging.conftest import NOW

from jejak.messaging.models import Code, Incoming, Message, Refusal, Report, Shown, Trip

KEY = bytes(16)
SEALED = {"recipient_sealed": b"x", "slots_sealed": b"x"}
OPEN: dict[str, Any] = {"recipient_sealed": None, "slots_sealed": None}
GOOD: dict[type, dict[str, Any]] = {
    Message: {
        "kind": "reply",
        "template": "reply.retired",
        "channel": "sms",
        "language": "ms",
        "recipient_key": KEY,
        "source_key": KEY,
        "new": True,
        "queued_at": NOW,
        "due_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
        **SEALED,
    },
    Refusal: {
        "template": "reply.retired",
        "channel": "sms",
        "reason": "breaker",
        "about_key": b"",
        "hour": NOW,
        "count": 1,
    },
    Trip: {"kind": "code", "reason": "overall-rate", "tripped_at": NOW, "cools_at": NOW + timedelta(hours=1)},
    Code: {"purpose": "sign-in", "digest": KEY, "issued_at": NOW},
    Report: {"channel": "sms", "reference": "gw-1", "state": "sent", "at": NOW},
    Incoming: {"key": KEY, "at": NOW, "received_at": NOW, "state": "accepted"},
    Shown: {
        "message": "01890a5d-ac96-774b-bcce-b302099a8057",
        "channel": "sms",
        "recipient_sealed": b"x",
        "text_sealed": b"x",
        "at": NOW,
    },
}
BROKEN: list[tuple[type, str, dict[str, Any]]] = [
    (Message, "message_kind_known", {"kind": "advert"}),
    (Message, "message_channel_known", {"channel": "fax"}),
    (Message, "message_language_known", {"language": "de"}),
    (Message, "message_state_known", {"state": "lost", **OPEN}),
    (Message, "message_sealed_while_waiting", OPEN),
    (Message, "message_sealed_while_waiting", {"state": "sent", "sent_at": NOW}),
    (Message, "message_sending_has_begun", {"state": "sending"}),
    (Message, "message_sent_has_time", {"state": "sent", **OPEN}),
    (Message, "message_ended_has_time", {"state": "delivered", "sent_at": NOW, **OPEN}),
    (Message, "message_ended_has_time", {"ended_at": NOW}),
    (Message, "message_failure_has_reason", {"state": "failed", "ended_at": NOW, **OPEN}),
    (Message, "message_reason_is_word", {"reason": "Klik di sini"}),
    (Message, "message_expires_later", {"expires_at": NOW}),
    (Message, "message_keys_sized", {"recipient_key": b"+60123456789"}),
    (Message, "message_keys_sized", {"source_key": b""}),
    (Refusal, "refusal_reason_known", {"reason": "mood"}),
    (Refusal, "refusal_counts", {"count": 0}),
    (Refusal, "refusal_key_sized", {"about_key": b"+60123456789"}),
    (Trip, "trip_kind_known", {"kind": "advert"}),
    (Trip, "trip_reason_known", {"reason": "mood"}),
    (Trip, "trip_cools_later", {"cools_at": NOW}),
    (Trip, "trip_reset_paired", {"reset_at": NOW}),
    (Trip, "trip_reset_paired", {"reset_by": "account:7"}),
    (Code, "code_tries_bounded", {"tries": 6}),
    (Code, "code_used_by_a_try", {"used_at": NOW}),
    (Code, "code_digest_sized", {"digest": b"1234567"}),
    (Report, "report_state_known", {"state": "queued"}),
    (Report, "report_channel_known", {"channel": "fax"}),
    (Report, "report_reference_bounded", {"reference": "Klik di sini"}),
    (Incoming, "incoming_channel_known", {"channel": "fax"}),
    (Incoming, "incoming_key_sized", {"key": b"+60123456789"}),
    (Incoming, "incoming_sent_before", {"at": NOW + timedelta(seconds=1)}),
    (Incoming, "incoming_refused_has_reason", {"state": "refused"}),
    (Incoming, "incoming_refused_has_reason", {"reason": "garbled"}),
    (Incoming, "incoming_refused_has_reason", {"state": "refused", "reason": "Klik di sini"}),
    (Incoming, "incoming_refused_has_reason", {"state": "lost"}),
    (Shown, "shown_channel_known", {"channel": "fax"}),
]
TWICE = {
    Refusal: "messaging_refusal_once",
    Report: "messaging_report_once",
    Incoming: "messaging_incoming_once",
    Shown: "messaging_shown_message_key",
}


@pytest.mark.parametrize(
    ("model", "name", "changes"), BROKEN, ids=[f"{name}-{i}" for i, (_, name, _) in enumerate(BROKEN)]
)
def test_the_database_refuses_it(db: None, model: Any, name: str, changes: dict[str, Any]) -> None:
    model.objects.create(**GOOD[model])
    fresh = {Shown: {"message": "01890a5d-ac96-774b-bcce-b302099a8058"}, Incoming: {"key": bytes(15) + b"x"}}.get(
        model, {}
    )
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        model.objects.create(**(GOOD[model] | fresh | changes))


@pytest.mark.parametrize("model", TWICE)
def test_the_database_refuses_it_twice(db: None, model: Any) -> None:
    model.objects.create(**GOOD[model])
    with pytest.raises(IntegrityError, match=TWICE[model]), transaction.atomic():
        model.objects.create(**GOOD[model])


def test_every_check_has_its_violation() -> None:
    named = {
        constraint.name
        for model in GOOD
        for constraint in model._meta.constraints  # type: ignore[attr-defined]
    }
    assert named == {name for _, name, _ in BROKEN} | {name for name in TWICE.values() if not name.endswith("_key")}


@pytest.mark.parametrize("model", GOOD)
def test_a_row_shows_nothing_of_whom_it_is_about(model: Any) -> None:
    assert "60123" not in str(model(**GOOD[model]))
