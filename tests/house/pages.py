"""Reading what a node answers as a machine would: forms to fill in, and all words of a page, table or file."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKENS = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r'name="id" value="[^"]*"'),
)
OWN = frozenset({"date", "set-cookie", "content-length"})
SHORT = 4


@dataclass
class Form:
    """A form of a page: where it goes, and its fields as a browser would send them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)  # fields into which anything may be typed


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        if not self.found:
            return
        form = self.found[-1]
        if tag == "input" and name:
            self._input(form, name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in form.fields):
            form.fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            form.fields[name] = ""
            form.free.append(name)
        elif tag == "button" and name:
            form.fields.setdefault(name, given.get("value", ""))

    @staticmethod
    def _input(form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in given and name in form.fields:
            return
        form.fields[name] = given.get("value", "")
        if kind in {"text", "search", "tel", "email", "url", "password", "number", "hidden"}:
            form.free.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self.found:
            self.found[-1].fields[self._area] += data.strip()


def forms_of(answer: Any) -> list[Form]:
    """Return the forms of a page; none where the answer is no page."""
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return []
    reader = _Forms()
    reader.feed(content(answer).decode(errors="replace"))
    return reader.found


def content(answer: Any) -> bytes:
    """Return the whole body."""
    if not answer.streaming:
        return bytes(answer.content)
    if not hasattr(answer, "read_once"):
        answer.read_once = b"".join(answer.streaming_content)
    return bytes(answer.read_once)


def words_of(answer: Any) -> str:
    """Return everything that an answer says: pages without their entities, JSON unescaped, workbooks unpacked."""
    body, kind = content(answer), answer.headers.get("Content-Type", "")
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist() if name.endswith(".xml"))
    text = body.decode(errors="replace")
    if "json" in kind:
        text = text.encode().decode("unicode_escape", errors="replace") + text
    return html.unescape(text) + str(dict(answer.headers))


def told(answer: Any, address: str, parts: Iterable[str] = ()) -> tuple[int, str, dict[str, str]]:
    """Return status, body and headers with everything blanked that differs by itself: tokens and what was asked for."""
    spelled = [address, quote(address), quote(address, safe=""), *(part for part in parts if len(part) > SHORT)]

    def blank(text: str) -> str:
        for spelling in sorted(spelled, key=len, reverse=True):
            text = text.replace(spelling, "(asked)") if len(spelling) > 1 else text
        return text

    headers = {name.lower(): blank(value) for name, value in answer.headers.items() if name.lower() not in OWN}
    body = blank(content(answer).decode("latin-1"))
    for pattern in _TOKENS:
        body = pattern.sub("(token)", body)
    return answer.status_code, body, headers
