"""Which channel this node sends through: what is set up, else the console twin."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.messaging.channels.console import Twin
from jejak.messaging.channels.mail import Smtp
from jejak.messaging.channels.push import WebPush, signing_key
from jejak.messaging.channels.sms import Gateway

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings
    from jejak.messaging.channels.letter import Channel


def channels_of(node: Settings, ring: Keyring) -> dict[str, Channel]:
    """Return the channels that settings mean, by name."""
    twin = Twin(aloud=node.demo or node.debug)
    return {
        "sms": _gateway(node) if node.sms_url else twin,
        "email": _smtp(node) if node.smtp_host else twin,
        "push": _push(node, ring) if node.push_contact else twin,
    }


@cache
def channels() -> dict[str, Channel]:
    """Return this process's channels."""
    return channels_of(settings(), keyring())


def _gateway(node: Settings) -> Gateway:
    return Gateway(
        url=node.sms_url,
        method=node.sms_method,
        headers=node.sms_headers,
        body=node.sms_body,
        sender=node.sms_from,
        accepted=node.sms_accepted,
        rejected=node.sms_rejected,
    )


def _smtp(node: Settings) -> Smtp:
    host = node.base_url.split("//")[1].split(":")[0].split("/")[0]
    return Smtp(
        host=node.smtp_host,
        port=node.smtp_port,
        user=node.smtp_user,
        password=node.smtp_password,
        security=node.smtp_security,
        sender=node.mail_from or f"noreply@{host}",
    )


def _push(node: Settings, ring: Keyring) -> WebPush:
    return WebPush(key=signing_key(ring.active("push").secret), contact=node.push_contact, hosts=node.push_hosts)
