"""Everybody can read how the log stands, and fetch its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ledger.conftest import NOTICE

from jejak.formats import note, tiles
from jejak.ledger import checking, presenting, sequencing, witnessing
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
    assert "max-age=5" in answer["Cache-Control"]
    for tile in tiles.tiles_of(head.size):
        answer = client.get(f"/ledger/{tile.path}")
        assert answer.content == log.read(tile)
        assert (answer["Content-Type"], "immutable" in answer["Cache-Control"]) == ("application/octet-stream", True)
    assert client.get("/ledger/opened/001.json").json()["300"]["record"] == {"number": 0}


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
