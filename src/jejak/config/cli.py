"""The command line: what an operator, an officer at a terminal, and the make targets call."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import click

from jejak.config import node
from jejak.config.account_commands import accounts
from jejak.config.agency_commands import agencies
from jejak.config.backup_commands import backup, restore
from jejak.config.confirm_command import confirm_account
from jejak.config.import_commands import imports
from jejak.config.ledger_commands import ledger
from jejak.config.message_commands import messages
from jejak.config.options import console, data_option, port_option, ready, say
from jejak.config.room_commands import bench, retention
from jejak.config.trace_command import trace
from jejak.kernel import clock
from jejak.kernel.keys import PURPOSES, KeyringError, ensure_keyring
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import SettingError, read_settings, settings
from jejak.store.errors import StoreError


class Commands(click.Group):
    """Turns Jejak's own errors into a sentence and an exit code instead of a trace."""

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; 1 means no, 2 wrong use."""
        try:
            return super().invoke(context)
        except (SettingError, KeyringError) as error:
            raise click.UsageError(str(error)) from error
        except StoreError as error:
            raise click.ClickException(str(error)) from error
        except JejakError as error:
            said = f"{error.title} ({error.detail})" if error.detail else error.title
            raise click.ClickException(said) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jejak")
def main() -> None:
    """Jejak: check-in, contact tracing and their records, run by the authority itself."""


@main.command()
@data_option
@port_option
def up() -> None:
    """Run one whole node on this machine: database, migrations, web, lane, worker."""
    _refuse_taken_port()
    node.run(
        say,
        ready=lambda: console.print(
            f"[bold]{settings().node_name}[/] answers at [bold]{settings().base_url}[/] (Ctrl-C stops it)"
        ),
    )


@main.command()
@data_option
def migrate() -> None:
    """Bring the database up to date: roles, tables, rights, the days ahead; before new processes are started."""
    with ready():
        console.print("The database is up to date.")


@main.command()
@click.argument("part", type=click.Choice(["lane", "web", "node"]))
@data_option
@port_option
def serve(part: str) -> None:
    """Run one server process by itself, for production behind a reverse proxy."""
    from jejak.config.processes import die_with_parent

    if os.getppid() != 1:
        die_with_parent()
    node.serve(part)


@main.command()
@data_option
def work() -> None:
    """Run the worker: partitions, retention, public numbers, and whatever else is queued."""
    from jejak.config.processes import die_with_parent

    if os.getppid() != 1:
        die_with_parent()
    node.django_ready()
    from jejak.config.worker import run

    run()


@main.command()
@click.option("--scale", type=click.Choice(["small", "seed"]), default="small", show_default=True)
@click.option("--fill-only", is_flag=True, help="Fill the database and stop.")
@data_option
@port_option
def demo(scale: str, *, fill_only: bool) -> None:
    """Run a node with an invented population; `seed` is 40,000 premises, 2.03 million people, 14 million visits."""
    folder = Path("var") / ("demo" if scale == "small" else f"demo-{scale}")
    os.environ.setdefault("JEJAK_DATA", str(folder.absolute()))
    os.environ["JEJAK_DEMO"] = "yes"
    os.environ.setdefault("JEJAK_NODE_NAME", "SELangkah (demo)")
    os.environ.setdefault("JEJAK_NODE_ID", "selangkah-demo")
    # A phone on the same network shall be able to scan; all data is invented.
    os.environ.setdefault("JEJAK_HOST", "0.0.0.0")  # noqa: S104
    given = read_settings(os.environ)  # unlike settings(), which would keep what is not complete yet
    reached = _own_address() if given.host == "0.0.0.0" else given.host  # noqa: S104
    os.environ.setdefault("JEJAK_PUBLIC_URL", f"http://{reached}:{given.port}")
    if not fill_only:
        _refuse_taken_port()
    with node.database(say) as (found, _server):
        node.django_ready()
        node.migrate(found, say)
        from jejak.demo.command import fill

        fill(settings=settings(), scale=scale, console=console, now=clock.now())
    if not fill_only:
        node.run(say, ready=_say_where_the_demo_is)


def _say_where_the_demo_is() -> None:
    console.print(f"Open [bold]http://localhost:{settings().port}/[/] in a browser,")
    if settings().host not in {"127.0.0.1", "localhost"}:
        console.print(f"or [bold]{settings().base_url}[/] from a phone on this network.")
    console.print("Ctrl-C stops it.")


def _own_address() -> str:
    """Return this machine's address in its network, or the loopback address; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737: only a route is looked up
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def _refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings().host, settings().port))
        except OSError as error:
            place = f"Port {settings().port} on {settings().host}"
            message = f"{place} cannot be used ({error.strerror}); name another with --port."
            raise click.UsageError(message) from error


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@data_option
def doctor(*, as_json: bool) -> None:
    """Check settings, keys, database, roles, partitions, clock and disk, and say what to do."""
    from jejak.config.doctor import examine, show

    findings = examine()
    show(findings, as_json=as_json)
    sys.exit(0 if all(finding.good for finding in findings) else 1)


@main.group()
def keys() -> None:
    """Show and rotate the keys of the node."""


@keys.command("list")
@data_option
def list_keys() -> None:
    """Show which keys there are and what each is for; never the secrets."""
    for key in ensure_keyring(settings().keyring_path, now=clock.now()):
        click.echo(f"{key.purpose:<11} {key.id:>2}  made {key.made}  {PURPOSES[key.purpose]}")


@keys.command()
@click.argument("purpose", type=click.Choice([name for name in PURPOSES if name not in {"index", "database"}]))
@data_option
def rotate(purpose: str) -> None:
    """Make a fresh key and write with it from the next start on; the older ones stay to read."""
    ring = ensure_keyring(settings().keyring_path, now=clock.now()).rotated(purpose=purpose, now=clock.now())
    ring.save(settings().keyring_path)
    click.echo(
        f"{purpose}: key {ring.active(purpose).id} is active after a restart. "
        f"Copy {settings().keyring_path} to where you keep keys.",
    )


for _command in (accounts, agencies, retention, bench, imports, trace, messages, ledger, backup, restore):
    main.add_command(_command)
accounts.add_command(confirm_account)
