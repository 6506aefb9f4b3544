"""Check-ins by SMS: the person is the sending number and a name, the reply a fixed text in the language they wrote."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count

from jejak.entrance import texting
from jejak.entrance.models import Sender
from jejak.entrance.queries import Account
from jejak.kernel.ids import uuid7_time
from jejak.kernel.sealing import blind_index
from jejak.messaging.actions import Heard, Phone, Place, queue
from jejak.people import actions as people
from jejak.people import rules
from jejak.people.errors import PersonRefused
from jejak.premises import queries as premises
from jejak.premises.errors import UnknownPoster
from jejak.visits import actions as visits
from jejak.visits.rules import LATE, MOST_HOURS, SMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from jejak.messaging.actions import Received
    from jejak.premises.queries import PosterOf

HOME_LANGUAGE: Final = "ms"
LONGEST_STAY: Final = timedelta(hours=MOST_HOURS)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Which text goes back; ``reason`` is empty for a check-in."""

    template: str
    slots: Mapping[str, object]
    language: str
    reason: str = ""


def take(message: Received) -> Heard:
    """Return what became of a text message: a visit, or the reason why there is none; both with their reply.

    Whoever forges a sender's number writes a visit at most, as anybody may at a door; the owner of the number gets
    replies within the budgets of `messaging`, and none of them holds a word that the forger wrote.
    """
    try:
        phone = rules.e164(phone=texting.international(message.sender))
    except PersonRefused:
        return Heard("sender-no-phone")  # a shop's name, a short number: there is nobody to reply to
    key = blind_index().of("entrance.sender", phone)
    answer = _answer(message, phone, key)
    taken = queue(
        template=answer.template,
        recipient=Phone(phone),
        language=answer.language,
        slots=answer.slots,
        source=f"phone:{phone}",
        now=message.received_at,
    )
    return Heard(answer.reason, taken.message)


def forget_last(*, now: datetime) -> int:
    """Return of how many numbers it was forgotten where they last were: a day later no text can end that stay."""
    past = Sender.objects.exclude(visit=None).filter(written_at__lt=now - LONGEST_STAY)
    return past.update(visit=None, premises=None)


def _answer(message: Received, phone: str, key: bytes) -> _Answer:
    asked = texting.read(message.text)
    sender = Sender.objects.select_for_update().filter(phone_key=key).first()
    if asked is not None and asked.leaving:
        return _left(message, asked, sender)
    if asked is None or not (asked.code or asked.rest):
        known = sender.language if sender else HOME_LANGUAGE
        return _Answer("reply.not-understood", {}, asked.language if asked else known, "not-understood")
    poster = _poster(asked.code)
    if poster is None:
        return _Answer("reply.place-unknown", {}, asked.language, "place-unknown")
    if _ended(poster, message):
        return _Answer("reply.retired", {}, asked.language, "poster-ended")
    person = _person(message, asked, phone, sender)
    if person is None:
        return _Answer("reply.name-needed", {}, asked.language, "name-needed")
    at = _entered(message, poster, person)
    if sender is None or sender.visit is None or uuid7_time(sender.visit) <= at:  # one held back is not the last
        last = {"visit": texting.visit_id(key=message.key, at=message.at), "premises_id": poster.place.id}
        said = {"person_id": person, "language": asked.language, "written_at": message.received_at}
        Sender.objects.update_or_create(phone_key=key, defaults=last | said)
    return _Answer("reply.checked-in", {"place": Place(poster.short_code), "at": at}, asked.language)


def _entered(message: Received, poster: PosterOf, person: int) -> datetime:
    late = texting.was_late(at=message.at, received_at=message.received_at)
    return visits.check_in(
        visit=texting.visit_id(key=message.key, at=message.at),
        premises=poster.place.id,
        zone=poster.zone_id,
        minutes=_minutes(poster),
        person=person,
        device=0,
        flags=SMS | (LATE if late else 0),
    )


def _left(message: Received, asked: texting.Asked, sender: Sender | None) -> _Answer:
    """End the last check-in by SMS from this number, if it has not ended."""
    nothing = _Answer("reply.nothing-open", {}, asked.language, "nothing-open")
    if sender is None or sender.visit is None or sender.premises_id is None or uuid7_time(sender.visit) >= message.at:
        return nothing
    end = visits.check_out(
        visit=sender.visit,
        premises=sender.premises_id,
        person=sender.person_id,
        device=0,
        at=message.at,
        longest_minutes=premises.place(sender.premises_id).longest_minutes,
    )
    if end is None:
        return nothing
    return _Answer("reply.checked-out", {"at": end}, asked.language)


def _poster(code: str) -> PosterOf | None:
    try:
        return premises.by_short_code(code) if code else None
    except UnknownPoster:
        return None


def _ended(poster: PosterOf, message: Received) -> bool:
    """Return whether a poster took no check-ins any more when the message was sent."""
    # A message may arrive after the poster's end and still have been sent before it.
    ends = (poster.retired_at, poster.expires_at, poster.place.closed_at)
    return any(end is not None and end <= message.at for end in ends)


def _person(message: Received, asked: texting.Asked, phone: str, sender: Sender | None) -> int | None:
    """Return whom the message speaks of: who is named in it, else whom this number named last."""
    if not asked.rest:
        return sender.person_id if sender else None
    try:
        return people.upsert_claimed(phone=phone, name=asked.rest, at=message.received_at)
    except PersonRefused:
        return None


def _minutes(poster: PosterOf) -> int:
    """Return the typical stay at a poster's place."""
    if poster.zone_uuid is None:
        return poster.place.stay_minutes
    owner = Account(poster.place.owner_id, "")
    return premises.zone_in(owner=owner, uuid=poster.place.uuid, zone=poster.zone_uuid).stay_minutes


def senders_of(persons: Sequence[int]) -> Mapping[int, int]:
    """Return from how many numbers a text would check each person in."""
    rows = Sender.objects.filter(person_id__in=persons).values_list("person_id").annotate(Count("pk"))
    return dict(rows)


def forget_senders(persons: Sequence[int]) -> None:
    """Let a text from the number of an erased person name nobody: the row goes with its class, under no number."""
    for row in Sender.objects.filter(person_id__in=persons):
        row.phone_key = secrets.token_bytes(len(bytes(row.phone_key)))
        row.save(update_fields=["phone_key"])
