"""Opening a case, as it is or as it was on a day: one look, which names whom the case is of and who may be."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.access import actions as access
from jejak.access import queries as accounts
from jejak.kernel.periods import Period
from jejak.kernel.places import day_bounds
from jejak.premises import queries as premises
from jejak.tracing import queries, sealed
from jejak.tracing.actions.cases import TABLE, candidates, found, of, purpose_of, where
from jejak.tracing.actions.events import TABLE as EVENTS
from jejak.tracing.actions.events import last_change
from jejak.tracing.actions.keeping import SCAN, log_stays, part
from jejak.tracing.actions.reading import names
from jejak.tracing.answers import StayRow
from jejak.tracing.caseanswers import CaseStayRow, CaseThen, CaseView, EventRow, SaidContactRow
from jejak.tracing.caserules import Facts
from jejak.tracing.models import CaseEvent, CaseStay, Exposure, Profile, RunCase, SaidContact
from jejak.tracing.narrowing import place_name
from jejak.tracing.queries.cases import row_of
from jejak.tracing.queries.profiles import view
from jejak.tracing.records import CASE_SHOWN
from jejak.tracing.windows import Dates, Direction, window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.access.actions import Look, User
    from jejak.premises.queries import Place
    from jejak.tracing.models import Case
    from jejak.tracing.queries import ProfileView

STAYS: Final = "tracing_case_stay"
SAID: Final = "tracing_said_contact"
DATES: Final = "changed"


def show_case(*, uuid: UUID, by: User, at: datetime) -> CaseView:
    """Return a case with its names, its stays from the log and from interviews, and all that happened to it.

    :raises CaseUnknown: there is none such among those of this account. :raises AccessError: it may not look.
    """
    row = found(uuid=uuid, by=by, at=at)
    with access.look(
        by=by, action=CASE_SHOWN, purpose=purpose_of(row), scope=where(row), persons=of(row), at=at
    ) as look:
        others = [] if row.person_id else candidates(row, look=look)
        shown = names([*([row.person_id] if row.person_id else []), *others], look=look)
        look.shows({*of(row), *others}, detail={"case": row.number})
        return CaseView(
            row=row_of(row),
            reference=row.reference,
            reporter=row.reporter.name if row.reporter else row.reported_by.name,
            name=_opened(row, "name"),
            phone=_opened(row, "phone"),
            document=_opened(row, "document").rpartition("|")[2],
            profile=view(row.profile),
            forward=part(row, Direction.FORWARD, at=at),
            backward=part(row, Direction.BACKWARD, at=at),
            matched=shown[row.person_id] if row.person_id else None,
            candidates=tuple(shown[other] for other in others),
            stays=_stays(row, look=look, at=at),
            said=tuple(_said(each) for each in SaidContact.objects.filter(case=row, ended_at=None).order_by("pk")),
            events=_events(CaseEvent.objects.filter(case=row)),
            closed_why=row.closed_why,
            seen=last_change(row),
            outdated=_outdated(row),
            bare=queries.bare(uuid=str(row.uuid), by=by),
        )


def show_case_on(*, uuid: UUID, day: date, by: User, at: datetime) -> CaseThen:
    """Return what was known of a case at the end of a local day: its facts, stays and counts of then.

    :raises CaseUnknown: as `show_case`. :raises AccessError: as `show_case`.
    """
    row = found(uuid=uuid, by=by, at=at)
    until = day_bounds(day).end
    with access.look(
        by=by, action=CASE_SHOWN, purpose=purpose_of(row), scope=where(row), persons=of(row), at=at
    ) as look:
        look.shows(of(row), detail={"case": row.number, "day": day.isoformat()})
        events = _events(CaseEvent.objects.filter(case=row, at__lt=until))
        last = events[0] if events else None
        profile = view(Profile.objects.get(pk=last.facts.profile)) if last else None
        then = Q(added_at__lt=until) & (Q(ended_at=None) | Q(ended_at__gte=until))
        kept = CaseStay.objects.filter(then, case=row).order_by("start", "pk")
        counted = _contacts_then(row, office=last.facts.agency if last else row.agency_id, until=until)
        forward, backward = (_window(last, profile, each, day=day) for each in (Direction.FORWARD, Direction.BACKWARD))
        return CaseThen(
            row=row_of(row), day=day, event=last, profile=profile, forward=forward, backward=backward,
            stays=_kept(kept), said=SaidContact.objects.filter(then, case=row).count(), contacts=counted, events=events,
        )  # fmt: skip


def _outdated(row: Case) -> datetime | None:
    """Return when the last run forward over a case began, if the days that its window counts from changed since."""
    last = RunCase.objects.filter(case=row, run__direction=Direction.FORWARD, run__agency=row.agency_id)
    began = last.order_by("-run__asked_at").values_list("run__asked_at", flat=True).first()
    if began is None:
        return None
    events = CaseEvent.objects.filter(case=row)
    before = events.filter(at__lte=began).order_by("-at", "-pk").values_list("facts", flat=True).first()
    dates = (row.onset.isoformat() if row.onset else "", row.sample.isoformat() if row.sample else "")
    same = before is not None and (before["onset"], before["sample"]) == dates
    return began if events.filter(kind=DATES, at__gt=began).exists() and not same else None


def _contacts_then(row: Case, *, office: int, until: datetime) -> int:
    """Return how many contacts of a case its office of then knew: those whom it exposed as was known at a moment."""
    then = Q(made_at__lt=until) & (Q(ended_at=None) | Q(ended_at__gte=until))
    return Exposure.objects.filter(then, case=row, contact__agency=office).values("contact").distinct().count()


def _window(last: EventRow | None, profile: ProfileView | None, direction: Direction, *, day: date) -> Period | None:
    if last is None or profile is None:
        return None
    onset, sample = (date.fromisoformat(each) if each else None for each in (last.facts.onset, last.facts.sample))
    return window(direction=direction, dates=Dates(onset, sample), days=profile.days, today=day)


def _opened(row: Case, column: str) -> str:
    return sealed.opened(getattr(row, f"{column}_sealed"), table=TABLE, column=column, row=row.uuid)


def _stays(row: Case, *, look: Look, at: datetime) -> tuple[CaseStayRow, ...]:
    """Return the stays that the log has now, and those the case keeps of what the log has no more, in order."""
    live = log_stays(row, look=look, at=at)
    there = {(stay.premises, stay.period.start) for stay in live}
    kept = [
        each
        for each in CaseStay.objects.filter(case=row, ended_at=None)
        if each.source != SCAN or (each.premises_id, each.start) not in there
    ]
    known = premises.places({*(stay.premises for stay in live), *_places(kept)})
    rows = [
        CaseStayRow(StayRow(place_name(known, stay.premises), stay.period, stay.observed, stay.flags), SCAN)
        for stay in live
    ]
    return tuple(sorted([*rows, *(_row(each, known) for each in kept)], key=lambda each: each.stay.period))


def _kept(rows: Iterable[CaseStay]) -> tuple[CaseStayRow, ...]:
    kept = list(rows)
    known = premises.places(_places(kept))
    return tuple(_row(each, known) for each in kept)


def _places(kept: Iterable[CaseStay]) -> set[int]:
    return {each.premises_id for each in kept if each.premises_id is not None}


def _row(each: CaseStay, known: Mapping[int, Place]) -> CaseStayRow:
    place = sealed.opened(each.place_sealed, table=STAYS, column="place", row=each.uuid)
    name = place or place_name(known, each.premises_id or 0)
    note = sealed.opened(each.note_sealed, table=STAYS, column="note", row=each.uuid)
    return CaseStayRow(
        StayRow(name, Period(each.start, each.end), each.observed, each.flags), each.source, each.uuid, note
    )


def _said(each: SaidContact) -> SaidContactRow:
    def text(column: str) -> str:
        return sealed.opened(getattr(each, f"{column}_sealed"), table=SAID, column=column, row=each.uuid)

    return SaidContactRow(
        uuid=each.uuid,
        relation=each.relation,
        name=text("name"),
        phone=text("phone"),
        reach=text("reach"),
        first=each.first_day,
        last=each.last_day,
        said_by=each.said_by,
        known=each.person_id is not None,
    )


def _events(rows: QuerySet[CaseEvent]) -> tuple[EventRow, ...]:
    """Return events, the newest first."""
    found = list(rows.select_related("by").order_by("-at", "-pk"))
    facts = [Facts(**each.facts) for each in found]
    officers = accounts.names_of_accounts(each.officer for each in facts if each.officer)
    offices = accounts.names_of_agencies(each.agency for each in facts)
    return tuple(
        EventRow(
            uuid=each.uuid,
            at=each.at,
            by=each.by.name,
            kind=each.kind,
            facts=then,
            office=offices.get(then.agency, ""),
            officer=officers.get(then.officer or 0, ""),
            note=sealed.opened(each.note_sealed, table=EVENTS, column="note", row=each.uuid),
        )
        for each, then in zip(found, facts, strict=True)
    )
