"""`jejak import visits FILE`: a bulk import with progress, and a receipt."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jejak.config.options import console, data_option, ready


@click.group("import")
def imports() -> None:
    """Bulk imports; sending the same file again changes nothing."""


@imports.command("visits")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="Write the receipt here too, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@data_option
def import_visits(file: Path, receipt: Path | None, *, as_json: bool) -> None:
    """Import visits from CSV or Parquet; received = accepted + already there + quarantined."""
    with ready():
        from jejak.visits.imports import import_file, show_receipt

        result = import_file(file, console=console)
        if receipt:
            receipt.write_text(result.to_json())
        show_receipt(result, as_json=as_json)
    sys.exit(0 if result.clean else 1)
