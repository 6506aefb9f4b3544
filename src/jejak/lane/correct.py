"""A visitor's own word on a visit: the times were others, or it was somebody else. Nothing is overwritten."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from jejak.kernel.access import public
from jejak.lane.disputes import NOT_ME, TIMES, Dispute
from jejak.lane.errors import DisputesEnough, Malformed, TimesWrong, VisitUnknown
from jejak.lane.origin import require_own_form
from jejak.lane.receipts import held, party_of
from jejak.lane.remembered import language_of
from jejak.lane.rules import DAY, moment_of, told_times
from jejak.lane.slots import local, placed
from jejak.lane.tokens import LEFT, WITH
from jejak.lane.wire import Response, form, query, read_body, response
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts
    from jejak.lane.tokens import Receipt
    from jejak.lane.wire import Receive, Scope

_THANKS: Final = {TIMES: "noted_times", NOT_ME: "noted_not_me"}
_MOMENT: Final = re.compile(r"[0-9]{1,14}").fullmatch


@public(reason="shows the times that a sealed receipt holds; it names nobody")
async def page(lane: Parts, scope: Scope, _receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``GET /p/<code>/receipt/<sealed>/correct``: what stands, and where to say otherwise."""
    door, shown = held(lane, path[0], path[1], longest=lane.visit_days * DAY)
    asked = query(scope)
    language, headers = language_of(scope, asked, secure=lane.secure)
    values = _values(lane, door, shown, sealed=path[1], language=language)
    values["done"] = _thanks(lane, shown, asked, language=language)
    return lane.pages.page("correct", language=language, values=values, headers=headers)


@public(reason="notes beside a visit what the holder of its sealed receipt says; nothing is read or overwritten")
async def post(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>/receipt/<sealed>/correct``: 303 to the page that says thank you."""
    require_own_form(scope)
    door, shown = held(lane, path[0], path[1], longest=lane.visit_days * DAY)
    given = form(await read_body(scope, receive))
    kind = given.get("kind", "")
    try:
        told = await _note(lane, door, shown, given, kind=kind)
    except (TimesWrong, DisputesEnough) as error:
        return _as_typed(lane, scope, door, shown, given, error, sealed=path[1])
    said = urlencode({"done": kind} | {name: ms for name, ms in told.items() if ms is not None})
    back = f"/p/{door.code}/receipt/{path[1]}/correct?{said}".encode()
    return response(303, [(b"location", back), (b"cache-control", b"no-store")])


async def _note(
    lane: Parts, door: Door, shown: Receipt, given: Mapping[str, str], *, kind: str
) -> dict[str, int | None]:
    """Store the dispute of every visit of the receipt; return the beginning and the end that it tells.

    :raises Malformed: it says neither of the two. :raises TimesWrong: the times cannot be.
    :raises DisputesEnough: much was said of this visit before.
    """
    if kind not in _THANKS:
        raise Malformed
    now, visits = lane.clock(), party_of(shown)
    came = left = None
    if kind == TIMES:
        came, left = told_times(
            checked_in=visits[0].ms,
            until=shown.until if shown.flags & LEFT else None,
            came=given.get("came", ""),
            left=given.get("left", ""),
            longest_minutes=door.place.longest_minutes,
            now=now,
        )
    said = [Dispute(door.place.premises, visit.ms, visit.id, kind, came, left, now) for visit in visits]
    own, *others = await asyncio.gather(*(lane.check_outs.dispute(one) for one in said), return_exceptions=True)
    if isinstance(own, BaseException):
        raise own
    for other in others:
        if isinstance(other, BaseException) and not isinstance(other, (VisitUnknown, DisputesEnough)):
            raise other  # sent again, it is noted of those that it was not yet noted of
    return {"came": came, "left": left}


def _thanks(lane: Parts, shown: Receipt, asked: Mapping[str, str], *, language: str) -> str:
    """Return what was noted, in words; empty where nothing was."""
    thanks = _THANKS.get(asked.get("done", ""))
    if not thanks:
        return ""
    began = moment_of(shown.visit).ms
    told = {
        name: words.clock(local(int(asked[name])), language=language)
        for name in ("came", "left")
        if _MOMENT(asked.get(name, "")) and abs(int(asked[name]) - began) <= 2 * DAY
    }
    times = "noted_both" if len(told) > 1 else "".join(f"noted_{name}" for name in told)
    said = [lane.pages.phrase(thanks, language=language)]
    if thanks == "noted_times" and times:
        said.append(lane.pages.phrase(times, language=language, **told))
    return " ".join(said)


def _values(lane: Parts, door: Door, shown: Receipt, *, sealed: str, language: str) -> dict[str, object]:
    began, ended = local(moment_of(shown.visit).ms), local(shown.until)
    until = words.clock(ended, language=language)
    companions = shown.flags >> WITH
    return placed(door, lane, language=language) | {
        "date": words.day(began, language=language),
        "from_time": words.clock(began, language=language),
        "to_time": until if shown.flags & LEFT else lane.pages.phrase("estimated", language=language, time=until),
        "people": lane.pages.phrase("people", language=language, count=companions + 1) if companions else "",
        "came": f"{began:%H:%M}",
        "left": f"{ended:%H:%M}" if shown.flags & LEFT else "",
        "action": f"/p/{door.code}/receipt/{sealed}/correct",
    }


def _as_typed(
    lane: Parts,
    scope: Scope,
    door: Door,
    shown: Receipt,
    given: Mapping[str, str],
    error: TimesWrong | DisputesEnough,
    *,
    sealed: str,
) -> Response:
    language, _ = language_of(scope, {}, secure=lane.secure)
    detail = lane.pages.detail(error.reason if isinstance(error, TimesWrong) else error.code, language=language)
    slot = f"error_{error.field}" if isinstance(error, TimesWrong) else "error_form"
    values = _values(lane, door, shown, sealed=sealed, language=language) | {slot: detail}
    values |= {name: given[name] for name in ("came", "left") if name in given}
    return lane.pages.page("correct", language=language, values=values, status=error.status)
