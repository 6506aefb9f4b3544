"""The check-in page and its form: what a visitor's browser asks for first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.kernel.access import public
from jejak.lane import receipts
from jejak.lane.errors import (
    ClockSkew,
    ConsentMissing,
    FormExpired,
    IdInvalid,
    LaneError,
    TooLate,
    VisitorUnknown,
)  # fmt: skip
from jejak.lane.origin import require_own_form
from jejak.lane.protocol import Newcomer
from jejak.lane.remembered import VISITOR, keeping, language_of, name_of
from jejak.lane.rules import Moment, admitted, moment_of
from jejak.lane.slots import blank
from jejak.lane.tokens import REMEMBERED
from jejak.lane.wire import Response, cookies, form, query, read_body
from jejak.people.errors import NameInvalid, NameMissing, NameTooLong, PersonRefused
from jejak.people.rules import e164, tidy_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts
    from jejak.lane.wire import Receive, Scope

_NAME_ERRORS = (NameMissing, NameTooLong, NameInvalid)


@public(reason="the page that every visitor at the poster opens; it shows the place and what this device remembers")
async def page(lane: Parts, scope: Scope, _receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``GET /p/<code>``: one tap for a known device, else name and phone."""
    door = lane.catalogue.door(path[0], now=lane.clock())
    asked = query(scope)
    language, headers = language_of(scope, asked, secure=lane.secure)
    remembered = None if asked.get("other") else name_of(lane.tokens, cookies(scope))
    values = blank(lane, door, language=language)
    if remembered:
        return lane.pages.page("known", language=language, values=values | {"name": remembered}, headers=headers)
    values["remember_checked"] = "" if asked.get("other") else "checked"
    return lane.pages.page("new", language=language, values=values, headers=headers)


@public(reason="anybody may check in; a visit is written, nothing is read")
async def post(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>``: 303 to the receipt, or the page as typed with what is wrong."""
    require_own_form(scope)
    door = lane.catalogue.door(path[0], now=lane.clock())
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
            lane, door, given, error, language=language, known=None if typed else name_of(lane.tokens, cookies(scope))
        )


async def _known(lane: Parts, door: Door, moment: Moment, flags: int, sent: Mapping[str, str]) -> Response:
    stored = lane.check_ins.known(door=door, moment=moment, flags=flags, token=sent.get(VISITOR, ""))
    answer = receipts.to(lane, door, moment, flags=REMEMBERED)  # made while the commit is under way
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
        return receipts.to(lane, door, moment, flags=0)
    kept = keeping(token=token, name=name, secure=lane.secure)
    return receipts.to(lane, door, moment, flags=REMEMBERED, headers=kept)


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
    values = blank(lane, door, language=language)
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
