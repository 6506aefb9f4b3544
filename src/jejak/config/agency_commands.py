"""The commands for agencies that employ staff, and for their own sign-ins."""

from __future__ import annotations

from pathlib import Path

import click

from jejak.access.rules import AgencyKind
from jejak.config.options import data_option, ready
from jejak.kernel import clock
from jejak.kernel.places import STATES
from jejak.kernel.settings import settings


@click.group()
def agencies() -> None:
    """Agencies that employ staff, and how their people sign in."""


@agencies.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in AgencyKind]))
@click.option("--state", type=click.Choice(list(STATES)), default=None, help="ISO 3166-2 code, such as MY-10.")
@click.option("--district", default="", help="The district it works in, as premises name it.")
@data_option
def add_agency(name: str, kind: str, state: str | None, district: str) -> None:
    """Add an agency; then add its manager with `jejak accounts add --role agency_manager --agency NAME`."""
    with ready():
        from jejak.access import actions

        made = actions.add_agency(
            name=name, kind=AgencyKind(kind), state=state or "", district=district, now=clock.now()
        )
    click.echo(f"{made.name}: {made.kind}")


@agencies.command("list")
@data_option
def list_agencies() -> None:
    """Show every agency with its kind, how many work there, and its own sign-in."""
    with ready():
        from jejak.access import queries

        for one in queries.agencies():
            sign_in = f"  signs in by {one.issuer}" if one.issuer else ""
            click.echo(f"{one.kind:<12} {one.name:<50} {one.people:>5} people{sign_in}")


@agencies.command("oidc")
@click.argument("name")
@click.option("--code", required=True, help="Stands in the address to register at the provider, such as moh; for good.")
@click.option("--issuer", required=True, help="The provider's address, as its discovery document says it.")
@click.option("--client-id", required=True)
@click.option(
    "--secret-file",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file that holds the client secret; delete it afterwards.",
)
@click.option("--domain", required=True, help="What its people's e-mail addresses end with, such as moh.gov.my.")
@click.option("--second-factor-acr", default="", help="The acr value by which this provider says: several factors.")
@data_option
def oidc(
    name: str, code: str, issuer: str, client_id: str, secret_file: Path, domain: str, second_factor_acr: str
) -> None:
    """Let an agency's people sign in by its own OpenID Connect provider; docs/howto/oidc.md has examples."""
    secret = secret_file.read_text().strip()
    with ready():
        from jejak.access import actions, queries

        actions.set_provider(
            agency=queries.agency_by_name(name=name), code=code, issuer=issuer, client_id=client_id, secret=secret,
            domain=domain, second_acr=second_factor_acr, now=clock.now(),
        )  # fmt: skip
    click.echo(f"Register this address at the provider: {settings().base_url}/staff/sign-in/{code}/back/")


@agencies.command("oidc-off")
@click.argument("name")
@data_option
def oidc_off(name: str) -> None:
    """Turn an agency's own sign-in off; passwords go on."""
    with ready():
        from jejak.access import actions, queries

        actions.end_provider(agency=queries.agency_by_name(name=name), now=clock.now())
    click.echo(f"{name} signs in with passwords alone from now on.")
