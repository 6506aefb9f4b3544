"""The one way by which exposures end and begin: what happened is told, lines add up, and follow-ups follow, at once.

Nobody else writes exposures, or a line could say what its exposures do not. A line without any, that was shown to
nobody, is off the list; who was seen stays on it until an officer decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Exists, OuterRef

from jejak.store import sql
from jejak.tracing.actions.following import follow_exposures
from jejak.tracing.actions.locking import Lock
from jejak.tracing.actions.locking import alone as wait
from jejak.tracing.models import Contact, ContactEvent, Exposure, Run
from jejak.tracing.queries.sources import BACKWARD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from jejak.tracing.exposures import Exposed

FOUND, EXPOSED, CHANGED, ENDED, CLOSED = "found", "exposed-again", "exposure-changed", "exposure-ended", "unfounded"
OVER: Final = ("done", "unreachable")
"""Work that nobody does any more."""
AT_ONCE: Final = 2000


def alone(*, agency: int, disease: str) -> None:
    """Wait for whoever writes contacts of this office and disease: two runs may find the same person."""
    wait(Lock.CONTACTS, of=f"jejak contacts {agency} {disease}")


def exposure(*, contact: int, case: int, run: int | None, exposed: Exposed, tier: int) -> Exposure:
    """Return how a case exposed a contact, to be put in."""
    period = exposed.period
    return Exposure(
        contact_id=contact, case_id=case, run_id=run, minutes=exposed.minutes, first=period.start, last=period.end,
        tier=tier, observed=exposed.observed, flags=exposed.flags, why=exposed.why(),
    )  # fmt: skip


def left_of(row: Exposure, exposed: Exposed, *, tier: int) -> Exposure:
    """Return what is left of an exposure, to be put in instead of it."""
    return exposure(contact=row.contact_id, case=row.case_id, run=row.run_id, exposed=exposed, tier=tier)


def replace(
    *,
    over: Sequence[Exposure],
    left: Sequence[Exposure],
    by: int,
    at: datetime,
    facts: Mapping[str, object] | None = None,
    new: Iterable[int] = (),
) -> None:
    """End exposures, and put in what is left of them or was found besides, in the transaction that is open.

    ``facts`` are told with each; ``new`` are lines that were just made. Who was done with or not reached and is exposed
    by one more case, nearer, or later than before, is worked on anew; where a case may have been infected calls for
    nothing.
    """
    said, made = dict(facts or {}), set(new)
    was, stays = {_key(one) for one in over}, {_key(one) for one in left}
    events, again = [], _calling(over=over, left=left)
    anew = set(Contact.objects.filter(pk__in=again, work__in=OVER, closed_at=None).values_list("pk", flat=True))
    for one in left:
        kind = CHANGED if _key(one) in was else FOUND if one.contact_id in made else EXPOSED
        if kind == FOUND:
            made.discard(one.contact_id)  # of the next case it is told as of any other
        events.append((one, kind))
    events += [(one, ENDED) for one in over if _key(one) not in stays]
    ContactEvent.objects.bulk_create(
        (
            ContactEvent(
                contact_id=one.contact_id, at=at, by_id=by, kind=kind,
                facts={
                    **said, "case": one.case_id, "tier": one.tier, "minutes": one.minutes,
                    **({"calls": one.contact_id in again} if kind in {EXPOSED, CHANGED} else {}),
                    **({"work": "new"} if one.contact_id in anew and kind != ENDED else {}),
                },
            )
            for one, kind in events
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    Contact.objects.filter(pk__in=anew).update(work="new", became_case=False)
    _put(over=over, left=left, by=by, at=at, facts=said)


def _calling(*, over: Sequence[Exposure], left: Sequence[Exposure]) -> set[int]:
    """Return whom a case exposes as none did before, nearer, or later."""
    back = set(Run.objects.filter(BACKWARD, pk__in={one.run_id for one in (*over, *left)}).values_list("pk", flat=True))
    before = {_key(one): one for one in over if one.run_id not in back}
    found = [(one, before.get(_key(one))) for one in left if one.run_id not in back]
    return {one.contact_id for one, was in found if was is None or one.tier < was.tier or one.last > was.last}


def move(*, over: Sequence[Exposure], left: Sequence[Exposure], by: int, at: datetime) -> None:
    """End exposures of lines that are one from now on, and put them in there; nobody was exposed anew by that."""
    _put(over=over, left=left, by=by, at=at, facts={})


def _key(one: Exposure) -> tuple[int, int]:
    return one.case_id, one.contact_id


def _put(
    *, over: Sequence[Exposure], left: Sequence[Exposure], by: int, at: datetime, facts: Mapping[str, object]
) -> None:
    Exposure.objects.filter(pk__in=[one.pk for one in over]).update(ended_at=at)
    for one in left:
        one.made_at = at
    Exposure.objects.bulk_create(left, batch_size=AT_ONCE)
    if touched := {one.contact_id for one in (*over, *left)}:
        _add_up(touched)
        follow_exposures(contacts=touched, by=by, at=at)
        _close(touched, by=by, at=at, facts=facts)


def _add_up(touched: Collection[int]) -> None:
    """Let lines say what their open exposures say."""
    with connection.cursor() as cursor:
        cursor.execute(sql.load("tracing", "roll_up"), {"contacts": [*touched]})


def _close(touched: Collection[int], *, by: int, at: datetime, facts: Mapping[str, object]) -> None:
    unseen = Contact.objects.filter(pk__in=touched, released_at=None, said=None, closed_at=None)
    closed = list(unseen.exclude(Exists(Exposure.objects.filter(contact=OuterRef("pk"), ended_at=None))))
    Contact.objects.filter(pk__in=[line.pk for line in closed]).update(closed_at=at)
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=line, at=at, by_id=by, kind=CLOSED, facts=dict(facts)) for line in closed
    )
