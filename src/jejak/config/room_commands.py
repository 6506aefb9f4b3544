"""The commands for retention and benchmarks; those that act on records bring up the database they need."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jejak.config.options import data_option, ready
from jejak.kernel import clock
from jejak.kernel.places import local_day

if TYPE_CHECKING:
    from jejak.store.retention import Gone
    from jejak.trail.actions import Went

PROJECT = Path(__file__).parents[3]


@click.group()
def retention() -> None:
    """Delete what is past its time."""


@retention.command("list")
@click.option("--json", "as_json", is_flag=True)
@data_option
def list_classes(*, as_json: bool) -> None:
    """List every class of data: for how many days it is kept, what it holds, and what the last run deleted of it."""
    with ready():
        from django.utils.translation import override

        from jejak.store import retention as known
        from jejak.trail import queries

        last = queries.last_run()
        gone = last.detail.get("rows", {}) if last else {}
        with override("en"):  # a terminal speaks English, whatever the pages do
            found = [
                {"class": code, "days": one.days(), "kept": one.kept, "holds": str(one.holds or one.label),
                 "tables": sorted(one.tables), "last": gone.get(code)}
                for code, one in known.classes().items()
            ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"run": last.at.isoformat() if last else None, "classes": found}))
        return
    click.echo(f"last run: {last.at:%Y-%m-%d %H:%M} UTC" if last else "last run: none yet")
    for one in found:
        kept = f"kept {one['days']:>5} days" if one["kept"] else "not kept here  "
        rows = "" if one["last"] is None else f"  last time {one['last']:,} rows"
        click.echo(f"{one['class']:<22} {kept}{rows}  {one['holds']}")


@retention.command("run")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Act as on this day, not later than today [today].")
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--force", is_flag=True, help="Also when more than 31 days with visits would go at once.")
@click.option("--json", "as_json", is_flag=True)
@data_option
def run_retention(on: datetime | None, *, dry_run: bool, force: bool, as_json: bool) -> None:
    """Delete what of every class of data is past its time; docs/reference/retention.md has the table."""
    today = local_day(clock.now())
    day = on.date() if on else today
    if day > today:
        message = f"{day} has not come yet; retention never acts ahead of time."
        raise click.UsageError(message)
    with ready():
        from jejak.trail import actions

        went = actions.run_retention(now=clock.now(), on=day, dry_run=dry_run, force=force)
    if as_json:
        click.echo(json.dumps([_as_object(one, part) for one in went for part in one.gone]))
        return
    verb = "would be deleted" if dry_run else "deleted"
    for one in went:
        for part in one.gone:
            if part.day:
                click.echo(f"{part.day}  {part.rows:>12,} {part.what} {verb}")
        rows = sum(part.rows for part in one.gone)
        said = ", ".join(f"{part.rows:,} {part.what}" for part in one.gone if part.rows and not part.day)
        click.echo(f"{one.code:<10} kept {one.days:>5} days  {rows:>12,} rows {verb}{f' ({said})' if said else ''}")


def _as_object(one: Went, part: Gone) -> dict[str, object]:
    day = {"day": str(part.day)} if part.day else {}
    return {"class": one.code, "days": one.days, "what": part.what, "rows": part.rows, **day}


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Run the benchmarks of a source checkout: `jejak bench [NAME] [--json]`."""
    if not (PROJECT / "bench" / "__init__.py").exists():
        message = "The benchmarks come with the source checkout, which this installation is not."
        raise click.ClickException(message)
    sys.path.insert(0, str(PROJECT))
    from bench.command import main

    main(list(arguments))
