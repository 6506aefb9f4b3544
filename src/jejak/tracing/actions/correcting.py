"""Corrections that officers agreed to: every run heeds them, and what a contact's exposures say follows at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.kernel.periods import Period
from jejak.people import queries as people
from jejak.tracing import corrections, exposures, tiers
from jejak.tracing.actions.finding import PERSON, SAID
from jejak.tracing.corrections import Correction, spoken_of
from jejak.tracing.models import NoticeDispute, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jejak.tracing.exposures import Exposed
    from jejak.tracing.models import Contact, Exposure
    from jejak.tracing.tiers import Rule

    Who = tuple[str, int]
    Finds = Mapping[int, Mapping[Who, Exposed]]

CORRECTED = "corrected"


def corrections_of(*, disease: str) -> Mapping[Who, Sequence[Correction]]:
    """Return what was corrected for whom among the contacts of a disease, each as they are read now.

    Where somebody was is true in each office, so a case handed over brings back nothing.
    """
    rows = _decided(disease=disease)
    read_as = people.same_as(one.notice.contact.person_id for one in rows if one.notice.contact.person_id is not None)
    found: defaultdict[Who, list[Correction]] = defaultdict(list)
    for one in rows:
        if (meant := correction(one)) is not None:
            found[_who(one.notice.contact, read_as)].append(meant)
    return found


def corrections_for(contact: Contact) -> Sequence[Correction]:
    """Return what was corrected for one contact, or for a line of theirs that was before it."""
    whose = Q(notice__contact__said=contact.said_id)
    if contact.person_id is not None:
        whose = Q(notice__contact__person__in=people.together([contact.person_id]))
    rows = _decided(whose, disease=contact.disease)
    return [meant for one in rows if (meant := correction(one)) is not None]


def _decided(*whose: Q, disease: str) -> Sequence[NoticeDispute]:
    rows = NoticeDispute.objects.filter(*whose, outcome=CORRECTED, notice__contact__disease=disease)
    return list(rows.select_related("notice", "notice__contact").order_by("decided_at", "pk"))


def correction(dispute: NoticeDispute) -> Correction | None:
    """Return the correction that a dispute asks for; none if its notice speaks of no such stay."""
    stay = spoken_of(dispute.notice.named, exposure=dispute.exposure_id, stay=dispute.stay)
    if stay is None:
        return None
    instead = Period(dispute.start, dispute.end) if dispute.start and dispute.end else None
    return Correction(stay.premises, stay.period, instead)


def as_corrected(*, found: Finds, disease: str, minutes: int) -> Finds:
    """Return what a run found as corrected before: who has nothing left, or too little, is not found."""
    known = corrections_of(disease=disease)
    if not known:
        return found
    return {
        case: {
            who: left
            for who, exposed in own.items()
            if (left := corrections.corrected(exposed, known.get(who, ()), minutes=minutes)) is not None
        }
        for case, own in found.items()
    }


def recomputed(row: Exposure, known: Sequence[Correction]) -> tuple[Exposed | None, int]:
    """Return what is left of an exposure with corrections, and its tier by the rules of its run."""
    minutes = int(row.run.settings.get("minutes", 0)) if row.run else 0
    left = corrections.corrected(exposures.read(row.why), known, minutes=minutes)
    return left, left.tier(rules_of(row)) if left else row.tier


def rules_of(row: Exposure) -> Sequence[Rule]:
    """Return the rules that gave an exposure its tier."""
    profile = row.run.profile if row.run else Profile.objects.filter(disease=row.contact.disease).latest("version")
    return tiers.read(profile.tiers)


def _who(contact: Contact, read_as: Mapping[int, int]) -> Who:
    if contact.person_id is not None:
        return PERSON, read_as[contact.person_id]
    return SAID, contact.said_id or 0
