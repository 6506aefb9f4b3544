"""The check-in pages: skeletons that Django rendered at start-up, joined with escaped values."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from jejak.lane.errors import LaneError
from jejak.lane.problems import error_headers
from jejak.lane.wire import Headers, Response, response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jejak.kernel.problems import JejakError

LANGUAGES: Final = ("ms", "en")
CONTENT_SECURITY: Final = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Headers] = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", CONTENT_SECURITY),
    (b"x-content-type-options", b"nosniff"),
    # With `no-referrer` browsers send `Origin: null` with our own form, and it could not be told from another site's.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_SAME_WORDS: Final = {
    "phone-missing": "phone-invalid",
    "name-invalid": "name-missing",
    "receipt-unknown": "visit-not-yours",
    "visit-unknown": "visit-not-yours",
    "unavailable": "busy",
    "too-late": "clock-skew",
}
"""Refusals that read the same to a visitor."""


class Html:
    """A piece of a page, its values escaped already."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        """Take what stands in a page as it is."""
        self.text = text

    def __str__(self) -> str:
        """Return the piece."""
        return self.text


class Skeleton:
    """A page cut at its slots ``⟦name⟧``."""

    def __init__(self, text: str) -> None:
        """Cut the page once."""
        pieces = re.split(r"⟦(\w+)⟧", text)
        self._fixed = pieces[::2]
        self._slots = pieces[1::2]

    @property
    def slots(self) -> frozenset[str]:
        """The names of the slots."""
        return frozenset(self._slots)

    def fill(self, values: Mapping[str, object]) -> str:
        """Return the page with every text escaped, and pieces as they are; a slot without a value stays empty."""
        parts = [self._fixed[0]]
        for name, fixed in zip(self._slots, self._fixed[1:], strict=True):
            value = values.get(name, "")
            parts.append(escape(value) if isinstance(value, str) else str(value))
            parts.append(fixed)
        return "".join(parts)


class Pages:
    """Every page in every language, and the words that the lane says."""

    def __init__(
        self,
        *,
        skeletons: Mapping[tuple[str, str], str],
        messages: Mapping[str, Mapping[str, tuple[str, str]]],
        words: Mapping[str, Sequence[str]],
        phrases: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Cut all skeletons."""
        self._skeletons = {key: Skeleton(text) for key, text in skeletons.items()}
        self._messages = messages
        self.words = words
        self._phrases = phrases

    def page(
        self,
        name: str,
        *,
        language: str,
        values: Mapping[str, object],
        status: int = 200,
        headers: Headers | None = None,
    ) -> Response:
        """Return a page; nothing may keep it."""
        more = [*HEADERS, (b"content-language", language.encode()), *(headers or [])]
        return response(status, more, self._skeletons[language, name].fill(values).encode("utf-8", "replace"))

    def piece(self, name: str, *, language: str, values: Mapping[str, object]) -> Html:
        """Return a piece of a page, to be a value of that page."""
        return Html(self._skeletons[language, name].fill(values))

    def message(self, code: str, *, language: str) -> tuple[str, str]:
        """Return title and detail for a refusal's code."""
        known = self._messages[language]
        return known.get(code) or known.get(_SAME_WORDS.get(code, "")) or known["malformed"]

    def detail(self, code: str, *, language: str) -> str:
        """Return the sentence that stands beside a field or in a form's banner."""
        return self.message(code, language=language)[1]

    def phrase(self, name: str, /, *, language: str, **values: object) -> str:
        """Return a sentence around values, in a language."""
        return self._phrases.get(language, {}).get(name, "").format_map(values)

    def ended(self, error: JejakError, *, language: str, headers: Headers) -> Response:
        """Return the page for a poster that takes no check-ins any more: which place, what happened, what to do."""
        where = error.extra["premises"]
        assert isinstance(where, dict)  # noqa: S101 - the catalogue's own
        title, detail = self.message("poster-replaced" if error.extra["replaced"] else error.code, language=language)
        values = {
            "title": title,
            "detail": detail,
            "code": error.code,
            "place": where["name"],
            "branch": where["branch"],
            "zone_line": self.phrase("zone_line", language=language, zone=where["zone"]) if where["zone"] else "",
        }
        return self.page("ended", language=language, values=values, status=error.status, headers=headers)

    def refusal(self, error: JejakError, *, language: str, action: str, headers: Headers) -> Response:
        """Return the page of a refusal; ``action`` is where trying again leads."""
        code = error.code if isinstance(error, LaneError) or error.code in self._messages[language] else "malformed"
        title, detail = self.message(code, language=language)
        values = {"title": title, "detail": detail, "action": action, "code": error.code}
        return self.page(
            "error", language=language, values=values, status=error.status, headers=[*error_headers(error), *headers]
        )
