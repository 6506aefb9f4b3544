"""What contacts say each day, and what officers do with a follow-up: nothing without a reason, all of it on record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.errors import CaseInvalid, ContactChanged, ContactHeld, ContactUnknown, FollowUpRefused
from jejak.tracing.followrules import Said
from jejak.tracing.models import Assessment, Case, FollowUp
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from datetime import datetime

    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.tracing.models import Contact

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WELL, ILL = Said(well=True), Said(well=False, symptoms=("fever", "cough"))


@pytest.fixture
def one(town: Town, office: Office) -> Contact:
    """A contact who is followed from today."""
    (made,) = contacts(office, town, 1)
    actions.start_follow_ups(contacts=[made], by=office.officer, at=clock.now())
    return made


def followed() -> FollowUp:
    return FollowUp.objects.get()


def by_officer(office: Office, one: Contact, said: Said, *, at: datetime | None = None) -> FollowUp:
    actions.assess(uuid=one.uuid, said=said, by=office.officer, at=at or clock.now())
    return followed()


def test_who_was_heard_of_is_due_tomorrow(office: Office, one: Contact) -> None:
    row, today = by_officer(office, one, WELL), local_day(clock.now())
    assert (row.heard_on, row.due_on, row.ill) == (today, today + DAY, False)
    assert row.facts == {"symptoms": False}
    assert Entry.objects.get(action="tracing.followed").subjects.get().person_id == one.person_id


def test_the_same_word_twice_is_one(office: Office, one: Contact) -> None:
    by_officer(office, one, WELL)
    version = by_officer(office, one, WELL).version
    assert (Assessment.objects.count(), followed().version) == (1, version)
    by_officer(office, one, ILL)
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize(
    "said",
    [
        Said(well=True, symptoms=("fever",)),
        Said(well=False),
        Said(well=False, symptoms=("fever", "fever")),
        Said(well=False, symptoms=("boredom",)),
        Said(well=True, test="perhaps"),
    ],
)
def test_what_makes_no_sense_is_refused(office: Office, one: Contact, said: Said) -> None:
    with pytest.raises(FollowUpRefused):
        by_officer(office, one, said)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("assessment_well_or_symptoms", {"well": True, "symptoms": ["fever"]}),
        ("assessment_well_or_symptoms", {"well": False, "symptoms": []}),
        ("assessment_test_known", {"well": True, "test": "perhaps"}),
    ],
)
def test_what_no_assessment_can_be(one: Contact, name: str, wrong: dict[str, Any]) -> None:
    now = clock.now()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Assessment.objects.create(follow_up=followed(), day=local_day(now), at=now, **wrong)


def test_the_table_is_read_with_the_facts_known_and_with_what_they_say(office: Office, one: Contact) -> None:
    last, now = local_day(one.last), clock.now()
    facts = {"vaccination": "boosted", "symptoms": "", "recovered_within_60_days": False}
    actions.set_facts(
        uuid=one.uuid, version=followed().version, facts=facts, source="contact", by=office.officer, at=now
    )
    row = followed()
    assert (row.quarantine_until, row.facts_from) == (last + 5 * DAY, "contact"), "nobody knows of symptoms"
    row = by_officer(office, one, WELL)
    assert (row.quarantine_until, row.tests) == (None, [(last + 3 * DAY).isoformat()]), "day 1 was before today"
    row = by_officer(office, one, ILL)
    assert (row.quarantine_until, row.ill) == (last + 5 * DAY, True)
    kinds = [each.kind for each in one.events.order_by("pk")]
    assert kinds == ["followed", "facts", "follow-up-changed", *["heard", "follow-up-changed"] * 2]
    assert row.version == 4, "what was said and what follows from it are one new version"


def test_a_fact_that_there_is_not_is_refused(office: Office, one: Contact) -> None:
    for facts, source in (({"vaccination": "thrice"}, "contact"), ({"weather": True}, "contact"), ({}, "hearsay")):
        with pytest.raises(FollowUpRefused):
            actions.set_facts(uuid=one.uuid, version=1, facts=facts, source=source, by=office.officer, at=clock.now())


def test_nobody_is_released_before_the_last_day_without_a_reason(office: Office, one: Contact) -> None:
    row = followed()
    last = clock.now() + (row.until - local_day(clock.now())) * 1
    release = {"uuid": one.uuid, "version": row.version, "by": office.officer}
    for why in ("over", "", "because"):
        with pytest.raises(FollowUpRefused):
            actions.release(**release, why=why, at=last)
    with pytest.raises(FollowUpRefused):
        actions.release(**release, why="over", at=last + DAY)
    by_officer(office, one, WELL, at=last + DAY)
    actions.release(**{**release, "version": followed().version}, why="over", at=last + DAY)
    row = followed()
    assert (row.state, row.ended_why, row.due_on) == ("released", "over", None)


def test_a_reason_releases_early_and_is_kept(office: Office, one: Contact) -> None:
    actions.release(uuid=one.uuid, version=1, why="not-exposed", note="Kamera", by=office.officer, at=clock.now())
    event = one.events.latest("pk")
    assert (followed().state, event.facts["why"]) == ("released", "not-exposed")
    assert event.note_sealed is not None
    assert b"Kamera" not in bytes(event.note_sealed)


def test_who_is_ill_on_the_last_day_is_not_over(office: Office, one: Contact) -> None:
    by_officer(office, one, ILL)
    after = clock.now() + 20 * DAY
    with pytest.raises(FollowUpRefused):
        actions.release(uuid=one.uuid, version=followed().version, why="over", by=office.officer, at=after)
    assert actions.release_over(uuids=[one.uuid], by=office.officer, at=after) == 0
    assert not by_officer(office, one, WELL, at=after).ill
    assert actions.release_over(uuids=[one.uuid], by=office.officer, at=after) == 1


def test_many_are_released_at_once_but_those_that_are_not_over(town: Town, office: Office, one: Contact) -> None:
    early, held = contacts(office, town, 2, last=town.at(9) - 20 * DAY, first=town.at(9) - 20 * DAY)
    tomorrow = clock.now() + DAY
    actions.start_follow_ups(contacts=[early, held], by=office.officer, at=clock.now())
    colleague = office.colleague("Siti Rakan")
    for each in (early, held):
        actions.assess(uuid=each.uuid, said=WELL, by=office.officer, at=clock.now())
    actions.hold(uuid=held.uuid, version=1, by=colleague, at=tomorrow)
    uuids = [each.uuid for each in (one, early, held)]
    assert actions.release_over(uuids=uuids, by=office.officer, at=tomorrow) == 1
    assert early.follow_up.state == "released"
    named = Entry.objects.filter(action="tracing.followed").latest("pk").subjects
    assert [each.person_id for each in named.all()] == [early.person_id]


def test_extending_needs_a_later_day_and_a_reason(office: Office, one: Contact) -> None:
    row = followed()
    wish = {"uuid": one.uuid, "version": 1, "by": office.officer, "at": clock.now()}
    for until in (row.until, row.until + 60 * DAY):
        with pytest.raises(FollowUpRefused):
            actions.extend(**wish, until=until, apart=True, why="Ujian lewat")
    with pytest.raises(CaseInvalid):
        actions.extend(**wish, until=row.until + DAY, apart=True, why="  ")
    actions.extend(**wish, until=row.until + 3 * DAY, apart=True, why="Ujian lewat")
    now = followed()
    assert (now.until, now.quarantine_until) == (row.until + 3 * DAY, row.until + 3 * DAY)
    by_officer(office, one, WELL)
    assert followed().until == row.until + 3 * DAY, "what they say takes back nothing of it"


def test_an_extension_without_staying_apart_leaves_quarantine_as_it_was(office: Office, one: Contact) -> None:
    row = followed()
    actions.extend(
        uuid=one.uuid, version=1, until=row.until + DAY, apart=False, why="Ujian", by=office.officer, at=clock.now()
    )
    assert (followed().until, followed().quarantine_until) == (row.until + DAY, row.quarantine_until)


def test_a_second_extension_never_shortens_staying_apart(office: Office, one: Contact) -> None:
    until = followed().until
    wish: dict[str, Any] = {"uuid": one.uuid, "why": "Ujian", "by": office.officer, "at": clock.now()}
    actions.extend(**wish, version=followed().version, until=until + 3 * DAY, apart=True)
    for more in (4, 5):
        actions.extend(**wish, version=followed().version, until=until + more * DAY, apart=False)
        assert (followed().until, followed().quarantine_until) == (until + more * DAY, until + 3 * DAY)
    by_officer(office, one, WELL)
    assert followed().quarantine_until == until + 3 * DAY, "nor does what they say"


def test_a_positive_test_stands_until_a_negative_one_or_a_case(office: Office, one: Contact) -> None:
    assert by_officer(office, one, Said(well=True, test="positive")).ill
    assert by_officer(office, one, WELL, at=clock.now() + DAY).ill, "feeling well is no negative test"
    assert not by_officer(office, one, Said(well=True, test="negative"), at=clock.now() + 2 * DAY).ill
    assert not by_officer(office, one, WELL, at=clock.now() + 3 * DAY).ill


def test_symptoms_told_on_the_phone_are_theirs_and_not_the_documents(office: Office, one: Contact) -> None:
    now, facts = clock.now(), {"vaccination": "boosted"}
    wish: dict[str, Any] = {"uuid": one.uuid, "by": office.officer, "at": now}
    actions.set_facts(**wish, version=followed().version, facts=facts, source="document")
    row = by_officer(office, one, ILL)
    assert (row.facts_from, row.symptoms_from) == ("document", "contact")
    more = {**facts, "symptoms": True}
    actions.set_facts(**wish, version=row.version, facts=more, source="clinic")
    assert (followed().facts_from, followed().symptoms_from) == ("clinic", "contact"), "the clinic added nothing to it"
    actions.set_facts(**wish, version=followed().version, facts={**facts, "symptoms": False}, source="clinic")
    assert (followed().facts_from, followed().symptoms_from) == ("clinic", "")


def test_who_is_lost_ends_with_a_reason_and_begins_anew_when_exposed_again(office: Office, one: Contact) -> None:
    wish = {"uuid": one.uuid, "version": 1, "by": office.officer}
    with pytest.raises(FollowUpRefused):
        actions.lost(**wish, why="bored", at=clock.now())
    actions.lost(**wish, why="unreachable", at=clock.now())
    with pytest.raises(FollowUpRefused):
        by_officer(office, one, WELL)
    later = clock.now() + DAY
    assert actions.start_follow_ups(contacts=[one], by=office.officer, at=later) == 0
    one.last = later
    one.save()
    assert actions.start_follow_ups(contacts=[one], by=office.officer, at=later + DAY) == 1
    assert (followed().state, followed().ended_why) == ("following", "")


def test_who_falls_ill_becomes_a_suspected_case_of_the_office(office: Office, one: Contact) -> None:
    with pytest.raises(FollowUpRefused):
        actions.make_case(uuid=one.uuid, version=1, by=office.officer, at=clock.now())
    by_officer(office, one, Said(well=False, symptoms=("fever",), test="positive"))
    done = actions.make_case(uuid=one.uuid, version=followed().version, by=office.officer, at=clock.now())
    case, today = Case.objects.get(pk=done.id), local_day(clock.now())
    assert (case.classification, case.evidence, case.onset, case.sample) == ("suspected", "none", today, today)
    assert (case.person_id, case.agency_id) == (one.person_id, one.agency_id)
    assert (followed().state, one.events.latest("pk").facts["number"]) == ("became-case", case.number)
    one.last = clock.now() + DAY
    one.save()
    assert actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now() + 2 * DAY) == 0


def test_what_was_changed_meanwhile_or_is_held_is_left_alone(office: Office, one: Contact) -> None:
    colleague, now = office.colleague("Siti Rakan"), clock.now()
    by_officer(office, one, WELL)
    with pytest.raises(ContactChanged):
        actions.lost(uuid=one.uuid, version=1, why="moved", by=colleague, at=now)
    actions.hold(uuid=one.uuid, version=1, by=colleague, at=now)
    with pytest.raises(ContactHeld):
        by_officer(office, one, ILL)


def test_another_offices_follow_up_is_not_there(office: Office, one: Contact) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    stranger = office.colleague("Lim Lain")
    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    with pytest.raises(ContactUnknown):
        actions.assess(uuid=one.uuid, said=WELL, by=stranger, at=clock.now())
    assert actions.release_over(uuids=[one.uuid], by=stranger, at=clock.now() + 30 * DAY) == 0
    assert followed().state == "following"
