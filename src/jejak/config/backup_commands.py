"""`jejak backup` and `jejak restore`: a copy of the node that can be checked, and the way back from it."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from jejak.config import drilling, restoring, taking
from jejak.config.backup_checks import examine, own_keys
from jejak.config.loading import Watch, Wish
from jejak.config.options import console, data_option, say
from jejak.kernel import clock
from jejak.kernel.settings import settings
from jejak.store import backups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.config.drilling import Drilled
    from jejak.config.restoring import Restored
    from jejak.formats.backupmanifest import Manifest
    from jejak.store.backups import Kept

SHOWN: Final = 20
_HELP: Final = {"-h", "--help"}


class _Backup(click.Group):
    """`jejak backup DIR` is `jejak backup take DIR`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Put the command's name where it was left out."""
        if args and args[0] not in self.commands and args[0] not in _HELP:
            args = ["take", *args]
        return super().parse_args(context, args)


@click.group(cls=_Backup)
def backup() -> None:
    """Take, check and remove backups; `jejak backup DIR` takes one while the node runs."""


_FOLDER: Final = click.Path(path_type=Path, file_okay=False)
_THERE: Final = click.Path(path_type=Path, file_okay=False, exists=True)


@backup.command("take")
@click.argument("target", type=_FOLDER)
@click.option("--keys", type=_FOLDER, help="Also copy the keyring, into this folder: never the one of the backups.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def take(target: Path, keys: Path | None, *, as_json: bool) -> None:
    """Take a backup into a folder of its own under TARGET; the node may run meanwhile."""
    with _bars() as copied:
        watch = taking.Watch(copied=copied)
        done = taking.take(target=target, keys=keys, now=clock.now(), watch=watch)
    told = done.manifest
    if as_json:
        click.echo(json.dumps({"path": str(done.path), "keys": str(done.keys) if done.keys else None} | _facts(told)))
        return
    _show_facts(told, done.path)
    if done.keys:
        say(f"The keys are in {done.keys}: take them somewhere else than the backup.")
    else:
        say("The keyring is not in it. Without a copy kept apart nothing sealed can be read again.")


@backup.command("verify")
@click.argument("folder", type=_THERE)
@click.option("--key", default="", help="The log's verifier key (name+id+key), or a file that holds it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def verify(folder: Path, key: str, *, as_json: bool) -> None:
    """Check a backup without a database: signature, files, the whole log; the exit code is 1 if it does not hold."""
    with _bars() as copied:
        told, findings = examine(folder, keys=own_keys(folder, key), copied=copied)
    if as_json:
        click.echo(json.dumps(_facts(told) | {"findings": findings, "holds": not findings}))
    else:
        _show_facts(told, folder)
        for finding in findings:
            click.echo(f"WRONG: {finding}")
        click.echo("The backup does not hold." if findings else "The backup holds.")
    sys.exit(1 if findings else 0)


@backup.command("list")
@click.argument("target", type=_THERE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def list_(target: Path, *, as_json: bool) -> None:
    """Show the backups in a folder, the oldest first; their signatures are checked by `verify`."""
    found = backups.kept_in(target)
    if as_json:
        click.echo(
            json.dumps([{"path": str(one.path)} | (_facts(one.manifest) if one.manifest else {}) for one in found])
        )
        return
    if not found:
        click.echo(f"There is no backup in {target}.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("taken (UTC)", "backup"):
        table.add_column(name)
    for name in ("size", "rows", "entries"):
        table.add_column(name, justify="right")
    for one in found:
        table.add_row(*_row(one))
    _out().print(table)


@backup.command("prune")
@click.argument("target", type=_THERE)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=None, help="Keep so many days [JEJAK_BACKUP_DAYS, else 35]."
)
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def prune(target: Path, days: int | None, *, dry_run: bool, as_json: bool) -> None:
    """Delete this node's backups that are past their time, so that what was deleted from the node is gone for good."""
    before = clock.now() - timedelta(days=days or settings().backup_days)
    keep = backups.being_restored()
    went = backups.prune(target, node=settings().node_id, before=before, keep=keep, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps({"gone": [str(path) for path in went], "before": before.isoformat(timespec="seconds")}))
        return
    for path in went:
        click.echo(f"{path.name} {'would be deleted' if dry_run else 'is deleted'}")
    if not went:
        click.echo(f"No backup of {settings().node_id} in {target} is past its time.")


@click.command("restore")
@click.argument("folder", type=_THERE)
@click.option(
    "--keys", type=click.Path(path_type=Path, exists=True), help="The keyring's copy, or the folder it is in."
)
@click.option(
    "--log", "logs", multiple=True, help="Where else the log is published: an address, or a folder. May be repeated."
)
@click.option(
    "--checkpoint", "checkpoints", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint of the log that somebody kept, a witness for instance. May be repeated.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Also when retention would delete more than 31 days with visits at once.")
@click.option("--alone", is_flag=True, help="The backup's log is the largest there is: nothing was published after it.")
@click.option("--drill", is_flag=True, help="Only try it out, in an empty place: sign nothing, never open.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@data_option
def restore(folder: Path, *, drill: bool, as_json: bool, **wanted: Any) -> None:  # noqa: ANN401 - what a Wish holds
    """Restore a backup into an empty data directory and database; repeat the command if it is interrupted."""
    wish = Wish(folder.absolute(), **wanted)
    with _bars() as copied:
        watch = Watch(step=_said, copied=copied, say=say)
        if drill:
            _show_drilled(drilling.drill(wish, watch=watch), as_json=as_json)
            return
        done = restoring.restore(wish, now=clock.now(), watch=watch)
    if as_json:
        click.echo(Path(done.report).read_text())
    else:
        _show_restored(done)


_STEPS: Final = {
    "checked": "Signature and files are as they were signed.",
    "loaded": "The database is loaded.",
    "compared": "Rows of every table and the ledger's root are what the manifest says.",
    "exchanged": "The largest published log is in its place.",
    "continued": "The database knows how far the log has come.",
    "retention": "What went past its time since is deleted.",
    "ended": "Sessions and codes are ended.",
    "sequenced": "The log goes on.",
}


def _said(step: str) -> None:
    if step in _STEPS:
        console.print(f"[green]✓[/] {_STEPS[step]}")


def _show_drilled(done: Drilled, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done) | {"holds": not done.findings}))
    else:
        click.echo(f"{done.rows:,} rows are what the manifest says; {done.entries:,} ledger entries were compared.")
        for finding in done.findings:
            click.echo(f"WRONG: {finding}")
        click.echo("The drill failed." if done.findings else "This backup can be restored. Remove the drill's folders.")
    sys.exit(1 if done.findings else 0)


def _show_restored(done: Restored) -> None:
    out = _out()
    out.print(f"[bold]{done.backup}[/] of {done.taken[:16].replace('T', ' ')} UTC is restored.")
    if done.beyond:
        lost = sum(not one.found for one in done.beyond)
        out.print(
            f"[bold]{len(done.beyond):,} ledger entries[/] were published and not in the backup; {lost:,} records "
            "are gone. Find out what they were about, and do it again where it must be:"
        )
        table = Table(box=None, pad_edge=False)
        for name in ("entry", "kind", "record"):
            table.add_column(name)
        for one in done.beyond[:SHOWN]:
            told = (
                json.dumps(one.record, ensure_ascii=False)
                if one.record
                else "found again"
                if one.found
                else "not published"
            )
            table.add_row(str(one.index), one.kind, told)
        out.print(table)
        if len(done.beyond) > SHOWN:
            out.print(f"… and {len(done.beyond) - SHOWN:,} more in the report.")
    for what, count in {**done.retention, **done.ended}.items():
        if count:
            out.print(f"{count:>12,}  {what} {'deleted' if what in done.retention else 'ended'}")
    out.print(f"{len(done.staff):,} accounts of staff are to be confirmed by their managers under /staff/people/.")
    out.print(f"Report: {done.report}")
    out.print(f"Start the node: jejak up --data {Path(done.report).parent}")


def _facts(told: Manifest) -> dict[str, Any]:
    return {
        "name": told.name,
        "node": told.node,
        "taken": told.taken.isoformat(),
        "jejak": told.jejak,
        "postgresql": told.postgresql,
        "bytes": sum(one.bytes for one in told.files.values()),
        "rows": sum(told.counts.values()),
        "snapshot": {"size": told.snapshot.size, "root": told.snapshot.root.hex()},
        "ledger": {"origin": told.origin, "size": told.log.size, "root": told.log.root.hex()},
    }


def _show_facts(told: Manifest, path: Path) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    size = sum(one.bytes for one in told.files.values())
    for name, value in (
        ("backup", str(path)),
        ("of", f"{told.node}, Jejak {told.jejak}, PostgreSQL {told.postgresql}, {told.taken:%Y-%m-%d %H:%M:%S} UTC"),
        ("database", f"{sum(told.counts.values()):,} rows in {len(told.counts):,} tables"),
        ("ledger", f"{told.log.size:,} entries; the database knew {told.snapshot.size:,}"),
        ("size", f"{size / 1_000_000:,.1f} MB"),
    ):
        table.add_row(name, value)
    _out().print(table)


def _row(one: Kept) -> tuple[str, ...]:
    told = one.manifest
    if told is None:
        return ("—", one.path.name, "no backup: its manifest cannot be read", "", "")
    size = sum(part.bytes for part in told.files.values()) / 1_000_000
    return (
        f"{told.taken:%Y-%m-%d %H:%M}",
        told.name,
        f"{size:,.1f} MB",
        f"{sum(told.counts.values()):,}",
        f"{told.log.size:,}",
    )


def _out() -> Any:  # noqa: ANN401 - rich is known to mypy as it likes
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


@contextmanager
def _bars() -> Iterator[Any]:
    """Give what shows how many bytes of a part are done; only where somebody looks."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def copied(part: str, done: int, whole: int) -> None:
            if part not in tasks:
                tasks[part] = bar.add_task(part, total=None)
            # How large a compressed dump becomes nobody knows before; the database's size is the bound.
            bar.update(tasks[part], completed=done, total=max(done, whole) if whole else None)

        yield copied
