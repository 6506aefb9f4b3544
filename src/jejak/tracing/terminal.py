"""`jejak trace`: the contact search at a terminal, as a named officer and for a purpose, in the trail like any page."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jejak.access.errors import BudgetSpent, PurposeRefused, UnknownAccount
from jejak.kernel import clock
from jejak.kernel.places import KUALA_LUMPUR
from jejak.kernel.settings import settings
from jejak.people.errors import PersonRefused
from jejak.tracing import rules
from jejak.tracing.errors import (
    CaseUnknown,
    PurposeTooLong,
    ReleaseTooLarge,
    WindowOutOfReach,
    WindowPast,
    WindowTooLong,
    WindowTurnedRound,
)
from jejak.tracing.marks import TIERS, marks_of
from jejak.tracing.state import ALL, View
from jejak.trail.errors import PurposeMissing
from jejak.ui import words
from jejak.visits.rules import Tier

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.answers import ContactRow, Contacts
    from jejak.tracing.records import Search
    from jejak.visits.queries import Said

NEARNESS = {Tier.HIGH: "same place", Tier.MEDIUM: "same premises", Tier.LOW: "other zones"}
MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
told = Console(stderr=True, highlight=False)


@click.command(name="trace", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("case")
@click.option("--phone", default="", help="The phone number given at the door; without it, the case itself.")
@click.option(
    "--from", "start", type=click.DateTime(MOMENTS), required=True, help="Start of the window, Malaysian time."
)
@click.option("--until", "end", type=click.DateTime(MOMENTS), required=True, help="End of the window; not part of it.")
@click.option(
    "--minutes", type=click.IntRange(1, rules.MOST_MINUTES), default=rules.CLOSE_CONTACT_MINUTES, show_default=True
)
@click.option("--as", "account", required=True, help="The officer's account (e-mail address).")
@click.option("--purpose", required=True, help="What for, in a few words; kept, and read by all named.")
@click.option("--name", default="", help="Only the person of this name, where several share the phone.")
@click.option("--everybody", is_flag=True, help="All persons together, where several share the phone.")
@click.option(
    "--top",
    type=click.IntRange(1, rules.LARGEST_FILE),
    default=rules.PAGE_LENGTH,
    show_default=True,
    help="Rows of the table.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document with all contacts instead of a table.")
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    help="Write all contacts to a CSV file.",
)
def trace(  # noqa: PLR0913 - a command's options
    *, case: str, phone: str, start: datetime, end: datetime, minutes: int, account: str, purpose: str, name: str,
    everybody: bool, top: int, as_json: bool, csv_path: str | None,
) -> None:  # fmt: skip
    """Find who was at the same premises at the same time as a person, for CASE: an open case's number.

    Whoever is printed is named in the record, as on a page of the search. Exit code 0: searched. 1: nobody checked in
    with this number, the account may not search, or it is more than one officer sees. 2: wrong use.
    """
    if as_json and csv_path:
        raise click.UsageError("Choose --json or --csv, not both.")
    if name and everybody:
        raise click.UsageError("Choose --name or --everybody, not both.")
    by = _officer(account)
    try:
        with told.status("Searching …"):
            search = _open(case=case, phone=phone, start=start, end=end, minutes=minutes, by=by, purpose=purpose)
            view = _view(search, name=name, everybody=everybody, by=by)
        if csv_path:
            _write_csv(csv_path, search=search, view=view, by=by)
            return
        answer = _answer(search, view, by=by, length=rules.LARGEST_FILE if as_json else top)
    except PurposeRefused:
        raise click.ClickException(
            f"{account} may not search. Nothing was searched; the refusal is on record."
        ) from None
    except BudgetSpent as spent:
        raise click.ClickException(str(spent.title)) from None
    if as_json:
        click.echo(json.dumps(document(answer), ensure_ascii=False, indent=2))
    else:
        _print(answer)


def document(answer: Contacts) -> dict[str, Any]:
    """Return an answer as the JSON document that ``--json`` prints."""
    return {
        "search": str(answer.search.uuid),
        "purpose": answer.search.purpose,
        "from": answer.view.period.start.isoformat(),
        "until": answer.view.period.end.isoformat(),
        "minutes": answer.view.minutes,
        "persons": [{"name": who.name, "phone": who.phone} for who in answer.about],
        "stays": [
            {
                "premises": stay.place,
                "from": _local(stay.period.start),
                "until": _local(stay.period.end),
                "observed": stay.observed,
                "zones": [
                    {"name": time.zone, "from": _local(time.period.start), "until": _local(time.period.end)}
                    for time in stay.zones
                ],
                "flags": [mark.code for mark in marks_of(stay.flags)],
                "said": [_said(each) for each in stay.said],
            }
            for stay in answer.stays
        ],
        "total": answer.total,
        "contacts": [_contact(row) for row in answer.rows],
    }


def _officer(account: str) -> User:
    from jejak.access.queries import account as account_of

    try:
        return account_of(account)
    except UnknownAccount:
        raise click.ClickException(f"There is no account {account}, so nothing was searched.") from None


def _open(*, case: str, phone: str, start: datetime, end: datetime, minutes: int, by: User, purpose: str) -> Search:
    from jejak.tracing import actions

    try:
        window = rules.window(
            start=start.replace(tzinfo=KUALA_LUMPUR),
            end=end.replace(tzinfo=KUALA_LUMPUR),
            kept_from=rules.kept_from(now=clock.now(), days=settings().visit_days),
        )
        said, now = rules.purpose(purpose), clock.now()
        ref = actions.case_for(text=case, by=by, purpose=said, at=now)
        search = actions.open_contacts_search(
            case=ref, phone=phone, window=window, minutes=minutes, by=by, purpose=said, at=now
        )
    except CaseUnknown:
        raise click.ClickException(f"{case} is no open case of {by.email}, so nothing was searched.") from None
    except (
        PersonRefused, PurposeMissing, PurposeTooLong, WindowOutOfReach, WindowPast, WindowTooLong, WindowTurnedRound
    ) as refused:  # fmt: skip
        raise click.UsageError(str(refused)) from refused
    if not search.persons:
        raise click.ClickException("Nobody has checked in with this number. The search is on record.")
    return search


def _view(search: Search, *, name: str, everybody: bool, by: User) -> View:
    """Return the view of the one that ``name`` means or of everybody; like the page, never of several unasked."""
    from jejak.tracing import actions

    who = ALL
    if name or (len(search.persons) > 1 and not everybody):
        named = actions.show_choice(search=search, by=by, at=clock.now())
        meant = [place for place, one in enumerate(named, start=1) if name.casefold() in one.name.casefold()]
        if not name:
            several = "; ".join(one.name or words.phone(one.phone) for one in named)
            raise click.UsageError(
                f"{len(named)} persons share this number: {several}. "
                "Choose one with --name, or all of them together with --everybody."
            )
        if len(meant) != 1:
            raise click.UsageError(
                f"{len(meant)} of {len(named)} names on this phone contain “{name}”; give the one you mean."
            )
        who = str(meant[0])
    return View.read({"who": who}, window=search.window, minutes=search.minutes)


def _answer(search: Search, view: View, *, by: User, length: int) -> Contacts:
    from jejak.tracing import actions

    try:
        with told.status("Searching …"):
            return actions.show_contacts(search=search, view=view, release=True, by=by, at=clock.now(), length=length)
    except ReleaseTooLarge as refused:
        people = int(str(refused.extra["people"]))
        most = f"the names of {rules.LARGE_RELEASE}" if people > rules.LARGE_RELEASE else "no name"
        raise click.ClickException(
            f"These are {people} people, and one officer sees {most} in such a search. Nothing was shown. "
            f"Lower --top, or ask a second officer at {_address(search)}"
        ) from None


def _write_csv(target: str, *, search: Search, view: View, by: User) -> None:
    """Write a file that needs no second person, as all of it is on one page; else say where it waits."""
    from jejak.tracing import actions, exports

    with told.status("Writing …"):
        if actions.show_contacts(search=search, view=view, by=by, at=clock.now()).matching <= rules.PAGE_LENGTH:
            _answer(search, view, by=by, length=rules.PAGE_LENGTH)
        made = exports.contacts_file(search=search, view=view, form="csv", by=by, at=clock.now())
    if made.file is None:
        address = f"{settings().base_url}/staff/exports/{made.uuid}/"
        told.print(f"Nothing was written: the file waits for a second person, then take it at {address}")
        return
    if target != "-":
        Path(target).touch(mode=0o600)  # a new file with names and phone numbers is its owner's alone
    with click.open_file(target, "wb") as out:
        out.write(made.file.content)
    told.print(f"{made.file.rows:,} contacts written; SHA-256 {made.file.digest} is on record.")


def _address(search: Search) -> str:
    return f"{settings().base_url}/tracing/searches/{search.uuid}/"


def _print(answer: Contacts) -> None:
    console = Console(file=sys.stdout, highlight=False)
    people = ", ".join(escape(who.name or words.phone(who.phone)) for who in answer.about)
    if not answer.stays:
        console.print(f"{people}: no check-ins in this window.")
        return
    title = f"Who was there at the same time as {people}"
    table = Table(show_lines=True, title=title, title_justify="left", caption_justify="left")
    for heading in ("#", "who", "together", "nearness", "where (minutes)", "first and last"):
        table.add_column(heading, justify="right" if heading == "#" else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*_cells(row))
    table.caption = (
        f"{answer.total:,} people for at least {answer.view.minutes} minutes; {len(answer.rows):,} shown, "
        "and named in the record. Candidates: a check-in log knows place and time only."
    )
    console.print(table)


def _cells(row: ContactRow) -> list[str]:
    first, last = (moment.astimezone(KUALA_LUMPUR) for moment in (row.contact.first, row.contact.last))
    certainty = "observed" if row.contact.observed else "estimated"
    return [
        str(row.rank),
        escape(f"{row.who.name}\n{row.who.reached}"),
        f"{words.minutes(row.contact.minutes, language='en')}\n{certainty}",
        escape(
            "\n".join([NEARNESS[row.contact.tier], *_near(row), *(mark.code for mark in marks_of(row.contact.flags))])
        ),
        escape("\n".join(f"{place} ({minutes})" for place, minutes in row.places)),
        f"{first:%Y-%m-%d %H:%M}\n{last:%Y-%m-%d %H:%M}",
    ]


def _contact(row: ContactRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "name": row.who.name,
        "phone": row.who.phone,
        "reach": row.who.reach,
        "minutes": row.contact.minutes,
        "premises": [{"name": place, "minutes": minutes} for place, minutes in row.places],
        "first": _local(row.contact.first),
        "last": _local(row.contact.last),
        "observed": row.contact.observed,
        "tier": TIERS[row.contact.tier].code,
        "near_minutes": row.contact.near,
        "flags": [mark.code for mark in marks_of(row.contact.flags)],
        "said": [_said(each) for each in row.said],
    }


def _near(row: ContactRow) -> list[str]:
    return [f"{words.minutes(row.contact.near, language='en')} in one zone"] if row.zoned else []


def _said(each: Said) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "came": _local(each.came_at) if each.came_at else None,
        "left": _local(each.left_at) if each.left_at else None,
        "said": _local(each.made_at),
    }


def _local(moment: datetime) -> str:
    return moment.astimezone(KUALA_LUMPUR).isoformat()
