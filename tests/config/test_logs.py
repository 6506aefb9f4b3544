"""What a log may hold of an error: never what somebody typed."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

import psycopg
import pytest
import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from jejak.config import logs

PERSON = "Siti binti\nAli"


@pytest.fixture
def refused(database: Any) -> psycopg.Error:
    """An error as PostgreSQL tells it, with the row that it refused."""
    with psycopg.connect(database.app) as connection:
        connection.execute("create temporary table typed (name text unique)")
        connection.execute("insert into typed values (%s)", [PERSON])
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            connection.execute("insert into typed values (%s)", [PERSON])
    assert "Siti" in str(caught.value)
    return caught.value


def test_a_line_of_the_log_quotes_no_value(refused: psycopg.Error) -> None:
    told = settings.LOGGING["formatters"]["line"]
    line = import_string(told["()"])(told["format"])
    exception = (type(refused), refused, refused.__traceback__)
    text = line.format(logging.LogRecord("django", logging.ERROR, "x", 1, "refused", None, exception))
    assert "UniqueViolation" in text
    assert "typed_name_key" in text
    assert "Siti" not in text
    assert "Ali" not in text


def test_a_line_of_the_lane_quotes_no_value(refused: psycopg.Error, capsys: pytest.CaptureFixture[str]) -> None:
    logs.full()
    structlog.get_logger().error("lane.failed", exc_info=refused)
    structlog.reset_defaults()
    said = json.loads(capsys.readouterr().err)
    assert "typed_name_key" in said["exception"]
    assert "Siti" not in said["exception"]
    assert "Ali" not in said["exception"]


def test_a_log_that_nobody_reads_any_more_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    gone.close()
    logs.full()
    kept = structlog.get_logger()
    monkeypatch.setattr(sys, "stderr", gone)
    kept.error("lane.failed", exc_info=ValueError("no poster"))
    monkeypatch.setattr(sys, "stderr", read := io.StringIO())
    kept.error("lane.failed")
    structlog.reset_defaults()
    assert "lane.failed" in read.getvalue()
