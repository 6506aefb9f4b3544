"""`jejak accounts confirm`: after a backup was restored, the operator confirms whom no manager can."""

from __future__ import annotations

import click

from jejak.config.options import data_option, existing
from jejak.kernel import clock
from jejak.kernel.settings import settings


@click.command("confirm")
@click.argument("email", default="")
@data_option
def confirm_account(email: str) -> None:
    """After a restore: show who is still to be confirmed, or confirm EMAIL where no manager can."""
    with existing():
        from jejak.access import actions, queries
        from jejak.access.queries.rechecks import all_to_confirm
        from jejak.trail.actions import Machine

        if email:
            user, machine = queries.account(email), Machine(0, settings().node_name)
            actions.confirm_at_terminal(user=user, operator=machine, now=clock.now())
            click.echo(f"{user.name} <{user.email}> is confirmed.")
            return
        waiting = all_to_confirm()
    for one in waiting:
        click.echo(f"{one.email:<40} {one.name}")
    if not waiting:
        click.echo("Everybody is confirmed.")
