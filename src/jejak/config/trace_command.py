"""`jejak trace`: the contact search at a terminal, as a named officer and for a purpose."""

from __future__ import annotations

import importlib
from typing import Any

import click

from jejak.config.options import data_option, ready


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@data_option
def trace(arguments: tuple[str, ...]) -> Any:  # noqa: ANN401 - click's callback
    """Search the contacts of a person in a window; runs as a named officer, for a purpose, in the trail."""
    with ready():
        command = importlib.import_module("jejak.tracing.terminal").trace
        return command.main(args=list(arguments), prog_name="jejak trace", standalone_mode=True)
