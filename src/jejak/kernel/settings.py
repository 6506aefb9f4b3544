"""The node's settings: one frozen value, read once from the environment, each failing by its variable's name.

A secret may also come from a file: ``NAME_FILE`` holds the path (as container platforms hand secrets over).
docs/reference/settings.md lists every variable; a test compares it with the fields here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

PUSH_HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""The push services of the browsers in use; a subscription to any other host is not followed."""


class SettingError(Exception):
    """A setting cannot be used; the message names its variable and says what to write."""


def _text(raw: str) -> str:
    return raw


def _switch(raw: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if raw.lower() not in words:
        message = f"{raw!r} is neither yes nor no"
        raise ValueError(message)
    return words[raw.lower()]


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and least <= int(raw) <= most):
            message = f"{raw!r} is not a whole number from {least} to {most}"
            raise ValueError(message)
        return int(raw)

    return read


def _url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        message = f"{raw!r} is not an address such as https://jejak.example"
        raise ValueError(message)
    return raw.rstrip("/")


def _database(raw: str) -> str:
    if urlsplit(raw).scheme not in {"postgresql", "postgres"}:
        message = "it must start with postgresql://"
        raise ValueError(message)
    return raw


def _node_id(raw: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", raw):
        message = f"{raw!r} must be 2 to 31 of a-z, 0-9 and -, beginning with a letter"
        raise ValueError(message)
    return raw


def _names(raw: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in raw.split(",") if name.strip())


def _service(raw: str) -> str:
    """Read the address of an outside service, which may carry a query and places to fill in."""
    parts = urlsplit(raw)
    near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme not in ({"https", "http"} if near else {"https"}) or not parts.hostname or parts.fragment:
        message = "it must start with https://"
        raise ValueError(message)
    return raw


def _one_of(*words: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in words:
            message = f"{raw!r} is none of {', '.join(words)}"
            raise ValueError(message)
        return raw

    return read


def _headers(raw: str) -> tuple[tuple[str, str], ...]:
    lines = [line.partition(":") for line in raw.split("|")]
    if not all(re.fullmatch(r"[A-Za-z0-9-]+", name.strip()) and value.strip() for name, _, value in lines):
        message = "write headers as Name: value, with | between them"
        raise ValueError(message)
    return tuple((name.strip(), value.strip()) for name, _, value in lines)


def _pattern(raw: str) -> str:
    try:
        re.compile(raw)
    except re.error as error:
        message = f"it is no regular expression: {error}"
        raise ValueError(message) from error
    return raw


def _long_secret(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{24,200}", raw):
        message = "it must be 24 to 200 letters, digits, _ and -"
        raise ValueError(message)
    return raw


def _setting(variable: str, read: Callable[[str], Any], default: Any, *, secret: bool = False) -> Any:  # noqa: ANN401 - dataclasses.field is untyped too
    return field(default=default, repr=not secret, metadata={"variable": variable, "read": read, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set; see docs/reference/settings.md."""

    data: Path = _setting("JEJAK_DATA", Path, Path("var/node"))
    node_id: str = _setting("JEJAK_NODE_ID", _node_id, "jejak")
    node_name: str = _setting("JEJAK_NODE_NAME", _text, "Jejak")
    port: int = _setting("JEJAK_PORT", _number(1, 65535), 8000)
    host: str = _setting("JEJAK_HOST", _text, "127.0.0.1")
    public_url: str = _setting("JEJAK_PUBLIC_URL", _url, "")
    allowed_hosts: tuple[str, ...] = _setting("JEJAK_ALLOWED_HOSTS", _names, ())
    demo: bool = _setting("JEJAK_DEMO", _switch, default=False)
    debug: bool = _setting("JEJAK_DEBUG", _switch, default=False)
    visit_days: int = _setting("JEJAK_VISIT_DAYS", _number(1, 3650), 90)
    database_url: str = _setting("DATABASE_URL", _database, "", secret=True)
    database_url_owner: str = _setting("DATABASE_URL_OWNER", _database, "", secret=True)
    database_url_retention: str = _setting("DATABASE_URL_RETENTION", _database, "", secret=True)
    database_url_public: str = _setting("DATABASE_URL_PUBLIC", _database, "", secret=True)
    keyring_file: Path | None = _setting("JEJAK_KEYRING", Path, None)
    sms_url: str = _setting("JEJAK_SMS_URL", _service, "", secret=True)
    sms_method: str = _setting("JEJAK_SMS_METHOD", _one_of("POST", "PUT", "GET"), "POST")
    sms_headers: tuple[tuple[str, str], ...] = _setting("JEJAK_SMS_HEADERS", _headers, (), secret=True)
    sms_body: str = _setting("JEJAK_SMS_BODY", _text, '{"to": "{to}", "text": "{text}", "reference": "{key}"}')
    sms_from: str = _setting("JEJAK_SMS_FROM", _text, "")
    sms_accepted: str = _setting("JEJAK_SMS_ACCEPTED", _pattern, "")
    sms_rejected: str = _setting("JEJAK_SMS_REJECTED", _pattern, "")
    sms_prefixes: tuple[str, ...] = _setting("JEJAK_SMS_PREFIXES", _names, ("+60",))
    sms_report_secret: str = _setting("JEJAK_SMS_REPORT_SECRET", _long_secret, "", secret=True)
    sms_report_id: str = _setting("JEJAK_SMS_REPORT_ID", _text, "reference")
    sms_report_state: str = _setting("JEJAK_SMS_REPORT_STATE", _text, "status")
    sms_incoming_secret: str = _setting("JEJAK_SMS_INCOMING_SECRET", _long_secret, "", secret=True)
    sms_incoming_from: str = _setting("JEJAK_SMS_INCOMING_FROM", _text, "from")
    sms_incoming_text: str = _setting("JEJAK_SMS_INCOMING_TEXT", _text, "text")
    sms_incoming_id: str = _setting("JEJAK_SMS_INCOMING_ID", _text, "id")
    sms_incoming_time: str = _setting("JEJAK_SMS_INCOMING_TIME", _text, "time")
    smtp_host: str = _setting("JEJAK_SMTP_HOST", _text, "")
    smtp_port: int = _setting("JEJAK_SMTP_PORT", _number(1, 65535), 587)
    smtp_security: str = _setting("JEJAK_SMTP_SECURITY", _one_of("starttls", "tls", "none"), "starttls")
    smtp_user: str = _setting("JEJAK_SMTP_USER", _text, "")
    smtp_password: str = _setting("JEJAK_SMTP_PASSWORD", _text, "", secret=True)
    mail_from: str = _setting("JEJAK_MAIL_FROM", _text, "")
    push_contact: str = _setting("JEJAK_PUSH_CONTACT", _text, "")
    push_hosts: tuple[str, ...] = _setting("JEJAK_PUSH_HOSTS", _names, PUSH_HOSTS)
    codes_an_hour: int = _setting("JEJAK_CODES_AN_HOUR", _number(1, 10_000_000), 5_000)
    notices_an_hour: int = _setting("JEJAK_NOTICES_AN_HOUR", _number(1, 10_000_000), 20_000)
    replies_an_hour: int = _setting("JEJAK_REPLIES_AN_HOUR", _number(1, 10_000_000), 20_000)
    new_recipients_an_hour: int = _setting("JEJAK_NEW_RECIPIENTS_AN_HOUR", _number(1, 10_000_000), 3_000)
    breaker_minutes: int = _setting("JEJAK_BREAKER_MINUTES", _number(1, 10_080), 60)
    card_orders_an_hour: int = _setting("JEJAK_CARD_ORDERS_AN_HOUR", _number(1, 1_000_000), 60)
    proxies: int = _setting("JEJAK_PROXIES", _number(0, 9), 0)
    message_days: int = _setting("JEJAK_MESSAGE_DAYS", _number(2, 366), 30)
    trail_days: int = _setting("JEJAK_TRAIL_DAYS", _number(90, 36_500), 2_557)
    case_days: int = _setting("JEJAK_CASE_DAYS", _number(90, 36_500), 730)
    backup_dir: Path | None = _setting("JEJAK_BACKUP_DIR", Path, None)
    backup_days: int = _setting("JEJAK_BACKUP_DAYS", _number(1, 3650), 35)

    @property
    def keyring_path(self) -> Path:
        """Where the keyring lies: ``JEJAK_KEYRING``, or under the data directory."""
        return self.keyring_file or self.data / "keys" / "keyring.json"

    @property
    def base_url(self) -> str:
        """The address that posters and links carry; no slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people reach this node over https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that ``environment`` gives; what it does not name keeps its default.

    :raises SettingError: a value cannot be used, or a variable of Jejak's is not known.
    """
    known: dict[str, Any] = {}
    for item in fields(Settings):
        raw = _raw(environment, item.metadata["variable"], secret=item.metadata["secret"])
        if raw is None:
            continue
        try:
            known[item.name] = item.metadata["read"](raw)
        except ValueError as error:
            shown = "its value cannot be used" if item.metadata["secret"] else str(error)
            message = f"{item.metadata['variable']}: {shown}. See docs/reference/settings.md."
            raise SettingError(message) from error
    _refuse_unknown(environment)
    return Settings(**known)


def _raw(environment: Mapping[str, str], variable: str, *, secret: bool) -> str | None:
    path = environment.get(f"{variable}_FILE") if secret else None
    if path:
        if variable in environment:
            message = f"{variable} and {variable}_FILE are both set; keep one."
            raise SettingError(message)
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            message = f"{variable}_FILE: {path} cannot be read ({error.strerror})."
            raise SettingError(message) from error
    return environment.get(variable) or None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {item.metadata["variable"] for item in fields(Settings)}
    known |= {f"{item.metadata['variable']}_FILE" for item in fields(Settings) if item.metadata["secret"]}
    unknown = sorted(name for name in environment if name.startswith("JEJAK_") and name not in known)
    if unknown:
        message = f"{unknown[0]}: there is no such setting. See docs/reference/settings.md."
        raise SettingError(message)


@cache
def settings() -> Settings:
    """Return this process's settings, read once from its environment."""
    return read_settings(os.environ)
