"""Reading notices: what each would name, who was told, and how batches stand; whom they are to, actions alone open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from jejak.messaging import queries as messaging
from jejak.tracing import exposures, noticerules
from jejak.tracing.errors import NoticesUnknown
from jejak.tracing.models import Exposure, Notice, NoticeBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.tracing.exposures import Exposed

HOUR: Final = timedelta(hours=1)
AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Named:
    """What a notice to a contact names now; ``day`` is that of the last exposure, which ended at ``last``."""

    named: Sequence[Mapping[str, Any]]
    last: datetime
    day: date


def named_of(contacts: Iterable[int]) -> dict[int, Named]:
    """Return what notices to contacts name, by the contacts' number; whom no open exposure is left of is missing."""
    found: defaultdict[int, list[tuple[int, Exposed]]] = defaultdict(list)
    for some in _parts(contacts):
        rows = Exposure.objects.filter(contact__in=some, ended_at=None).order_by("pk")
        for number, contact, why in rows.values_list("pk", "contact_id", "why"):
            found[contact].append((number, exposures.read(why)))
    told = {}
    for contact, own in found.items():
        last = max(one.period.end for _number, one in own)
        told[contact] = Named(noticerules.named(own), last, noticerules.last_day(last))
    return told


def told_before(contacts: Iterable[int]) -> dict[int, frozenset[tuple[object, ...]]]:
    """Return the places and times that living notices told contacts, by the contacts' number.

    What never arrived, as far as is known, told nothing.
    """
    found: dict[int, frozenset[tuple[object, ...]]] = {}
    for some in _parts(contacts):
        sent = Notice.objects.filter(contact__in=some, sent_at__isnull=False, failed="", withdrawn_at=None)
        rows = list(sent.values_list("contact_id", "named", "message"))
        stands = messaging.deliveries(messages=[message for _contact, _named, message in rows if message])
        for contact, named, message in rows:
            if message not in stands or stands[message].state not in noticerules.LOST:
                found[contact] = found.get(contact, frozenset()) | noticerules.places(named)
    return found


def waiting_among(contacts: Iterable[int]) -> set[int]:
    """Return to which contacts a notice waits to be sent."""
    waiting = unsent().filter(batch__stopped_at=None)
    return {
        one for some in _parts(contacts) for one in waiting.filter(contact__in=some).values_list("contact", flat=True)
    }


def unsent() -> QuerySet[Notice]:
    """Return the notices that nobody sent, nor will have to."""
    return Notice.objects.filter(sent_at=None, failed="", withdrawn_at=None)


def told_lately(*, agency: int, at: datetime) -> int:
    """Return how many contacts an office told, or is telling, by batches that began within the last hour."""
    lately = Notice.objects.filter(batch__agency=agency, batch__confirmed_at__gt=at - HOUR)
    return lately.exclude(batch__stopped_at__isnull=False, sent_at=None).count()


def batch(*, uuid: UUID, by: User) -> NoticeBatch:
    """Return a batch of an account's office, for this room's actions.

    :raises NoticesUnknown: there is none; of another office's the answer is the same.
    """
    found = _mine(by).filter(uuid=uuid).first()
    if found is None:
        raise NoticesUnknown
    return found


def _mine(by: User) -> QuerySet[NoticeBatch]:
    if by.agency_id is None:
        return NoticeBatch.objects.none()
    return NoticeBatch.objects.filter(agency=by.agency_id).select_related("asked_by", "stopped_by")


def _parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    listed = list(numbers)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
