"""What commands share: how they speak, the options every one takes, and the database they need."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from jejak.config import node
from jejak.kernel.settings import settings
from jejak.store.place import place_for
from jejak.store.restoring import require_open

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

console = Console(stderr=True, highlight=False)


def say(line: str) -> None:
    """Tell the operator what goes on, on standard error."""
    console.print(line, style="dim")


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--data`` to a command: the node's data directory instead of JEJAK_DATA."""

    def use(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
        if value is not None:
            os.environ["JEJAK_DATA"] = str(value.absolute())

    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        callback=use,
        expose_value=False,
        is_eager=True,
        help="The node's data directory [JEJAK_DATA, else var/node].",
    )(command)


def port_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--port`` to a command."""

    def use(_context: click.Context, _parameter: click.Parameter, value: int | None) -> None:
        if value is not None:
            os.environ["JEJAK_PORT"] = str(value)

    return click.option(
        "--port",
        type=click.IntRange(1, 65535),
        callback=use,
        expose_value=False,
        is_eager=True,
        help="The port to listen on [JEJAK_PORT, else 8000].",
    )(command)


@contextmanager
def ready() -> Iterator[None]:
    """Give a migrated database and Django for the time of one command.

    :raises NodeRestoring: a backup is being restored, and only that goes on.
    """
    require_open(settings().data)
    with node.database(say) as (found, _server):
        node.django_ready()
        node.migrate(found, say)
        yield


@contextmanager
def existing() -> Iterator[None]:
    """Give what `ready` gives, for a node that is there already: records are not looked for in a fresh, empty one."""
    made_here = not settings().database_url
    if not settings().keyring_path.exists() or (made_here and not place_for(settings().data).made):
        message = f"There is no node in {settings().data}; name its data directory with --data, or JEJAK_DATA."
        raise click.UsageError(message)
    with ready():
        yield
