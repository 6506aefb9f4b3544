"""The check-in page, its form, the receipt and checking out: what a visitor's browser asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from jejak.kernel.access import public
from jejak.kernel.ids import uuid7
from jejak.kernel.places import KUALA_LUMPUR
from jejak.lane.errors import (
    ClockSkew,
    ConsentMissing,
    CrossSite,
    FormExpired,
    IdInvalid,
    LaneError,
    ReceiptUnknown,
    TooLate,
    VisitorUnknown,
    WrongMediaType,
)  # fmt: skip
from jejak.lane.protocol import Newcomer
from jejak.lane.rules import DAY, HOUR, MINUTE, RECEIPT, Moment, admitted, moment_of
from jejak.lane.tokens import LEFT, REMEMBERED, Receipt
from jejak.lane.wire import Response, cookie, cookies, form, header, query, read_body, response
from jejak.people.errors import NameInvalid, NameMissing, NameTooLong, PersonRefused
from jejak.people.rules import e164, tidy_name
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.lane.catalogue import Door, Place
    from jejak.lane.parts import Parts
    from jejak.lane.wire import Headers, Receive, Scope

VISITOR, NAME, LANGUAGE = "jejak_visitor", "jejak_name", "jejak_language"
REMEMBER_SECONDS: Final = 180 * DAY // 1000
LANGUAGE_SECONDS: Final = 400 * DAY // 1000
NOBODY: Final = "—"
"""Stands for a name that this device does not remember; a receipt's address holds none."""
_NAME_ERRORS = (NameMissing, NameTooLong, NameInvalid)


@public(reason="the page that every visitor at the poster opens; it shows the place and what this device remembers")
async def page(lane: Parts, scope: Scope, _receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``GET /p/<code>``: one tap for a known device, else name and phone."""
    door = lane.catalogue.door(path[0])
    asked = query(scope)
    language, headers = language_of(scope, asked, secure=lane.secure)
    remembered = None if asked.get("other") else _remembered(lane, cookies(scope))
    values = _blank(lane, door, language=language)
    if remembered:
        return lane.pages.page("known", language=language, values=values | {"name": remembered}, headers=headers)
    values["remember_checked"] = "" if asked.get("other") else "checked"
    return lane.pages.page("new", language=language, values=values, headers=headers)


@public(reason="anybody may check in; a visit is written, nothing is read")
async def post(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>``: 303 to the receipt, or the page as typed with what is wrong."""
    _require_own_form(scope)
    door = lane.catalogue.door(path[0])
    given = form(await read_body(scope, receive))
    language, _ = language_of(scope, {}, secure=lane.secure)
    typed = "phone" in given or "name" in given
    try:
        moment, flags = _moment(lane, door, given)
        if typed:
            return await _newcomer(lane, door, moment, flags, given)
        return await _known(lane, door, moment, flags, cookies(scope))
    except (PersonRefused, ConsentMissing, FormExpired, VisitorUnknown) as error:
        return _as_typed(
            lane, door, given, error, language=language, known=None if typed else _remembered(lane, cookies(scope))
        )


async def _known(lane: Parts, door: Door, moment: Moment, flags: int, sent: Mapping[str, str]) -> Response:
    stored = lane.check_ins.known(door=door, moment=moment, flags=flags, token=sent.get(VISITOR, ""))
    answer = _to_receipt(lane, door, moment, flags=REMEMBERED)  # made while the commit is under way
    await stored
    return answer


async def _newcomer(lane: Parts, door: Door, moment: Moment, flags: int, given: Mapping[str, str]) -> Response:
    who = Newcomer(given.get("name", ""), given.get("phone", ""))
    e164(phone=who.phone)
    name = tidy_name(name=who.name)
    if not given.get("agree"):
        raise ConsentMissing
    token, _new = await lane.check_ins.newcomer(door=door, moment=moment, flags=flags, given=who)
    if not given.get("remember"):
        return _to_receipt(lane, door, moment, flags=0)
    kept = [
        cookie(VISITOR, token, seconds=REMEMBER_SECONDS, secure=lane.secure),
        cookie(NAME, quote(name, safe=""), seconds=REMEMBER_SECONDS, secure=lane.secure),
    ]
    return _to_receipt(lane, door, moment, flags=REMEMBERED, headers=kept)


def _to_receipt(lane: Parts, door: Door, moment: Moment, *, flags: int, headers: Headers | None = None) -> Response:
    place = door.place
    until = moment.ms + place.stay_minutes * MINUTE
    return _see_receipt(lane, door, Receipt(flags, place.poster, moment.id, until), headers=headers)


def _see_receipt(lane: Parts, door: Door, receipt: Receipt, *, headers: Headers | None = None) -> Response:
    target = b"/p/%b/receipt/%b" % (door.code.encode(), lane.tokens.receipt(receipt))
    return response(303, [(b"location", target), (b"cache-control", b"no-store"), *(headers or [])])


def _moment(lane: Parts, door: Door, given: Mapping[str, str]) -> tuple[Moment, int]:
    """Return the form's id: one the server signed, or one the browser's script made (then it carries no signature)."""
    signature = given.get("sig", "")
    try:
        moment = moment_of(given.get("id", ""))
        flags = admitted(made=moment.ms, now=lane.clock(), queued=False)
    except (IdInvalid, ClockSkew, TooLate):
        raise FormExpired from None
    if signature and not lane.tokens.form_holds(visit=moment.id, poster=door.place.poster, signature=signature):
        raise FormExpired
    return moment, flags


def _as_typed(
    lane: Parts,
    door: Door,
    given: Mapping[str, str],
    error: LaneError | PersonRefused,
    *,
    language: str,
    known: str | None,
) -> Response:
    values = _blank(lane, door, language=language)
    if known and not isinstance(error, VisitorUnknown):
        values |= {"name": known, "error_form": lane.pages.detail(error.code, language=language)}
        return lane.pages.page("known", language=language, values=values, status=error.status)
    values |= {
        "phone": given.get("phone", ""),
        "name": given.get("name", ""),
        "consent_checked": "checked" if given.get("agree") else "",
        "remember_checked": "checked" if given.get("remember") else "",
    } | _errors(lane, given, error, language=language)
    return lane.pages.page("new", language=language, values=values, status=error.status)


def _errors(
    lane: Parts, given: Mapping[str, str], error: LaneError | PersonRefused, *, language: str
) -> dict[str, str]:
    """Return every error of the form at once, so that nobody has to send it three times."""

    def said(code: str) -> str:
        return lane.pages.detail(code, language=language)

    found = {}
    if isinstance(error, FormExpired):
        found["error_form"] = said(error.code)
    if isinstance(error, (FormExpired, VisitorUnknown)) and not given.get("phone") and not given.get("name"):
        return found
    try:
        e164(phone=given.get("phone", ""))
    except PersonRefused as wrong:
        found["error_phone"] = said(wrong.code)
    try:
        tidy_name(name=given.get("name", ""))
    except _NAME_ERRORS as wrong:
        found["error_name"] = said(wrong.code)
    if not given.get("agree"):
        found["error_consent"] = said(ConsentMissing.code)
    return found


@public(reason="a receipt opens for whoever holds its sealed address; it names nobody")
async def receipt(lane: Parts, scope: Scope, _receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``GET /p/<code>/receipt/<sealed>``: the page that a guard looks at."""
    door, held = _held(lane, path[0], path[1])
    language, headers = language_of(scope, query(scope), secure=lane.secure)
    began = moment_of(held.visit).ms
    values = _placed(door, lane, language=language) | {"date": words.day(_local(began), language=language)}
    if held.flags & LEFT:
        values["from_time"] = words.clock(_local(began), language=language)
        values["to_time"] = words.clock(_local(held.until), language=language)
        return lane.pages.page("left", language=language, values=values, headers=headers)
    until = words.clock(_local(held.until), language=language)
    names = _remembered(lane, cookies(scope)) if held.flags & REMEMBERED else None
    values |= {
        "time": words.clock(_local(began), language=language),
        "names": names or NOBODY,
        "checkout_action": f"/p/{door.code}/out",
        "visit": path[1],
        "until_line": lane.pages.phrase("until_line", language=language, time=until),
        "server_ms": lane.clock(),
    }
    colour, word = lane.tokens.of_the_hour(
        premises=door.place.premises, hour=began // HOUR, words=len(lane.pages.words[language])
    )
    values |= {"colour": colour, "word": lane.pages.words[language][word]}
    return lane.pages.page("receipt", language=language, values=values, headers=headers)


@public(reason="ends the visit whose sealed receipt is shown; of other visits nothing is said")
async def leave(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>/out``: 303 to the page that says goodbye."""
    _require_own_form(scope)
    given = form(await read_body(scope, receive))
    door, held = _held(lane, path[0], given.get("visit", ""))
    moment = moment_of(held.visit)
    end = await lane.check_outs.end(
        place=door.place, moment=moment, at=None, now=lane.clock(), person=None, device=None
    )
    return _see_receipt(lane, door, Receipt(held.flags | LEFT, held.poster, held.visit, end.ms))


def _held(lane: Parts, code: str, sealed: str) -> tuple[Door, Receipt]:
    door = lane.catalogue.any_door(code)
    held = lane.tokens.read_receipt(sealed)
    age = lane.clock() - moment_of(held.visit).ms
    if held.poster != door.place.poster or age > RECEIPT:
        raise ReceiptUnknown
    return door, held


def language_of(scope: Scope, asked: Mapping[str, str], *, secure: bool) -> tuple[str, Headers]:
    """Return the visitor's language, and the cookie that keeps a choice just made."""
    chosen = asked.get("lang")
    if chosen in {"ms", "en"}:
        return chosen, [cookie(LANGUAGE, chosen, seconds=LANGUAGE_SECONDS, secure=secure)]
    return ("en" if cookies(scope).get(LANGUAGE) == "en" else "ms"), []


def _remembered(lane: Parts, sent: Mapping[str, str]) -> str | None:
    """Return the name that this device remembers, if its token is ours."""
    name = sent.get(NAME)
    if not name or VISITOR not in sent:
        return None
    try:
        lane.tokens.read_visitor(sent[VISITOR])
        return tidy_name(name=unquote(name, errors="strict"))
    except (VisitorUnknown, PersonRefused, UnicodeDecodeError):
        return None


def _placed(door: Door, lane: Parts, *, language: str) -> dict[str, object]:
    place = door.place
    return {
        "code": door.code,
        "place": place.name,
        "branch": place.branch,
        "zone_line": _zone_line(lane, place, language),
        "node": lane.node,
    }


def _zone_line(lane: Parts, place: Place, language: str) -> str:
    return lane.pages.phrase("zone_line", language=language, zone=place.zone_name) if place.zone_name else ""


def _blank(lane: Parts, door: Door, *, language: str) -> dict[str, object]:
    visit = str(uuid7())
    return _placed(door, lane, language=language) | {
        "action": f"/p/{door.code}",
        "id": visit,
        "sig": lane.tokens.form(visit=visit, poster=door.place.poster),
        "server_ms": lane.clock(),
    }


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(KUALA_LUMPUR)


def _require_own_form(scope: Scope) -> None:
    """Refuse a form that another website sent. Source: Fetch Metadata; OWASP CSRF prevention."""
    site = header(scope, b"sec-fetch-site")
    if site:
        if site not in {b"same-origin", b"none"}:
            raise CrossSite
    else:
        origin = header(scope, b"origin")
        if origin and origin.split(b"://")[-1] != header(scope, b"host"):
            raise CrossSite
    if not header(scope, b"content-type").startswith(b"application/x-www-form-urlencoded"):
        raise WrongMediaType("Send a form, application/x-www-form-urlencoded.")
