"""The history of a contact as of today says what its rows say, whatever happened in whatever order."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tracing.cases import laboratory
from tracing.contacts import contacts
from tracing.notified import notice_to

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.problems import JejakError
from jejak.tracing import actions
from jejak.tracing.actions import exposing
from jejak.tracing.actions.hearing import say_today
from jejak.tracing.actions.uniting import unite_contacts
from jejak.tracing.caserules import Given
from jejak.tracing.followrules import Said
from jejak.tracing.models import Case, Contact, ContactEvent, Exposure, FollowUp, Notice
from jejak.tracing.pasts import Happened, follow_then, work_then

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FACTS = {"vaccination": "full", "symptoms": True}
NAME, PHONE = "Salmah binti Din", "+60137778888"
SAID = {
    "well": Said(well=True),
    "ill": Said(well=False, symptoms=("fever",)),
    "positive": Said(well=True, test="positive"),
    "negative": Said(well=True, test="negative"),
}
DEEDS = (
    "start", "hear well", "hear ill", "hear positive", "hear negative", "told well", "told ill", "told positive",
    "facts", "no facts", "extend", "lost", "release", "expose", "nearer", "work done", "work unreachable", "assign",
    "case", "discard", "unite", "wait",
)  # fmt: skip


class Desk:
    """Two lines, of one person each, exposed by one case and followed up; deeds are done to the first or second."""

    def __init__(self, town: Town, office: Office) -> None:
        number = town.person(NAME, PHONE)
        one, two = contacts(office, town, 2)
        Contact.objects.filter(pk=one.pk).update(person=number)
        self.office, self.at = office, clock.now()
        self.lines = list(Contact.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk"))
        self.case = office.case(None, onset=local_day(one.last), name_sealed=b"x")
        for each in self.lines:
            self.expose(each, self.case, tier=2)
            notice_to(each, office=office)
        Notice.objects.update(ends_at=self.at + 90 * DAY)

    def by(self) -> dict[str, Any]:
        return {"by": self.office.officer, "at": self.at}

    def expose(self, line: Contact, case: Case, *, tier: int) -> None:
        over = list(Exposure.objects.filter(contact=line, case=case, ended_at=None))
        last = max((one.last for one in over), default=line.last)
        stretch = {
            "premises": 1, "zone": None, "start": line.first.isoformat(), "end": (last + DAY / 24).isoformat(),
            "minutes": 60, "close": 60, "near": 1, "crowd": 2, "observed": True, "flags": 0,
        }  # fmt: skip
        facts = {"minutes": 60, "first": line.first, "last": last, "tier": tier, "observed": True, "why": [stretch]}
        left = [Exposure(contact=line, case=case, **facts)]
        exposing.replace(over=over, left=left, by=self.office.officer.pk, at=self.at)

    def do(self, deed: str, which: int) -> None:
        self.at += timedelta(hours=3)
        line = Contact.objects.get(pk=self.lines[which].pk)
        if deed == "wait":
            self.at += 4 * DAY
            return
        with suppress(JejakError), transaction.atomic():
            self._do(deed, line)

    def _do(self, deed: str, line: Contact) -> None:
        what, _, how = deed.partition(" ")
        row = FollowUp.objects.filter(contact=line).first()
        by = self.by()
        wish = {"uuid": line.uuid, "version": row.version if row else 0, **by}
        deeds: dict[str, Callable[[], object]] = {
            "start": lambda: actions.start_follow_ups(contacts=[line], **by),
            "hear": lambda: actions.assess(uuid=line.uuid, said=SAID[how], **by),
            "told": lambda: say_today(notice=line.notices.get().uuid, said=SAID[how], at=self.at),
            "facts": lambda: actions.set_facts(**wish, facts=FACTS, source="document"),
            "no": lambda: actions.set_facts(**wish, facts={}, source="document"),
            "extend": lambda: row and actions.extend(**wish, until=row.until + 2 * DAY, apart=True, why="Ujian lewat"),
            "lost": lambda: actions.lost(**wish, why="unreachable"),
            "release": lambda: actions.release(**wish, why="doctor"),
            "expose": lambda: self.expose(line, self.another(line), tier=2),
            "nearer": lambda: self.expose(line, self.case, tier=1),
            "work": lambda: actions.set_work(uuid=line.uuid, version=line.version, state=how, **by),
            "assign": lambda: actions.assign_contacts(uuids=[line.uuid], officer=self.office.officer.pk, **by),
            "case": self.report,
            "discard": self.discard,
            "unite": lambda: unite_contacts([one.person_id or 0 for one in self.lines], **by),
        }
        deeds[what]()

    def another(self, line: Contact) -> Case:
        return self.office.case(None, onset=local_day(line.last), name_sealed=b"x")

    def discard(self) -> None:
        ill = Case.objects.filter(person=self.lines[0].person_id, closed_at=None).last()
        if ill is not None:
            actions.close_case(uuid=ill.uuid, why="discarded", **self.by())

    def report(self) -> None:
        reference = f"M-{Case.objects.count()}"
        said = Given(
            name=NAME, phone=PHONE, sample=local_day(self.at), evidence="laboratory", reference=reference,
            classification="suspected",
        )  # fmt: skip
        office = self.office.agency.pk
        actions.report_case(given=said, disease="covid-19", office=office, by=laboratory(), at=self.at)


def check(line: Contact) -> None:
    events = ContactEvent.objects.filter(contact=line).order_by("at", "pk")
    happened = [Happened(one.kind, one.at, one.by_id, one.facts) for one in events]
    if line.closed_at is None:
        assert work_then(happened) == (line.work, line.officer_id)
    row, then = FollowUp.objects.filter(contact=line).first(), follow_then(happened)
    assert (row is None) == (then is None)
    if row is None or then is None:
        return
    assert (then.state, then.why, then.ended, then.ended_by) == (
        row.state, row.ended_why, row.ended_at, row.ended_by_id,
    )  # fmt: skip
    assert (then.until, then.apart, then.table, then.row) == (
        row.until, row.quarantine_until, row.table_id, row.row,
    )  # fmt: skip
    assert list(then.tests or ()) == [date.fromisoformat(one) for one in row.tests]
    assert (then.started, then.ill, then.extended) == (row.started_at, row.ill, row.extended_until is not None)
    assert (dict(then.facts or {}), then.source) == (row.facts, row.facts_from)
    assert (local_day(then.heard) if then.heard else None) == row.heard_on


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(deeds=[("start", 0), ("told positive", 0), ("hear well", 0)])
@example(deeds=[("start", 0), ("facts", 0), ("hear ill", 0), ("release", 0), ("expose", 0), ("wait", 0), ("start", 0)])
@example(deeds=[("start", 0), ("start", 1), ("told ill", 1), ("extend", 1), ("told well", 0), ("unite", 0)])
@example(deeds=[("start", 0), ("start", 1), ("case", 0), ("unite", 0)])
@example(deeds=[("start", 0), ("case", 0), ("discard", 0), ("work unreachable", 0), ("expose", 0)])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 1)), max_size=9))
def test_the_history_of_today_is_the_present(town: Town, office: Office, deeds: Sequence[tuple[str, int]]) -> None:
    with transaction.atomic():
        desk = Desk(town, office)
        for deed, which in deeds:
            desk.do(deed, which)
            for line in Contact.objects.filter(pk__in=[one.pk for one in desk.lines]):
                check(line)
        transaction.set_rollback(True)
    office.cases.clear()


@pytest.mark.parametrize("known", [True, False])
def test_who_was_positive_is_not_well_by_an_officers_word_alone(known: bool) -> None:
    """What was written before an event said what it added up to is read as it was worked out then."""
    plan = {"until": "2022-03-10", "apart": "", "table": 1, "row": 0, "tests": []}
    more = {"ill": True, "known": {"symptoms": False}, "source": "contact"} if known else {}
    happened = [
        Happened("followed", clock.now(), 1, plan),
        Happened("heard", clock.now(), None, {"well": True, "test": "positive", **more}),
        Happened("heard", clock.now(), 1, {"well": True, "test": "", **more}),
    ]
    then = follow_then(happened)
    assert then
    assert (then.ill, then.facts) == (True, {"symptoms": False})


def test_the_contacts_of_a_case_are_counted_once_and_by_its_office_of_then(
    case: Town, office: Office, another: Office
) -> None:
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run()
    by = {"by": office.officer, "at": clock.now()}
    counted = Contact.objects.count()
    assert on(ill, office) == counted
    unite_contacts([case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]], **by)
    assert Contact.objects.filter(closed_at=None).count() == counted - 1
    assert on(ill, office) == counted - 1, "two lines that became one"
    actions.hand_over(uuid=ill.uuid, office=another.agency.pk, state="", district="", note="pindah rumah", **by)
    another.run(ill, by=another.officer)
    assert on(ill, another) == Contact.objects.filter(agency=another.agency).count() > 0


def on(ill: Case, office: Office, *, day: datetime | None = None) -> int:
    moment = day or clock.now()
    return actions.show_case_on(uuid=ill.uuid, day=local_day(moment), by=office.officer, at=clock.now()).contacts


@pytest.fixture
def another(office: Office) -> Office:
    from tracing.office import Office

    return Office.open(office.colleague("Lim Lain"), name="Pejabat Lain")
