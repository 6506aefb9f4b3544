"""The demo's morning: twelve cases are there, the laboratory's file brings the rest, and a run over all finds people."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.test import Client
from rich.console import Console

from jejak.demo import morning, queries
from jejak.demo.accounts import HEALTH
from jejak.demo.command import fill
from jejak.formats.tablefiles import PAGE, lines
from jejak.kernel import clock
from jejak.kernel.settings import settings as node_settings
from jejak.tracing import actions
from jejak.tracing.models import Case, Contact, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "public", "owner", "retention"]),
    pytest.mark.urls("demo.demo_urls"),
]


@pytest.fixture
def demo(database: Any, demo_node: None) -> Iterator[None]:
    cache.clear()
    path = node_settings().data / morning.FILE
    path.unlink(missing_ok=True)
    fill(settings=node_settings(), scale="tiny", console=Console(quiet=True), now=NOW)
    yield
    path.unlink()
    queries._story.cache_clear()


def sent(client: Client) -> str:
    """Send the laboratory's file by the page's button, agree to it, and return where its report stands."""
    found = client.post("/demo/laboratory/").headers["Location"]
    assert re.fullmatch(r"/tracing/reports/[0-9a-f-]{36}/", found)
    client.post(f"{found}confirm/")
    return found


def test_twelve_cases_are_reported_to_the_office_by_a_laboratory_and_a_clinic(demo: None) -> None:
    rows = list(Case.objects.select_related("agency", "reporter"))
    assert len(rows) == morning.REPORTED
    assert {row.agency.name for row in rows} == {HEALTH.name}
    assert {row.reporter.kind for row in rows if row.reporter} == {"laboratory", "clinic"}
    assert all(row.person_id for row in rows), "the log knows them"


def test_the_file_brings_the_rest_of_forty_and_says_why_a_row_stays_out(demo: None, client: Client) -> None:
    report = client.get(sent(client)).context["it"]
    assert (report.received, report.accepted, report.known, report.quarantined) == (30, 28, 1, 1)
    assert Case.objects.count() == morning.FORTY
    assert Case.objects.exclude(person=None).count() == morning.FORTY


def test_the_file_can_be_taken_and_is_the_one_the_button_sends(demo: None, client: Client, tmp_path: Any) -> None:
    answer = client.get("/demo/makmal.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="makmal.csv"'
    (tmp_path / "makmal.csv").write_bytes(answer.content)
    with (tmp_path / "makmal.csv").open("rb") as file:
        assert len(list(lines(file, limits=PAGE))) == 31, "thirty and their headings"
    assert client.get("/demo/phones/").status_code == 200


def test_a_run_over_all_forty_finds_contacts_and_looking_back_finds_where_they_met(demo: None, client: Client) -> None:
    sent(client)
    client.post("/demo/enter/officer/")
    for direction in ("forward", "backward"):
        wanted = {"case": [str(row.uuid) for row in Case.objects.all()], "direction": direction, "minutes": "15",
                  "purpose": "Empat puluh kes pagi ini"}  # fmt: skip
        found = client.post("/tracing/runs/", wanted).headers["Location"]
        actions.go_on(number=Run.objects.latest("pk").pk, clock=clock.now)
        assert client.get(found).status_code == 200
    assert Contact.objects.count() > 20
    shared = client.get(f"{found}places/").context["shared"]
    assert max(len(one.gathering.cases) for one in shared.ranked) >= 3


def test_filling_again_reports_nobody_twice_and_mends_a_file_that_is_missing(demo: None) -> None:
    path = node_settings().data / morning.FILE
    before = path.read_bytes()
    path.unlink()
    fill(settings=node_settings(), scale="tiny", console=Console(quiet=True), now=NOW)
    assert (Case.objects.count(), path.read_bytes()) == (morning.REPORTED, before)


def test_on_a_node_that_is_no_demo_there_is_neither_file_nor_phone(database: Any, client: Client) -> None:
    assert client.get("/demo/makmal.csv").status_code == 404
    assert client.post("/demo/laboratory/").status_code == 404
    assert client.get("/demo/phones/").status_code == 404
