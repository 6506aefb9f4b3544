"""Ending what was done because of exposures of which none is left: follow-ups, and notices, which say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from jejak.tracing.actions import followchanging
from jejak.tracing.actions.withdrawing import withdraw_or_wait
from jejak.tracing.followrules import FOLLOWING, RELEASED
from jejak.tracing.models import Contact, Exposure, FollowUp, Notice
from jejak.tracing.noticerules import CORRECTED
from jejak.tracing.queries.lines import lines_of
from jejak.tracing.queries.sources import EXPOSING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.models import Run

NOT_EXPOSED = "not-exposed"


def end_unexposed(*, contacts: Collection[int], why: str, by: User, at: datetime) -> None:
    """End follow-ups and withdraw living notices of those contacts, by number, whom nothing exposes any more.

    ``why`` is one of `noticerules.REASONS`. A mass of notices waits for a senior officer to withdraw it. Who said that
    they are ill is followed until an officer decides.
    """
    left = Exposure.objects.filter(EXPOSING, contact=OuterRef("pk"), ended_at=None)
    over = list(Contact.objects.filter(~Exists(left), pk__in=contacts).order_by("pk"))
    followed = FollowUp.objects.filter(contact__in=over, state=FOLLOWING, ill=False).select_related("contact")
    ended = list(followed.order_by("pk").select_for_update(of=("self",)))
    for row in ended:
        followchanging.ended(row, state=RELEASED, why=NOT_EXPOSED, by=by, at=at)
    lines = {one.pk: lines_of(one) for one in over}
    longer = [number for row in ended for number in lines[row.contact_id]]  # notices live as long as their follow-up
    every = [number for own in lines.values() for number in own]
    live = Notice.objects.filter(Q(ends_at__gt=at) | Q(contact__in=longer), contact__in=every, withdrawn_at=None)
    withdraw_or_wait(numbers=list(live.values_list("pk", flat=True)), why=why, by=by, at=at)


def end_after(run: Run, *, at: datetime) -> None:
    """Do so for whom a forward run found no more, once all of it is done: a later chunk may expose them again."""
    over = Exposure.objects.filter(EXPOSING, case__runs__run=run, contact__agency=run.agency_id)
    gone = set(over.filter(ended_at__gte=run.asked_at).values_list("contact", flat=True))
    end_unexposed(contacts=gone, why=CORRECTED, by=run.asked_by, at=at)
