"""Many cases at once: a table looked at first, agreed to, then taken in portions of which each is whole."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from django.db import IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from jejak.access.errors import AccessError, PurposeRefused
from jejak.access.rules import Scope
from jejak.formats import spreadsheet
from jejak.formats.tablefiles import UnreadableFile, lines
from jejak.kernel.ids import uuid7
from jejak.kernel.places import local_day
from jejak.kernel.sealing import sealer
from jejak.people import queries as people
from jejak.tracing import casereading, queries
from jejak.tracing.actions.placing import field_of, placing
from jejak.tracing.actions.reporting import foreseen, report_cases
from jejak.tracing.caserules import DIFFERS
from jejak.tracing.errors import ReportUnknown
from jejak.tracing.models import Report, ReportRow
from jejak.tracing.queries.reports import CELLS, ROWS, cells_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.formats.tablefiles import Limits, Line
    from jejak.tracing.caserules import Given

    Place = Callable[[Scope], str]

PORTION: Final = 1_000
"""Rows that become cases, or not, together: each is a look, and 100,000 rows stay within the budget of looks."""
READ_AT_ONCE: Final = 1_000
LONGEST_NAME: Final = 200
MOST_IGNORED: Final = 50
_COPY: Final = f"copy {ROWS} (report_id, number, uuid, cells_sealed, outcome, reason) from stdin with (format binary)"
_TYPES: Final = ("int8", "int4", "uuid", "bytea", "text", "jsonb")


def preview_report(
    *, file: BinaryIO, name: str, way: str, disease: str, office: int, limits: Limits, by: User, now: datetime
) -> UUID:
    """Return the number of a table looked at: every row sealed, with why it can be no case; no case is made yet.

    The same table of the same agency, for the same disease and office, is the same report, whatever state it is in.

    :raises UnreadableFile: it is no table of cases, or larger than agreed. :raises ProfileInvalid: no such disease.
    """
    queries.profile(disease=disease)
    digest = _digest(file)
    there = Report.objects.filter(
        agency=by.agency_id, digest=digest, disease=disease, office=office, way__in=["pasted", "file"]
    )
    if by.agency_id is None:
        there = there.filter(by=by)
    found = there.first()
    if found is None:
        try:
            with transaction.atomic():
                found = _looked_at(file, limits, Report(
                    digest=digest, name=" ".join(name.split())[:LONGEST_NAME] or "?", way=way, disease=disease, by=by,
                    agency_id=by.agency_id, office_id=office, at=now,
                ))  # fmt: skip
        except IntegrityError as error:
            if "report_file_once" not in str(error):
                raise
            found = there.get()  # sent twice in one moment
    return found.uuid


@transaction.atomic
def confirm_report(*, uuid: UUID, by: User, now: datetime) -> int:
    """Return the number of a table that its sender agreed to; `take_report` may take it in. Twice changes nothing.

    One that is held goes on, in the name of whoever lets it: its sender may be the one who may report no more.

    :raises ReportUnknown: this account and its agency sent none such.
    """
    row = queries.reports_open_to(by).select_for_update(of=("self",)).filter(uuid=uuid, agency=by.agency_id).first()
    if row is None:
        raise ReportUnknown
    if row.confirmed_at is None:
        row.confirmed_at = now
    if row.held_why:
        row.held_why, row.by = "", by
    row.save(update_fields=["confirmed_at", "held_why", "by"])
    return row.pk


def take_report(*, number: int, clock: Callable[[], datetime]) -> bool:
    """Take in a table that was agreed to, to its end; killed half-way and repeated, nothing is doubled.

    Return whether it is finished. Who sent it must still be one who may report, or it is held.
    """
    try:
        while _portion(number, now=clock()):
            pass
    except AccessError as refused:
        hold_report(number=number, why=refused.code)
        return False
    return _finished(number, now=clock())


def hold_report(*, number: int, why: str) -> None:
    """Hold a table that is being taken in with a reason, until somebody lets it go on."""
    Report.objects.filter(pk=number, confirmed_at__isnull=False, finished_at=None).update(held_why=why)


def unfinished_reports() -> list[int]:
    """Return the numbers of tables that were agreed to, are not taken in, and that nothing holds."""
    open_ones = Report.objects.filter(finished_at=None, confirmed_at__isnull=False, held_why="").exclude(way="typed")
    return list(open_ones.order_by("pk").values_list("pk", flat=True))


def _looked_at(file: BinaryIO, limits: Limits, report: Report) -> Report:
    report.save()
    ignored: list[str] = []
    today = local_day(report.at)
    place = placing(office=report.office_id, at=report.at)
    received, known = 0, 0
    before: dict[object, Given] = {}
    with connection.cursor() as cursor:
        rows = _judged(lines(file, limits=limits), ignored)
        while portion := list(islice(rows, READ_AT_ONCE)):
            judged = [(None, reasons) if reasons else _read(cells, today, place) for _number, cells, reasons in portion]
            coming = foreseen(
                [given for given, _reasons in judged if given is not None],
                disease=report.disease, office=report.office_id, by=report.by, at=report.at, before=before,
            )  # fmt: skip
            known += sum(outcome == "known" for outcome, _against in coming)
            outcomes = iter(coming)
            with cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for (number, cells, _reasons), (given, reasons) in zip(portion, judged, strict=True):
                    against = next(outcomes)[1] if given is not None else ()
                    copy.write_row(_stored(report.pk, number, cells, [*map(list, against)] or reasons))
            received += len(portion)
    if not received:
        raise UnreadableFile("empty")
    report.received, report.known, report.ignored = received, known, ignored[:MOST_IGNORED]
    report.save(update_fields=["received", "known", "ignored"])
    return report


def _stored(report: int, number: int, cells: dict[str, str], reasons: list[list[str]]) -> tuple[object, ...]:
    uuid = uuid7()
    shut = sealer().seal(table=ROWS, column=CELLS, row=uuid, text=json.dumps(cells, ensure_ascii=False))
    told = any(problem == DIFFERS for _field, problem, *_said in reasons)  # to its case's officers, once agreed to
    return report, number, uuid, shut, "quarantined" if reasons and not told else "", Jsonb(reasons)


def _judged(found: Iterable[Line], ignored: list[str]) -> Iterator[tuple[int, dict[str, str], list[list[str]]]]:
    """Yield each row's number, its cells by field, and what already stands against it.

    :raises UnreadableFile: no sheet has the columns that are needed.
    """
    sheet: str | None = None
    fields: dict[int, str] = {}
    width, lacking, used = 0, list[str](), False
    for line in found:
        if line.sheet != sheet:
            sheet, width = line.sheet, len(line.cells)
            fields, strange = casereading.fields_of(line.cells)
            missing = casereading.missing([*fields.values()])
            if missing:
                fields, lacking = {}, lacking or missing
                ignored.append((sheet or "")[:80])
            else:
                used = True
                ignored += strange
        elif fields:
            cells = {
                field: spreadsheet.restore(line.cells[at].strip())[:1000]
                for at, field in fields.items()
                if at < len(line.cells)
            }
            more = any(cell.strip() for cell in line.cells[width:])
            reasons = [["row", "many-cells"]] if more else []
            yield line.number, {field: cell for field, cell in cells.items() if cell}, reasons
    if not used:
        raise UnreadableFile("columns", ", ".join(lacking))


def _read(cells: dict[str, str], today: date, place: Place) -> tuple[Given | None, list[list[str]]]:
    given, reasons = casereading.read(cells, today=today, document=_document)
    where = Scope(given.state, given.district) if given is not None else Scope()
    wrong = place(where)
    return (None, [[field_of(where), wrong]]) if wrong else (given, reasons)


def _document(kind: str, number: str, country: str) -> tuple[str, str, str]:
    found = people.read_document(kind=kind, number=number, country=country)
    return found.kind, found.number, found.country


@transaction.atomic
def _portion(number: int, *, now: datetime) -> int:
    """Return how many rows were settled in one transaction; 0 where none is left."""
    report = Report.objects.select_for_update(of=("self",)).select_related("by").get(pk=number)
    if report.confirmed_at is None or report.finished_at is not None or report.held_why:
        return 0
    if report.by.agency_id != report.agency_id:
        raise PurposeRefused("agency")  # or its cases would be those of another reporter
    rows = list(ReportRow.objects.filter(report=report, outcome="").order_by("number")[:PORTION])
    ready = _settled_by_rules(rows, today=local_day(now), place=placing(office=report.office_id, at=now))
    given = [one for _row, one in ready]
    if given:
        done = report_cases(given=given, disease=report.disease, office=report.office_id, by=report.by, at=now)
        for (row, _one), case in zip(ready, done, strict=True):
            if case.against:  # kept as quarantined, with its reason: counted as known, it would be lost in silence
                row.outcome, row.reason = "quarantined", [*map(list, case.against)]
            else:
                row.outcome, row.case_id, row.reason = "known" if case.known else "accepted", case.id, []
    ReportRow.objects.bulk_update(rows, ["outcome", "reason", "case"])
    return len(rows)


def _settled_by_rules(rows: Sequence[ReportRow], *, today: date, place: Place) -> list[tuple[ReportRow, Given]]:
    """Return the rows that are cases; one that is none any more (a day has passed) is quarantined."""
    ready = []
    for row in rows:
        given, reasons = _read(cells_of(row), today, place)
        if given is None:
            row.outcome, row.reason = "quarantined", reasons
        else:
            ready.append((row, given))
    return ready


@transaction.atomic
def _finished(number: int, *, now: datetime) -> bool:
    report = Report.objects.select_for_update().get(pk=number)
    if report.confirmed_at is None:
        return False
    if report.finished_at is None and not ReportRow.objects.filter(report=report, outcome="").exists():
        for name, outcome in (("accepted", "accepted"), ("known", "known"), ("quarantined", "quarantined")):
            setattr(report, name, ReportRow.objects.filter(report=report, outcome=outcome).count())
        report.finished_at, report.held_why = now, ""
        report.save()
    return report.finished_at is not None


def _digest(file: BinaryIO) -> bytes:
    found = sha256()
    file.seek(0)
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.digest()
