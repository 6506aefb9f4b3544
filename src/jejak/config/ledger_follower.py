"""A look of `jejak ledger follow`: what a log gained since the last one, and what is remembered of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from jejak.formats import checkpoint, note
from jejak.ledger import following
from jejak.ledger.errors import LogForked, LogUnreadable
from jejak.ledger.logfiles import write_durably

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jejak.ledger.sources import Source


def look(source: Source, key: str, state: Path, *, kind_name: Callable[[int], str], as_json: bool) -> None:
    """Show the entries that a log gained since the checkpoint in ``state``, and remember the one there is now.

    :raises LogForked: it does not contain the one remembered, which stays; the other is kept beside it.
    :raises LogUnreadable: there is no checkpoint, or no tile that the proof needs.
    """
    before = _remembered(state, key)
    seen = before.checkpoint.size if before else 0
    # Read once: a log that lies would show another one when asked again, and the evidence would be gone.
    shown = source.fetch("checkpoint")
    if shown is None:
        raise LogUnreadable("there is no checkpoint")
    signed = checkpoint.open(shown, log=key)
    try:
        if before is not None:
            following.prove_grown(source, old=before.checkpoint, new=signed.checkpoint)
    except LogForked:
        write_durably(state.absolute().with_name(f"{state.name}.forked"), shown)
        raise
    for entry in following.entries_between(source, start=seen, head=signed.checkpoint):
        if as_json:
            click.echo(json.dumps({"index": entry.index, "kind": kind_name(entry.kind), "record": entry.record}))
        else:
            told = "" if entry.record is None else json.dumps(entry.record, ensure_ascii=False)
            click.echo(f"{entry.index:>10}  {kind_name(entry.kind):<24} {told}")
    write_durably(state.absolute(), signed.encode())


def _remembered(state: Path, key: str) -> checkpoint.Signed | None:
    """Return the last checkpoint seen; a file that holds none is never taken for a first look."""
    if not state.exists():
        return None
    try:
        return checkpoint.open(state.read_bytes(), log=key)
    except note.NoteError as error:
        message = f"{state} holds no checkpoint of this log ({error.detail}). Keep it; another file begins anew."
        raise click.ClickException(message) from error
