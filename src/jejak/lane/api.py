"""The lane's JSON API: check-ins and check-outs."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jejak.kernel.access import public
from jejak.lane.origin import require_json
from jejak.lane.problems import JSON_HEADERS
from jejak.lane.protocol import read_check_in, read_check_out
from jejak.lane.rules import MINUTE, Moment, admitted, moment_of
from jejak.lane.tokens import WITH, Receipt
from jejak.lane.wire import Response, read_body, response, rest_of, whole

if TYPE_CHECKING:
    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts
    from jejak.lane.wire import Receive, Scope

_CREATED: Final = response(201, JSON_HEADERS).start
_REPEATED: Final = response(200, JSON_HEADERS).start


@public(reason="anybody may check in; a visit is written, nothing is read")
async def check_in(lane: Parts, scope: Scope, receive: Receive, _path: tuple[str, ...]) -> Response:
    """Answer ``POST /v1/check-ins``: 201, or 200 for the same one again."""
    require_json(scope)
    message = await receive()
    body = whole(scope, message)
    wanted = read_check_in(await rest_of(message, receive) if body is None else body)
    moment = moment_of(wanted.id)
    now = lane.clock()
    door = lane.catalogue.door(wanted.code, now=now, queued_at=moment.ms if wanted.queued else None)
    flags = admitted(made=moment.ms, now=now, queued=wanted.queued)
    visitor = wanted.visitor
    if wanted.companions:
        arrived = await lane.check_ins.together(
            door=door, moment=moment, flags=flags, visitor=visitor, companions=wanted.companions
        )
        new, answer = arrived.new, said(lane, door, moment, arrived.token, arrived.companions)
    elif isinstance(visitor, str):
        stored = lane.check_ins.known(door=door, moment=moment, flags=flags, token=visitor)
        # Made while the commit is under way, so that answers leave in one burst and the server wakes once for all.
        answer = said(lane, door, moment, lane.tokens.renewed(visitor, ms=moment.ms))
        new = await stored
    else:
        token, new = await lane.check_ins.newcomer(door=door, moment=moment, flags=flags, given=visitor)
        answer = said(lane, door, moment, token)
    return Response(_CREATED if new else _REPEATED, answer)


def said(lane: Parts, door: Door, moment: Moment, token: str, companions: tuple[str, ...] = ()) -> bytes:
    """Return what a check-in hands back, as JSON."""
    place = door.place
    until = moment.ms + place.stay_minutes * MINUTE
    receipt = lane.tokens.receipt(Receipt(len(companions) << WITH, place.poster, moment.id, until))
    more = b',"with":["%b"]' % '","'.join(companions).encode() if companions else b""
    return b'{"id":"%b",%b,"at":"%b","visitor":"%b","receipt":"%b%b"%b}' % (
        moment.id.encode(), door.premises_json, instant(moment.ms), token.encode(), door.receipt_url, receipt, more,
    )  # fmt: skip


@public(reason="ends a visit of whoever shows its visitor token; of other visits nothing is said")
async def check_out(lane: Parts, scope: Scope, receive: Receive, _path: tuple[str, ...]) -> Response:
    """Answer ``POST /v1/check-outs``: 200 with the end that stands."""
    require_json(scope)
    wanted = read_check_out(await read_body(scope, receive))
    door = lane.catalogue.any_door(wanted.code)
    moment = moment_of(wanted.id)
    person, device = lane.tokens.read_visitor(wanted.visitor)
    end = await lane.check_outs.end(
        place=door.place, moment=moment, at=wanted.at, now=lane.clock(), person=person, device=device
    )
    body = b'{"id":"%b",%b,"at":"%b","until":"%b","clamped":%b}' % (
        moment.id.encode(), door.premises_json, instant(moment.ms), instant(end.ms),
        b"true" if end.clamped else b"false",
    )  # fmt: skip
    return Response(_REPEATED, body)


def instant(ms: int) -> bytes:
    """Return a moment as in RFC 3339."""
    seconds, rest = divmod(ms, 1000)
    return b"%b.%03dZ" % (_second(seconds), rest)


@lru_cache(maxsize=4096)
def _second(seconds: int) -> bytes:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}".encode()
