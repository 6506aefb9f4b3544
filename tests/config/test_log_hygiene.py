"""Nothing personal is logged: the main ways are walked with known names and numbers, and no line holds them."""

from __future__ import annotations

import ast
import inspect
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from granian.server import Server
from lane.conftest import furnished, rendered, site  # noqa: F401 - pytest finds fixtures by their names here
from lane.stand import Visitor, ask
from procrastinate.contrib.django import app

from jejak.access import actions as access
from jejak.access.rules import AgencyKind
from jejak.config import logs
from jejak.kernel import clock
from jejak.people import actions as people

if TYPE_CHECKING:
    from django.test import Client
    from lane.stand import Site

SOURCE = Path(__file__).parents[2] / "src" / "jejak"
PHONE, NAME, MAIL, IC = "012-987 6543", "Zulaikha Rahsia", "rahsia@contoh.example", "900101-14-5678"
KNOWN = re.compile(r"012-?987 ?6543|\+?60129876543|zulaikha|rahsia@|900101-?14-?5678", re.IGNORECASE)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line that the node's own logging writes, from everything that is at least as bad as a node logs."""
    told = settings.LOGGING["formatters"]["line"]
    line = import_string(told["()"])(told["format"])
    found: list[str] = []

    class Gather(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(line.format(record))

    handler = Gather()
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


def staff(role: str) -> Any:
    of = access.add_agency(name="Klinik Contoh", kind=AgencyKind.CLINIC, now=clock.now())
    return access.add_account(
        email=f"{role}@contoh.example", name=f"Orang {role}", kind="staff", role=role, agency=of, is_demo=True
    )


@pytest.mark.django_db
def test_the_pages_log_nothing_of_whom_they_are_asked_about(client: Client, demo_node: None, lines: list[str]) -> None:
    people.upsert_claimed(phone=PHONE, name=NAME, at=clock.now())
    client.raise_request_exception = False
    client.post("/me/sign-in/", {"phone": PHONE})
    client.post("/me/code/", {"code": "000000"})
    client.post("/accounts/login/", {"login": MAIL, "password": f"{NAME} {IC}"})
    client.get(f"/tiada/?q={PHONE}&name={NAME}")
    client.get("/staff/invitations/" + "aB3_" * 11 + "/")
    for role in ("health_officer", "data_steward", "clinic_staff", "agency_manager"):
        client.force_login(staff(role))
        client.get(f"/people/twice/?q={PHONE}")
        client.post("/tracing/", {"phone": PHONE, "purpose": NAME})
        client.post("/counter/", {"phone": PHONE, "number": IC})
        client.post("/staff/people/invite/", {"name": NAME, "email": MAIL, "role": "tiada"})
    assert any("Not Found" in line for line in lines)
    assert any("/staff/invitations/" in line for line in lines)
    assert [line for line in lines if KNOWN.search(line) or "aB3_" in line] == []


@pytest.mark.parametrize("said", [PHONE, "+60129876543", "0129876543", IC, IC.replace("-", ""), MAIL])
def test_a_fault_that_quotes_somebody_is_masked_in_both_kinds_of_log(
    said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = settings.LOGGING["formatters"]["line"]
    line = import_string(told["()"])(told["format"])
    fault = ValueError(f"cannot read {said!r}")
    record = logging.LogRecord(
        "django.request", logging.ERROR, "x", 1, "GET /x?q=%s", (said,), (type(fault), fault, None)
    )
    text = line.format(record)
    assert "cannot read" in text
    assert not KNOWN.search(text)
    logs.full()
    structlog.get_logger().error("lane.failed", exc_info=fault)
    structlog.reset_defaults()
    written = capsys.readouterr().err
    assert "cannot read" in written
    assert not KNOWN.search(written)


def test_what_is_nobodys_stays_readable() -> None:
    for line in (
        "2026-11-22 20:16:52,059 WARNING django.request Not Found: /staff/audit/01890a5d-ac96-774b-bcce-b302099a8057/",
        "lane.batch-failed items=1234567 code 123456",
    ):
        assert logs.masked(line) == line


def test_the_lane_logs_nothing_of_who_checks_in(
    site: Site,  # noqa: F811 - the fixture
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def act(lane: Any) -> None:
        one = Visitor(lane, site.code)
        await one.submit({"phone": PHONE, "name": NAME, "agree": "1", "id": "x", "sig": ""})
        await ask(lane, "GET", f"/p/{site.code}?name={NAME}&phone={PHONE}")
        await ask(lane, "POST", "/v1/check-ins:batch", body=f'{{"phone": "{PHONE}", "name": "{NAME}"'.encode())

    logs.full()
    site.run(act)
    structlog.reset_defaults()
    written = capsys.readouterr()
    assert not KNOWN.search(written.err + written.out)


def test_the_server_keeps_no_log_of_addresses() -> None:
    assert inspect.signature(Server.__init__).parameters["log_access"].default is False
    for path in SOURCE.rglob("*.py"):
        words = [node.arg for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.keyword)]
        assert "log_access" not in words, path


def test_nothing_is_logged_to_a_file() -> None:
    classes = {handler["class"] for handler in settings.LOGGING["handlers"].values()}
    assert classes == {"logging.StreamHandler"}


def test_the_arguments_of_every_job_are_numbers() -> None:
    tasks = {name: task for name, task in app.tasks.items() if not name.startswith(("builtin", "procrastinate"))}
    assert {"messaging.send", "premises.take_import", "access.tell"} <= set(tasks)
    for name, task in tasks.items():
        given = inspect.signature(task.func).parameters
        assert set(given) <= {"timestamp", "message", "number", "uuid"}, name
        assert {parameter.annotation for parameter in given.values()} <= {"int", "str", int, str}, name
