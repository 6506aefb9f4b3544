"""Which contacts a line list holds: of the work list as it is narrowed, of a run, or of one case; names stay sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db.models import Prefetch, Q

from jejak.tracing.models import Contact, Exposure, FollowUp, Run, RunCase
from jejak.tracing.queries import runs, work
from jejak.tracing.queries.cases import case
from jejak.tracing.queries.sources import EXPOSING, SOURCE, sources_alone
from jejak.tracing.queries.work import Filter
from jejak.tracing.windows import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User

WORK, RUN, CASE = KINDS = ("work", "run", "case")
MOST_RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line list is to be of; ``uuid`` is the run's or the case's."""

    kind: str = WORK
    uuid: UUID | None = None
    narrowed: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many contacts a line list has, and how often a case exposed one of them."""

    contacts: int
    exposures: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A contact, and by which cases among those wanted they were exposed."""

    contact: Contact
    met: tuple[Exposure, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """What a line list is of, in the words of who made it: a run's purpose, or a case's number."""

    number: str = ""
    purpose: str = ""


def title_of(*, wanted: Wanted, by: User, now: datetime) -> Title:
    """Return how a line list is called.

    :raises RunUnknown: :raises CaseUnknown: there is none; of another office's the answer is the same.
    """
    if wanted.kind == RUN and wanted.uuid:
        return Title(purpose=runs.kept(uuid=wanted.uuid, by=by).purpose)
    if wanted.kind == CASE and wanted.uuid:
        return Title(number=case(uuid=wanted.uuid, by=by, now=now).number)
    return Title()


def sizes(*, wanted: Wanted, by: User, now: datetime) -> Sizes:
    """Return how long a line list is.

    :raises RunUnknown: :raises CaseUnknown: there is none; of another office's the answer is the same.
    """
    met = _exposures(wanted, by=by, now=now)
    found = _contacts(wanted, met, by=by)
    return Sizes(found.count(), met.filter(contact__in=found.order_by().values("pk")).count())


def listed(*, wanted: Wanted, by: User, now: datetime) -> list[Listed]:
    """Return the contacts of a line list in the work list's order, for this room's actions.

    :raises RunUnknown: :raises CaseUnknown: there is none; of another office's the answer is the same.
    """
    met = _exposures(wanted, by=by, now=now)
    found = _contacts(wanted, met, by=by).select_related("said", "officer")
    rows = met.select_related("case").order_by("tier", "-last", "pk")
    each = found.prefetch_related(Prefetch("exposures", queryset=rows))
    return [Listed(one, tuple(one.exposures.all())) for one in each]


def follow_ups(listed: list[Contact]) -> dict[int, FollowUp]:
    """Return the follow-up of each contact that has one, by the contact's number."""
    return {one.contact_id: one for one in FollowUp.objects.filter(contact__in=[one.pk for one in listed])}


def runs_behind(*, wanted: Wanted, lines: Iterable[Listed], by: User) -> list[Run]:
    """Return the runs on whose pages the contacts of a line list were found, none if they are more than a few."""
    if by.agency_id is None:
        return []
    numbers = {met.run_id for one in lines for met in one.met if met.run_id}
    asked = Q(uuid=wanted.uuid) if wanted.kind == RUN else Q(pk__in=())
    behind = Q(pk__in=numbers) if len(numbers) <= MOST_RUNS else Q(pk__in=())
    return list(Run.objects.filter(behind | asked, agency=by.agency_id))


def _contacts(wanted: Wanted, met: QuerySet[Exposure], *, by: User) -> QuerySet[Contact]:
    """Return the open contacts of an account's office whose names were released, as far as they are wanted."""
    if wanted.kind == WORK:
        rows = work.ordered(asked=wanted.narrowed, by=by)
        return rows.exclude(pk__in=sources_alone(work.released(by)).values("pk"))
    return work.released(by).filter(pk__in=met.values("contact")).order_by("tier", "-last", "pk")


def _exposures(wanted: Wanted, *, by: User, now: datetime) -> QuerySet[Exposure]:
    """Return by which cases the contacts of a line list were exposed: by any, by a run's, or by one.

    What backward runs found is in the list of a backward run alone.
    """
    rows = Exposure.objects.filter(contact__agency=by.agency_id, ended_at=None)
    if wanted.kind == RUN and wanted.uuid:
        run = runs.kept(uuid=wanted.uuid, by=by)
        rows = rows.filter(SOURCE if run.direction == Direction.BACKWARD else EXPOSING)
        return rows.filter(case__in=RunCase.objects.filter(run=run).values("case"))
    rows = rows.filter(EXPOSING)
    if wanted.kind == CASE and wanted.uuid:
        return rows.filter(case=case(uuid=wanted.uuid, by=by, now=now))
    return rows
