"""What the lane's callers may send, parsed and checked once: check-ins and check-outs as JSON.

``POST /v1/check-ins``  ``{"id", "code", "visitor": token | newcomer, "with"?: [token | {"name"}], "queued"?}``
    a newcomer is ``{"name", "phone", "device"?: token}``
``POST /v1/check-ins:batch`` ``{"items": [such an object, "visitor" left out where a cookie says it, "remember"?]}``
``POST /v1/check-outs`` ``{"id", "code", "visitor": token, "at"?: RFC 3339, "queued"?}``
Unknown members are ignored, so that a newer client can talk to an older node.
"""

from __future__ import annotations

from datetime import datetime
from json import JSONDecoder
from json.scanner import make_scanner
from typing import Any, Final, NamedTuple

from jejak.lane.errors import BatchTooLong, FieldInvalid, Malformed, PartnerPoster

MOST_COMPANIONS: Final = 9
LONGEST_TEXT: Final = 400
LONGEST_CODE: Final = 1_000
"""Other systems' codes are longer than ours."""
MOST_ITEMS: Final = 200
LARGEST_BATCH: Final = 512 * 1024
"""Bytes: room for every item to name nine companions."""

_USUAL: Final = ("id", "code", "visitor")
_decode = JSONDecoder().decode
_scan = make_scanner(JSONDecoder())  # type: ignore[arg-type]  # typeshed wants a scanner where a decoder goes


class Newcomer(NamedTuple):
    """A visitor without a token, as typed; a companion's phone is empty."""

    name: str
    phone: str
    device: str = ""  # a token of the phone it is typed on, from an earlier check-in as anybody


class CheckIn(NamedTuple):
    """A request to check in; a NamedTuple, because a frozen dataclass costs a microsecond more."""

    id: str
    code: str
    visitor: str | Newcomer
    companions: tuple[str | Newcomer, ...]
    queued: bool


class CheckOut(NamedTuple):
    """A request to end a stay; ``at`` is in milliseconds, ``None`` for now."""

    id: str
    code: str
    visitor: str
    at: int | None


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body.

    :raises Malformed: it is none.
    """
    try:
        text = body.decode()
        # `decode` would look for white space around the value first; clients hardly ever send any.
        found, end = _scan(text, 0) if text[:1] == "{" else (None, 0)
        if end != len(text):
            found = _decode(text)
    except (ValueError, RecursionError):
        raise Malformed from None
    if type(found) is not dict:
        raise Malformed("The body must be a JSON object.")
    return found


def read_check_in(body: bytes) -> CheckIn:
    """Return the check-in that a body asks for.

    :raises Malformed: it is no JSON object.
    :raises FieldInvalid: a member is missing or of the wrong type.
    :raises PartnerPoster: it carries a partner's poster.
    """
    return check_in_of(parsed(body))


def check_in_of(given: dict[str, Any], *, cookie: str | None = None) -> CheckIn:
    """Return the check-in that an object asks for; ``cookie`` is the token of whoever sent it without a visitor.

    :raises FieldInvalid: a member is missing or of the wrong type.
    :raises PartnerPoster: it carries a partner's poster.
    """
    visitor = given.get("visitor")
    if len(given) == len(_USUAL) and type(visitor) is type(given.get("id")) is type(given.get("code")) is str:
        return CheckIn(given["id"], given["code"], visitor, (), False)  # noqa: FBT003 - a keyword costs here
    visitor = cookie if visitor is None else visitor
    companions = given.get("with")
    if given.get("descriptor") is not None:
        raise PartnerPoster
    return CheckIn(
        _text(given, "id"),
        _text(given, "code", most=LONGEST_CODE),
        visitor if isinstance(visitor, str) else _newcomer(visitor),
        () if companions is None else _companions(companions),
        flag(given, "queued"),
    )


def read_batch(body: bytes) -> list[Any]:
    """Return the items of a batch as they came; each is judged by itself.

    :raises Malformed: it is no JSON object.
    :raises FieldInvalid: there is no list of items.
    :raises BatchTooLong: there are more than 200.
    """
    items = parsed(body).get("items")
    if type(items) is not list:
        raise FieldInvalid("items must be a list of check-ins.", field="items")
    if len(items) > MOST_ITEMS:
        raise BatchTooLong(f"Send at most {MOST_ITEMS} items at once; nothing was stored.", most=MOST_ITEMS)
    return items


def read_check_out(body: bytes) -> CheckOut:
    """Return the check-out that a body asks for.

    :raises Malformed: it is no JSON object.
    :raises FieldInvalid: a member is missing or of the wrong type.
    """
    given = parsed(body)
    moment = given.get("at")
    return CheckOut(
        _text(given, "id"),
        _text(given, "code", most=LONGEST_CODE),
        _text(given, "visitor"),
        None if moment is None else _milliseconds(moment),
    )


def _text(given: dict[str, Any], name: str, *, most: int = LONGEST_TEXT) -> str:
    value = given.get(name)
    if type(value) is not str or len(value) > most:
        raise FieldInvalid(f"{name} must be a text of at most {most} characters.", field=name)
    return value


def flag(given: dict[str, Any], name: str) -> bool:
    """Return a member that is true or false, false if it is not there.

    :raises FieldInvalid: it is something else.
    """
    value = given.get(name, False)
    if type(value) is not bool:
        raise FieldInvalid(f"{name} must be true or false.", field=name)
    return value


def _newcomer(value: object) -> Newcomer:
    if type(value) is not dict:
        raise FieldInvalid("visitor must be a token or an object with name and phone.", field="visitor")
    device = _text(value, "device") if value.get("device") is not None else ""
    return Newcomer(_text(value, "name"), _text(value, "phone"), device)


def _companions(value: object) -> tuple[str | Newcomer, ...]:
    if type(value) is not list or len(value) > MOST_COMPANIONS:
        raise FieldInvalid(f"with must be a list of at most {MOST_COMPANIONS}.", field="with")
    return tuple(_companion(one) for one in value)


def _companion(value: object) -> str | Newcomer:
    if type(value) is str:
        return value
    if type(value) is not dict:
        raise FieldInvalid("each of with must be a token or an object with a name.", field="with")
    return Newcomer(_text(value, "name"), "")


def _milliseconds(value: object) -> int:
    if type(value) is not str or len(value) > LONGEST_TEXT:
        raise FieldInvalid("at must be a time as in RFC 3339.", field="at")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise FieldInvalid("at must be a time as in RFC 3339.", field="at") from None
    if moment.tzinfo is None:
        raise FieldInvalid("at must say its zone.", field="at")
    try:
        return int(moment.timestamp() * 1000)
    except OverflowError:
        raise FieldInvalid("at is out of range.", field="at") from None
