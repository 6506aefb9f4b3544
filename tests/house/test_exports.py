"""Nothing exports in bulk but one mechanism: every attachment and every writer of spreadsheets says what it hands out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "jejak"

ATTACHMENTS = {
    "access/handing.py": "the mechanism: manifest, watermark, second person, trail, ledger",
    "demo/forty.py": "a laboratory's file of invented cases, on a demo node",
    "entrance/views/cards.py": "a premises' own cards, blank or just made for the person at the counter",
    "insights/views.py": "aggregates, small cells suppressed, for everybody",
    "premises/views/imports.py": "an owner's own rows, back to whoever sent them; a receipt of counts; an empty table",
    "premises/views/officers.py": "a letter to one premises, with a code; no person",
    "premises/views/posters.py": "a premises' own posters",
    "tracing/views/reports.py": "rows that a report did not take, back to whoever sent them; an empty table",
    "web/views/audit.py": "the numbers of trail entries that a sample is drawn from; no person",
    "web/views/looked.py": "the proof of one line of the trail, to whom it names",
    "web/views/own.py": "a person's own data, to themselves",
}
"""Every file that answers with an attachment, and why that is no bulk export of other people's data."""

WRITERS = {
    "access/manifests.py": "the mechanism",
    "demo/morning.py": "a laboratory's file of invented cases, on a demo node",
    "insights/views.py": "aggregates, small cells suppressed",
    "premises/terminal.py": "rows that an import did not take, on the operator's own machine",
    "premises/templatesheets.py": "an empty table to fill in",
    "premises/views/imports.py": "an owner's own rows, back to whoever sent them",
    "tracing/views/reports.py": "a reporter's own rows, back to whoever sent them",
    "tracing/actions/linelists.py": "the bodies of drafts, which the mechanism hands out",
    "formats/spreadsheet.py": "the codec itself",
    "formats/sormas.py": "a codec",
    "formats/godata.py": "a codec",
}
"""Every file that writes spreadsheets, and what of."""

ATTACHES = re.compile(r"Content-Disposition|as_attachment|FileResponse|StreamingHttpResponse", re.IGNORECASE)
WRITES = re.compile(
    r"csv_bytes|xlsx_bytes|json_bytes|csv\.writer|DictWriter|xlsxwriter|Workbook\(|\.write_csv|write_table|to_csv\b"
)


def places(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    """Return the lines of the code, without comments, in which a pattern stands, by file."""
    found: dict[str, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        lines = [line for line in path.read_text().splitlines() if pattern.search(line.split("  # ")[0])]
        if lines:
            found[str(path.relative_to(SOURCE))] = lines
    return found


def test_every_attachment_is_known_and_says_why_it_is_no_bulk_export() -> None:
    assert set(places(ATTACHES)) == set(ATTACHMENTS)


def test_every_writer_of_spreadsheets_is_known() -> None:
    assert set(places(WRITES)) == set(WRITERS)


def test_only_the_mechanism_hands_out_what_it_sealed() -> None:
    """Bytes of a file are opened in one place, by whoever takes it."""
    opened = [name for name in places(re.compile(r"content_sealed")) if "migrations" not in name]
    assert opened == ["access/actions/exports.py", "access/models/exports.py", "access/queries/exports.py"]
    assert ".defer(" in (SOURCE / "access/queries/exports.py").read_text()


@pytest.mark.parametrize("name", sorted({*ATTACHMENTS, *WRITERS}))
def test_what_is_said_to_hand_out_files_is_there(name: str) -> None:
    assert (SOURCE / name).is_file()
