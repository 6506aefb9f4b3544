"""Contacts of records that are read as one person from now on: one line of work, with the exposures of all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.people import queries as people
from jejak.tracing import exposures
from jejak.tracing.actions import exposing, followchanging, following
from jejak.tracing.exposures import Exposed
from jejak.tracing.followrules import FOLLOWING, RELEASED
from jejak.tracing.models import Contact, ContactEvent, Exposure, FollowUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from jejak.access.actions import User

UNITED: Final = "united"
WORK: Final = ("new", "to-call", "unreachable", "done")


def unite_contacts(persons: Sequence[int], *, by: User, at: datetime) -> None:
    """Leave one open line for somebody in each office and disease, in the transaction that reads records as one.

    What was said and done about the others stays with them, and their notices live on. Records read apart again get
    lines of their own with the next run.
    """
    rows = Contact.objects.filter(person__in=persons, closed_at=None)
    for agency, disease in sorted({(one.agency_id, one.disease) for one in rows}):
        exposing.alone(agency=agency, disease=disease)
        lines = list(rows.filter(agency=agency, disease=disease).select_for_update(of=("self",)).order_by("pk"))
        if len(lines) > 1:
            _unite(lines, by=by, at=at)


def know(*, said: int, person: int, by: User, at: datetime) -> None:
    """Let the line of somebody whom an interview named be that of a person whom the log knows by now, if it is open."""
    for line in Contact.objects.filter(said=said, closed_at=None).order_by("pk"):
        exposing.alone(agency=line.agency_id, disease=line.disease)
        same = Q(person__in=people.together([person])) | Q(pk=line.pk)
        rows = Contact.objects.filter(same, agency=line.agency_id, disease=line.disease, closed_at=None)
        lines = list(rows.select_for_update(of=("self",)).order_by("pk"))
        kept = _unite(lines, by=by, at=at) if len(lines) > 1 else line
        Contact.objects.filter(pk=kept.pk, person=None).update(person=person, said=None)


def _unite(lines: Sequence[Contact], *, by: User, at: datetime) -> Contact:
    followed = set(FollowUp.objects.filter(contact__in=lines, state=FOLLOWING).values_list("contact_id", flat=True))
    kept = max(lines, key=lambda one: (one.pk in followed, one.released_at is not None, WORK.index(one.work), -one.pk))
    others = [one for one in lines if one.pk != kept.pk]
    shown = [one.released_at for one in lines if one.released_at is not None]
    ill = any(one.became_case for one in lines)
    more: dict[str, object] = {"became_case": True, "work": "done"} if ill else {}
    Contact.objects.filter(pk=kept.pk).update(released_at=min(shown, default=None), version=kept.version + 1, **more)
    Contact.objects.filter(pk__in=[one.pk for one in others]).update(closed_at=at, held_by=None, held_until=None)
    going = FollowUp.objects.filter(contact__in=others, state=FOLLOWING).order_by("contact")
    ended = list(going.select_for_update(of=("self",)))
    for row in ended:
        followchanging.ended(row, state=RELEASED, why=UNITED, by=by, at=at)
    follow = _heed(kept, ended, by=by, at=at)
    became = {"work": "done"} if ill else {}
    ContactEvent.objects.bulk_create(
        ContactEvent(contact=one, at=at, by=by, kind=UNITED, facts=facts)
        for one, facts in [
            (kept, {"with": [str(one.uuid) for one in others], **became, **follow}),
            *((one, {"into": str(kept.uuid)}) for one in others),
        ]
    )
    _expose(kept, lines, by=by, at=at)
    return kept


def _heed(kept: Contact, ended: Sequence[FollowUp], *, by: User, at: datetime) -> dict[str, object]:
    """Let the follow-up that stays heed what was said and decided in those that end: of two, what is more careful.

    Return what that is, for its event.
    """
    row = FollowUp.objects.select_related("contact").filter(contact=kept, state=FOLLOWING).first()
    if row is None or not ended:
        return {}
    both = [row, *ended]
    row.ill = any(one.ill for one in both)
    row.facts = {name: value for one in reversed(both) for name, value in one.facts.items()}
    if any(one.facts.get("symptoms") for one in both):
        row.facts["symptoms"] = True
    row.facts_from = next((one.facts_from for one in both if one.facts_from), "")
    row.symptoms_from = next((one.symptoms_from for one in both if one.symptoms_from), "")
    row.extended_until = max((one.extended_until for one in both if one.extended_until), default=None)
    row.extended_apart = any(one.extended_apart for one in both)
    row.apart_until = max((one.apart_until for one in both if one.apart_until), default=None)
    row.due_on = min((one.due_on for one in both if one.due_on), default=row.due_on)
    row.heard_on = max((one.heard_on for one in both if one.heard_on), default=None)
    row.version += 1
    following.keep(row, by=by, at=at)
    heard = row.heard_on.isoformat() if row.heard_on else ""
    extended = row.extended_until is not None
    return {"follow": {**following.heeded(row), "heard": heard, "extended": extended}}


def _expose(kept: Contact, lines: Sequence[Contact], *, by: User, at: datetime) -> None:
    """Let the line that stays have every open exposure; a case that exposed both records exposed it once."""
    by_case: defaultdict[int, list[Exposure]] = defaultdict(list)
    for row in Exposure.objects.filter(contact__in=lines, ended_at=None).order_by("pk"):
        by_case[row.case_id].append(row)
    moved = [rows for rows in by_case.values() if [row.contact_id for row in rows] != [kept.pk]]
    left = [_together(rows, contact=kept) for rows in moved]
    exposing.move(over=[row for rows in moved for row in rows], left=left, by=by.pk, at=at)


def _together(rows: Sequence[Exposure], *, contact: Contact) -> Exposure:
    """Return what several rows say of one case, as one; the tier is the nearest, until a run tells it anew."""
    said, first = _all(exposures.read(row.why) for row in rows), rows[0]
    tier = min(row.tier for row in rows)
    return exposing.exposure(contact=contact.pk, case=first.case_id, run=first.run_id, exposed=said, tier=tier)


def _all(parts: Iterable[Exposed]) -> Exposed:
    listed = list(parts)
    stretches = {each for one in listed for each in one.stretches}
    return Exposed(tuple(sorted(stretches)), tuple(sorted({each for one in listed for each in one.told})))
