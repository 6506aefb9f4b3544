"""SMS through any gateway that speaks HTTP: its address, headers, body and answers are settings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jejak.messaging.channels.exchange import SECONDS, Answer, Unreachable, exchange
from jejak.messaging.channels.letter import Fate, Letter, Outcome

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

_PLACE: Final = re.compile(r"\{(to|text|key|from)\}")
_OURS_TO_MEND: Final = frozenset({401, 402, 403})
"""A wrong key or no credit left: the recipient's number is not at fault, and the operator may mend it in time."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as its operator describes it; see docs/howto/messages.md."""

    url: str = field(repr=False)
    method: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: str
    sender: str
    accepted: str
    rejected: str
    seconds: float = SECONDS
    context: ssl.SSLContext | None = None

    def send(self, letter: Letter) -> Outcome:
        """Hand one text to the gateway under its idempotency key, which stands in a header besides."""
        values = {
            "to": letter.recipient.text,
            "text": letter.text.body,
            "key": str(letter.key),
            "from": self.sender,
        }
        headers = {"Content-Type": JSON, "Accept": "*/*", "Idempotency-Key": values["key"]} | dict(self.headers)
        kind = next(value for name, value in reversed(headers.items()) if name.lower() == "content-type")
        body = None if self.method == "GET" else _filled(self.body, values, _escape_for(kind)).encode()
        try:
            answer = exchange(
                url=_filled(self.url, values, _percent),
                method=self.method,
                headers=headers,
                body=body,
                context=self.context,
                seconds=self.seconds,
            )
        except Unreachable:
            return Outcome(Fate.LATER, "no-answer")
        return self._read(answer)

    def _read(self, answer: Answer) -> Outcome:
        said = answer.body.decode("utf-8", "replace")
        if self.rejected and re.search(self.rejected, said):
            return Outcome(Fate.NEVER, "rejected")
        if not answer.good:
            if answer.may_pass or self.rejected or answer.status in _OURS_TO_MEND:
                return Outcome(Fate.LATER, answer.trouble)
            return Outcome(Fate.NEVER, "rejected")
        if not self.accepted:
            return Outcome(Fate.ACCEPTED)
        found = re.search(self.accepted, said)
        if found is None:  # perhaps it was sent, perhaps not: the key tells the gateway that it is the same one
            return Outcome(Fate.LATER, "answer-unclear")
        return Outcome(Fate.ACCEPTED, reference=found.groupdict().get("id") or "")


def _filled(template: str, values: dict[str, str], escape: Callable[[str], str]) -> str:
    """Fill the places in one pass, so that a value cannot bring a place of its own."""
    return _PLACE.sub(lambda place: escape(values[place[1]]), template)


def _percent(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _escape_for(content_type: str) -> Callable[[str], str]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        return _percent
    return _in_json if kind == JSON or kind.endswith("+json") else str
