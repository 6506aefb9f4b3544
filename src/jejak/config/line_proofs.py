"""What `jejak ledger verify` says of the proof of a line of the trail, which a citizen took from their page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jejak.trail.lines import ProvedRow


def say_line(rows: tuple[ProvedRow, ...], *, as_json: bool) -> int:
    """Say what the proof of a line proves; return the exit code, 1 if the witnesses of a policy have not signed."""
    witnessed = None if rows[0].day.witnessed is None else all(one.day.witnessed for one in rows)
    signed = rows[0].day.signed.checkpoint
    head = {"origin": signed.origin, "size": signed.size, "root": signed.root.hex()}
    if as_json:
        told = [{"row": dict(one.row), "index": one.day.index, "day": one.day.record} for one in rows]
        click.echo(json.dumps({"rows": told, "witnessed": witnessed} | head))
    else:
        for one in rows:
            day = one.day.record or {}
            click.echo(f"A row of the trail of {day.get('agency')}, {day.get('day')} (entry {one.day.index}):")
            click.echo(json.dumps(dict(one.row), indent=1, ensure_ascii=False))
        if witnessed is not None:
            click.echo("Witnessed as the policy asks." if witnessed else "Not witnessed as the policy asks.")
    return 1 if witnessed is False else 0
