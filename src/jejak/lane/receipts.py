"""The receipt that a guard looks at, and leaving by it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from jejak.kernel.access import public
from jejak.lane.checkin import companion_moment
from jejak.lane.errors import ReceiptUnknown, VisitUnknown
from jejak.lane.origin import require_own_form
from jejak.lane.remembered import language_of, name_of
from jejak.lane.rules import HOUR, MINUTE, RECEIPT, moment_of
from jejak.lane.slots import local, placed
from jejak.lane.tokens import LEFT, REMEMBERED, WITH, Receipt
from jejak.lane.wire import Response, cookies, form, query, read_body, response
from jejak.ui import words

if TYPE_CHECKING:
    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts
    from jejak.lane.rules import Moment
    from jejak.lane.wire import Headers, Receive, Scope

NOBODY: Final = "—"
"""Stands for a name that this device does not remember; a receipt's address holds none."""


@public(reason="a receipt opens for whoever holds its sealed address; it names nobody")
async def receipt(lane: Parts, scope: Scope, _receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``GET /p/<code>/receipt/<sealed>``: the page that a guard looks at."""
    door, shown = held(lane, path[0], path[1])
    language, headers = language_of(scope, query(scope), secure=lane.secure)
    began = moment_of(shown.visit).ms
    values = _common(lane, door, shown, began=began, sealed=path[1], language=language)
    if shown.flags & LEFT:
        values["from_time"] = words.clock(local(began), language=language)
        values["to_time"] = words.clock(local(shown.until), language=language)
        return lane.pages.page("left", language=language, values=values, headers=headers)
    until = words.clock(local(shown.until), language=language)
    name = name_of(lane.tokens, cookies(scope), ms=lane.clock()) if shown.flags & REMEMBERED else None
    values |= _people(lane, name, shown.flags >> WITH, language=language) | {
        "time": words.clock(local(began), language=language),
        "checkout_action": f"/p/{door.code}/out",
        "sealed": path[1],
        "until_line": lane.pages.phrase("until_line", language=language, time=until),
        "server_ms": lane.clock(),
    }
    colour, word = lane.tokens.of_the_hour(
        premises=door.place.premises, hour=began // HOUR, words=len(lane.pages.words[language])
    )
    values |= {"colour": colour, "word": lane.pages.words[language][word]}
    return lane.pages.page("receipt", language=language, values=values, headers=headers)


def _common(lane: Parts, door: Door, shown: Receipt, *, began: int, sealed: str, language: str) -> dict[str, object]:
    return placed(door, lane, language=language) | {
        "date": words.day(local(began), language=language),
        "receipt": f"/p/{door.code}/receipt/{sealed}",
        "visit": shown.visit,
        "at": began,
        "until": shown.until,
    }


def _people(lane: Parts, name: str | None, companions: int, *, language: str) -> dict[str, object]:
    """Return who is shown to a guard: the name that this device remembers, and for how many people."""
    if not companions:
        return {"names": name or NOBODY}
    say = lane.pages.phrase
    names = say("names", language=language, name=name, count=companions) if name else NOBODY
    return {"names": names, "people": say("people", language=language, count=companions + 1)}


@public(reason="ends the visit whose sealed receipt is shown; of other visits nothing is said")
async def leave(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>/out``: 303 to the page that says goodbye."""
    require_own_form(scope)
    given = form(await read_body(scope, receive))
    door, shown = held(lane, path[0], given.get("visit", ""))
    now, visits = lane.clock(), party_of(shown)
    ends = [
        lane.check_outs.end(place=door.place, moment=visit, at=None, now=now, person=None, device=None)
        for visit in visits
    ]
    own, *others = await asyncio.gather(*ends, return_exceptions=True)
    if isinstance(own, BaseException):
        raise own
    for other in others:
        if isinstance(other, BaseException) and not isinstance(other, VisitUnknown):
            raise other  # sent again, the same form ends those that are still there
    return see(lane, door, Receipt(shown.flags | LEFT, shown.poster, shown.visit, own.ms))


def party_of(shown: Receipt) -> list[Moment]:
    """Return the visits of a receipt: the visitor's own, then of those who came along."""
    own = moment_of(shown.visit)
    return [own, *(companion_moment(moment=own, position=at) for at in range(1, (shown.flags >> WITH) + 1))]


def held(lane: Parts, code: str, sealed: str, *, longest: int = RECEIPT) -> tuple[Door, Receipt]:
    """Return the place and what its receipt says, if it is not older than ``longest`` milliseconds.

    :raises ReceiptUnknown: it is none of ours, of another poster, or too old.
    """
    door = lane.catalogue.any_door(code)
    shown = lane.tokens.read_receipt(sealed)
    age = lane.clock() - moment_of(shown.visit).ms
    if shown.poster != door.place.poster or age > longest:
        raise ReceiptUnknown
    return door, shown


def to(lane: Parts, door: Door, moment: Moment, *, flags: int, headers: Headers | None = None) -> Response:
    """Return the way to the receipt of a check-in just made."""
    place = door.place
    until = moment.ms + place.stay_minutes * MINUTE
    return see(lane, door, Receipt(flags, place.poster, moment.id, until), headers=headers)


def see(lane: Parts, door: Door, shown: Receipt, *, headers: Headers | None = None) -> Response:
    """Return the way to a receipt."""
    target = b"/p/%b/receipt/%b" % (door.code.encode(), lane.tokens.receipt(shown))
    return response(303, [(b"location", target), (b"cache-control", b"no-store"), *(headers or [])])
