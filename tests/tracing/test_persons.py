"""What becomes of cases and contacts when a person is erased, or two records are read as one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.people import erasing, holdings
from jejak.people.errors import ErasureHeld
from jejak.people.models import Device, Merge
from jejak.tracing import actions
from jejak.tracing.models import Case, CaseStay, Contact, Exposure, FollowUp, Report, ReportRow, SaidContact
from jejak.tracing.queries.holding import open_of

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def aminah(case: Town, office: Office) -> Any:
    """A case of Aminah that a run went over."""
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)), name_sealed=b"x", phone_key=b"y")
    office.run()
    return ill


def followed(person: int) -> FollowUp:
    now = clock.now()
    contact = Contact.objects.get(person=person)
    return FollowUp.objects.create(contact=contact, started_at=now, until=local_day(now), due_on=local_day(now))


def joined(office: Office, one: int, other: int) -> None:
    """Read two records as one, as people does."""
    now = clock.now()
    with transaction.atomic():
        Merge.objects.create(kept_id=one, merged_id=other, merged_at=now, merged_by=office.officer)
        holdings.merged([one, other], by=office.officer, at=now)


def test_an_open_case_and_a_follow_up_hold_a_person_and_nothing_else_does(aminah: Any, case: Town) -> None:
    ill, razak, tan = (case.persons[name] for name in ("Aminah binti Ali", "Razak bin Abu", "Tan Mei Ling"))
    row = followed(razak)
    assert holdings.held_of([ill, razak, tan], code="cases") == {ill: 1, razak: 1, tan: 0}
    Case.objects.update(classification="discarded")
    FollowUp.objects.filter(pk=row.pk).update(state="released", ended_at=clock.now(), ended_why="over", due_on=None)
    assert open_of([ill, razak, tan]) == {}


def test_an_erased_person_leaves_cases_without_a_name(aminah: Any, case: Town, office: Office) -> None:
    tan, now = case.persons["Tan Mei Ling"], clock.now()
    facts = {
        "relation": "household", "person_id": tan, "name_sealed": b"x", "phone_sealed": b"x", "phone_key": b"x",
        "said_by": "case", "first_day": now, "last_day": now, "added_by": office.officer, "added_at": now,
    }  # fmt: skip
    other = office.case(tan, onset=local_day(now), name_sealed=b"x")
    SaidContact.objects.create(case=aminah, **facts)
    SaidContact.objects.create(case=other, **facts)
    Case.objects.filter(pk=aminah.pk).update(closed_at=now, closed_why="completed")
    holdings.forget([tan, aminah.person_id])
    aminah.refresh_from_db()
    assert (aminah.name_sealed, aminah.phone_key, aminah.onset) == (None, None, local_day(case.at(9)))
    named = {one.case_id: (one.name_sealed, one.phone_key) for one in SaidContact.objects.all()}
    assert (named[aminah.pk], named[other.pk][0] is None) == ((None, None), False), "an open case keeps whom it names"


def test_contacts_of_two_records_of_one_person_become_one_line(aminah: Any, case: Town, office: Office) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    followed(tan)
    joined(office, razak, tan)
    kept, over = Contact.objects.get(person=tan), Contact.objects.get(person=razak)
    assert (kept.closed_at, over.closed_at is not None) == (None, True), "the line that is followed stays"
    (row,) = Exposure.objects.filter(contact__in=[kept, over], ended_at=None)
    assert (row.contact_id, row.tier, len(row.why)) == (kept.pk, 1, 3)
    assert row.minutes == 105, "the quarter of an hour in which both were there counts once"
    assert (kept.tier, kept.first, kept.last) == (1, row.first, row.last)
    assert [one.facts for one in kept.events.filter(kind="united")] == [{"with": [str(over.uuid)]}]
    assert [one.facts for one in over.events.filter(kind="united")] == [{"into": str(kept.uuid)}]


def test_after_they_are_one_the_next_run_finds_nothing_new(aminah: Any, case: Town, office: Office) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    joined(office, razak, tan)
    lines = {one.pk: one.closed_at for one in Contact.objects.filter(person__in=[razak, tan])}
    office.run()
    assert {one.pk: one.closed_at for one in Contact.objects.filter(person__in=[razak, tan])} == lines


def test_two_who_are_followed_are_followed_once(aminah: Any, case: Town, office: Office) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    followed(razak)
    followed(tan)
    joined(office, razak, tan)
    (still,) = FollowUp.objects.filter(state="following")
    ended = FollowUp.objects.exclude(pk=still.pk).get()
    assert (still.contact.closed_at, ended.state, ended.ended_why) == (None, "released", "united")


def test_a_follow_up_that_ends_because_two_are_one_says_so(aminah: Any, case: Town, office: Office) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    followed(razak)
    followed(tan)
    joined(office, razak, tan)
    ended = FollowUp.objects.get(state="released")
    assert (ended.version, ended.ended_by) == (2, office.officer)
    (event,) = ended.contact.events.filter(kind="follow-up-ended")
    assert event.facts == {"state": "released", "why": "united"}


def test_who_was_exposed_later_by_the_other_record_is_followed_longer(aminah: Any, case: Town, office: Office) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    line = Contact.objects.get(person=tan)
    actions.start_follow_ups(contacts=[line], by=office.officer, at=clock.now())
    was = FollowUp.objects.get().until
    case.visit("Aminah binti Ali", "Kedai Runcit", case.at(33), 60)
    case.visit("Razak bin Abu", "Kedai Runcit", case.at(33), 60)
    office.run()
    joined(office, razak, tan)
    row = FollowUp.objects.get(state="following")
    assert (row.contact, row.until) == (line, was + timedelta(days=1))
    assert line.events.filter(kind="follow-up-changed").count() == 1
    assert {one.facts["case"] for one in line.events.filter(kind="exposed-again")} == set(), "nobody exposed them anew"


def test_records_read_apart_again_have_lines_of_their_own_after_a_run(aminah: Any, case: Town, office: Office) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    joined(office, razak, tan)
    Merge.objects.update(undone_at=clock.now(), undone_by=office.officer)
    office.run()
    open_lines = Contact.objects.filter(person__in=[razak, tan], closed_at=None)
    assert {one.person_id: one.exposures.get(ended_at=None).minutes for one in open_lines} == {razak: 90, tan: 15}


def test_another_offices_line_is_its_own(aminah: Any, case: Town, office: Office) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    Contact.objects.filter(person=tan).update(
        agency=access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    )
    joined(office, razak, tan)
    assert Contact.objects.filter(person__in=[razak, tan], closed_at=None).count() == 2


def test_an_erased_person_leaves_the_rows_and_stays_of_their_cases_without_words(aminah: Any, office: Office) -> None:
    now = clock.now()
    report = Report.objects.create(
        digest=b"x", name="kes.csv", way="file", disease="covid-19", by=office.officer, office=office.agency, at=now,
        confirmed_at=now, finished_at=now, received=1, accepted=1,
    )  # fmt: skip
    ReportRow.objects.create(report=report, number=1, cells_sealed=b"cells", outcome="accepted", case=aminah)
    CaseStay.objects.create(
        case=aminah, place_sealed=b"place", note_sealed=b"note", start=now - timedelta(hours=1), end=now,
        observed=False, source="case", added_by=office.officer, added_at=now,
    )  # fmt: skip
    Case.objects.filter(pk=aminah.pk).update(closed_at=now, closed_why="completed")
    holdings.forget([aminah.person_id])
    row, stay = ReportRow.objects.get(case=aminah), CaseStay.objects.get(case=aminah, source="case")
    assert (
        row.cells_sealed,
        bytes(stay.place_sealed if stay.place_sealed is not None else b"-"),
        stay.note_sealed,
    ) == (None, b"", None)


def test_whom_a_follow_up_of_their_other_record_holds_cannot_erase_themselves(
    aminah: Any, case: Town, office: Office
) -> None:
    razak, tan = case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"]
    followed(tan)
    joined(office, razak, tan)
    Device.objects.create(person_id=razak, device_id=5, account=office.officer, verified_at=clock.now())
    with pytest.raises(ErasureHeld), transaction.atomic():
        erasing.erase(by=office.officer, person=razak, at=clock.now())
