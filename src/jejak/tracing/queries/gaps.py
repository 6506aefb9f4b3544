"""What a run cannot say of its cases, so that nobody takes silence for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from jejak.kernel.places import local_day, local_midnight
from jejak.tracing.models import RunCase
from jejak.tracing.queries import runs

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.actions import User


@dataclass(frozen=True, slots=True)
class Gaps:
    """Cases by number: ``unmatched`` are nobody's whom the log knows, of ``past`` visits were deleted before the run.

    Neither is there with contacts that the log would have shown.
    """

    unmatched: tuple[str, ...]
    past: tuple[str, ...]


def gaps_of(*, uuid: UUID, days: int, by: User) -> Gaps:
    """Return what a run of an account's office cannot say; visits are kept so many ``days``.

    :raises RunUnknown: there is none.
    """
    run = runs.kept(uuid=uuid, by=by)
    since = local_midnight(local_day(run.asked_at) - timedelta(days=days))
    rows = RunCase.objects.filter(run=run).order_by("case__number")
    listed = list(rows.values_list("case__number", "case__person", "start"))
    return Gaps(
        unmatched=tuple(number for number, person, _start in listed if person is None),
        past=tuple(number for number, person, start in listed if person is not None and start < since),
    )
