"""`jejak ledger`: checking a log from its files or address alone, and this node's own log against its database."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jejak.config import ledger_follower
from jejak.config.line_proofs import say_line
from jejak.config.options import data_option, ready, say
from jejak.formats import note
from jejak.formats import policy as policies
from jejak.kernel import clock
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import settings
from jejak.ledger import checking
from jejak.ledger.errors import LogForked, LogUnwritable
from jejak.ledger.logfiles import LogFiles
from jejak.ledger.rules import verifying
from jejak.ledger.sources import source_at
from jejak.trail import lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from jejak.formats.checkpoint import Signed
    from jejak.formats.policy import Policy
    from jejak.ledger.sources import Source

EVERY: int = 50_000


@click.group()
def ledger() -> None:
    """Check a ledger, this node's or another's.

    WHERE is a folder with the log's files or its address; without it, this node's own files. --key is the log's
    verifier key, or a file that holds it; for the own log it comes from the keyring.
    """


def _key_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--key", default="", help="The log's verifier key (name+id+key), or a file that holds it.")(
        command
    )


def _policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--policy",
        "policy_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A policy file: whose witnesses count, and how many suffice.",
    )(command)


@ledger.command("checkpoint")
@click.argument("where", default="")
@_key_option
@click.option("--verifier-key", is_flag=True, help="Show this node's verifier keys instead, the one in use first.")
@click.option("--json", "as_json", is_flag=True)
@data_option
def show_checkpoint(where: str, key: str, *, verifier_key: bool, as_json: bool) -> None:
    """Show the latest checkpoint, its signature checked."""
    if verifier_key:
        click.echo("\n".join(_own_keys()))
        return
    source, wanted = _source(where, key)
    signed = checking.latest(source, key=wanted)
    if as_json:
        click.echo(json.dumps(_head(signed)))
    else:
        click.echo((source.fetch("checkpoint") or b"").decode(), nl=False)


@ledger.command("verify")
@click.argument("proof", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@_key_option
@_policy_option
@click.option(
    "--entry",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The entry's bytes, where the proof tells no record.",
)
@click.option("--json", "as_json", is_flag=True)
@data_option
def verify(proof: Path, key: str, policy_file: Path | None, entry: Path | None, *, as_json: bool) -> None:
    """Check a proof (tlog-proof, or of a line of the trail) offline and show what it tells; 1 if it does not hold."""
    data = sys.stdin.buffer.read() if str(proof) == "-" else proof.read_bytes()
    wanted = _wanted_key(key) if key else _own_keys()[0]
    if lines.is_line(data):
        sys.exit(say_line(lines.verify(data, key=wanted, policy=_policy(policy_file)), as_json=as_json))
    proved = verifying.verify(
        data, key=wanted, policy=_policy(policy_file), entry=entry.read_bytes() if entry else None
    )
    if as_json:
        told = {"index": proved.index, "kind": _kind_name(proved.kind), "record": proved.record}
        click.echo(json.dumps(told | {"witnessed": proved.witnessed} | _head(proved.signed)))
    else:
        head = proved.signed.checkpoint
        click.echo(f"Entry {proved.index} of {head.size:,} in {head.origin} ({_kind_name(proved.kind)}):")
        click.echo(json.dumps(proved.record, indent=1, ensure_ascii=False))
        if proved.witnessed is not None:
            click.echo("Witnessed as the policy asks." if proved.witnessed else "Not witnessed as the policy asks.")
    sys.exit(1 if proved.witnessed is False else 0)


@ledger.command("prove")
@click.argument("index", type=click.IntRange(0))
@data_option
def prove(index: int) -> None:
    """Write the proof of an entry of this node's log, with the record it opens to (tlog-proof), to hand over."""
    with ready():
        from jejak.ledger import queries

        queries.policy()  # a page waits where this file cannot be read; whoever types should hear of it
        found = queries.proof(queries.number_at(index))
    if found.waiting:
        say("The witnesses' quorum has not signed yet; ask again in a minute.")
    click.echo(found.text.decode(), nl=False)


@ledger.command("fsck")
@click.argument("where", default="")
@_key_option
@_policy_option
@click.option("--database", is_flag=True, help="Also compare this node's database with its own log, row by row.")
@click.option("--json", "as_json", is_flag=True)
@data_option
def fsck(where: str, key: str, policy_file: Path | None, *, database: bool, as_json: bool) -> None:
    """Check a whole log: every entry, every tile, the root; the exit code is 1 if anything is wrong."""
    if database and where:
        raise click.UsageError("--database compares this node's own log; leave out WHERE.")
    source, wanted = _source(where, key)
    opened = [kind.number for kind in _kinds().values() if kind.opened]
    policy = _policy(policy_file)
    report = checking.check(source, key=wanted, policy=policy, opened=opened, progress=_progress("checked"))
    findings = [*report.findings]
    more: dict[str, int] = {}
    if report.witnessed is False:
        findings.append("the witnesses' quorum is not met")
    if database:
        found, more = _reconciled()
        findings += found
    kinds = {_kind_name(kind): count for kind, count in sorted(report.kinds.items())}
    if as_json:
        told = _head(report.signed) | {"kinds": kinds, "opened": report.opened, "findings": findings}
        click.echo(json.dumps(told | more | {"holds": not findings}))
    else:
        _say_report(report, kinds, more, findings)
    sys.exit(1 if findings else 0)


def _say_report(report: checking.Report, kinds: dict[str, int], more: dict[str, int], findings: list[str]) -> None:
    head = report.signed.checkpoint
    click.echo(f"{head.origin}: {head.size:,} entries")
    for name, count in kinds.items():
        click.echo(f"{count:>12,}  {name}")
    if report.foreign:
        click.echo(f"{report.foreign:>12,}  entries of another form")
    click.echo(f"{report.opened:,} records are published and agree with their entries.")
    for name, count in more.items():
        click.echo(f"{count:,} {name}")
    for finding in findings:
        click.echo(f"WRONG: {finding}")
    click.echo("The log does not hold." if findings else "The log holds.")


def _reconciled() -> tuple[list[str], dict[str, int]]:
    with ready():
        from jejak.config.registries import ledger_readers
        from jejak.ledger.reconciling import reconcile

        opened = [kind.number for kind in _kinds().values() if kind.opened]
        done = reconcile(readers=ledger_readers(), opened=opened, progress=_progress("compared"))
    counts = {
        "records compared": done.entries,
        "records forgotten, as published": done.erased,
        "records lost to a backup": done.lost,
    }
    return done.findings, counts


@ledger.command("follow")
@click.argument("where")
@_key_option
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where to remember the last checkpoint seen.",
)
@click.option("--once", is_flag=True, help="Look once and end.")
@click.option("--every", type=click.IntRange(1, 86_400), default=60, show_default=True, help="Seconds between looks.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each entry.")
@data_option
def follow(where: str, key: str, state: Path, *, once: bool, every: int, as_json: bool) -> None:
    """Follow a log: prove that it only ever grows, and show its new entries; the exit code is 1 if it was rewritten."""
    source, wanted = _source(where, key)
    while True:
        try:
            ledger_follower.look(source, wanted, state, kind_name=_kind_name, as_json=as_json)
        except (LogForked, LogUnwritable):
            raise
        except JejakError as error:  # a log that is down, or answers nonsense for a while, is waited for
            if once:
                raise
            say(f"{error.title} ({error.detail})")
        if once:
            return
        time.sleep(every)


@ledger.command("continue")
@click.confirmation_option(prompt="Only after restoring a backup. Go on from the published log?")
@data_option
def continue_() -> None:
    """After a backup was restored: learn from the published log where it ended, and go on from there."""
    with ready():
        from django.db import transaction

        from jejak.ledger.actions import announce_restored
        from jejak.ledger.continuing import continue_log

        with transaction.atomic():  # killed in between, nobody would ever say what covers the places without a record
            learnt = continue_log()
            if learnt and (places := sorted((*learnt.found, *learnt.lost))):
                announce_restored(known=places[0], published=places[-1] + 1, now=clock.now())
    if learnt is None:
        raise click.ClickException("The worker is sequencing just now; stop it first.")
    click.echo(f"{len(learnt.found):,} entries found their records again.")
    click.echo(f"{len(learnt.lost):,} entries lie beyond the backup, and their records are lost.")
    if learnt.lost:
        click.echo(f"Lost: entries {learnt.lost[0]} to {learnt.lost[-1]}.")


def _source(where: str, key: str) -> tuple[Source, str]:
    if where:
        if not key:
            raise click.UsageError("Another's log is checked with its verifier key: give --key.")
        return source_at(where), _wanted_key(key)
    return LogFiles(settings().data / "ledger"), _wanted_key(key) if key else _own_keys()[0]


def _wanted_key(text: str) -> str:
    path = Path(text)
    found = path.read_text().strip() if "+" not in text and path.is_file() else text
    try:
        return note.read_key(found).text
    except note.NoteError as error:
        raise click.UsageError(f"--key: {error.detail}.") from error


def _own_keys() -> list[str]:
    from jejak.kernel.keys import Keyring

    head = LogFiles(settings().data / "ledger").head()
    if head is None:
        raise click.ClickException(f"There is no log under {settings().data}; the worker begins one.")
    secrets = [key.secret for key in reversed(Keyring.open(settings().keyring_path).all("ledger"))]
    return [note.key_of(name=head.origin, kind=note.ED25519, private_key=secret).text for secret in secrets]


def _policy(path: Path | None) -> Policy | None:
    return None if path is None else policies.read(path.read_text())


def _kinds() -> dict[int, Any]:
    from jejak.config.registries import ledger_kinds

    return ledger_kinds()


def _kind_name(number: int) -> str:
    kind = _kinds().get(number)
    return kind.name if kind else f"kind {number}"


def _head(signed: Signed) -> dict[str, Any]:
    head = signed.checkpoint
    return {"origin": head.origin, "size": head.size, "root": head.root.hex()}


def _progress(verb: str) -> Callable[[int], None]:
    said = 0

    def tell(done: int) -> None:
        nonlocal said
        if done - said >= EVERY:
            said = done
            say(f"{done:,} entries {verb} …")

    return tell
