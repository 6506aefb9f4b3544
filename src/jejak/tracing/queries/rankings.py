"""The list that a run found, kept in memory as long as nothing it rests on changes: its officer pages through it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from django.db import connection

from jejak.tracing import ranking
from jejak.tracing.queries import runs

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.tracing.models import Run
    from jejak.tracing.ranking import Ranking
    from jejak.tracing.sliders import Sliders

    Key = tuple[UUID, Sliders, tuple[int, ...]]

MOST: Final = 4
"""Lists in memory, by numbers alone; one over a thousand cases takes some ten megabytes."""
_kept: OrderedDict[Key, Ranking] = OrderedDict()


def ranking_of(run: Run, *, sliders: Sliders) -> Ranking:
    """Return what a run found as sliders leave it."""
    key = (run.uuid, sliders, _stamp(run))
    found = _kept.pop(key, None)
    if found is None:
        found = ranking.ranked(runs.kept_of(run), sliders=sliders, rules=runs.rules_of(run))
    _kept[key] = found
    while len(_kept) > MOST:
        _kept.popitem(last=False)
    return found


def _stamp(run: Run) -> tuple[int, ...]:
    """Return numbers that differ once any exposure, case or contact of a run's list is another, or was written again.

    ``xmin`` is the transaction that wrote a row as it is; its sums over the rows hardly ever come out the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), coalesce(sum(e.xmin::text::bigint), 0), coalesce(sum(e.id), 0),"
            " count(c.closed_at), coalesce(max(e.xmin::text::bigint), 0)"
            " from tracing_run_case k"
            " join tracing_exposure e on e.case_id = k.case_id and e.ended_at is null"
            " join tracing_contact c on c.id = e.contact_id"
            " where k.run_id = %s",
            [run.pk],
        )
        row = cursor.fetchone()
    return tuple(int(number) for number in row or ())
