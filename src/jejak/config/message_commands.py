"""`jejak messages`: what went out, what was turned away, and closing a breaker."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import click

from jejak.config.options import data_option, existing
from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.messaging.rules import Kind


@click.group()
def messages() -> None:
    """Messages by SMS, e-mail and web push."""


@messages.command("status")
@click.option("--hours", type=click.IntRange(1, 720), default=24, show_default=True, help="How far to look back.")
@click.option("--json", "as_json", is_flag=True)
@data_option
def status(hours: int, *, as_json: bool) -> None:
    """Show how many messages stand where, how many were turned away and why, and which breakers are open."""
    now = clock.now()
    with existing():
        from jejak.messaging import queries

        tallies = queries.tallies(since=now - timedelta(hours=hours))
        refusals = queries.refusals(since=now - timedelta(hours=hours))
        breakers = queries.open_breakers(now=now)
        came_in = queries.came_in(since=now - timedelta(hours=hours))
    if as_json:
        rows = [
            {"text": row.template, "state": row.state, "channel": row.channel, "count": row.messages} for row in tallies
        ]
        rows += [
            {"text": row.template, "state": "turned-away", "reason": row.reason, "count": row.messages}
            for row in refusals
        ]
        rows += [
            {"text": "incoming", "state": row.state, "reason": row.reason, "channel": "sms", "count": row.messages}
            for row in came_in
        ]
        rows += [{"class": row.kind, "state": "breaker-open", "reason": row.reason} for row in breakers]
        click.echo(json.dumps(rows))
        return
    for row in tallies:
        click.echo(f"{row.messages:>10,}  {row.template:<24} {row.channel:<6} {row.state}")
    for turned in refusals:
        click.echo(f"{turned.messages:>10,}  {turned.template:<24} turned away: {turned.reason}")
    for one in came_in:
        click.echo(f"{one.messages:>10,}  {'incoming':<24} sms    {one.state}{f': {one.reason}' * bool(one.reason)}")
    for trip in breakers:
        click.echo(f"The breaker of class {trip.kind} is open ({trip.reason}); {trip.waiting:,} wait.")
    if not (tallies or refusals or breakers or came_in):
        click.echo(f"No messages in the last {hours} hours.")


@messages.command("reset")
@click.argument("kind", metavar="CLASS", type=click.Choice([kind.value for kind in Kind]))
@click.option("--by", required=True, help="The name of whoever decides it; kept with the breaker.")
@data_option
def reset(kind: str, by: str) -> None:
    """Close the open breaker of a class, once you know who asked for so many messages."""
    with existing():
        from jejak.messaging import actions

        closed = actions.reset_breaker(kind=Kind(kind), by=by, now=clock.now())
    if not closed:
        message = f"No breaker of class {kind} is open."
        raise click.ClickException(message)
    click.echo(f"The breaker of class {kind} is closed; counting begins anew.")


@messages.command("incoming")
@click.argument("text")
@click.option("--from", "sender", required=True, help="The number it is sent from, such as 0123456789.")
@click.option("--id", "reference", default="", help="The gateway's name for it; the same is taken once.")
@data_option
def incoming(text: str, sender: str, reference: str) -> None:
    """Hand a text message in as the gateway would, to try check-ins by SMS; exit code 1 says that it was refused."""
    with existing():
        from jejak.messaging import actions, queries

        heard = actions.receive(
            sender=sender, text=text, reference=reference or f"console-{uuid7()}", said=None, now=clock.now()
        )
        if heard.reply and not heard.before:
            actions.send(message=heard.reply, clock=clock.now)
        shown = [one.text for one in queries.console(limit=100) if one.message == heard.reply]
    said = f"Refused: {heard.reason}." if heard.reason else "Accepted."
    click.echo(f"{said} It had come before; nothing was done." if heard.before else said)
    click.echo(f"Reply: {shown[0]}" if shown else f"Reply: {'sent by the gateway' if heard.reply else 'none'}.")
    sys.exit(1 if heard.reason else 0)
