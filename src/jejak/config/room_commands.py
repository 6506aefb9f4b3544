"""The commands for accounts, retention and benchmarks; those that act on records bring up the database they need."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import datetime
from pathlib import Path

import click

from jejak.config.options import data_option, ready
from jejak.kernel import clock
from jejak.kernel.places import STATES, local_day
from jejak.kernel.settings import settings

PROJECT = Path(__file__).parents[3]


@click.group()
def accounts() -> None:
    """Named accounts of staff and owners."""


@accounts.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True, help="The person's own name; accounts are never shared.")
@click.option("--role", required=True, type=click.Choice(["health_officer", "premises_owner"]))
@click.option(
    "--state",
    type=click.Choice(list(STATES)),
    default=None,
    help="ISO 3166-2 code, such as MY-10 for Selangor.",
)
@data_option
def add_account(email: str, name: str, role: str, state: str | None) -> None:
    """Add an account and print a password to hand over; staff set up a second factor when they first sign in."""
    password = secrets.token_urlsafe(12)
    with ready():
        from jejak.access import actions
        from jejak.access.rules import ROLES

        actions.add_account(email=email, name=name, kind=ROLES[role], role=role, state=state or "", password=password)
    click.echo(f"{name} can sign in at {settings().base_url}/accounts/login/ with {email} and the password {password}")


@accounts.command("password")
@click.argument("email")
@data_option
def new_password(email: str) -> None:
    """Give an account a new password and print it."""
    password = secrets.token_urlsafe(12)
    with ready():
        from jejak.access import actions, queries

        actions.set_password(user=queries.account(email), password=password)
    click.echo(f"{email} signs in with the password {password} from now on.")


@accounts.command("close")
@click.argument("email")
@click.confirmation_option(prompt="The account can then neither sign in nor go on working. Close it?")
@data_option
def close_account(email: str) -> None:
    """Close the account of somebody who leaves: its roles end, and its sessions with their next request."""
    with ready():
        from jejak.access import actions, queries

        user = queries.account(email)
        actions.close_account(user=user, now=clock.now())
    click.echo(f"{user.name} <{user.email}> is out. The account stays on record with what it did.")


@accounts.command("list")
@data_option
def list_accounts() -> None:
    """Show every account with its kind and roles."""
    with ready():
        from jejak.access import queries

        for user in queries.accounts():
            held = (
                ", ".join(sorted(grant.role for grant in user.role_grants.all() if grant.ended_at is None)) or "no role"
            )
            click.echo(
                f"{user.kind:<8} {user.email:<40} {user.name:<30} {held}{'' if user.is_active else '  (closed)'}"
            )


@click.group()
def retention() -> None:
    """Delete what is past its time."""


@retention.command("run")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Act as on this day, not later than today [today].")
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--force", is_flag=True, help="Also when more than 31 days with visits would go at once.")
@click.option("--json", "as_json", is_flag=True)
@data_option
def run_retention(on: datetime | None, *, dry_run: bool, force: bool, as_json: bool) -> None:
    """Delete visits older than JEJAK_VISIT_DAYS; each local day goes as a whole."""
    today = local_day(clock.now())
    day = on.date() if on else today
    if day > today:
        message = f"{day} has not come yet; retention never acts ahead of time."
        raise click.UsageError(message)
    with ready():
        from jejak.visits import actions

        dropped = actions.run_retention(on=day, days=settings().visit_days, dry_run=dry_run, force=force)
        doubts = actions.forget_doubts(on=day, days=settings().visit_days, dry_run=dry_run)
        forgotten = actions.forget_quarantined(on=day, days=settings().visit_days, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps([{"day": str(item.day), "visits": item.visits} for item in dropped]))
        return
    verb = "would be deleted" if dry_run else "deleted"
    for item in dropped:
        click.echo(f"{item.day}  {item.visits:>12,} visits {verb}")
    click.echo(
        f"{sum(item.visits for item in dropped):,} visits on {len(dropped)} days {verb}; "
        f"kept are {settings().visit_days} days.",
    )
    if doubts:
        click.echo(f"{doubts:,} disputes and unusual hours of old visits {verb}.")
    if forgotten:
        click.echo(f"{forgotten:,} quarantined rows of old imports {verb}.")


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
