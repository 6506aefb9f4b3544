"""Corrections that officers agreed to: every run heeds them, and what a contact's exposures say follows at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.kernel.periods import Period
from jejak.people import queries as people
from jejak.tracing import corrections, exposures, tiers
from jejak.tracing.actions.finding import PERSON, SAID
from jejak.tracing.corrections import Correction, spoken_of
from jejak.tracing.models import Contact, NoticeDispute, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jejak.tracing.exposures import Exposed
    from jejak.tracing.models import Exposure
    from jejak.tracing.tiers import Rule

    Who = tuple[str, int]
    Finds = Mapping[int, Mapping[Who, Exposed]]

CORRECTED = "corrected"
LINES: Final = ("notice", "notice__contact", "notice__contact__said", "contact", "contact__said")
"""What is read with a dispute to know whose it is."""


def corrections_of(*, disease: str) -> Mapping[Who, Sequence[Correction]]:
    """Return what was corrected for whom among the contacts of a disease, each as they are read now.

    Where somebody was is true in each office, so a case handed over brings back nothing.
    """
    rows = _decided(disease=disease)
    read_as = people.same_as(person for one in rows if (person := _person(one.line)) is not None)
    found: defaultdict[Who, list[Correction]] = defaultdict(list)
    for one in rows:
        if (meant := correction(one)) is not None:
            found[_who(one.line, read_as)].append(meant)
    return found


def corrections_for(contact: Contact) -> Sequence[Correction]:
    """Return what was corrected for one contact, or for a line of theirs that was before it."""
    lines = Contact.objects.filter(disease=contact.disease)
    if (person := _person(contact)) is not None:
        theirs = people.together([person])
        lines = lines.filter(Q(person__in=theirs) | Q(said__person__in=theirs))
    else:
        lines = lines.filter(said=contact.said_id)
    numbers = list(lines.values_list("pk", flat=True))
    rows = _decided(Q(notice__contact__in=numbers) | Q(contact__in=numbers), disease=contact.disease)
    return [meant for one in rows if (meant := correction(one)) is not None]


def _decided(*whose: Q, disease: str) -> Sequence[NoticeDispute]:
    of_disease = Q(notice__contact__disease=disease) | Q(contact__disease=disease)
    rows = NoticeDispute.objects.filter(*whose, of_disease, outcome=CORRECTED, undone_at=None)
    return list(rows.select_related(*LINES).order_by("decided_at", "pk"))


def correction(dispute: NoticeDispute) -> Correction | None:
    """Return the correction that a dispute asks for; none if its notice speaks of no such stay."""
    stay = spoken_of(dispute.stays, exposure=dispute.exposure_id, stay=dispute.stay)
    if stay is None:
        return None
    instead = Period(dispute.start, dispute.end) if dispute.start and dispute.end else None
    return Correction(stay.premises, stay.period, instead, said=stay.said, case=stay.case)


def as_corrected(*, found: Finds, disease: str, minutes: int) -> Finds:
    """Return what a run found as corrected before: who has nothing left, or too little, is not found."""
    known = corrections_of(disease=disease)
    if not known:
        return found
    return {
        case: {
            who: left
            for who, exposed in own.items()
            if (left := corrections.corrected(exposed, known.get(who, ()), case=case, minutes=minutes)) is not None
        }
        for case, own in found.items()
    }


def recomputed(row: Exposure, known: Sequence[Correction]) -> tuple[Exposed | None, int]:
    """Return what is left of an exposure with corrections, and its tier by the rules of its run."""
    minutes = int(row.run.settings.get("minutes", 0)) if row.run else 0
    left = corrections.corrected(exposures.read(row.why), known, case=row.case_id, minutes=minutes)
    return left, left.tier(rules_of(row)) if left else row.tier


def rules_of(row: Exposure) -> Sequence[Rule]:
    """Return the rules that gave an exposure its tier."""
    profile = row.run.profile if row.run else Profile.objects.filter(disease=row.contact.disease).latest("version")
    return tiers.read(profile.tiers)


def _who(contact: Contact, read_as: Mapping[int, int]) -> Who:
    person = _person(contact)
    return (SAID, contact.said_id or 0) if person is None else (PERSON, read_as[person])


def _person(contact: Contact) -> int | None:
    """Return whom of the log a contact is; whom an interview named is, as soon as the log knows them."""
    return contact.said.person_id if contact.said is not None else contact.person_id
