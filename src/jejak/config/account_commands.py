"""The commands for named accounts of staff and owners."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from jejak.access.rules import AGENCY_MANAGER, ROLES, ROLES_OF, AccountKind, AgencyKind
from jejak.config.options import data_option, ready
from jejak.kernel import clock
from jejak.kernel.places import STATES
from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from jejak.access.actions import User
    from jejak.access.models import Agency

ROLE_HELP = "What the account is for: " + "; ".join(
    f"{kind.value} agencies have {', '.join(sorted(ROLES_OF[kind] - {AGENCY_MANAGER}))}" for kind in AgencyKind
)


@click.group()
def accounts() -> None:
    """Named accounts of staff and owners."""


@accounts.command("add")
@click.option("--email", required=True, help="Theirs alone: a mailbox that several people read is refused.")
@click.option("--name", required=True, help="The person's own name; accounts are never shared.")
@click.option(
    "--role",
    required=True,
    type=click.Choice(sorted(ROLES)),
    help=f"{ROLE_HELP}; each agency has an agency_manager, who invites the others; premises_owner has no employer.",
)
@click.option("--agency", help="The employer of staff, by name; `jejak agencies list` shows them.")
@click.option(
    "--agency-kind",
    type=click.Choice([kind.value for kind in AgencyKind]),
    help="Add the agency too if it is not there yet, of this kind.",
)
@click.option(
    "--state",
    type=click.Choice(list(STATES)),
    default=None,
    help="ISO 3166-2 code, such as MY-10 for Selangor.",
)
@data_option
def add_account(
    email: str, name: str, role: str, agency: str | None, agency_kind: str | None, state: str | None
) -> None:
    """Add an account and print a password to hand over; staff set up a second factor when they first sign in."""
    staff = ROLES[role] == AccountKind.STAFF
    if staff and not agency:
        message = "Staff have an employer: name it with --agency; `jejak agencies list` shows those there are."
        raise click.UsageError(message)
    if agency and not staff:
        message = "Owners of premises are employed by nobody here: leave --agency out."
        raise click.UsageError(message)
    password = secrets.token_urlsafe(12)
    with ready():
        from jejak.access import actions

        employer = _employer(agency, kind=agency_kind, state=state or "", role=role) if agency else None
        actions.add_account(
            email=email, name=name, kind=ROLES[role], role=role, password=password, agency=employer,
            state=state or (employer.state if employer else ""), now=clock.now(),
        )  # fmt: skip
    click.echo(f"{name} can sign in at {settings().base_url}/accounts/login/ with {email} and the password {password}")


def _employer(name: str, *, kind: str | None, state: str, role: str) -> Agency:
    from jejak.access import actions, queries
    from jejak.access.errors import UnknownAgency
    from jejak.access.rules import may_employ

    try:
        found = queries.agency_by_name(name=name)
    except UnknownAgency:
        if kind is None:
            message = (
                f"There is no agency {name!r}. Add it by naming its kind with --agency-kind, or look for its name."
            )
            raise click.UsageError(message) from None
        found = actions.add_agency(name=name, kind=AgencyKind(kind), state=state, now=clock.now())
    if not may_employ(agency=found.kind, role=role):
        held = ", ".join(sorted(ROLES_OF[AgencyKind(found.kind)]))
        message = f"{found.name} is of the kind {found.kind}, whose people are {held}; not {role}."
        raise click.UsageError(message)
    return found


@accounts.command("password")
@click.argument("email")
@data_option
def new_password(email: str) -> None:
    """Give an account a new password and print it; its sessions end."""
    password = secrets.token_urlsafe(12)
    with ready():
        from jejak.access import actions, queries

        actions.set_password(user=queries.account(email), password=password)
    click.echo(f"{email} signs in with the password {password} from now on.")


@accounts.command("second-factor")
@click.argument("email")
@click.confirmation_option(prompt="Are you sure that it is really they who ask? The second factor is taken off.")
@data_option
def second_factor(email: str) -> None:
    """Take off the lost second factor of an agency's manager or an operator; everybody else asks their manager."""
    with ready():
        from jejak.access import actions, queries

        user = actions.reset_of_manager(user=queries.account(email), now=clock.now())
    click.echo(f"{user.name} sets up a new second factor at the next sign-in. All sessions are over.")


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
    """Show every account of staff and owners with its employer and roles."""
    with ready():
        from jejak.access import queries

        for user in queries.accounts():
            click.echo(_line(user))


def _line(user: User) -> str:
    held = ", ".join(sorted(grant.role for grant in user.role_grants.all() if grant.ended_at is None)) or "no role"
    employer = f"  at {user.agency.name}" if user.agency else ""
    closed = "" if user.is_active else "  (closed)"
    return f"{user.kind:<8} {user.email or '':<40} {user.name:<30} {held}{employer}{closed}"
