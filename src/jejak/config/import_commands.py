"""`jejak import visits FILE`: a bulk import with progress, and a receipt."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click

from jejak.config.options import console, data_option, existing


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
    with existing():
        from jejak.visits.terminal import import_file, show_receipt

        result = import_file(file, console=console)
        if receipt:
            receipt.write_text(result.to_json())
        show_receipt(result, as_json=as_json)
    sys.exit(0 if result.clean else 1)


@imports.command("codes")
@click.argument("file", type=click.File("rb"))
@click.option("--as", "email", required=True, help="The owner's account, by its e-mail address.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@data_option
def import_codes(file: BinaryIO, email: str, *, as_json: bool) -> None:
    """Take over old codes on an owner's walls from CSV or XLSX; received = accepted + already there + rejected."""
    with existing():
        from jejak.access.queries import account_with_role
        from jejak.premises.codefiles import take_over

        receipt = take_over(file, by=account_with_role(email, role="premises_owner"))
        click.echo(receipt.to_json() if as_json else "\n".join(receipt.lines()))
    sys.exit(1 if receipt.rejected else 0)


@imports.command("premises")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--owner", metavar="EMAIL", help="The account that will have the premises; without it nobody has.")
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="Write the receipt here too, as JSON.")
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows not taken here (CSV).")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@data_option
def import_premises(
    file: Path, owner: str | None, receipt: Path | None, rejects: Path | None, *, as_json: bool
) -> None:
    """Import premises from CSV or XLSX; received = registered + there already + rejected."""
    with existing():
        from jejak.premises.terminal import import_file, show_receipt

        done = import_file(file, owner=owner, rejects=rejects, console=console)
        if receipt:
            receipt.write_text(done.to_json() + "\n", encoding="utf-8")
        show_receipt(done, as_json=as_json)
    sys.exit(0 if not done.rejected else 1)
