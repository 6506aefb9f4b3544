"""The door of `jejak import premises`: reads the clock, shows progress, keeps and prints the receipt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from jejak.access import queries as access
from jejak.formats import spreadsheet
from jejak.formats.tablefiles import TERMINAL
from jejak.kernel import clock
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, importwords, receipts
from jejak.premises.rejects import not_taken

if TYPE_CHECKING:
    from pathlib import Path

    from jejak.premises.queries import ImportOf
    from jejak.premises.receipts import Receipt

BY: str = "jejak import premises"


def import_file(path: Path, *, owner: str | None, rejects: Path | None, console: Console) -> Receipt:
    """Return the receipt of a file taken in, with progress on ``console``; a copy stays under the data directory.

    :raises UnknownAccount: there is no account with that address.
    :raises RoleMissing: it is no owner's.
    :raises UnreadableFile: it is no table of premises.
    """
    account = access.account_with_role(owner, role="premises_owner") if owner else None
    number = account.pk if account else None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar, path.open("rb") as file:
        looking = bar.add_task(f"{path.name}: looking through", total=None)
        found = actions.preview_import(
            file=file,
            name=path.name,
            owner=number,
            by_name=BY,
            limits=TERMINAL,
            now=clock.now(),
            progress=lambda rows: bar.update(looking, completed=rows),
        )
        taking = bar.add_task(f"{path.name}: registering", total=found.ready)
        actions.agree_to_import(number=found.number, now=clock.now())
        done = actions.take_import(
            number=found.number, clock=clock.now, progress=lambda rows: bar.advance(taking, rows)
        )
    if rejects:
        rejects.write_bytes(_rejected(done))
    receipt = receipts.receipt(done, settings=settings(), keyring=keyring())
    _keep(receipt)
    return receipt


def _rejected(it: ImportOf) -> bytes:
    heading = [*importwords.headings(), "row", "reason"]
    return spreadsheet.csv_bytes(spreadsheet.Table("Rows not taken", heading, not_taken(it)))


def _keep(receipt: Receipt) -> None:
    folder = settings().data / "receipts"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"premises-{receipt.digest[:12]}-{receipt.finished_at[:19].replace(':', '')}.json"
    (folder / name).write_text(receipt.to_json() + "\n", encoding="utf-8")


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
        (receipt.accepted, "registered, each with its poster"),
        (receipt.duplicate, "there already"),
        (receipt.rejected, "rejected: nothing of them is lost, --rejects FILE writes them with their reasons"),
    ):
        table.add_row(f"{count:,}", text)
    if receipt.ignored:
        table.add_row(f"{len(receipt.ignored):,}", f"columns or sheets not read: {', '.join(receipt.ignored)}")
    Console().print(table)
