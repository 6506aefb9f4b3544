"""Everybody can read how the log stands, and fetch its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from ledger.conftest import NOTICE

from jejak.formats import note, tiles
from jejak.ledger import actions, checking, presenting, published, sequencing, witnessing
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.sources import Address

Append = Callable[..., list[int]]
WITNESS = note.key_of(name="witness.example", kind=note.COSIGNATURE, private_key=bytes(32)).text


def test_the_page_speaks_before_the_first_checkpoint(log: LogFiles, client: Any) -> None:
    assert "Belum ada titik semak" in client.get("/ledger/").content.decode()
    for path in ("checkpoint", "witnessed", "tile/0/000", "opened/000.json"):
        assert client.get(f"/ledger/{path}").status_code == 404


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_page_shows_the_log_its_witnesses_and_how_to_check_it(
    log: LogFiles, append: Append, client: Any, language: str
) -> None:
    append(1234)
    head = sequencing.sequence()
    assert head
    (log.folder / "policy").write_text(f"witness W {WITNESS}\nquorum W\n")
    witnessing.folder().publish("logs", f"log {sequencing.verifier_keys(head.origin)[0]}\nquorum none\n".encode())
    client.cookies["jejak_language"] = language
    page = client.get("/ledger/").content.decode()
    assert "1,234" in page
    assert head.root.hex() in page
    assert "witness.example" in page
    assert {"ms": "Menunggu saksi", "en": "Waiting for witnesses"}[language] in page
    key = sequencing.verifier_keys(head.origin)[0]
    assert f"jejak ledger fsck http://127.0.0.1:8000/ledger --key &#x27;{key}&#x27;" in page
    assert {"ms": "Belum dilihat", "en": "Not seen yet"}[language] in page


def test_published_records_are_told_in_the_rooms_words(
    log: LogFiles, append: Append, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenting, "_words", {})
    presenting.put_into_words(NOTICE.number, lambda record: f"Number {record['number']}!")
    append(2, kind=NOTICE)
    sequencing.sequence()
    page = client.get("/ledger/").content.decode()
    assert page.index("Number 1!") < page.index("Number 0!")


def test_published_records_that_no_room_puts_into_words_are_left_out(
    log: LogFiles, append: Append, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(1, kind=NOTICE)
    sequencing.sequence()
    for words in ({}, {9: str}):
        monkeypatch.setattr(presenting, "_words", words)
        assert client.get("/ledger/").status_code == 200


def test_the_files_are_those_of_the_log(log: LogFiles, append: Append, client: Any) -> None:
    append(300)
    append(1, kind=NOTICE)
    head = sequencing.sequence()
    assert head
    answer = client.get("/ledger/checkpoint")
    assert (answer.content, answer["Content-Type"]) == (log.published(), "text/plain; charset=utf-8")
    assert answer["Cache-Control"] == "no-cache"
    for tile in tiles.tiles_of(head.size):
        answer = client.get(f"/ledger/{tile.path}")
        assert answer.content == log.read(tile)
        assert (answer["Content-Type"], "immutable" in answer["Cache-Control"]) == ("application/octet-stream", True)
    assert client.get("/ledger/opened/001.json").json()["300"]["record"] == {"number": 0}


def test_what_was_deleted_is_found_by_its_day(log: LogFiles, client: Any) -> None:
    client.cookies["jejak_language"] = "en"
    with transaction.atomic():
        for number in range(25):
            day = date(2022, 1, 1) + timedelta(days=number)
            on = day + timedelta(days=91)
            actions.announce_deletion(
                of="visits", day=day, rows=1000 + number, kept_from=day + timedelta(days=1), on=on
            )
    sequencing.sequence()
    page = client.get("/ledger/").content.decode()
    assert "1,024" in page
    assert "1,004" not in page, "twenty a page"
    assert "1,004" in client.get("/ledger/?page=2").content.decode()
    found = client.get("/ledger/?day=2022-01-05").content.decode()
    assert "Visits of 5 January 2022 were deleted: 1,004. All since 6 January 2022 are kept." in found
    assert "1,005" not in found
    assert "Deleted, as the entries say" in found
    assert "Visits of 5 January 2022" in client.get("/ledger/?day=2022-04-06").content.decode(), "the day of the run"
    later = client.get("/ledger/?day=2022-01-27").content.decode()
    assert "All since 26 January 2022 are kept" in later
    assert "No entry about this day" in later
    for wrong in ("31-12", "2022-02-30", "<b>", "x" * 500, "2022-01-05&page=9999999999", "2022-01-05&page=-1"):
        assert client.get(f"/ledger/?day={wrong}").status_code == 200
    assert "“31-12” is no day" in client.get("/ledger/?day=31-12").content.decode()


def test_the_last_two_tables_of_periods_are_compared(log: LogFiles, client: Any) -> None:
    client.cookies["jejak_language"] = "en"
    sequencing.sequence()
    assert "Nothing was deleted yet" in client.get("/ledger/").content.decode()
    actions.announce_periods(days={"visits": 90, "messages": 30, "jobs": 14})
    sequencing.sequence()
    first = published.periods()
    assert first
    assert {change.word for change in first.changes} == {"same"}
    actions.announce_periods(days={"visits": 60, "messages": 45, "trail": 2557})
    sequencing.sequence()
    second = published.periods()
    assert second
    assert (second.before, second.index) == (0, 1)
    told = {(change.before, change.now): change.word for change in second.changes}
    assert told == {(90, 60): "shorter", (30, 45): "longer", (None, 2557): "new", (14, None): "ended"}
    page = client.get("/ledger/").content.decode()
    for words in ("was 90 days", "was 30 days", "Shorter", "Longer", "No longer kept", "Compared with entry 0"):
        assert words in page


def test_the_page_prints_the_commands_of_the_how_to(log: LogFiles, client: Any) -> None:
    howto = (Path(__file__).parents[2] / "docs/howto/check-a-ledger.md").read_text()
    assert presenting.OPENSSL in howto
    sequencing.sequence()
    assert "openssl pkeyutl -verify" in client.get("/ledger/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/999",
        "tile/0/0",
        "tile/../head",
        "tile/x",
        "head",
        "lock",
        "policy",
        "witness/logs",
        "opened/x.json",
        "opened/../head.json",
        "tile/0/%2e%2e/%2e%2e/head",
    ],
)
def test_nothing_else_is_served(log: LogFiles, append: Append, client: Any, path: str) -> None:
    append(1)
    sequencing.sequence()
    assert client.get(f"/ledger/{path}").status_code == 404


def test_an_outsider_checks_the_log_over_http(log: LogFiles, append: Append, live_server: Any) -> None:
    append(300)
    append(2, kind=NOTICE)
    head = sequencing.sequence()
    assert head
    report = checking.check(
        Address(f"{live_server.url}/ledger"), key=sequencing.verifier_keys(head.origin)[0], opened=[NOTICE.number]
    )
    assert report.findings == []
    assert report.opened == 2
