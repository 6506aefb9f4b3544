"""Recipients, moments and real local gateways for the tests of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from jejak.messaging.recipients import Phone

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)  # 3.15 in the afternoon in Malaysia


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def phone() -> Phone:
    return Phone("+60123456789")


@pytest.fixture
def with_settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give this node other settings for the time of a test."""
    from dataclasses import replace

    from jejak.kernel.settings import settings
    from jejak.messaging import delivery, queueing, views

    def give(**changes: Any) -> None:
        changed = replace(settings(), **changes)
        for module in (delivery, queueing, views):
            monkeypatch.setattr(module, "settings", lambda: changed)

    return give


@pytest.fixture
def gateway() -> Iterator[Any]:
    from messaging.gateways import HttpGateway

    with HttpGateway() as running:
        yield running
