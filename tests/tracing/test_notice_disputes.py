"""What the reader of a notice says is wrong: heard, decided by an officer, and what follows from a correction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tracing.notified import Reader, notice_to, released

from jejak.kernel import clock
from jejak.kernel.places import KUALA_LUMPUR, local_day
from jejak.tracing import actions
from jejak.tracing.errors import ContactHeld, DisputeDecided, DisputeInvalid, DisputeUnknown
from jejak.tracing.models import CaseStay, Contact, ContactEvent, Exposure, FollowUp, Notice, NoticeDispute
from jejak.tracing.queries import disputes
from jejak.tracing.queries.disputes import DUE, Asked
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(case: Town, office: Office) -> Any:
    """A run over Aminah, with the contacts Razak (shop and market), Tan (shop), and somebody at the market."""
    return office.run(office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9))))


@pytest.fixture
def told(run: Any, case: Town, office: Office) -> Notice:
    """The notice to Razak: the shop from 9:30, the market from 14:30."""
    return notice_to(released(run, case.persons["Razak bin Abu"]), office=office)


@pytest.fixture
def reader(told: Notice) -> Reader:
    """Razak, who typed the code."""
    reader = Reader(Client(), told)
    reader.prove()
    return reader


@pytest.fixture
def officer_client(office: Office) -> Client:
    """The officer at the desk."""
    client = Client()
    client.force_login(office.officer)
    return client


def said(reader: Reader, kind: str = "not-there", *, number: int = 1, **more: str) -> NoticeDispute:
    """Let the reader say it; return what was kept."""
    answer = reader.says(kind, number=number, **more)
    assert answer.status_code == 302, answer.content.decode()
    return NoticeDispute.objects.latest("pk")


def decide(one: NoticeDispute, outcome: str, *, by: User, at: datetime | None = None) -> None:
    actions.decide_dispute(uuid=one.uuid, outcome=outcome, by=by, at=at or clock.now())


def picked(moment: datetime) -> str:
    """Return a moment as a browser's picker sends it."""
    return f"{moment.astimezone(KUALA_LUMPUR):%Y-%m-%dT%H:%M}"


def open_exposure(contact: Contact) -> Exposure:
    found: Exposure = contact.exposures.get(ended_at=None)
    return found


def test_what_the_reader_says_is_kept_sealed_and_waits(reader: Reader, told: Notice) -> None:
    one = said(reader, note="Saya di tempat kerja, tanya penyelia saya.")
    assert (one.says, one.start, one.end, one.decided_at) == ("not-there", None, None, None)
    assert b"penyelia" not in bytes(one.note_sealed or b"")
    event = ContactEvent.objects.get(contact=told.contact, kind="disputed")
    assert event.facts == {"notice": str(told.uuid), "dispute": str(one.uuid), "says": "not-there"}
    assert "belum menyemaknya" in reader.page()


def test_a_stay_is_disputed_once_at_a_time(reader: Reader) -> None:
    said(reader)
    answer = reader.says("not-me")
    assert (answer.status_code, NoticeDispute.objects.count()) == (422, 1)


def test_other_times_are_needed_in_order_near_the_stay_and_not_to_come(reader: Reader, case: Town) -> None:
    for start, end in [
        ("", ""),
        (picked(case.at(10)), ""),
        (picked(case.at(10)), picked(case.at(9, 45))),
        (picked(case.at(-20)), picked(case.at(-19))),
        (picked(case.at(9)), picked(case.at(60))),
        (picked(clock.now()), picked(clock.now() + timedelta(minutes=30))),
        ("0022-01-01T00:00", "0022-01-01T01:00"),
    ]:
        assert reader.says("other-times", start=start, end=end).status_code == 422, (start, end)
    assert not NoticeDispute.objects.exists()


def test_nothing_else_can_be_said(reader: Reader) -> None:
    assert [reader.says(kind).status_code for kind in ("", "corrected", "x" * 500)] == [422, 422, 422]
    assert reader.says("not-there", note="x" * 501).status_code == 422
    assert reader.says("not-there", number=3).status_code == 404
    assert not NoticeDispute.objects.exists()


def test_who_did_not_type_the_code_can_say_nothing(told: Notice) -> None:
    stranger = Reader(Client(), told)
    assert stranger.says("not-there").status_code == 302
    assert not NoticeDispute.objects.exists()


def test_an_officer_agrees_and_the_stay_ends_for_this_contact_alone(
    reader: Reader, told: Notice, office: Office
) -> None:
    before, stays = open_exposure(told.contact), CaseStay.objects.count()
    others = set(Exposure.objects.exclude(contact=told.contact).values_list("pk", "ended_at"))
    decide(said(reader), "corrected", by=office.officer)
    after = open_exposure(told.contact)
    assert [one["premises"] for one in after.why] == [one["premises"] for one in before.why][1:]
    assert after.minutes < before.minutes
    told.contact.refresh_from_db()
    assert (told.contact.first, told.contact.last) == (after.first, after.last)
    assert told.contact.tier == after.tier
    assert set(Exposure.objects.exclude(contact=told.contact).values_list("pk", "ended_at")) == others
    assert CaseStay.objects.count() == stays
    told.refresh_from_db()
    assert told.withdrawn_at is None
    page = reader.page()
    assert "membetulkannya" in page
    assert page.count("Ini tidak betul") == 1


def test_no_later_run_brings_back_what_was_corrected(reader: Reader, told: Notice, office: Office) -> None:
    decide(said(reader), "corrected", by=office.officer)
    after = open_exposure(told.contact)
    again = office.run()
    now = open_exposure(told.contact)
    assert (now.pk, now.why, now.run_id) == (after.pk, after.why, again.pk)
    assert not ContactEvent.objects.filter(contact=told.contact, at__gt=after.contact.events.latest("pk").at).exists()


def test_a_case_handed_over_brings_back_nothing_in_its_new_office(
    reader: Reader, told: Notice, office: Office, case: Town, make_stranger: Any
) -> None:
    decide(said(reader), "corrected", by=office.officer)
    stranger, (ill,) = make_stranger(), office.cases
    actions.hand_over(
        uuid=ill.uuid, office=stranger.agency.pk, state="MY-10", district="Petaling", note="Berpindah",
        by=office.officer, at=clock.now(),
    )  # fmt: skip
    office.run(ill, by=stranger)
    there = Contact.objects.get(agency=stranger.agency, person=told.contact.person_id)
    stays = [one["premises"] for one in there.exposures.get(ended_at=None).why]
    assert stays == [case.places["Pasar Malam"]]


def test_another_case_at_that_place_and_time_does_not_expose_them_either(
    reader: Reader, told: Notice, office: Office, case: Town
) -> None:
    """The second case was at the shop when a visit of Razak's is on record there: without the rule it exposes him."""
    shop = case.places["Kedai Runcit"]
    decide(said(reader), "corrected", by=office.officer)
    case.visit("Jauh binti Lain", "Kedai Runcit", case.at(9, 30), 60)
    office.run(office.case(case.persons["Jauh binti Lain"], onset=local_day(case.at(9))))
    stays = [one["premises"] for each in told.contact.exposures.filter(ended_at=None) for one in each.why]
    assert shop not in stays


def test_other_times_shorten_the_stay_and_stay_shorter(
    reader: Reader, told: Notice, office: Office, case: Town
) -> None:
    one = said(reader, "other-times", start=picked(case.at(10)), end=picked(case.at(12)))
    decide(one, "corrected", by=office.officer)
    office.run()
    exposure = open_exposure(told.contact)
    assert (exposure.why[0]["minutes"], exposure.why[0]["observed"]) == (30, False)
    assert datetime.fromisoformat(exposure.why[0]["start"]) == case.at(10)


def test_when_nothing_is_left_the_notice_is_withdrawn_and_follow_up_ends(run: Any, case: Town, office: Office) -> None:
    contact = released(run, case.persons["Tan Mei Ling"])
    told = notice_to(contact, office=office)
    actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now())
    reader = Reader(Client(), told)
    reader.prove()
    decide(said(reader, "not-me"), "corrected", by=office.officer)
    told.refresh_from_db()
    assert (told.withdrawn_why, told.withdrawn_by) == ("corrected", office.officer)
    assert not contact.exposures.filter(ended_at=None).exists()
    follow_up = FollowUp.objects.get(contact=contact)
    assert (follow_up.state, follow_up.ended_why) == ("released", "not-exposed")
    assert "telah dibetulkan" in reader.page()
    kinds = set(ContactEvent.objects.filter(contact=contact).values_list("kind", flat=True))
    assert {"disputed", "dispute-decided", "exposure-ended", "notice-withdrawn"} <= kinds
    office.run()
    assert not contact.exposures.filter(ended_at=None).exists()
    contact.refresh_from_db()
    assert contact.closed_at is None


def test_a_case_that_is_none_takes_its_notices_back_and_ends_follow_up(run: Any, case: Town, office: Office) -> None:
    contacts = [released(run, case.persons[name]) for name in ("Tan Mei Ling", "Razak bin Abu")]
    told = [notice_to(one, office=office) for one in contacts]
    actions.start_follow_ups(contacts=contacts, by=office.officer, at=clock.now())
    FollowUp.objects.filter(contact=contacts[1]).update(ill=True)
    actions.classify(
        uuid=office.cases[0].uuid, classification="discarded", evidence="laboratory", reference="X-1",
        by=office.officer, at=clock.now(),
    )  # fmt: skip
    for one in told:
        one.refresh_from_db()
    assert [(one.withdrawn_why, one.withdrawn_by) for one in told] == [("case-discarded", office.officer)] * 2
    rows = [FollowUp.objects.get(contact=one) for one in contacts]
    assert [(row.state, row.ended_why) for row in rows] == [("released", "not-exposed"), ("following", "")], (
        "one is ill"
    )
    assert "ditarik balik" in Reader(Client(), told[0]).page()


def test_a_case_that_is_one_after_all_lets_follow_up_begin_anew(run: Any, case: Town, office: Office) -> None:
    contact, (ill,) = released(run, case.persons["Tan Mei Ling"]), office.cases
    actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now())
    for said in ("discarded", "confirmed"):
        actions.classify(
            uuid=ill.uuid, classification=said, evidence="laboratory", reference=f"X-{said}", by=office.officer,
            at=clock.now(),
        )  # fmt: skip
    office.run(ill)
    assert actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now()) == 1
    assert FollowUp.objects.get(contact=contact).state == "following"


def test_whom_another_case_exposes_too_is_told_nothing_else(run: Any, case: Town, office: Office) -> None:
    contact = released(run, case.persons["Razak bin Abu"])
    second = office.case(case.persons['=HYPERLINK("http://jahat.example","klik")'], onset=local_day(case.at(9)))
    office.run(second, minutes=5)
    assert contact.exposures.filter(ended_at=None).count() == 2
    told = notice_to(contact, office=office)
    actions.start_follow_ups(contacts=[contact], by=office.officer, at=clock.now())
    actions.close_case(uuid=office.cases[0].uuid, why="discarded", by=office.officer, at=clock.now())
    told.refresh_from_db()
    assert (told.withdrawn_at, FollowUp.objects.get(contact=contact).state) == (None, "following")
    actions.close_case(uuid=second.uuid, why="discarded", by=office.officer, at=clock.now())
    told.refresh_from_db()
    assert (told.withdrawn_why, FollowUp.objects.get(contact=contact).state) == ("case-discarded", "released")


def test_follow_up_is_worked_out_by_what_is_left(reader: Reader, told: Notice, office: Office, case: Town) -> None:
    Exposure.objects.filter(contact=told.contact, ended_at=None).update()
    later = case.at(24 + 9)
    case.visit("Aminah binti Ali", "Kedai Runcit", later, 60)
    case.visit("Razak bin Abu", "Kedai Runcit", later, 60)
    office.run()
    told.contact.refresh_from_db()
    again = notice_to(told.contact, office=office)
    actions.start_follow_ups(contacts=[told.contact], by=office.officer, at=clock.now())
    before = FollowUp.objects.get(contact=told.contact).until
    second = Reader(Client(), again)
    second.prove()
    decide(said(second, number=3), "corrected", by=office.officer)
    assert FollowUp.objects.get(contact=told.contact).until == before - timedelta(days=1)


def test_corrections_are_asked_for_one_contact_alone_with_all_their_records(
    reader: Reader, told: Notice, case: Town, office: Office
) -> None:
    from jejak.people.models import Merge
    from jejak.tracing.actions.correcting import corrections_for, corrections_of

    decide(said(reader), "corrected", by=office.officer)
    tan = Contact.objects.get(person=case.persons["Tan Mei Ling"])
    (every,) = corrections_of(disease=tan.disease).values()
    assert (list(corrections_for(told.contact)), list(corrections_for(tan))) == (every, [])
    Merge.objects.create(
        kept_id=tan.person_id, merged_id=told.contact.person_id, merged_at=clock.now(), merged_by=office.officer
    )
    assert list(corrections_for(tan)) == every, "what was corrected for them under their other record"


def test_an_officer_keeps_what_is_recorded_and_the_page_says_so(reader: Reader, told: Notice, office: Office) -> None:
    before = open_exposure(told.contact)
    decide(said(reader), "kept", by=office.officer)
    after = open_exposure(told.contact)
    assert (after.pk, after.why) == (before.pk, before.why)
    assert "mengekalkan" in reader.page()


def test_what_was_kept_may_be_said_again_twice(reader: Reader, office: Office) -> None:
    for _ in range(3):
        decide(said(reader), "kept", by=office.officer)
    assert reader.says("not-there").status_code == 422


def test_what_was_corrected_is_not_disputed_again(reader: Reader, told: Notice, office: Office) -> None:
    decide(said(reader), "corrected", by=office.officer)
    from jejak.tracing.actions import noticereading

    with pytest.raises(DisputeInvalid, match="corrected"):
        noticereading.dispute(
            notice=told, number=1, says="not-me", start=None, end=None, note="", at=clock.now()
        )  # fmt: skip


def test_two_officers_decide_once(reader: Reader, office: Office) -> None:
    one = said(reader)
    decide(one, "kept", by=office.officer)
    with pytest.raises(DisputeDecided):
        decide(one, "corrected", by=office.colleague("Siti Rakan"))


def test_a_contact_that_a_colleague_is_at_is_not_changed(reader: Reader, told: Notice, office: Office) -> None:
    one, colleague = said(reader), office.colleague("Siti Rakan")
    told.contact.refresh_from_db()
    actions.hold(uuid=told.contact.uuid, version=told.contact.version, by=colleague, at=clock.now())
    with pytest.raises(ContactHeld):
        decide(one, "corrected", by=office.officer)
    one.refresh_from_db()
    assert one.decided_at is None


def test_another_office_finds_no_such_dispute(reader: Reader, office: Office, make_stranger: Any) -> None:
    one, stranger = said(reader), make_stranger()
    for uuid in (one.uuid, uuid4()):
        with pytest.raises(DisputeUnknown):
            actions.show_dispute(uuid=uuid, by=stranger, at=clock.now())
        with pytest.raises(DisputeUnknown):
            actions.decide_dispute(uuid=uuid, outcome="kept", by=stranger, at=clock.now())
    assert disputes.waiting(asked=Asked(), by=stranger).total == 0
    with pytest.raises(DisputeUnknown):
        actions.decide_dispute(uuid=one.uuid, outcome="forgotten", by=office.officer, at=clock.now())


@pytest.fixture
def make_stranger(office: Office) -> Any:
    """Return a way to make an officer of another office."""
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    def made() -> User:
        user = office.colleague("Lain Pejabat")
        user.agency = access.add_agency(name="PKD Lain", kind=AgencyKind.HEALTH, now=clock.now())
        user.save()
        return user

    return made


def test_looking_and_deciding_are_on_record_with_the_contact(reader: Reader, told: Notice, office: Office) -> None:
    one, contact = said(reader), told.contact
    actions.show_disputes(asked=Asked(), by=office.officer, at=clock.now())
    actions.show_dispute(uuid=one.uuid, by=office.officer, at=clock.now())
    decide(one, "kept", by=office.officer)
    entries = list(Entry.objects.order_by("-pk")[:3])
    assert [entry.action for entry in entries] == ["tracing.dispute-decided", "tracing.contact", "tracing.work"]
    assert all([row.person_id for row in entry.subjects.all()] == [contact.person_id] for entry in entries)


def test_the_list_is_by_due_and_narrowed_by_place(reader: Reader, run: Any, case: Town, office: Office) -> None:
    first, second = said(reader), said(reader, number=2)
    found = disputes.waiting(asked=Asked(), by=office.officer)
    assert [line.dispute.pk for line in found.lines] == [first.pk, second.pk]
    assert found.lines[0].due_at == first.at + DUE
    orders = {
        "-due": [second.pk, first.pk], "place": [first.pk, second.pk], "-place": [second.pk, first.pk],
    }  # fmt: skip
    for order, expected in orders.items():
        page = disputes.waiting(asked=Asked(order=order), by=office.officer)
        assert [line.dispute.pk for line in page.lines] == expected, order
    narrowed = disputes.waiting(asked=Asked(text="pasar"), by=office.officer)
    assert ([line.dispute.pk for line in narrowed.lines], narrowed.total) == ([second.pk], 2)


def test_the_officers_pages_show_and_decide(reader: Reader, told: Notice, officer_client: Client) -> None:
    one = said(reader, note="Saya di tempat kerja.")
    listed = officer_client.get("/tracing/work/disputes/").content.decode()
    assert "Razak bin Abu" in listed
    assert f"/tracing/work/disputes/{one.uuid}/" in listed
    page = officer_client.get(f"/tracing/work/disputes/{one.uuid}/").content.decode()
    assert "Saya di tempat kerja." in page
    assert "Kedai Runcit" in page
    contact = officer_client.get(f"/tracing/work/{told.contact.uuid}/").content.decode()
    assert f"/tracing/work/disputes/{one.uuid}/" in contact
    answer = officer_client.post(f"/tracing/work/disputes/{one.uuid}/", {"outcome": "corrected"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tracing/work/{told.contact.uuid}/")
    one.refresh_from_db()
    assert one.outcome == "corrected"
    assert officer_client.post(f"/tracing/work/disputes/{one.uuid}/", {"outcome": "kept"}).status_code == 302
    one.refresh_from_db()
    assert one.outcome == "corrected"
    assert officer_client.post(f"/tracing/work/disputes/{one.uuid}/", {"outcome": "x"}).status_code == 404
    assert f"/tracing/work/disputes/{one.uuid}/" not in officer_client.get("/tracing/work/disputes/").content.decode()


def facts(told: Notice, **more: Any) -> dict[str, Any]:
    values = {
        "notice": told,
        "exposure": open_exposure(told.contact),
        "stay": 0,
        "says": "not-there",
        "at": clock.now(),
    }
    return values | more


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("notice_dispute_says_known", {"says": "maybe"}),
        ("notice_dispute_times", {"says": "other-times"}),
        ("notice_dispute_times", {"start": datetime(2022, 3, 1, tzinfo=KUALA_LUMPUR)}),
        ("notice_dispute_outcome_known", {"decided_at": datetime(2022, 3, 1, tzinfo=KUALA_LUMPUR)}),
        ("notice_dispute_outcome_known", {"outcome": "kept"}),
    ],
)
def test_the_database_keeps_no_dispute_that_cannot_be(told: Notice, name: str, more: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        NoticeDispute.objects.create(**facts(told, **more))


def test_the_database_keeps_one_open_dispute_of_a_stay(told: Notice) -> None:
    NoticeDispute.objects.create(**facts(told))
    with pytest.raises(IntegrityError, match="notice_dispute_open_once"), transaction.atomic():
        NoticeDispute.objects.create(**facts(told, uuid=UUID(int=7)))
