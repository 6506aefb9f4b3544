"""Taking back whom an interview named: what rests on that word alone ends at once, what the log shows stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.kernel.periods import Period
from jejak.kernel.places import local_midnight
from jejak.people import queries as people
from jejak.tracing import exposures
from jejak.tracing.actions import exposing
from jejak.tracing.actions.correcting import rules_of
from jejak.tracing.actions.saying import once
from jejak.tracing.actions.unexposing import end_unexposed
from jejak.tracing.exposures import Exposed
from jejak.tracing.models import Exposure
from jejak.tracing.noticerules import CORRECTED
from jejak.tracing.windows import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.exposures import Told
    from jejak.tracing.models import SaidContact


def untell(said: SaidContact, *, by: User, at: datetime) -> None:
    """End what an interview said of a contact, in each office that has it; the next run finds it no more either."""
    meant = Q(contact__said__in=[said.pk, *once([said]).values()])
    if said.person_id is not None:
        meant |= Q(contact__person__in=people.together([said.person_id]))
    rows = Exposure.objects.filter(meant, case=said.case_id, ended_at=None)
    for office in sorted(set(rows.values_list("contact__agency", flat=True))):
        exposing.alone(agency=office, disease=said.case.disease)
    over = [one for one in rows.select_related("contact", "run", "run__profile") if _told(one, said)]
    left = [row for one in over if (row := _without(one, said)) is not None]
    exposing.replace(over=over, left=left, by=by.pk, at=at, facts={"case": said.case_id})
    end_unexposed(contacts={one.contact_id for one in over}, why=CORRECTED, by=by, at=at)


def _told(one: Exposure, said: SaidContact) -> list[Told]:
    """Return what of an exposure this word says."""
    days = Period(local_midnight(said.first_day), local_midnight(said.last_day + DAY))
    return [
        each for each in exposures.read(one.why).told if each.relation == said.relation and each.period.overlap(days)
    ]


def _without(one: Exposure, said: SaidContact) -> Exposure | None:
    """Return an exposure as it is without a word, ready to be stored; nothing if it rested on that alone."""
    was, gone = exposures.read(one.why), _told(one, said)
    left = Exposed(was.stretches, tuple(_less(was.told, gone)))
    if not (left.stretches or left.told):
        return None
    return exposing.left_of(one, left, tier=left.tier(rules_of(one)))


def _less(told: Iterable[Told], gone: list[Told]) -> list[Told]:
    """Return what else was told; of two that said the same, one is taken back."""
    rest = list(told)
    rest.remove(gone[0])
    return rest
