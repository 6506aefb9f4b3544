"""A poster's address as an NFC tag holds it: whole, or short enough for the smallest tag."""

from __future__ import annotations

from dataclasses import dataclass

from jejak.formats import ndef


@dataclass(frozen=True, slots=True)
class Tag:
    """A text for a tag; ``size`` is the bytes it takes there, ``fits`` the tags with room, the smallest first."""

    form: str
    text: str
    size: int
    fits: tuple[str, ...]

    @property
    def message(self) -> bytes:
        """The NDEF message to write."""
        return ndef.uri(self.text)


def tags(address: str) -> tuple[Tag, Tag]:
    """Return the whole address, with what the node signed of the place, and the short one without it."""
    return _tag("tag.ndef", address), _tag("tag-short.ndef", address.partition("#")[0])


def _tag(form: str, text: str) -> Tag:
    message = ndef.uri(text)
    return Tag(form=form, text=text, size=ndef.bytes_on_tag(message), fits=ndef.tags_for(message))
