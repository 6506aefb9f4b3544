"""Those whom a visitor takes along: remembered by the visitor's own device, ticked or named on the form.

The cookie ``jejak_with`` holds, urlencoded, a JSON list of at most nine ``[name, token, ticked]``. Scripts may read it,
for the page that works without a network; a token can write visits and read nothing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, unquote

from jejak.kernel.access import public
from jejak.lane.errors import CompanionName, CompanionsTooMany, FormExpired, VisitorUnknown
from jejak.lane.origin import require_own_form
from jejak.lane.pages import Html
from jejak.lane.protocol import MOST_COMPANIONS, Newcomer
from jejak.lane.remembered import REMEMBER_SECONDS
from jejak.lane.wire import Response, cookie, cookies, form, read_body, response
from jejak.people.errors import PersonRefused
from jejak.people.rules import tidy_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.lane.pages import Pages
    from jejak.lane.parts import Parts
    from jejak.lane.tokens import Tokens
    from jejak.lane.wire import Headers, Receive, Scope

COOKIE: Final = "jejak_with"
LARGEST_COOKIE: Final = 3_500
"""Characters; browsers drop a cookie of more than 4,096 bytes."""
LARGEST_READ: Final = 8_000
_BETWEEN: Final = re.compile(r"[\r\n,;]+")


class Companion(NamedTuple):
    """Somebody whom this device has taken along before; ``ticked`` if they came the last time."""

    name: str
    token: str
    ticked: bool


class Party(NamedTuple):
    """Who comes along this time: places in the remembered list, and names that are new."""

    known: Mapping[int, Companion]
    ticked: tuple[int, ...]
    added: tuple[str, ...]

    @property
    def who(self) -> tuple[str | Newcomer, ...]:
        """Tokens and names, in the order in which their visits get their ids."""
        return (*(self.known[at].token for at in self.ticked), *(Newcomer(name, "") for name in self.added))

    def remembered(self, tokens: Sequence[str]) -> list[Companion]:
        """Return what the device remembers from now on; ``tokens`` are those of ``who``."""
        kept = [one._replace(ticked=at in self.ticked) for at, one in self.known.items()]
        fresh = [
            Companion(name, token, ticked=True)
            for name, token in zip(self.added, tokens[len(self.ticked) :], strict=True)
        ]
        names = {one.name.casefold() for one in fresh}
        return [one for one in kept if one.name.casefold() not in names] + fresh


def remembered(tokens: Tokens, sent: Mapping[str, str]) -> dict[int, Companion]:
    """Return whom this device remembers, by their place in its list; what cannot be read is left out."""
    raw = sent.get(COOKIE, "")
    if not raw or len(raw) > LARGEST_READ:
        return {}
    try:
        listed = json.loads(unquote(raw, errors="strict"))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(listed, list):
        return {}
    found = ((at, _companion(tokens, one)) for at, one in enumerate(listed[:MOST_COMPANIONS]))
    return {at: one for at, one in found if one}


def _companion(tokens: Tokens, listed: object) -> Companion | None:
    match listed:
        case [str(name), str(token), int(ticked)]:
            try:
                tokens.read_visitor(token)
                return Companion(tidy_name(name=name), token, bool(ticked))
            except (VisitorUnknown, PersonRefused):
                return None
    return None


def keeping(companions: Iterable[Companion], *, secure: bool) -> Headers:
    """Return the cookie that remembers companions; those who do not fit are left out, the first first."""
    listed = [[one.name, one.token, int(one.ticked)] for one in companions][-MOST_COMPANIONS:]
    while len(value := quote(json.dumps(listed, ensure_ascii=False, separators=(",", ":")), safe="")) > LARGEST_COOKIE:
        listed.pop(0)
    seconds = REMEMBER_SECONDS if listed else 0
    return [cookie(COOKIE, value if listed else "", seconds=seconds, secure=secure, scripts=True)]


def party(fields: Sequence[tuple[str, str]], known: Mapping[int, Companion]) -> Party:
    """Return who comes along by a form: each ``with`` is a place in the remembered list, ``add`` holds names.

    :raises FormExpired: a place is not in the list, for it was changed elsewhere.
    :raises CompanionName: a name cannot be used.
    :raises CompanionsTooMany: they are more than nine.
    """
    places = {value for name, value in fields if name == "with"}
    typed = [part for name, value in fields if name == "add" for part in _BETWEEN.split(value) if part.strip()]
    if not places <= {str(at) for at in known}:
        raise FormExpired
    if len(places) + len(typed) > MOST_COMPANIONS:
        raise CompanionsTooMany(most=MOST_COMPANIONS)
    try:
        names = dict.fromkeys(tidy_name(name=part) for part in typed)
    except PersonRefused:
        raise CompanionName from None
    return Party(known, tuple(sorted(map(int, places))), tuple(names))


def slots(
    pages: Pages, known: Mapping[int, Companion], fields: Sequence[tuple[str, str]] = (), *, language: str
) -> dict[str, object]:
    """Return what a form shows of companions; ``fields`` are those of a form that comes back as it was typed."""
    ticked = {at for at, one in known.items() if one.ticked}
    if fields:
        ticked = {at for at in known if ("with", str(at)) in fields}
    rows = [
        pages.piece(
            "companion",
            language=language,
            values={"index": at, "companion": one.name, "ticked_checked": "checked" if at in ticked else ""},
        )
        for at, one in known.items()
    ]
    typed = "\n".join(value for name, value in fields if name == "add")
    listed = (
        pages.piece("companions", language=language, values={"rows_html": Html("".join(map(str, rows)))})
        if rows
        else ""
    )
    return {"companions_html": listed, "add": typed, "add_open": "open" if typed.strip() else ""}


@public(reason="takes a name off the list that this device itself keeps; nothing is stored or read")
async def forget(lane: Parts, scope: Scope, receive: Receive, path: tuple[str, ...]) -> Response:
    """Answer ``POST /p/<code>/forget``: 303 back to the page, one companion fewer on this device."""
    require_own_form(scope)
    door = lane.catalogue.any_door(path[0])
    given = form(await read_body(scope, receive))
    known = remembered(lane.tokens, cookies(scope))
    left = [one for at, one in known.items() if str(at) != given.get("index")]
    back = [(b"location", b"/p/" + door.code.encode()), (b"cache-control", b"no-store")]
    return response(303, [*back, *keeping(left, secure=lane.secure)])
