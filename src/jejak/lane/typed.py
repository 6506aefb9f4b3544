"""A form that comes back as it was typed, with everything that is wrong said at once, each thing beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.lane.errors import CompanionName, CompanionsTooMany, ConsentMissing, FormExpired, VisitorUnknown
from jejak.people.errors import NameInvalid, NameMissing, NameTooLong, PersonRefused
from jejak.people.rules import e164, tidy_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.lane.errors import LaneError
    from jejak.lane.pages import Pages
    from jejak.lane.wire import Response

_NAME_ERRORS = (NameMissing, NameTooLong, NameInvalid)
_OF_COMPANIONS = (CompanionName, CompanionsTooMany)


def as_typed(
    pages: Pages,
    given: Mapping[str, str],
    error: LaneError | PersonRefused,
    *,
    values: dict[str, object],
    language: str,
    known: str | None,
) -> Response:
    """Return the page for whoever this device knows by the name ``known``, or the one that asks for name and phone."""
    detail = pages.detail(error.code, language=language)
    if isinstance(error, _OF_COMPANIONS):
        values |= {"error_add": detail, "add_open": "open"}
    if known:
        wrong = {} if isinstance(error, _OF_COMPANIONS) else {"error_form": detail}
        return pages.page("known", language=language, values=values | {"name": known} | wrong, status=error.status)
    values |= {
        "phone": given.get("phone", ""),
        "name": given.get("name", ""),
        "consent_checked": "checked" if given.get("agree") else "",
        "remember_checked": "checked" if given.get("remember") else "",
    } | _errors(pages, given, error, language=language)
    return pages.page("new", language=language, values=values, status=error.status)


def _errors(
    pages: Pages, given: Mapping[str, str], error: LaneError | PersonRefused, *, language: str
) -> dict[str, str]:
    def said(code: str) -> str:
        return pages.detail(code, language=language)

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
