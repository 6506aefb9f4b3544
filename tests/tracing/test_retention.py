"""Contacts and cases go with their time: first whom nobody saw, then contacts, then names, at last the numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.store import retention
from jejak.tracing.models import (
    Assessment,
    Case,
    CaseEvent,
    CaseStay,
    Contact,
    ContactEvent,
    Exposure,
    FollowUp,
    Notice,
    NoticeBatch,
    NoticeDispute,
    Onward,
    Report,
    ReportRow,
    Run,
    RunCase,
    SaidContact,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db(databases=["default", "retention"], transaction=True)
MOMENTS: dict[Any, tuple[str, ...]] = {
    Case: ("reported_at", "changed_at", "closed_at"), CaseEvent: ("at",), Run: ("asked_at", "finished_at"),
    Contact: ("first", "last", "released_at", "found_at", "closed_at"), ContactEvent: ("at",),
    Exposure: ("first", "last"), NoticeBatch: ("asked_at",), Notice: ("ends_at",), Onward: ("first", "last"),
    FollowUp: ("until", "ended_at"), Report: ("at", "confirmed_at", "finished_at"),
}  # fmt: skip
CLASSES = ("contacts-unseen", "contacts", "case-names", "cases")


@pytest.fixture
def ran(case: Town, office: Office) -> Any:
    """A case of Aminah that a run went over, with something in every table that hangs on it."""
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)), name_sealed=b"x", phone_key=b"y")
    office.run()
    everything(ill, office)
    return ill


def everything(ill: Case, office: Office) -> None:
    """Keep of a case and of its first contact whatever can be kept."""
    now = clock.now()
    SaidContact.objects.create(
        case=ill, name_sealed=b"x", relation="household", said_by="case", first_day=now, last_day=now,
        added_by=office.officer, added_at=now,
    )  # fmt: skip
    CaseStay.objects.create(
        case=ill, place_sealed=b"x", start=now - timedelta(hours=1), end=now, observed=False, source="case",
        added_at=now,
    )  # fmt: skip
    CaseEvent.objects.create(case=ill, at=now, by=office.officer, kind="interviewed", facts={}, note_sealed=b"x")
    report = Report.objects.create(
        digest=b"x", name="kes.csv", way="file", disease="covid-19", by=office.officer, office=office.agency, at=now,
        confirmed_at=now, finished_at=now, received=1, accepted=1,
    )  # fmt: skip
    ReportRow.objects.create(report=report, number=1, cells_sealed=b"x", outcome="accepted", case=ill)
    first = Contact.objects.order_by("pk")[0]
    Contact.objects.filter(pk=first.pk).update(released_at=now)
    run, other = Run.objects.get(), Contact.objects.order_by("pk")[1]
    Onward.objects.create(
        run=run,
        case=ill,
        contact=first,
        person_id=other.person_id or 0,
        minutes=15,
        crowd=2,
        first=now,
        last=now,
        tier=2,
    )
    batch = NoticeBatch.objects.create(agency=office.agency, asked_by=office.officer, asked_at=now, digest=b"x")
    notice = Notice.objects.create(
        batch=batch, contact=first, way="sms", language="ms", day=now, advice={}, named=[], ends_at=now,
    )  # fmt: skip
    NoticeDispute.objects.create(
        notice=notice, exposure=first.exposures.get(), stay=0, says="not-me", note_sealed=b"x", at=now
    )
    NoticeDispute.objects.create(
        contact=first, entered_by=office.officer, exposure=first.exposures.get(), stay=0, says="not-me", at=now
    )
    follow_up = FollowUp.objects.create(contact=first, started_at=now, until=now, due_on=now)
    Assessment.objects.create(follow_up=follow_up, day=now, at=now, well=True)
    ContactEvent.objects.create(contact=first, at=now, kind="called", facts={}, note_sealed=b"x")


def passed(code: str, *, dry_run: bool = False) -> int:
    """Return how many rows of a class go today."""
    one = retention.classes()[code]
    gone = one.run(on=local_day(clock.now()), days=one.days(), dry_run=dry_run, force=False)
    return sum(each.rows for each in gone)


def all_passed() -> dict[str, int]:
    """Return what of each class of this room goes today, in the order of a night."""
    return {code: passed(code) for code in retention.classes() if code in CLASSES}


@pytest.fixture
def later(database: Any) -> Callable[..., None]:
    """Let everything have happened so many days earlier, as only the owner of the tables can."""

    def move(days: int) -> None:
        with psycopg.connect(database.owner) as connection:
            for model, columns in MOMENTS.items():
                earlier = ", ".join(f"{column} = {column} - interval '{days} days'" for column in columns)
                connection.execute(f"update {model._meta.db_table} set {earlier}".encode())

    return move


def closed(ill: Case) -> None:
    Case.objects.filter(pk=ill.pk).update(closed_at=clock.now(), closed_why="completed")
    FollowUp.objects.update(state="released", ended_at=clock.now(), ended_why="over", due_on=None)


def counts() -> dict[str, int]:
    """Return how many rows each table of cases and contacts has."""
    models: tuple[Any, ...] = (
        Assessment, Case, CaseEvent, CaseStay, Contact, ContactEvent, Exposure, FollowUp, Notice, NoticeBatch,
        NoticeDispute, Onward, Run, RunCase, SaidContact,
    )  # fmt: skip
    return {model.__name__: model.objects.count() for model in models if model.objects.exists()}


def test_what_is_not_over_stays_however_old_its_visits_are(ran: Any, later: Callable[..., None]) -> None:
    before = counts()
    assert all_passed() == dict.fromkeys(CLASSES, 0)
    later(87)
    assert all_passed() == dict.fromkeys(CLASSES, 0)
    assert counts() == before


def test_whom_nobody_was_shown_goes_with_the_visits_that_say_so(ran: Any, later: Callable[..., None]) -> None:
    seen = Contact.objects.exclude(released_at=None).get()
    later(91)
    assert passed("contacts-unseen", dry_run=True) == 3
    assert passed("contacts-unseen") == 3, "two contacts, and one who was met in turn"
    assert Contact.objects.get() == seen
    assert {one.contact_id for one in Exposure.objects.all()} == {seen.pk}
    assert (passed("contacts-unseen"), Onward.objects.count()) == (0, 0)


def test_a_contact_goes_ninety_days_after_all_that_holds_it_is_over(ran: Any, later: Callable[..., None]) -> None:
    closed(ran)
    later(89)
    assert passed("contacts") == 0
    later(2)
    passed("contacts-unseen")
    assert passed("contacts", dry_run=True) == 1
    assert (passed("contacts"), passed("contacts")) == (1, 0)
    assert set(counts()) == {"Case", "CaseEvent", "CaseStay", "Run", "RunCase", "SaidContact"}


@pytest.mark.parametrize("holding", ["case", "follow-up", "notice", "event"])
def test_a_contact_stays_while_anything_holds_it(ran: Any, holding: str, later: Callable[..., None]) -> None:
    closed(ran)
    later(120)
    seen, now = Contact.objects.exclude(released_at=None).get(), clock.now()
    if holding == "case":
        Case.objects.update(closed_at=None, closed_why="")
    elif holding == "follow-up":
        FollowUp.objects.update(state="following", ended_at=None, ended_why="", due_on=now, until=now)
    elif holding == "notice":
        Notice.objects.update(ends_at=now)
    else:
        ContactEvent.objects.create(contact=seen, at=now, kind="called", facts={})
    assert passed("contacts-unseen") == 3
    assert passed("contacts") == 0
    assert Contact.objects.get() == seen


def test_of_a_closed_case_names_go_and_numbers_stay(ran: Any, later: Callable[..., None]) -> None:
    closed(ran)
    later(91)
    all_passed()
    row = Case.objects.get()
    sealed = [row.person_id, row.name_sealed, row.phone_sealed, row.phone_key, row.document_sealed, row.document_key]
    assert sealed == [None] * 6
    assert (row.number, row.onset, row.evidence, row.closed_why) == (ran.number, ran.onset, ran.evidence, "completed")
    assert not CaseEvent.objects.exclude(note_sealed=None).exists()
    assert set(counts()) == {"Case", "CaseEvent", "Run", "RunCase"}
    assert RunCase.objects.get().found == 3, "how many were found is a number"
    assert passed("case-names") == 0


def test_a_case_goes_with_its_runs_and_the_row_that_it_came_in_stays(ran: Any, later: Callable[..., None]) -> None:
    closed(ran)
    later(729)
    assert all_passed() == {"contacts-unseen": 3, "contacts": 1, "case-names": 1, "cases": 0}
    later(2)
    assert passed("cases", dry_run=True) == 1
    assert (passed("cases"), passed("cases")) == (1, 0)
    assert counts() == {}
    row = ReportRow.objects.get()
    assert (row.outcome, row.case_id, row.cells_sealed, row.report.accepted) == ("accepted", None, None, 1)


def test_a_case_that_nobody_closed_is_over_a_year_after_its_last_change(ran: Any, later: Callable[..., None]) -> None:
    later(365 + 89)
    assert passed("case-names") == 0
    later(2)
    assert all_passed() == {"contacts-unseen": 3, "contacts": 1, "case-names": 1, "cases": 0}
    later(640)
    assert passed("cases") == 1


def test_what_another_open_case_shares_stays_with_it(
    ran: Any, case: Town, office: Office, later: Callable[..., None]
) -> None:
    shared = Contact.objects.exclude(released_at=None).get()
    other = office.case(case.persons["Jauh binti Lain"], onset=local_day(case.at(9)))
    case.visit("Jauh binti Lain", "Kedai Runcit", case.at(9, 30), 60)
    Exposure.objects.create(
        contact=shared, case=other, run=None, minutes=30, first=shared.first, last=shared.last, tier=2, observed=True,
        why=[],
    )  # fmt: skip
    closed(ran)
    later(800)
    Case.objects.filter(pk=other.pk).update(changed_at=clock.now())
    assert all_passed() == {"contacts-unseen": 3, "contacts": 0, "case-names": 1, "cases": 1}
    assert Contact.objects.get() == shared
    assert shared.exposures.get().case_id == other.pk
    assert NoticeDispute.objects.count() == 0, "what was said against an exposure goes with it"


@pytest.mark.parametrize(
    ("function", "days"),
    [("unseen", 1), ("contacts", 30), ("case_names", 30), ("cases", 90)],
)
def test_no_function_deletes_what_is_young(function: str, days: int, database: Any) -> None:
    with psycopg.connect(database.retention) as connection:
        call = f"select tracing_forget_{function}(now() - interval '{days} days' + interval '1 minute')"
        with pytest.raises(psycopg.errors.InvalidParameterValue), connection.transaction():
            connection.execute(call.encode())
        with pytest.raises(psycopg.errors.InvalidParameterValue), connection.transaction():
            connection.execute(f"select tracing_forget_{function}(null)".encode())
    with psycopg.connect(database.app) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"select tracing_forget_{function}(now() - interval '900 days')".encode())


def test_the_retention_role_drops_no_chosen_contacts(database: Any) -> None:
    with psycopg.connect(database.retention) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select tracing_drop_contacts(array[1])")


def test_only_a_row_without_cells_outlives_its_case(ran: Any) -> None:
    with pytest.raises(IntegrityError, match="report_row_outcome"), transaction.atomic():
        ReportRow.objects.update(case=None)
