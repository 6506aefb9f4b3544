"""Reading notices for those whom they are for: by the link alone, and on a citizen's own page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from jejak.people import queries as people
from jejak.premises import queries as premises
from jejak.premises.queries import watching
from jejak.tracing.corrections import NOWHERE, spoken, spoken_of
from jejak.tracing.errors import NoticeUnknown
from jejak.tracing.followrules import FOLLOWING
from jejak.tracing.models import FollowUp, Notice, NoticeDispute, Profile
from jejak.tracing.noticerules import CORRECTED, KEPT
from jejak.tracing.queries.lines import lines_of, open_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from jejak.premises.queries import Place
    from jejak.tracing.corrections import Spoken
    from jejak.visits.queries import OwnVisit


@dataclass(frozen=True, slots=True)
class NamedStay:
    """One stay of which a notice speaks, counted from 1, with all that its reader said of it, the last at the end."""

    number: int
    stay: Spoken
    said: tuple[NoticeDispute, ...] = ()

    @property
    def dispute(self) -> NoticeDispute | None:
        """What its reader said of it last."""
        return self.said[-1] if self.said else None

    @property
    def corrected(self) -> bool:
        """Whether an officer agreed that it was not so."""
        return self.dispute is not None and outcome_of(self.dispute) == CORRECTED

    @property
    def undone(self) -> bool:
        """Whether an officer agreed that it was not so, and took that back since."""
        return self.dispute is not None and self.dispute.undone_at is not None

    @property
    def waits(self) -> bool:
        """Whether what its reader said was not looked at yet."""
        return self.dispute is not None and self.dispute.decided_at is None


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A notice on a citizen's own page: its link, when it came, and of which stays it speaks."""

    uuid: UUID
    sent_at: datetime
    day: date
    stays: tuple[Spoken, ...]

    def about(self, visit: OwnVisit) -> bool:
        """Return whether it speaks of a visit."""
        return any(
            one.premises == visit.premises and one.period.start < visit.until and visit.checked_in < one.period.end
            for one in self.stays
        )


def notice(*, uuid: UUID) -> Notice:
    """Return a notice that was sent, whether it lives or not.

    :raises NoticeUnknown: none of this reference was sent.
    """
    rows = Notice.objects.select_related("contact", "contact__said", "batch", "batch__agency")
    found = rows.filter(uuid=uuid, sent_at__isnull=False).first()
    if found is None:
        raise NoticeUnknown
    return found


def live(one: Notice, *, at: datetime) -> bool:
    """Return whether a notice was neither withdrawn nor has ended, so that it may be opened.

    Whoever is followed up longer than that says there each day how they are, so it lives as long.
    """
    if one.sent_at is None or one.withdrawn_at is not None:
        return False
    return at < one.ends_at or _is_followed(one)


def _is_followed(one: Notice) -> bool:
    row = follow_up_of(one)
    return row is not None and row.state == FOLLOWING


def stays_of(one: Notice) -> tuple[NamedStay, ...]:
    """Return the stays of which a notice speaks, as they were when it was sent, each with what was said of it.

    What its reader told an officer of the same times at the same place is about it as well.
    """
    lines = {one.contact_id, *lines_of(open_line(one.contact))}
    said = NoticeDispute.objects.filter(Q(notice=one) | Q(contact__in=lines)).select_related("notice")
    rows = list(said.order_by("at", "pk"))
    return tuple(
        NamedStay(number, stay, tuple(each for each in rows if _about(each, stay)))
        for number, stay in enumerate(spoken(one.named), start=1)
    )


def _about(said: NoticeDispute, stay: Spoken) -> bool:
    if said.notice_id is not None:
        return (said.exposure_id, said.stay) == (stay.exposure, stay.stay)
    return same_stay(said, stay)


def same_stay(said: NoticeDispute, stay: Spoken) -> bool:
    """Return whether somebody disputes (a part of) a stay."""
    meant = spoken_of(said.stays, exposure=said.exposure_id, stay=said.stay)
    about = (stay.premises, stay.said, stay.case)
    return (
        meant is not None
        and (meant.premises, meant.said, meant.case) == about
        and meant.period.overlap(stay.period) is not None
    )


def outcome_of(one: NoticeDispute) -> str:
    """Return what holds of a dispute: a correction that was taken back left what was recorded."""
    return KEPT if one.undone_at is not None else one.outcome


def places_of(stays: Iterable[Spoken]) -> tuple[Mapping[int, Place], Mapping[int, str]]:
    """Return the premises of stays and the names of their zones, by number."""
    listed = list(stays)
    zones = {one.zone for one in listed if one.zone is not None}
    there = {one.premises for one in listed if one.premises != NOWHERE}
    return premises.places(there), watching.zone_names(zones) if zones else {}


def follow_up_of(one: Notice) -> FollowUp | None:
    """Return how the contact of a notice is followed up, if that began; on the line that stays if two were united."""
    return FollowUp.objects.filter(contact=open_line(one.contact)).first()


def disease_of(one: Notice) -> str:
    """Return what people call the disease that a notice is about."""
    disease = one.contact.disease
    named = Profile.objects.filter(disease=disease).order_by("-version").values_list("name", flat=True).first()
    return named or disease


def notices_of(*, persons: Collection[int], at: datetime) -> tuple[OwnNotice, ...]:
    """Return the notices to these persons, and to whoever is read as one of them, that live, the newest first."""
    if not persons:
        return ()
    theirs = people.together(persons)
    same_line = {"contact__agency": OuterRef("contact__agency"), "contact__disease": OuterRef("contact__disease")}
    followed = FollowUp.objects.filter(state=FOLLOWING, contact__person__in=theirs, **same_line)
    live_yet = Q(ends_at__gt=at) | Exists(followed)
    rows = Notice.objects.filter(live_yet, contact__person__in=theirs, withdrawn_at=None)
    found = rows.exclude(sent_at=None).order_by("-sent_at", "-pk").values_list("uuid", "sent_at", "day", "named")
    return tuple(OwnNotice(uuid, sent, day, spoken(named)) for uuid, sent, day, named in found if sent is not None)
