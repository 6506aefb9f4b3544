"""Reading runs: how far one is, and what stands of what it and later ones found; names are opened by actions alone."""

from __future__ import annotations

from dataclasses import dataclass
from json import loads
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, Sum, TextField
from django.db.models.functions import Cast

from jejak.tracing import exposures, tiers
from jejak.tracing.errors import RunUnknown
from jejak.tracing.models import Case, Exposure, Run, RunCase
from jejak.tracing.sliders import Found, Sliders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import User
    from jejak.tracing.tiers import Rule

LATEST: Final = 20


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as its office reads it; ``found`` counts exposures, one for each contact of each case."""

    number: int
    uuid: UUID
    direction: str
    purpose: str
    by: str
    at: datetime
    finished_at: datetime | None
    failed: str
    cases: int
    done: int
    found: int

    @property
    def going(self) -> bool:
        """Whether the worker is at it, or will be."""
        return self.finished_at is None and not self.failed


def runs_of(*, by: User) -> tuple[RunRow, ...]:
    """Return the latest runs of an account's office, newest first."""
    return tuple(_row(run) for run in _mine(by).order_by("-asked_at", "-pk")[:LATEST])


def run_of(*, uuid: UUID, by: User) -> RunRow:
    """Return a run of an account's office.

    :raises RunUnknown: there is none; of another office's the answer is the same.
    """
    return _row(kept(uuid=uuid, by=by))


def kept(*, uuid: UUID, by: User) -> Run:
    """Return a run of an account's office, for this room's actions.

    :raises RunUnknown: there is none.
    """
    run = _mine(by).filter(uuid=uuid).first()
    if run is None:
        raise RunUnknown
    return run


def cases_of(*, uuid: UUID, by: User) -> list[UUID]:
    """Return the cases of a run of an account's office.

    :raises RunUnknown: there is none.
    """
    return list(kept(uuid=uuid, by=by).cases.values_list("case__uuid", flat=True))


def found_in(run: Run, *, contacts: Collection[int]) -> list[Found]:
    """Return the open exposures of some contacts that `kept_of` a run, read."""
    rows = _open(run).filter(contact__in=contacts).values_list("contact_id", "case_id", "why")
    return [Found(contact, case, exposures.read(why)) for contact, case, why in rows]


def kept_of(run: Run) -> Iterator[tuple[int, int, list[dict[str, Any]]]]:
    """Yield every open exposure by the cases of a run in its direction, as the latest run of each case left it.

    It is its contact, its case and what is kept of why, as text that is read here: half the time of a field's own way.
    """
    rows = _open(run).values_list("contact_id", "case_id", Cast("why", TextField()))
    for contact, case, why in rows:
        yield contact, case, loads(why)


def _open(run: Run) -> QuerySet[Exposure]:
    return Exposure.objects.filter(
        case__in=RunCase.objects.filter(run=run).values("case"),
        run__direction=run.direction,
        contact__agency=run.agency_id,
        contact__closed_at=None,
        ended_at=None,
    )


def rules_of(run: Run) -> tuple[Rule, ...]:
    """Return the rule set of a run's profile."""
    return tiers.read(run.profile.tiers)


def sliders_of(run: Run) -> Sliders:
    """Return with which sliders a run was begun."""
    return Sliders.read(run.settings)


def case_numbers(ids: Iterable[int]) -> Mapping[int, str]:
    """Return the numbers of cases as people read them."""
    return dict(Case.objects.filter(pk__in=list(ids)).values_list("pk", "number"))


def _mine(by: User) -> QuerySet[Run]:
    mine = Run.objects.filter(agency=by.agency_id) if by.agency_id else Run.objects.none()
    return mine.select_related("profile", "asked_by").annotate(
        total=Count("cases"), done=Count("cases", filter=Q(cases__done_at__isnull=False)), hits=Sum("cases__found")
    )


def _row(run: Run) -> RunRow:
    counted: dict[str, int] = vars(run)  # with what `_mine` counted
    return RunRow(
        number=run.pk,
        uuid=run.uuid,
        direction=run.direction,
        purpose=run.purpose,
        by=run.asked_by.name,
        at=run.asked_at,
        finished_at=run.finished_at,
        failed=run.failed,
        cases=counted["total"],
        done=counted["done"],
        found=counted["hits"] or 0,
    )
