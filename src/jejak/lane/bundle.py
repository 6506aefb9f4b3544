"""Many check-ins in one request, from an offline queue or a partner's gate; each item has its own outcome."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import structlog

from jejak.kernel.access import public
from jejak.kernel.problems import JejakError, problem_document
from jejak.lane.api import instant, said
from jejak.lane.checkin import Arrived
from jejak.lane.errors import FieldInvalid, TooLarge, Unavailable
from jejak.lane.origin import require_json, require_own
from jejak.lane.problems import JSON_HEADERS, error_headers
from jejak.lane.protocol import LARGEST_BATCH, MOST_ITEMS, Newcomer, check_in_of, flag, read_batch
from jejak.lane.remembered import VISITOR, keeping
from jejak.lane.rules import MINUTE, admitted, moment_of
from jejak.lane.wire import Response, cookies, read_body, response
from jejak.people.rules import tidy_name

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts
    from jejak.lane.rules import Moment
    from jejak.lane.wire import Headers, Receive, Scope

LONGEST_ID: Final = 36
AT_A_TIME: Final = 25
"""Items queued in one turn of the event loop; a newcomer with nine companions takes a millisecond to seal."""

log = structlog.get_logger()


class Begun(NamedTuple):
    """An item that is queued: what its answer needs, and what is awaited; a known visitor's gives only "new"."""

    door: Door
    moment: Moment
    visitor: str | Newcomer
    stored: Awaitable[Arrived | bool]
    remember: bool


@public(reason="anybody may check in, many at once too; visits are written, nothing is read")
async def check_ins(lane: Parts, scope: Scope, receive: Receive, _path: tuple[str, ...]) -> Response:
    """Answer ``POST /v1/check-ins:batch``: 200 with one outcome an item, in their order."""
    require_json(scope)
    try:
        items = read_batch(await read_body(scope, receive, most=LARGEST_BATCH))
    except TooLarge as error:
        raise TooLarge(error.detail, **error.extra, most=MOST_ITEMS) from None
    token = cookies(scope).get(VISITOR)
    if any(_uses_cookies(item) for item in items):
        require_own(scope)
    begun: list[Begun | JejakError] = []
    async with lane.one_batch:
        now = lane.clock()
        for at in range(0, max(len(items), 1), AT_A_TIME):
            begun += [_begin(lane, item, token=token, now=now) for item in items[at : at + AT_A_TIME]]
            await asyncio.sleep(0)  # so that in between those at a door have their turn
    waiting = [one.stored for one in begun if isinstance(one, Begun)]
    stored = iter(await asyncio.gather(*waiting, return_exceptions=True))
    outcomes = [one if isinstance(one, JejakError) else _outcome(one, next(stored)) for one in begun]
    return _answer(lane, items, outcomes, now=now)


def _uses_cookies(item: object) -> bool:
    """Return whether an item reads or sets what the browser remembers, as only our own pages may."""
    return isinstance(item, dict) and (item.get("visitor") is None or bool(item.get("remember")))


def _begin(lane: Parts, item: object, *, token: str | None, now: int) -> Begun | JejakError:
    try:
        return _queued(lane, item, token=token, now=now)
    except JejakError as refused:
        return refused
    except Exception:
        log.exception("lane.item-failed")
        return Unavailable()


def _queued(lane: Parts, item: object, *, token: str | None, now: int) -> Begun:
    if not isinstance(item, dict):
        raise FieldInvalid("each item must be an object.", field="items")
    wanted, remember = check_in_of(item, cookie=token), flag(item, "remember")
    moment = moment_of(wanted.id)
    door = lane.catalogue.door(wanted.code, now=now, queued_at=moment.ms if wanted.queued else None)
    flags = admitted(made=moment.ms, now=now, queued=wanted.queued)
    visitor, stored = wanted.visitor, lane.check_ins
    if isinstance(visitor, str) and not wanted.companions:
        known = stored.known(door=door, moment=moment, flags=flags, token=visitor, late=True)
        return Begun(door, moment, visitor, known, remember)
    together = stored.together(
        door=door, moment=moment, flags=flags, visitor=visitor, companions=wanted.companions, late=True
    )
    return Begun(door, moment, visitor, asyncio.ensure_future(together), remember)


class Outcome(NamedTuple):
    """What became of an item that was stored."""

    begun: Begun
    token: str
    companions: tuple[str, ...]
    new: bool


def _outcome(begun: Begun, stored: object) -> Outcome | JejakError:
    match stored:
        case JejakError():
            return stored
        case bool():
            return Outcome(begun, str(begun.visitor), (), new=stored)
        case Arrived():
            return Outcome(begun, stored.token, stored.companions, stored.new)
    log.error("lane.item-failed", error=type(stored).__name__)
    return Unavailable()


def _answer(lane: Parts, items: list[Any], outcomes: list[Outcome | JejakError], *, now: int) -> Response:
    bodies = [_item(lane, item, outcome) for item, outcome in zip(items, outcomes, strict=True)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, JejakError)]
    body = b'{"items":[%b],"received":%d,"accepted":%d,"refused":%d,"server_ms":%d}' % (
        b",".join(bodies), len(items), len(items) - len(refused), len(refused), now,
    )  # fmt: skip
    full = next((outcome for outcome in refused if outcome.status == Unavailable.status), None)
    more = _kept(lane, outcomes) + (error_headers(full) if full else [])
    return response(200, [*JSON_HEADERS, *more], body)


def _item(lane: Parts, item: object, outcome: Outcome | JejakError) -> bytes:
    if isinstance(outcome, Outcome):
        begun = outcome.begun
        token = lane.tokens.renewed(outcome.token, ms=begun.moment.ms)
        body = said(lane, begun.door, begun.moment, token, outcome.companions)
        until = instant(begun.moment.ms + begun.door.place.stay_minutes * MINUTE)
        return b'{"status":%d,"until":"%b",%b' % (201 if outcome.new else 200, until, body[1:])
    given = item.get("id") if isinstance(item, dict) else None
    known = given if isinstance(given, str) and len(given) <= LONGEST_ID else None
    problem = problem_document(outcome)
    return json.dumps({"id": known, "status": outcome.status, "problem": problem}).encode()


def _kept(lane: Parts, outcomes: list[Outcome | JejakError]) -> Headers:
    """Return the cookies that remember the first newcomer who asked for it."""
    for outcome in outcomes:
        if isinstance(outcome, Outcome) and outcome.begun.remember and isinstance(outcome.begun.visitor, Newcomer):
            name = tidy_name(name=outcome.begun.visitor.name)
            return keeping(token=outcome.token, name=name, secure=lane.secure)
    return []
