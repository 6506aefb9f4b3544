"""What a visitor's browser remembers, in cookies: language, the device's token, a name.

Scripts may read the token, so that a check-in kept without a network says whose it is; it can write visits and read
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from jejak.lane.errors import VisitorUnknown
from jejak.lane.rules import DAY
from jejak.lane.wire import cookie, cookies
from jejak.people.errors import PersonRefused
from jejak.people.rules import tidy_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.lane.tokens import Tokens
    from jejak.lane.wire import Headers, Scope

VISITOR, NAME, LANGUAGE = "jejak_visitor", "jejak_name", "jejak_language"
REMEMBER_DAYS: Final = 180
REMEMBER_SECONDS: Final = REMEMBER_DAYS * DAY // 1000
LANGUAGE_SECONDS: Final = 400 * DAY // 1000


def language_of(scope: Scope, asked: Mapping[str, str], *, secure: bool) -> tuple[str, Headers]:
    """Return the visitor's language, and the cookie that keeps a choice just made."""
    chosen = asked.get("lang")
    if chosen in {"ms", "en"}:
        return chosen, [cookie(LANGUAGE, chosen, seconds=LANGUAGE_SECONDS, secure=secure)]
    return ("en" if cookies(scope).get(LANGUAGE) == "en" else "ms"), []


def name_of(tokens: Tokens, sent: Mapping[str, str], *, ms: int) -> str | None:
    """Return the name that this device remembers, if its token is ours."""
    name = sent.get(NAME)
    if not name or VISITOR not in sent:
        return None
    try:
        tokens.read_visitor(sent[VISITOR], ms=ms)
        return tidy_name(name=unquote(name, errors="strict"))
    except (VisitorUnknown, PersonRefused, UnicodeDecodeError):
        return None


def keeping(*, token: str, name: str, secure: bool) -> Headers:
    """Return the cookies by which a device checks in with one tap from now on."""
    return [
        cookie_of(token, secure=secure),
        cookie(NAME, quote(name, safe=""), seconds=REMEMBER_SECONDS, secure=secure),
    ]


def cookie_of(token: str, *, secure: bool) -> tuple[bytes, bytes]:
    """Return the cookie that holds a device's token."""
    return cookie(VISITOR, token, seconds=REMEMBER_SECONDS, secure=secure, scripts=True)


def device_of(tokens: Tokens, sent: Mapping[str, str]) -> int | None:
    """Return the number of this device, if it has checked in before as anybody."""
    try:
        return tokens.read_visitor(sent[VISITOR])[1]
    except (KeyError, VisitorUnknown):
        return None
