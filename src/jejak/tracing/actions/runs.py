"""A run: whom one case or a thousand met, found in chunks by the worker, each of them one transaction.

A run that was cut off goes on with the cases not done; two workers at once take different ones. What a chunk reads is
on the trail as its officer's look, which names the cases and nobody whom they met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.access.errors import AccessError
from jejak.kernel.periods import Period
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.tracing import rules, windows
from jejak.tracing.actions import onward
from jejak.tracing.actions.contacting import write
from jejak.tracing.actions.finding import found_of, persons_of
from jejak.tracing.actions.keeping import keep
from jejak.tracing.actions.saying import match_said
from jejak.tracing.actions.unexposing import end_after
from jejak.tracing.errors import RunImpossible, RunUnknown
from jejak.tracing.models import Case, Profile, Run, RunCase
from jejak.tracing.queries.cases import ROLES, visible
from jejak.tracing.runpurposes import RAN, run_purpose
from jejak.tracing.windows import Dates, Days, Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.tracing.sliders import Sliders

MOST_CASES: Final = 1000
CHUNK: Final = 20
"""Cases read at once; more in one statement gain nothing, and are lost together when a worker is killed."""


def start_run(
    *, cases: Sequence[UUID], direction: Direction, sliders: Sliders, purpose: str, by: User, at: datetime
) -> UUID:
    """Return the run just begun over some cases, with the window of each; the worker does it.

    :raises RunImpossible: no cases or too many, of several diseases, closed, discarded, or another office's.
    :raises PurposeMissing: the purpose says too little. :raises AccessError: this account may not.
    """
    said = rules.purpose(purpose)
    with transaction.atomic():
        chosen = _open_to(cases, by=by, at=at)
        office = by.agency
        if office is None:
            raise RunImpossible
        run = Run.objects.create(
            direction=direction,
            profile=_latest(chosen[0].disease),
            settings=sliders.kept(),
            purpose=said,
            asked_by=by,
            agency=office,
            asked_at=at,
        )
        RunCase.objects.bulk_create(_row(run, case, direction=direction, today=local_day(at)) for case in chosen)
        with access.look(by=by, action=RAN, purpose=run_purpose(run), at=at) as look:
            look.shows((), detail={"cases": len(chosen), "direction": str(direction)})
        return run.uuid


def go_on(*, number: int, clock: Callable[[], datetime]) -> bool:
    """Do what is left of a run, chunk by chunk; return whether all of it is done now.

    What is refused meanwhile (the officer lost the role, too many looks) stops the run with that reason.
    """
    run = Run.objects.select_related("profile", "asked_by").get(pk=number)
    try:
        while run.finished_at is None and _chunk(run, at=clock()):
            pass
    except AccessError as refused:
        stop(number=number, why=refused.code)
        return False
    return _finish(run, at=clock())


def resume(*, uuid: UUID, by: User, at: datetime) -> int:
    """Return the number of a run that was stopped and may go on now.

    If whoever began it may run no more, it goes on in the name of the colleague who lets it.

    :raises RunUnknown: it is no run of this account's office.
    """
    run = Run.objects.select_related("asked_by").filter(uuid=uuid, agency=by.agency_id).first()
    if run is None or by.agency_id is None:
        raise RunUnknown
    may = accounts.reaches(by=run.asked_by, roles=ROLES, now=at) and run.asked_by.agency_id == run.agency_id
    Run.objects.filter(pk=run.pk).update(failed="", asked_by=run.asked_by if may else by)
    return run.pk


def stop(*, number: int, why: str) -> None:
    """Stop a run with a reason, until somebody lets it go on."""
    Run.objects.filter(pk=number, finished_at=None).update(failed=why)


def unfinished() -> list[int]:
    """Return the numbers of all runs that nothing stopped and that are not done."""
    return list(Run.objects.filter(finished_at=None, failed="").order_by("pk").values_list("pk", flat=True))


def _chunk(run: Run, *, at: datetime) -> bool:
    """Do the next cases that nobody is at, all of one window; return whether there were any."""
    with transaction.atomic():
        left = RunCase.objects.filter(run=run, done_at=None).order_by("start", "end", "pk")
        taken = list(left.select_for_update(of=("self",), skip_locked=True).select_related("case__profile")[:CHUNK])
        rows = [row for row in taken if (row.start, row.end) == (taken[0].start, taken[0].end)]
        if not rows:
            return False
        open_rows = _still_open(rows, run)
        persons = people.together(persons_of(open_rows))
        with access.look(by=run.asked_by, action=RAN, purpose=run_purpose(run), persons=persons, at=at) as look:
            look.shows(persons, detail={"cases": len(open_rows), "direction": run.direction})
            counts = _counted(run, open_rows, look=look, at=at) if open_rows else {}
            for row in open_rows:
                row.stays = keep(row.case, look=look, at=at)
        for row in rows:
            row.found, row.done_at = counts.get(row.case_id, 0), at
        RunCase.objects.bulk_update(rows, ["stays", "found", "done_at"])
        return True


def _still_open(rows: Sequence[RunCase], run: Run) -> list[RunCase]:
    """Return the cases that are still to be traced by this office: not closed, discarded or handed over meanwhile."""
    ours = Case.objects.filter(Q(agency=run.agency_id) | Q(officer__agency=run.agency_id), closed_at=None)
    kept = ours.filter(pk__in=[row.case_id for row in rows]).exclude(classification="discarded")
    there = frozenset(kept.values_list("pk", flat=True))
    return [row for row in rows if row.case_id in there]


def _counted(run: Run, rows: Sequence[RunCase], *, look: access.Look, at: datetime) -> Mapping[int, int]:
    if run.direction == Direction.SECOND:
        return onward.onward(run=run, rows=rows, look=look)
    return _exposed(run, rows, look=look, at=at)


def _exposed(run: Run, rows: Sequence[RunCase], *, look: access.Look, at: datetime) -> dict[int, int]:
    forward = run.direction == Direction.FORWARD
    match_said(rows, look=look, at=at)
    found = found_of(rows, minutes=int(run.settings["minutes"]), forward=forward, look=look)
    return write(run=run, found=found, at=at)


def _finish(run: Run, *, at: datetime) -> bool:
    if RunCase.objects.filter(run=run, done_at=None).exists():
        return False
    with transaction.atomic():
        if Run.objects.select_for_update().filter(pk=run.pk, finished_at=None).exists():
            Run.objects.filter(pk=run.pk).update(finished_at=at, failed="")
            if run.direction == Direction.FORWARD:
                end_after(run, at=at)
    return True


def _open_to(cases: Iterable[UUID], *, by: User, at: datetime) -> list[Case]:
    """Return the cases asked for, in order; none may be missing, closed, discarded or of another disease."""
    wanted = set(cases)
    if not 1 <= len(wanted) <= MOST_CASES:
        raise RunImpossible
    mine = visible(by=by, now=at).filter(uuid__in=wanted, closed_at=None)
    found = list(mine.exclude(classification="discarded").order_by("pk"))
    if len(found) != len(wanted) or len({case.disease for case in found}) > 1:
        raise RunImpossible
    return found


def _latest(disease: str) -> Profile:
    return Profile.objects.filter(disease=disease).order_by("-version")[0]


def _row(run: Run, case: Case, *, direction: Direction, today: date) -> RunCase:
    window = window_of(case, direction=direction, today=today)
    return RunCase(run=run, case=case, start=window.start, end=window.end)


def window_of(case: Case, *, direction: Direction, today: date) -> Period:
    """Return the window of a case by the version of its disease's profile that it was reported under."""
    kept = case.profile
    days = Days(
        before=kept.before,
        after=kept.after,
        symptom_free=kept.symptom_free,
        sample_before=kept.sample_before,
        sample_after=kept.sample_after,
        backward=kept.backward,
    )
    return windows.window(direction=direction, dates=Dates(case.onset, case.sample), days=days, today=today)
