"""`jejak trace`: the contact search at a terminal, as a named officer and for a purpose."""

from __future__ import annotations

from typing import Any

import click

from jejak.config.options import data_option, ready


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@data_option
def trace(arguments: tuple[str, ...]) -> Any:  # noqa: ANN401 - click's callback
    """Search the contacts of a person in a window; runs as a named officer, for a purpose, in the trail."""
    from jejak.tracing.terminal import trace as command

    # Help and wrong use end while the context is made, before a database is brought up for nothing.
    with command.make_context("jejak trace", list(arguments)) as context, ready():
        return command.invoke(context)
