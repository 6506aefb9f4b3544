"""Whom a message goes to: a phone number, a mail address or a browser's push subscription; pure and strict.

Nothing here accepts what could carry words into a message or lead the node to a host of a caller's choosing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import urlsplit

from jejak.messaging.errors import RecipientInvalid

_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_MAIL: Final = re.compile(
    r"(?=.{6,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
)
_LONGEST_LOCAL: Final = 64
_ENDPOINT: Final = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/[A-Za-z0-9._~:/?@!$&'()*+,;=%-]{1,1800}")
_POINT_BYTES, _AUTH_BYTES = 65, 16
_UNCOMPRESSED = 4


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in E.164, such as +60123456789."""

    channel: ClassVar[str] = "sms"
    number: str

    def __post_init__(self) -> None:
        """Refuse anything but ``+`` and digits.

        :raises RecipientInvalid: it is no E.164 number.
        """
        if type(self.number) is not str or not _E164.fullmatch(self.number):
            raise RecipientInvalid

    @property
    def text(self) -> str:
        """The number as it is sealed and indexed."""
        return self.number


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address in ASCII, without a display name."""

    channel: ClassVar[str] = "email"
    address: str

    def __post_init__(self) -> None:
        """Refuse what is no bare address, line breaks and quoted parts above all.

        :raises RecipientInvalid: it is none.
        """
        good = type(self.address) is str and _MAIL.fullmatch(self.address)
        if not good or len(self.address.rpartition("@")[0]) > _LONGEST_LOCAL:
            raise RecipientInvalid

    @property
    def text(self) -> str:
        """The address as it is sealed and indexed: small letters, so that one mailbox has one budget."""
        return self.address.lower()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A browser's push subscription. Source: W3C Push API, PushSubscription.toJSON(); RFC 8291 section 2."""

    channel: ClassVar[str] = "push"
    endpoint: str
    p256dh: str
    auth: str

    def __post_init__(self) -> None:
        """Refuse an endpoint that is no plain https address, and keys of the wrong size.

        :raises RecipientInvalid: so it is.
        """
        if type(self.endpoint) is not str or not _ENDPOINT.fullmatch(self.endpoint):
            raise RecipientInvalid
        point = from_base64url(self.p256dh)
        if len(point) != _POINT_BYTES or point[0] != _UNCOMPRESSED or len(from_base64url(self.auth)) != _AUTH_BYTES:
            raise RecipientInvalid

    @property
    def host(self) -> str:
        """The push service's host."""
        return urlsplit(self.endpoint).hostname or ""

    @property
    def text(self) -> str:
        """The subscription as it is sealed and indexed."""
        return json.dumps([self.endpoint, self.p256dh, self.auth], separators=(",", ":"))


Recipient = Phone | Mailbox | Subscription

CHANNELS: Final = ("sms", "email", "push")


def read(*, channel: str, text: str) -> Recipient:
    """Return the recipient that `text` wrote down.

    :raises RecipientInvalid: it is none of that channel.
    """
    if channel == Phone.channel:
        return Phone(text)
    if channel == Mailbox.channel:
        return Mailbox(text)
    try:
        endpoint, p256dh, auth = json.loads(text)
    except (ValueError, TypeError) as error:
        raise RecipientInvalid from error
    return Subscription(endpoint, p256dh, auth)


def from_base64url(text: str) -> bytes:
    """Return the bytes of unpadded base64url; only the canonical form passes.

    :raises RecipientInvalid: it is no base64url.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError, TypeError) as error:
        raise RecipientInvalid from error
    if to_base64url(raw) != text:
        raise RecipientInvalid
    return raw


def to_base64url(raw: bytes) -> str:
    """Return bytes as unpadded base64url."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
