"""An address as an NDEF message, the form in which an NFC tag holds it, and which common tags it fits.

One record of the well-known type ``U``::

    D1 (message begins and ends, short, well known) · type length 01 · payload length · 55 ("U") · abbreviation · rest

    C1 and a payload length of four bytes if the payload is longer than 255 bytes.

On a tag of type 2 the message stands in a block ``03 · length · message · FE``; the length is one byte up to 254, else
``FF`` and two bytes.

Source: NFC Forum, "NFC Data Exchange Format" 1.0, "URI Record Type Definition" 1.0 (table 3), "Type 2 Tag Operation"
1.1; NXP NTAG213/215/216 rev. 3.2 (bytes of user memory).
"""

from typing import Final

TAGS: Final = {"NTAG213": 144, "NTAG215": 504, "NTAG216": 888}
"""Bytes of user memory by the name under which tags are sold."""

_ABBREVIATIONS: Final = {"http://www.": 1, "https://www.": 2, "http://": 3, "https://": 4}  # the longest first
_MESSAGE_BEGIN_END: Final = 0xC0
_SHORT: Final = 0x10
_WELL_KNOWN: Final = 0x01
_LONGEST_SHORT: Final = 255
_LONGEST_ONE_BYTE: Final = 254


def uri(address: str) -> bytes:
    """Return the message that holds an address; a phone that touches the tag opens it."""
    prefix = next((start for start in _ABBREVIATIONS if address.startswith(start)), "")
    payload = bytes([_ABBREVIATIONS.get(prefix, 0)]) + address.removeprefix(prefix).encode()
    head = _MESSAGE_BEGIN_END | _WELL_KNOWN
    if len(payload) <= _LONGEST_SHORT:
        return bytes([head | _SHORT, 1, len(payload)]) + b"U" + payload
    return bytes([head, 1]) + len(payload).to_bytes(4) + b"U" + payload


def bytes_on_tag(message: bytes) -> int:
    """Return how many bytes of a tag's user memory a message takes, its block's length and end included."""
    return len(message) + (3 if len(message) <= _LONGEST_ONE_BYTE else 5)


def tags_for(message: bytes) -> tuple[str, ...]:
    """Return the tags that have room for a message, the smallest first."""
    return tuple(name for name, room in TAGS.items() if bytes_on_tag(message) <= room)
