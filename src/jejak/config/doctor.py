"""What `jejak doctor` looks at; each finding says what to do."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
from rich.console import Console

from jejak.config import node
from jejak.config.standing import verifier_keys_of
from jejak.formats import note
from jejak.formats import policy as policies
from jejak.kernel import clock
from jejak.kernel.keys import PURPOSES, Keyring, KeyringError
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.ledger.logfiles import LogFiles
from jejak.store import backups
from jejak.store.errors import StoreError
from jejak.store.restoring import marked
from jejak.store.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.store.connections import Database

LEAST_FREE_BYTES = 2 * 1024**3
LEAST_VERSION = 150000
DAYS_AHEAD = 14
WORST_CLOCK_SKEW = timedelta(seconds=5)
OLDEST_BACKUP = timedelta(hours=26)
FORBIDDEN = {
    "app": "drop table visits_visit",
    "public": "select 1 from people_person",
    "retention": "select 1 from people_person",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``advice`` says what to do where it is not good."""

    name: str
    good: bool
    found: str
    advice: str = ""


def examine() -> list[Finding]:
    """Return every finding; an embedded database that does not run is started for the time of it."""
    findings = [*_keys(), _disk(), _address(), _backup()]
    if marked(settings().data):
        advice = "`jejak restore` with the same backup goes on where it was interrupted."
        return [*findings, Finding("restore", good=False, found="a backup is being restored here", advice=advice)]
    if not findings[0].good:  # without keys there are no passwords to connect with, and nothing is made here
        return findings
    try:
        with node.database() as (found, _server):
            findings += _database(found)
    except (StoreError, psycopg.Error) as error:
        findings.append(
            Finding(
                "database",
                good=False,
                found=str(error).strip(),
                advice="Check DATABASE_URL and that the server runs.",
            )
        )
    return findings


def show(findings: list[Finding], *, as_json: bool) -> None:
    """Print the findings for a person or a machine."""
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))  # noqa: T201 - the command's output
        return
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]good[/]" if finding.good else "[red]look[/]"
        console.print(f"{mark}  [bold]{finding.name}[/]: {finding.found}")
        if not finding.good:
            console.print(f"      {finding.advice}")


def _keys() -> Iterator[Finding]:
    try:
        ring = Keyring.open(settings().keyring_path)
    except KeyringError as error:
        yield Finding(
            "keys",
            good=False,
            found=str(error),
            advice="`jejak up` makes one for a new node; an old one has its own, in the copy kept apart.",
        )
        return
    yield Finding(
        "keys",
        good=True,
        found=f"{len(tuple(ring))} keys for {len(PURPOSES)} purposes in {settings().keyring_path}",
    )


def _disk() -> Finding:
    data = settings().data.absolute()
    free = shutil.disk_usage(next(folder for folder in (data, *data.parents) if folder.exists())).free
    advice = "Free some space or move JEJAK_DATA; a full disk refuses check-ins."
    return Finding("disk", free >= LEAST_FREE_BYTES, f"{free / 1024**3:.1f} GiB free at {settings().data}", advice)


def _address() -> Finding:
    good = settings().secure or settings().demo or settings().host in {"127.0.0.1", "localhost"}
    advice = "Set JEJAK_PUBLIC_URL to the https address that the reverse proxy serves."
    return Finding("address", good, f"posters and links carry {settings().base_url}", advice)


def _backup() -> Finding:
    """Look for a backup of the last night; a demo needs none."""
    target, advice = settings().backup_dir, "Set JEJAK_BACKUP_DIR to a folder on another disk; docs/howto/backup.md."
    if settings().demo:
        return Finding("backup", good=True, found="a demo needs none")
    if target is None:
        return Finding("backup", good=False, found="nothing is backed up", advice=advice)
    try:
        last = backups.latest(target, node=settings().node_id, keys=_own_keys)
    except StoreError as error:
        return Finding("backup", good=False, found=str(error), advice=advice)
    advice = f"See that the worker runs (`jejak work`) and what it logs; `jejak backup {target}` takes one now."
    if last is None:
        return Finding("backup", good=False, found=f"there is none in {target} that this node signed", advice=advice)
    age = clock.now() - last.taken
    return Finding("backup", age < OLDEST_BACKUP, f"the last was taken {age // timedelta(hours=1)} hours ago", advice)


def _own_keys(origin: str) -> list[str]:
    return verifier_keys_of(origin, Keyring.open(settings().keyring_path))


def _database(found: Database) -> Iterator[Finding]:
    with psycopg.connect(found.urls.app) as connection:
        version = connection.info.server_version
        yield Finding(
            "database",
            version >= LEAST_VERSION,
            f"PostgreSQL {version // 10000}",
            "Jejak needs PostgreSQL 15 or newer.",
        )
        told = connection.execute("select clock_timestamp()").fetchone()
        skew = abs((told[0] if told else datetime.min.replace(tzinfo=UTC)) - clock.now())
        yield Finding(
            "clock",
            skew < WORST_CLOCK_SKEW,
            f"the database's clock is {skew.total_seconds():.1f} s off ours",
            "Run a time service on both machines.",
        )
        yield from _days(connection)
        yield _ledger(connection)
    yield _witnesses()
    for role in ROLES:
        yield _role(found, role)


def _days(connection: psycopg.Connection) -> Iterator[Finding]:
    """Look for days that check-ins need and that are not there, and for days that should be gone."""
    rows = connection.execute(
        "select to_date(right(c.relname, 8), 'YYYYMMDD') from pg_inherits i join pg_class c on c.oid = i.inhrelid "
        "where i.inhparent = to_regclass('visits_visit')",
    ).fetchall()
    days, today = {row[0] for row in rows}, local_day(clock.now())
    missing = [day for ahead in range(DAYS_AHEAD + 1) if (day := today + timedelta(days=ahead)) not in days]
    yield Finding(
        "partitions",
        not missing,
        f"no place for check-ins on {missing[0]}" if missing else f"{(max(days) - today).days} days ahead",
        "See that the worker runs (`jejak work`); it makes them twice a day. Starting `jejak up` makes them at once.",
    )
    past = sorted(day for day in days if day < today - timedelta(days=settings().visit_days))
    yield Finding(
        "retention",
        not past,
        f"{len(past)} days since {past[0]} are past their time" if past else "no day is past its time",
        "See that the worker runs (`jejak work`). It never drops more than a month at once: check clock and settings, "
        "then run `jejak retention run --force`.",
    )


def _ledger(connection: psycopg.Connection) -> Finding:
    """Look whether what waits enters the log, and whether files and database agree on how far it has come."""
    advice = "See that the worker runs (`jejak work`), and what it logs."
    if connection.execute("select to_regclass('ledger_state')").fetchone() == (None,):
        return Finding("ledger", good=False, found="there are no tables yet", advice="Run `jejak migrate` once.")
    head = LogFiles(settings().data / "ledger").head()
    signed = head.size if head else 0
    state = connection.execute("select size from ledger_state").fetchone()
    waits = connection.execute(
        "select count(*) from ledger_waiting waiting join ledger_record record on record.id = waiting.record_id "
        "where record.at < now() - interval '15 minutes'",
    ).fetchone()
    late, noted = (waits[0] if waits else 0), (state[0] if state else 0)
    told = f"{signed} entries are signed"
    if signed > noted:
        told += f", the database knows {noted}"
        advice = "After restoring a backup run `jejak ledger continue`; see docs/howto/ledger.md first."
    if late:
        told += f", {late} have waited for more than a quarter of an hour"
    return Finding("ledger", good=signed <= noted and not late, found=told, advice=advice)


def _witnesses() -> Finding:
    """Look whether the policy file is understood, and whether the witnesses it names answer."""
    files = LogFiles(settings().data / "ledger")
    data = files.fetch("policy")
    if data is None:
        return Finding("witnesses", good=True, found="nobody witnesses this log")
    try:
        named = policies.read(data.decode(errors="surrogateescape")).witnesses
    except (policies.PolicyError, note.NoteError) as error:
        advice = (
            f"Mend {files.folder / 'policy'}; docs/howto/ledger.md shows one. Until then nobody is asked to witness."
        )
        return Finding("witnesses", good=False, found=f"the policy is not understood: {error.detail}", advice=advice)
    try:
        heard = json.loads(files.fetch("witness/heard.json") or b"{}")
        troubles = [f"{one.name}: {told}" for one in named if (told := heard.get(one.name, {}).get("trouble"))]
    except (ValueError, AttributeError):  # the next minute writes it anew
        troubles = []
    advice = "Ask whoever runs the witness. If it has seen more entries than are here, do not go on from these files."
    return Finding("witnesses", not troubles, "; ".join(troubles) or f"{len(named)} are named", advice)


def _role(found: Database, role: str) -> Finding:
    try:
        with psycopg.connect(found.urls.of(role)) as connection:
            if role not in FORBIDDEN:
                return Finding(f"role {role}", good=True, found="connects")
            try:
                connection.execute(FORBIDDEN[role])
            except psycopg.errors.InsufficientPrivilege:
                return Finding(f"role {role}", good=True, found="connects, and is refused what it must not do")
            except psycopg.errors.UndefinedTable:
                return Finding(
                    f"role {role}",
                    good=False,
                    found="there are no tables yet",
                    advice="Run `jejak migrate` once.",
                )
            finally:
                connection.rollback()
    except psycopg.OperationalError as error:
        return Finding(
            f"role {role}", good=False, found=str(error).strip(), advice="Check the role's URL and password."
        )
    advice = f"`{FORBIDDEN[role]}` was allowed; take the extra rights of this login away."
    return Finding(f"role {role}", good=False, found="may do more than it should", advice=advice)
