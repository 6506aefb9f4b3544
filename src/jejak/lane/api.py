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
from jejak.lane.tokens import Receipt
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
    door = lane.catalogue.door(wanted.code, queued_at=moment.ms if wanted.queued else None)
    flags = admitted(made=moment.ms, now=lane.clock(), queued=wanted.queued)
    if wanted.companions:
        lane.check_ins.usable(who=wanted.companions)
    if isinstance(wanted.visitor, str):
        phone = ""
        stored = lane.check_ins.known(door=door, moment=moment, flags=flags, token=wanted.visitor)
        # Made while the commit is under way, so that answers leave in one burst and the server wakes once for all.
        answer = _answer(lane, door, moment, wanted.visitor)
        new = await stored
    else:
        phone = wanted.visitor.phone
        token, new = await lane.check_ins.newcomer(door=door, moment=moment, flags=flags, given=wanted.visitor)
        answer = _answer(lane, door, moment, token)
    if wanted.companions:
        tokens = await lane.check_ins.companions(
            door=door, moment=moment, flags=flags, who=wanted.companions, phone=phone
        )
        answer = answer[:-1] + b',"with":["' + '","'.join(tokens).encode() + b'"]}'
    return Response(_CREATED if new else _REPEATED, answer)


def _answer(lane: Parts, door: Door, moment: Moment, token: str) -> bytes:
    place = door.place
    until = moment.ms + place.stay_minutes * MINUTE
    receipt = lane.tokens.receipt(Receipt(0, place.poster, moment.id, until))
    return b'{"id":"%b",%b,"at":"%b","visitor":"%b","receipt":"%b%b"}' % (
        moment.id.encode(), door.premises_json, _instant(moment.ms), token.encode(), door.receipt_url, receipt,
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
        moment.id.encode(), door.premises_json, _instant(moment.ms), _instant(end.ms),
        b"true" if end.clamped else b"false",
    )  # fmt: skip
    return Response(_REPEATED, body)


def _instant(ms: int) -> bytes:
    seconds, rest = divmod(ms, 1000)
    return b"%b.%03dZ" % (_second(seconds), rest)


@lru_cache(maxsize=4096)
def _second(seconds: int) -> bytes:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}".encode()
