"""The door of `jejak import visits`: reads the clock, shows progress, keeps and prints the receipt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from jejak.kernel import clock
from jejak.kernel.settings import settings
from jejak.visits import actions

if TYPE_CHECKING:
    from pathlib import Path

    from jejak.visits.receipts import Counts, Receipt


def import_file(path: Path, *, console: Console) -> Receipt:
    """Return the receipt of a file taken in, with progress on ``console``; a copy stays under the data directory.

    :raises UnreadableFile: it is neither CSV nor Parquet, or a needed column is missing.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(path.name, total=1.0)

        def progress(counts: Counts, share: float) -> None:
            bar.update(task, completed=share, description=f"{path.name}: {counts.received:,} rows")

        receipt = actions.import_visits(path, now=clock.now(), clock=clock.now, progress=progress)
    _keep(receipt)
    return receipt


def _keep(receipt: Receipt) -> None:
    folder = settings().data / "receipts"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = receipt.finished_at[:19].replace(":", "")
    (folder / f"visits-{receipt.digest[:12]}-{stamp}.json").write_text(receipt.to_json() + "\n", encoding="utf-8")


def show_receipt(receipt: Receipt, *, as_json: bool) -> None:
    """Print a receipt for a person, or as JSON."""
    if as_json:
        sys.stdout.write(receipt.to_json() + "\n")
        return
    table = Table(show_header=False, box=None, title=receipt.file, title_justify="left")
    table.add_column(justify="right")
    table.add_column()
    for count, text in (
        (receipt.received, "rows received"),
        (receipt.accepted, "stored"),
        (receipt.duplicate, "already there"),
        (receipt.quarantined, "quarantined: nothing of them is lost, but somebody must look"),
    ):
        table.add_row(f"{count:,}", text)
    for word, reason in receipt.reasons.items():
        table.add_row(
            f"{reason.rows:,}", f"{word}: rows {', '.join(map(str, reason.first))}{_more(reason.rows, reason.first)}"
        )
    if receipt.ignored:
        table.add_row(f"{len(receipt.ignored):,}", f"columns not used: {', '.join(receipt.ignored)}")
    if receipt.past:
        table.add_row(
            f"{receipt.past:,}", "of these are older than visits are kept; the next retention run deletes them"
        )
    Console().print(table)


def _more(rows: int, first: list[int]) -> str:
    return " …" if rows > len(first) else ""
