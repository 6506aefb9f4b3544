"""The check-in page and its form: what a visitor's browser asks for first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.kernel.access import public
from jejak.lane import receipts, together
from jejak.lane.errors import (
    ClockSkew,
    CompanionName,
    CompanionsTooMany,
    ConsentMissing,
    FormExpired,
    IdInvalid,
    TooLate,
    VisitorUnknown,
)  # fmt: skip
from jejak.lane.origin import require_own_form
from jejak.lane.protocol import Newcomer
from jejak.lane.remembered import VISITOR, cookie_of, device_of, keeping, language_of, name_of
from jejak.lane.rules import Moment, admitted, moment_of
from jejak.lane.slots import blank
from jejak.lane.tokens import REMEMBERED, WITH
from jejak.lane.typed import as_typed
from jejak.lane.wire import Response, cookies, fields, query, read_body
from jejak.people.errors import PersonRefused
from jejak.people.rules import e164, tidy_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts
    from jejak.lane.together import Party
    from jejak.lane.wire import Receive, Scope


@public(reason="the page that every visitor at the poster opens; it shows the place and what this device remembers")
async def page(lane: Parts, scope: Scope, _receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``GET /p/<code>``: one tap for a known device, else name and phone."""
    door = lane.catalogue.door(path[0], now=lane.clock())
    asked = query(scope)
    language, headers = language_of(scope, asked, secure=lane.secure)
    sent = cookies(scope)
    remembered = None if asked.get("other") else name_of(lane.tokens, sent, ms=lane.clock())
    values = blank(lane, door, language=language)
    if remembered:
        known = together.remembered(lane.tokens, sent) if together.COOKIE in sent else {}
        values |= {"name": remembered} | together.slots(lane.pages, known, language=language)
        return lane.pages.page("known", language=language, values=values, headers=headers)
    values["remember_checked"] = "" if asked.get("other") else "checked"
    return lane.pages.page("new", language=language, values=values, headers=headers)


@public(reason="anybody may check in; a visit is written, nothing is read")
async def post(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>``: 303 to the receipt, or the page as typed with what is wrong."""
    require_own_form(scope)
    door = lane.catalogue.door(path[0], now=lane.clock())
    pairs = fields(await read_body(scope, receive))
    given, sent = dict(pairs), cookies(scope)
    typed = "phone" in given or "name" in given
    known = together.remembered(lane.tokens, sent) if together.COOKIE in sent and not typed else {}
    try:
        moment, flags = _moment(lane, door, given)
        if typed:
            return await _newcomer(lane, door, moment, flags, pairs, sent)
        if not known and not given.get("add", "").strip():
            return await _known(lane, door, moment, flags, sent)
        return await _known_party(lane, door, moment, flags, sent, together.party(pairs, known))
    except (PersonRefused, CompanionName, CompanionsTooMany, ConsentMissing, FormExpired, VisitorUnknown) as error:
        language, _ = language_of(scope, {}, secure=lane.secure)
        values = blank(lane, door, language=language)
        values |= together.slots(lane.pages, known, pairs, language=language)
        name = None if typed or isinstance(error, VisitorUnknown) else name_of(lane.tokens, sent, ms=lane.clock())
        return as_typed(lane.pages, given, error, values=values, language=language, known=name)


async def _known(lane: Parts, door: Door, moment: Moment, flags: int, sent: Mapping[str, str]) -> Response:
    token = sent.get(VISITOR, "")
    stored = lane.check_ins.known(door=door, moment=moment, flags=flags, token=token)
    fresh = lane.tokens.renewed(token, ms=moment.ms)
    kept = [] if fresh == token else [cookie_of(fresh, secure=lane.secure)]
    answer = receipts.to(lane, door, moment, flags=REMEMBERED, headers=kept)  # made while the commit is under way
    await stored
    return answer


async def _known_party(
    lane: Parts, door: Door, moment: Moment, flags: int, sent: Mapping[str, str], party: Party
) -> Response:
    arrived = await lane.check_ins.together(
        door=door, moment=moment, flags=flags, visitor=sent.get(VISITOR, ""), companions=party.who
    )
    kept = together.keeping(party.remembered(arrived.companions), secure=lane.secure)
    if arrived.token != sent.get(VISITOR):
        kept.append(cookie_of(arrived.token, secure=lane.secure))
    return receipts.to(lane, door, moment, flags=REMEMBERED | len(party.who) << WITH, headers=kept)


async def _newcomer(
    lane: Parts, door: Door, moment: Moment, flags: int, pairs: list[tuple[str, str]], sent: Mapping[str, str]
) -> Response:
    given = dict(pairs)
    who = Newcomer(given.get("name", ""), given.get("phone", ""))
    e164(phone=who.phone)
    name = tidy_name(name=who.name)
    if not given.get("agree"):
        raise ConsentMissing
    party, device = together.party(pairs, {}), device_of(lane.tokens, sent)
    if party.added:
        arrived = await lane.check_ins.together(
            door=door, moment=moment, flags=flags, visitor=who, companions=party.who, device=device
        )
        token, companions = arrived.token, arrived.companions
    else:
        came = await lane.check_ins.newcomer(door=door, moment=moment, flags=flags, given=who, device=device)
        token, companions = came[0], ()
    count = len(companions) << WITH
    if not given.get("remember"):
        return receipts.to(lane, door, moment, flags=count)
    kept = keeping(token=token, name=name, secure=lane.secure)
    if companions:
        known = together.remembered(lane.tokens, sent)
        kept += together.keeping(party._replace(known=known).remembered(companions), secure=lane.secure)
    return receipts.to(lane, door, moment, flags=REMEMBERED | count, headers=kept)


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
