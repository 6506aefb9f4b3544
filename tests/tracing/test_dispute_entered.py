"""What a contact tells an officer of their stays: entered with its source, decided by another, taken back with why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tracing.notified import Reader, notice_to, released

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.errors import CaseInvalid, ContactHeld, DisputeDecided, DisputeInvalid, DisputeOwn
from jejak.tracing.models import Contact, ContactEvent, Exposure, FollowUp, Notice, NoticeDispute, SaidContact
from jejak.tracing.queries import disputes, notices
from jejak.tracing.queries.disputes import Asked
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(office: Office) -> User:
    """Another officer of the office, who decides."""
    return office.colleague("Siti Rakan")


@pytest.fixture
def razak(case: Town, office: Office) -> Contact:
    """Razak, whom a run over Aminah found at the shop and the market, and whom nobody sent a notice."""
    run = office.run(office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9))))
    return released(run, case.persons["Razak bin Abu"])


@pytest.fixture
def named(razak: Contact, case: Town, office: Office) -> Contact:
    """Somebody of Aminah's household, whom her interview alone knows."""
    day = local_day(case.at(9))
    SaidContact.objects.create(
        case=office.cases[0], name_sealed=b"x", relation="household", said_by="case", first_day=day, last_day=day,
        added_by=office.officer, added_at=clock.now(),
    )  # fmt: skip
    office.run()
    found = Contact.objects.get(said__isnull=False)
    Contact.objects.filter(pk=found.pk).update(released_at=clock.now())
    return Contact.objects.get(pk=found.pk)


def entered(contact: Contact, *, by: User, stay: int = 0, says: str = "not-there", **more: Any) -> NoticeDispute:
    """Enter what a contact says of one of the stays of their open exposure."""
    exposure = contact.exposures.get(ended_at=None)
    values: dict[str, Any] = {"start": None, "end": None, "note": ""}
    return actions.enter_dispute(
        contact=contact.uuid, exposure=exposure.pk, stay=stay, says=says, by=by, at=clock.now(), **values | more
    )


def corrected(one: NoticeDispute, *, by: User) -> None:
    actions.decide_dispute(uuid=one.uuid, outcome="corrected", by=by, at=clock.now())


def test_an_officer_enters_what_a_contact_without_a_notice_says_and_a_colleague_corrects_it(
    razak: Contact, office: Office, colleague: User
) -> None:
    before = razak.exposures.get(ended_at=None)
    one = entered(razak, by=office.officer, note="Saya di tempat kerja.")
    assert (one.entered_by, one.contact, one.notice) == (office.officer, razak, None)
    assert b"tempat kerja" not in bytes(one.note_sealed or b"")
    event = ContactEvent.objects.get(contact=razak, kind="dispute-entered")
    assert (event.by, event.facts) == (office.officer, {"dispute": str(one.uuid), "says": "not-there"})
    (line,) = disputes.waiting(asked=Asked(), by=colleague).lines
    assert (line.dispute.pk, line.place) == (one.pk, "Kedai Runcit")
    corrected(one, by=colleague)
    after = razak.exposures.get(ended_at=None)
    assert [each["premises"] for each in after.why] == [each["premises"] for each in before.why][1:]
    office.run()
    assert razak.exposures.get(ended_at=None).why == after.why, "no later run brings it back"


def test_whoever_entered_it_does_not_decide_it(razak: Contact, office: Office) -> None:
    one = entered(razak, by=office.officer)
    for outcome in ("corrected", "kept"):
        with pytest.raises(DisputeOwn):
            actions.decide_dispute(uuid=one.uuid, outcome=outcome, by=office.officer, at=clock.now())
    one.refresh_from_db()
    assert one.decided_at is None


def test_other_times_on_the_phone_shorten_the_stay(razak: Contact, case: Town, office: Office, colleague: User) -> None:
    one = entered(razak, by=office.officer, says="other-times", start=case.at(10), end=case.at(12))
    corrected(one, by=colleague)
    first = razak.exposures.get(ended_at=None).why[0]
    assert (first["minutes"], datetime.fromisoformat(first["start"])) == (30, case.at(10))


def test_who_is_known_by_an_interview_alone_says_that_they_were_not_there(
    named: Contact, office: Office, colleague: User
) -> None:
    told = notice_to(named, office=office)
    actions.start_follow_ups(contacts=[named], by=office.officer, at=clock.now())
    corrected(entered(named, by=office.officer, says="not-me"), by=colleague)
    assert not named.exposures.filter(ended_at=None).exists()
    follow_up = FollowUp.objects.get(contact=named)
    assert (follow_up.state, follow_up.ended_why) == ("released", "not-exposed")
    told.refresh_from_db()
    assert told.withdrawn_why == "corrected"
    office.run()
    assert not named.exposures.filter(ended_at=None).exists(), "no later run brings it back"


def test_other_times_shorten_what_an_interview_said_and_another_case_says_it_all_the_same(
    named: Contact, case: Town, office: Office, colleague: User
) -> None:
    one = entered(named, by=office.officer, says="other-times", start=case.at(10), end=case.at(12))
    corrected(one, by=colleague)
    office.run()
    (what,) = named.exposures.get(ended_at=None).why
    assert [datetime.fromisoformat(what[name]) for name in ("start", "end")] == [case.at(10), case.at(12)]
    assert named.exposures.get(ended_at=None).tier == 1
    said, day = named.said, local_day(case.at(9))
    assert said is not None
    second = office.case(case.persons["Tan Mei Ling"], onset=day)
    SaidContact.objects.filter(pk=said.pk).update(person=case.persons["Jauh binti Lain"])
    SaidContact.objects.create(
        case=second, person_id=case.persons["Jauh binti Lain"], name_sealed=b"x", relation="household",
        said_by="case", first_day=day, last_day=day, added_by=office.officer, added_at=clock.now(),
    )  # fmt: skip
    office.run()
    lengths = {
        each.case_id: timedelta(hours=2)
        == datetime.fromisoformat(each.why[-1]["end"]) - datetime.fromisoformat(each.why[-1]["start"])
        for each in Exposure.objects.filter(contact__person=case.persons["Jauh binti Lain"], ended_at=None)
    }
    assert lengths == {office.cases[0].pk: True, second.pk: False}, "what they said is of that case, whoever they are"


def test_what_cannot_be_said_is_refused(razak: Contact, case: Town, office: Office, colleague: User) -> None:
    for wrong, more in [
        ("stay", {"stay": 7}),
        ("says", {"says": "maybe"}),
        ("times", {"says": "other-times"}),
        ("times", {"says": "other-times", "start": case.at(-40), "end": case.at(-39)}),
    ]:
        with pytest.raises(DisputeInvalid, match=wrong):
            entered(razak, by=office.officer, **more)
    entered(razak, by=office.officer)
    with pytest.raises(DisputeInvalid, match="open"):
        entered(razak, by=colleague)
    razak.refresh_from_db()
    actions.hold(uuid=razak.uuid, version=razak.version, by=colleague, at=clock.now())
    with pytest.raises(ContactHeld):
        entered(razak, by=office.officer, stay=1)


def test_a_reader_sees_on_their_notice_what_they_told_an_officer_of_it(
    razak: Contact, office: Office, colleague: User
) -> None:
    reader = Reader(Client(), notice_to(razak, office=office))
    reader.prove()
    one = entered(razak, by=office.officer)
    assert "belum menyemaknya" in reader.page()
    assert reader.says("not-me").status_code == 422, "it waits already"
    corrected(one, by=colleague)
    assert "membetulkannya" in reader.page()


def test_entering_is_on_record_with_the_contact(razak: Contact, office: Office) -> None:
    entered(razak, by=office.officer)
    entry = Entry.objects.latest("pk")
    assert entry.action == "tracing.dispute-entered"
    assert [row.person_id for row in entry.subjects.all()] == [razak.person_id]


def test_the_page_offers_the_stays_and_keeps_what_was_told(razak: Contact, office: Office, colleague: User) -> None:
    client, page = Client(), f"/tracing/work/{razak.uuid}/dispute/"
    client.force_login(office.officer)
    assert page in client.get(f"/tracing/work/{razak.uuid}/").content.decode()
    shown = client.get(page).content.decode()
    assert "Kedai Runcit" in shown
    assert "Pasar Malam" in shown
    assert client.post(page, {"says": "not-there"}).status_code == 422
    assert client.post(page, {"says": "other-times", "stay": "1-99"}).status_code == 422
    exposure = razak.exposures.get(ended_at=None)
    answer = client.post(page, {"says": "not-there", "stay": f"{exposure.pk}-0", "note": "Tidak ke sana."})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tracing/work/{razak.uuid}/")
    one = NoticeDispute.objects.get()
    address = f"/tracing/work/disputes/{one.uuid}/"
    own = client.get(address).content.decode()
    assert "Tidak ke sana." in own
    assert 'value="corrected"' not in own
    assert client.post(address, {"outcome": "corrected"}).status_code == 302
    one.refresh_from_db()
    assert one.decided_at is None
    other = Client()
    other.force_login(colleague)
    assert office.officer.name in other.get(address).content.decode()
    assert other.post(address, {"outcome": "corrected"}).status_code == 302
    one.refresh_from_db()
    assert one.outcome == "corrected"


def test_a_correction_is_taken_back_with_a_reason_and_the_next_run_brings_the_exposure_back(
    razak: Contact, case: Town, office: Office, colleague: User
) -> None:
    contact = Contact.objects.get(person=case.persons["Tan Mei Ling"])
    Contact.objects.filter(pk=contact.pk).update(released_at=clock.now())
    told = notice_to(contact, office=office)
    actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now())
    before = contact.exposures.get(ended_at=None).why
    one = entered(contact, by=office.officer)
    corrected(one, by=colleague)
    with pytest.raises(CaseInvalid):
        actions.undo_correction(uuid=one.uuid, why=" ", by=colleague, at=clock.now())
    actions.undo_correction(uuid=one.uuid, why="Kamera menunjukkan mereka.", by=colleague, at=clock.now())
    one.refresh_from_db()
    assert (one.outcome, one.decided_by, one.undone_by) == ("corrected", colleague, colleague)
    assert b"Kamera" not in bytes(one.undone_sealed or b"")
    kinds = list(ContactEvent.objects.filter(contact=contact, by=colleague).values_list("kind", flat=True))
    assert {"dispute-decided", "dispute-undone"} <= set(kinds)
    with pytest.raises(DisputeDecided):
        actions.undo_correction(uuid=one.uuid, why="Sekali lagi.", by=colleague, at=clock.now())
    office.run()
    assert contact.exposures.get(ended_at=None).why == before
    told.refresh_from_db()
    assert told.withdrawn_why == "corrected", "its reader was told that it was withdrawn"
    assert notices.told_before([contact.pk]) == {}, "so a new one can be sent"
    assert actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now()) == 1


def test_only_a_correction_is_taken_back(razak: Contact, office: Office, colleague: User) -> None:
    one = entered(razak, by=office.officer)
    with pytest.raises(DisputeDecided):
        actions.undo_correction(uuid=one.uuid, why="Belum diputuskan.", by=colleague, at=clock.now())
    actions.decide_dispute(uuid=one.uuid, outcome="kept", by=colleague, at=clock.now())
    with pytest.raises(DisputeDecided):
        actions.undo_correction(uuid=one.uuid, why="Ia dikekalkan.", by=colleague, at=clock.now())


def test_the_pages_say_that_a_correction_was_taken_back(razak: Contact, office: Office, colleague: User) -> None:
    reader = Reader(Client(), notice_to(razak, office=office))
    reader.prove()
    one = entered(razak, by=office.officer)
    corrected(one, by=colleague)
    client, address = Client(), f"/tracing/work/disputes/{one.uuid}/"
    client.force_login(colleague)
    assert client.post(address, {"outcome": "undone", "why": ""}).status_code == 302
    one.refresh_from_db()
    assert one.undone_at is None
    client.post(address, {"outcome": "undone", "why": "Resit menunjukkan mereka."})
    page = client.get(address).content.decode()
    assert "Resit menunjukkan mereka." in page
    assert 'value="undone"' not in page
    assert "membatalkan pembetulan itu" in reader.page()
    assert reader.says("not-there").status_code == 302, "it can be said again"


def stored(of: Contact, **more: Any) -> NoticeDispute:
    values = {
        "contact": of, "exposure": of.exposures.get(ended_at=None), "stay": 0, "says": "not-there", "at": clock.now(),
    }  # fmt: skip
    return NoticeDispute.objects.create(**values | more)


def test_the_database_keeps_no_entry_without_its_source_nor_decided_by_it(razak: Contact, office: Office) -> None:
    by, now = office.officer, clock.now()
    decided = {"decided_at": now, "outcome": "kept"}
    for name, more in [
        ("notice_dispute_from_somebody", {}),
        ("notice_dispute_from_somebody", {"contact": None, "entered_by": by}),
        ("notice_dispute_by_another", {"entered_by": by, "decided_by": by, **decided}),
        ("notice_dispute_undone_once_corrected", {"entered_by": by, "undone_at": now, **decided}),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            stored(razak, **more)
    stored(razak, entered_by=by)
    with pytest.raises(IntegrityError, match="notice_dispute_entered_once"), transaction.atomic():
        stored(razak, entered_by=by)
    assert Notice.objects.count() == 0


def test_a_correction_that_leaves_only_where_a_case_may_have_been_infected_ends_what_was_begun(
    case: Town, office: Office, colleague: User
) -> None:
    run = office.run(office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9))))
    contact = released(run, case.persons["Tan Mei Ling"])
    told = notice_to(contact, office=office)
    actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now())
    earlier = case.at(9) - timedelta(days=5)
    for who in ("Jauh binti Lain", "Tan Mei Ling"):
        case.visit(who, "Pasar Malam", earlier, 60)
    office.run(office.case(case.persons["Jauh binti Lain"], onset=local_day(case.at(9))), direction="backward")
    assert set(contact.exposures.filter(ended_at=None).values_list("run__direction", flat=True)) == {
        "forward", "backward",
    }  # fmt: skip
    forward = contact.exposures.get(ended_at=None, run__direction="forward")
    one = actions.enter_dispute(
        contact=contact.uuid, exposure=forward.pk, stay=0, says="not-me", start=None, end=None, note="",
        by=office.officer, at=clock.now(),
    )  # fmt: skip
    shown = actions.show_dispute(uuid=one.uuid, by=colleague, at=clock.now())
    assert shown.nothing_left, "what the page says before it is decided"
    corrected(one, by=colleague)
    follow_up = FollowUp.objects.get(contact=contact)
    assert (follow_up.state, follow_up.ended_why) == ("released", "not-exposed")
    told.refresh_from_db()
    assert told.withdrawn_why == "corrected"
    assert contact.exposures.get(ended_at=None).run.direction == "backward"
