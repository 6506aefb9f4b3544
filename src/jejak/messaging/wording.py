"""Every text that this node sends, word for word; a message is one of these with its slots filled, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from jejak.messaging.errors import LanguageUnknown, SlotRefused, TemplateUnknown, TextTooLong
from jejak.messaging.notice_wording import NOTICE_TEXTS
from jejak.messaging.record_wording import RECORD_TEXTS
from jejak.messaging.rules import CODE_LIFE, DAY, Kind
from jejak.messaging.slots import Code, Moment, NodeLink, Number, PlaceCode, Slot, Stored
from jejak.messaging.smslength import MOST_PARTS, measure, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

LANGUAGES: Final = ("ms", "en")
LONGEST_NODE_NAME: Final = 30
"""Letters of the node's name that an SMS has room for."""


@dataclass(frozen=True, slots=True)
class Template:
    """One text: its class, the channels it is made for, its slots, and how long it is worth sending."""

    code: str
    kind: Kind
    channels: frozenset[str]
    slots: Mapping[str, Slot]
    life: timedelta
    subject: _StrPromise
    body: _StrPromise


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it goes out; an SMS has no subject."""

    subject: str
    body: str


def _template(
    code: str,
    kind: Kind,
    channels: str,
    slots: Mapping[str, Slot],
    life: timedelta,
    subject: _StrPromise,
    body: _StrPromise,
) -> Template:
    return Template(code, kind, frozenset(channels.split()), slots, life, subject, body)


_CODE_SLOTS: Final = {"code": Code(), "minutes": Number()}
_SIGN_IN: Final = _("Your code to sign in")
_ENTERED: Final = _("Checked in")
_NOT_ENTERED: Final = _("Not checked in")
_LEFT: Final = _("Checked out")
_NOT_LEFT: Final = _("Not checked out")

TEMPLATES: Final[dict[str, Template]] = {
    template.code: template
    for template in (
        *(_template(*text) for text in (*RECORD_TEXTS, *NOTICE_TEXTS)),
        _template(
            "code.sign-in",
            Kind.CODE,
            "sms email",
            _CODE_SLOTS,
            CODE_LIFE,
            _SIGN_IN,
            _(
                "%(node)s: %(code)s is your code to sign in, for %(minutes)s minutes. "
                "Give it to nobody; we never ask for it."
            ),
        ),
        _template(
            "code.premises",
            Kind.CODE,
            "sms email",
            _CODE_SLOTS,
            CODE_LIFE,
            _("Your code to confirm a premises"),
            _(
                "%(node)s: %(code)s is your code to confirm your premises, for %(minutes)s minutes. "
                "Give it to nobody; we never ask for it."
            ),
        ),
        _template(
            "notice.poster-unusual",
            Kind.NOTICE,
            "sms email push",
            {"place": PlaceCode(), "count": Number(), "link": NodeLink()},
            DAY,
            _("Your poster is scanned more than usual"),
            _(
                "%(node)s: poster %(place)s was scanned %(count)s times within an hour, far more than usual. "
                "Has it been copied? %(link)s"
            ),
        ),
        _template(
            "notice.premises-invitation",
            Kind.NOTICE,
            "email",
            {"link": NodeLink()},
            DAY * 3,
            _("You are invited to take over a premises or a part of one"),
            _(
                "%(node)s: somebody who registered a premises here invites you to take it over, or a part of it. "
                "Look at it, then accept or leave it: %(link)s\n\nThe link works for 14 days, only for an account with "
                "this e-mail address. If you expect nothing of the kind, ignore this message."
            ),
        ),
        _template(
            "notice.account-stopped",
            Kind.NOTICE,
            "email",
            {"link": NodeLink()},
            DAY * 3,
            _("An account needs a look"),
            _(
                "%(node)s: an account was stopped because it looked at more people than one person does, or it was "
                "refused many times within a few minutes. See which one, and write down what you found: %(link)s"
                "\n\nYou get this because you manage the agency's accounts, or because you are an auditor. About one "
                "account we write once an hour at most."
            ),
        ),
        _template(
            "notice.request-waiting",
            Kind.NOTICE,
            "email",
            {"link": NodeLink()},
            DAY,
            _("A request waits for your decision"),
            _(
                "%(node)s: a colleague asked for something that needs a second person, and you may decide it. Read "
                "what will happen, then approve or refuse: %(link)s\n\nYou get this because you are on call, or "
                "because nobody is. Nothing happens until somebody else than the one who asked has decided."
            ),
        ),
        _template(
            "notice.second-factor-reset",
            Kind.NOTICE,
            "email",
            {"link": NodeLink()},
            DAY * 3,
            _("The second step of your sign-in was taken off"),
            _(
                "%(node)s: your manager asked to take the second step off your sign-in, and somebody else agreed. "
                "All your sessions are over; sign in and set up a new one: %(link)s"
                "\n\nIf you did not ask for this, tell your agency's manager of accounts at once."
            ),
        ),
        _template(
            "reply.checked-in",
            Kind.REPLY,
            "sms",
            {"place": PlaceCode(), "at": Moment()},
            timedelta(hours=1),
            _ENTERED,
            _("%(node)s: checked in at %(place)s, %(at)s. Show this at the door."),
        ),
        _template(
            "reply.checked-out",
            Kind.REPLY,
            "sms",
            {"at": Moment()},
            timedelta(hours=1),
            _LEFT,
            _("%(node)s: checked out, %(at)s. Thank you."),
        ),
        _template(
            "reply.nothing-open",
            Kind.REPLY,
            "sms",
            {},
            timedelta(hours=1),
            _NOT_LEFT,
            _("%(node)s: nothing changed. No check-in from this phone waits for its end."),
        ),
        _template(
            "reply.name-needed",
            Kind.REPLY,
            "sms",
            {},
            timedelta(hours=1),
            _NOT_ENTERED,
            _(
                "%(node)s: not checked in yet. The first time, send MASUK, the seven characters "
                "on the poster, and your name."
            ),
        ),
        _template(
            "reply.place-unknown",
            Kind.REPLY,
            "sms",
            {},
            timedelta(hours=1),
            _NOT_ENTERED,
            _(
                "%(node)s: not checked in. There is no poster with these seven characters; "
                "look once more and send MASUK again."
            ),
        ),
        _template(
            "reply.not-understood",
            Kind.REPLY,
            "sms",
            {},
            timedelta(hours=1),
            _NOT_ENTERED,
            _("%(node)s: not checked in. Send MASUK and the seven characters on the poster; nothing else is needed."),
        ),
        _template(
            "reply.retired",
            Kind.REPLY,
            "sms",
            {},
            timedelta(hours=1),
            _NOT_ENTERED,
            _("%(node)s: not checked in. That poster is no longer in use; please ask for the new one at the door."),
        ),
    )
}


def template(*, code: str, channel: str) -> Template:
    """Return a template.

    :raises TemplateUnknown: there is none of that name, or not for that channel.
    """
    found = TEMPLATES.get(code)
    if found is None or channel not in found.channels:
        raise TemplateUnknown
    return found


def keep(*, template: Template, slots: Mapping[str, object]) -> dict[str, Stored]:
    """Return the slots as they are kept, every one and no other.

    :raises SlotRefused: one is missing, not asked for, or of another type.
    """
    if set(slots) != set(template.slots):
        raise SlotRefused
    return {name: template.slots[name].keep(value) for name, value in slots.items()}


def known_language(language: str) -> str:
    """Return a language in which there are texts.

    :raises LanguageUnknown: it is another.
    """
    if language not in LANGUAGES:
        raise LanguageUnknown
    return language


def write(
    *, template: Template, channel: str, language: str, kept: Mapping[str, Stored], node_name: str, base_url: str
) -> Text:
    """Return the message in the recipient's language.

    :raises SlotRefused: what was kept does not fit the template.
    :raises TextTooLong: an SMS would take more than two parts.
    """
    if set(kept) != set(template.slots):
        raise SlotRefused
    said = {name: slot.show(kept[name], language=language, base_url=base_url) for name, slot in template.slots.items()}
    node = plain(node_name)[:LONGEST_NODE_NAME].strip() if channel == "sms" else node_name
    with translation.override(known_language(language)):
        body = str(template.body) % {**said, "node": node}
        subject = "" if channel == "sms" else str(template.subject)
    if channel == "sms" and measure(body).parts > MOST_PARTS:
        raise TextTooLong
    return Text(subject, body)
