"""What is deleted, and for how long things are kept, is published for everybody to read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from jejak.ledger import actions, opening, queries, sequencing
from jejak.ledger.entries import RETENTION_PERIODS, RETENTION_RUN
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.models import Record

ON = date(2022, 4, 21)
Append = Callable[..., list[int]]


def test_a_deletion_is_announced_with_day_and_count(log: LogFiles) -> None:
    with transaction.atomic():
        actions.announce_deletion(of="visits", day=date(2022, 1, 21), rows=12345, kept_from=date(2022, 1, 22), on=ON)
        actions.announce_deletion(of="visits", kept_from=date(2022, 1, 23))
    sequencing.sequence()
    assert [kept.record for kept in queries.opened(kinds=(RETENTION_RUN.number,))] == [
        {"class": "visits", "day": None, "kept_from": "2022-01-23", "on": None, "rows": 0},
        {"class": "visits", "day": "2022-01-21", "kept_from": "2022-01-22", "on": "2022-04-21", "rows": 12345},
    ]
    assert set(opening.read((log.folder / opening.path_of(0)).read_bytes())) == {0, 1}


def test_periods_are_announced_when_they_change(transactional_db: None) -> None:
    for days in (90, 90, 60, 60, 90):
        actions.announce_periods(days={"visits": days, "messages": 30})
    kept = Record.objects.filter(kind=RETENTION_PERIODS.number).order_by("pk")
    assert [record.record for record in kept] == [
        f'{{"days":{{"messages":30,"visits":{days}}}}}' for days in (90, 60, 90)
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ms",
            [
                "Lawatan pada 21 Januari 2022 telah dipadam: 12,345. Semua sejak 22 Januari 2022 disimpan.",
                "Lawatan: tiada yang melepasi tempohnya. Semua sejak 23 Januari 2022 disimpan.",
                "Mulai di sini, tempoh simpanan: Mesej 30 hari; Lawatan 90 hari.",
            ],
        ),
        (
            "en",
            [
                "Visits of 21 January 2022 were deleted: 12,345. All since 22 January 2022 are kept.",
                "Visits: none was past its time. All since 23 January 2022 are kept.",
                "From here on are kept: Messages 30 days; Visits 90 days.",
            ],
        ),
    ],
)
def test_the_page_tells_them_in_plain_words(log: LogFiles, client: Any, language: str, said: list[str]) -> None:
    with transaction.atomic():
        actions.announce_deletion(of="visits", day=date(2022, 1, 21), rows=12345, kept_from=date(2022, 1, 22))
        actions.announce_deletion(of="visits", kept_from=date(2022, 1, 23))
        actions.announce_periods(days={"visits": 90, "messages": 30})
    sequencing.sequence()
    client.cookies["jejak_language"] = language
    page = client.get("/ledger/").content.decode()
    for sentence in said:
        assert sentence in page
