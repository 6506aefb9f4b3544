"""While a backup is restored every path answers 503 with a page that says so."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from jejak.config import closed
from jejak.kernel.settings import settings

Sent = list[dict[str, Any]]


def asked(application: Any, kind: str = "http") -> Sent:
    sent: Sent = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.shutdown"} if sent or kind == "http" else {"type": "lifespan.startup"}

    asyncio.run(application({"type": kind, "path": "/p/x", "method": "GET"}, receive, send))
    return sent


async def inner(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "inner"})


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(closed, "settings", lambda: dataclasses.replace(settings(), data=tmp_path))
    monkeypatch.setattr(closed, "LOOK_SECONDS", 0)
    return tmp_path


def test_the_mark_closes_and_its_end_opens(data: Path) -> None:
    application = closed.closing(inner)
    assert asked(application) == [{"type": "inner"}]
    (data / "restoring.json").write_text("{}")
    start, body = asked(application)
    assert start["status"] == 503
    assert dict(start["headers"])[b"retry-after"] == b"60"
    assert "sedang dipulihkan" in body["body"].decode()
    assert "is being restored" in body["body"].decode()
    assert asked(application, "lifespan") == [{"type": "inner"}]
    (data / "restoring.json").unlink()
    assert asked(application) == [{"type": "inner"}]


def test_a_node_that_starts_meanwhile_loads_nothing_and_says_so(data: Path) -> None:
    (data / "restoring.json").write_text("{}")
    assert asked(closed.closed)[0]["status"] == 503
    assert [message["type"] for message in asked(closed.closed, "lifespan")] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
