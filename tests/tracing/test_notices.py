"""Notices: what would go out is what goes out, to whom, once, and on record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tracing.telling import ask, batch_of, letters, sent, traced

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.actions import Chosen
from jejak.tracing.errors import ContactUnknown, NoticesChanged, NoticesNobody, NoticesOver, NoticesUnknown
from jejak.tracing.models import Contact, ContactEvent, Exposure, FollowUp, Notice
from jejak.tracing.queries import notices
from jejak.tracing.queries.work import Filter
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def contacts(case: Town, office: Office) -> list[Contact]:
    """Razak, the one with the hostile name, and Mei Ling, whom Aminah's case met."""
    return traced(case, office)


def preview(office: Office, *some: Contact, asked: Filter | None = None) -> Any:
    chosen = Chosen(uuids=tuple(one.uuid for one in some), asked=asked)
    return actions.preview_notices(chosen=chosen, by=office.officer, at=clock.now())


def named_in(action: str) -> set[int]:
    entry = Entry.objects.filter(action=action).order_by("-pk")[0]
    return set(entry.subjects.values_list("person_id", flat=True))


def test_looking_at_what_would_go_out_sends_nothing(contacts: list[Contact], office: Office) -> None:
    seen = preview(office, *contacts)
    assert (seen.total, dict(seen.ways), dict(seen.languages)) == (3, {"sms": 3}, {"ms": 3})
    assert seen.lines[0].who.name == "Razak bin Abu"
    assert not seen.needs_second
    assert (Notice.objects.count(), letters()) == (0, [])
    assert named_in("tracing.notices-chosen") == {one.person_id for one in contacts}


def test_a_notice_reaches_the_phone_says_the_day_and_a_link_and_no_place(
    contacts: list[Contact], office: Office
) -> None:
    (notice,) = sent(office, contacts[0])
    ((to, text),) = letters()
    assert to == "+60198887777"
    assert f"/notices/{notice.uuid}" in text
    assert "Kedai" not in text
    assert "Razak" not in text
    assert notice.day == local_day(contacts[0].last)


def test_a_notice_keeps_which_stays_it_names_and_what_it_advises(contacts: list[Contact], office: Office) -> None:
    (notice,) = sent(office, contacts[0])
    exposure = Exposure.objects.get(contact=contacts[0])
    assert [(one["exposure"], one["stay"], one["premises"]) for one in notice.named] == [
        (exposure.pk, 0, exposure.why[0]["premises"]),
        (exposure.pk, 1, exposure.why[1]["premises"]),
    ]
    follow_up = FollowUp.objects.get(contact=contacts[0])
    assert follow_up.quarantine_until is not None
    assert notice.advice["until"] == follow_up.quarantine_until.isoformat()
    assert notice.advice["self"] is True
    assert notice.ends_at == contacts[0].last + timedelta(days=28)


def test_one_entry_of_the_trail_names_exactly_whom_a_batch_told(contacts: list[Contact], office: Office) -> None:
    sent(office, contacts[0], contacts[2])
    assert Entry.objects.filter(action="tracing.noticed").count() == 1
    assert named_in("tracing.noticed") == {contacts[0].person_id, contacts[2].person_id}
    kinds = ContactEvent.objects.filter(kind="noticed").values_list("contact_id", flat=True)
    assert set(kinds) == {contacts[0].pk, contacts[2].pk}


def test_what_was_looked_at_is_what_goes_out(contacts: list[Contact], office: Office) -> None:
    chosen = Chosen(uuids=tuple(one.uuid for one in contacts))
    seen = actions.preview_notices(chosen=chosen, by=office.officer, at=clock.now())
    Exposure.objects.filter(contact=contacts[0]).update(ended_at=clock.now())
    with pytest.raises(NoticesChanged):
        actions.ask_notices(chosen=chosen, digest=seen.digest, by=office.officer, at=clock.now())
    assert Notice.objects.count() == 0


def test_whom_no_exposure_is_left_of_gets_no_notice(contacts: list[Contact], office: Office) -> None:
    Exposure.objects.filter(contact=contacts[0]).update(ended_at=clock.now())
    seen = preview(office, *contacts)
    assert (seen.total, dict(seen.reasons)) == (2, {"nothing": 1})
    assert [line.who.name for line in seen.left_out] == ["Razak bin Abu"]
    with pytest.raises(NoticesNobody):
        ask(office, contacts[0])


def test_an_exposure_that_ends_between_asking_and_sending_is_not_told(contacts: list[Contact], office: Office) -> None:
    batch = batch_of(ask(office, *contacts))
    Exposure.objects.filter(contact=contacts[0]).update(ended_at=clock.now())
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert len(letters()) == 2
    assert Notice.objects.get(contact=contacts[0]).failed == "nothing"
    assert named_in("tracing.noticed") == {one.person_id for one in contacts[1:]}


def test_nobody_is_told_the_same_twice_but_of_a_new_exposure(contacts: list[Contact], office: Office) -> None:
    sent(office, *contacts)
    seen = preview(office, *contacts)
    assert (seen.total, dict(seen.reasons)) == (0, {"told": 3})
    other = office.case(None, onset=local_day(clock.now()), name_sealed=b"x", evidence="none")
    mine = Exposure.objects.get(contact=contacts[0])
    why = [mine.why[0] | {"start": "2026-01-05T01:00:00+00:00", "end": "2026-01-05T02:00:00+00:00"}]
    same = {"minutes": 60, "first": mine.first, "last": mine.last, "tier": 1, "observed": True}
    Exposure.objects.create(contact=contacts[0], case=other, why=why, **same)
    assert preview(office, *contacts).total == 1


def test_a_notice_that_has_ended_told_them_all_the_same_and_a_withdrawn_one_nothing(
    contacts: list[Contact], office: Office
) -> None:
    (notice,) = sent(office, contacts[0])
    Notice.objects.filter(pk=notice.pk).update(ends_at=clock.now() - timedelta(days=1))
    assert dict(preview(office, contacts[0]).reasons) == {"told": 1}
    actions.withdraw_notices(numbers=[notice.pk], why="mistake", by=office.officer, at=clock.now())
    assert preview(office, contacts[0]).total == 1


def test_where_the_notices_of_a_contact_stand_is_asked_of_messaging_once(
    contacts: list[Contact], office: Office
) -> None:
    (first,) = sent(office, contacts[0])
    actions.withdraw_notices(numbers=[first.pk], why="mistake", by=office.officer, at=clock.now())
    (second,) = sent(office, contacts[0])
    stopped = batch_of(ask(office, contacts[1]))
    actions.stop_notices(uuid=stopped.uuid, by=office.officer, at=clock.now())
    with CaptureQueriesContext(connection) as asked:
        found = notices.of_contact(contact=contacts[0])
    assert sum("messaging_message" in one["sql"] for one in asked.captured_queries) == 1
    assert [(one.notice.pk, one.state) for one in found] == [(second.pk, "on-the-way"), (first.pk, "withdrawn")]
    assert [one.state for one in notices.of_contact(contact=contacts[1])] == ["stopped"]


def test_whom_a_notice_never_reached_may_be_told_again(contacts: list[Contact], office: Office) -> None:
    from jejak.messaging.models import Message

    (notice,) = sent(office, contacts[0])
    letters()
    Message.objects.filter(uuid=notice.message).update(state="failed", reason="unreachable", ended_at=clock.now())
    assert preview(office, contacts[0]).total == 1


def test_whom_a_notice_waits_for_is_left_out_of_another(contacts: list[Contact], office: Office) -> None:
    ask(office, contacts[0])
    assert dict(preview(office, *contacts).reasons) == {"waiting": 1}


def test_everybody_on_the_list_can_be_chosen_by_its_filter(contacts: list[Contact], office: Office) -> None:
    Contact.objects.filter(pk=contacts[2].pk).update(work="done")
    seen = preview(office, asked=Filter())
    assert seen.total == 2
    chosen = Chosen(asked=Filter())
    uuid = actions.ask_notices(chosen=chosen, digest=seen.digest, by=office.officer, at=clock.now())
    assert batch_of(uuid).notices.count() == 2


def test_a_contact_reads_in_their_language(contacts: list[Contact], office: Office) -> None:
    changed = actions.set_language(uuids=[contacts[0].uuid], language="en", by=office.officer, at=clock.now())
    assert changed == 1
    assert dict(preview(office, *contacts).languages) == {"ms": 2, "en": 1}
    sent(office, contacts[0])
    ((_to, text),) = letters()
    assert "you may have been near" in text
    with pytest.raises(ContactUnknown):
        actions.set_language(uuids=[contacts[0].uuid], language="xx", by=office.officer, at=clock.now())


def test_whoever_has_no_phone_is_written_to_by_mail_or_is_told_by_hand(
    contacts: list[Contact], case: Town, office: Office
) -> None:
    from jejak.people import actions as people

    first, second, third = contacts
    for one, reach in ((first, "Nenek@contoh.example"), (second, "Tanya ketua kampung")):
        person = people.write_in(name="Nenek Contoh", reach=reach, at=case.at(8))
        Contact.objects.filter(pk=one.pk).update(person=person)
    seen = preview(office, *contacts)
    assert dict(seen.ways) == {"email": 1, "page": 1, "sms": 1}
    assert [line.planned.contact.pk for line in seen.by_hand] == [second.pk]
    made = sent(office, *contacts)
    assert sorted(to for to, _text in letters()) == ["+601122223333", "nenek@contoh.example"]
    by_hand = next(one for one in made if one.contact_id == second.pk)
    assert (by_hand.way, by_hand.message, by_hand.sent_at is not None) == ("page", None, True)
    assert third.pk in {one.contact_id for one in made}


def test_somebody_whom_an_interview_alone_knows_is_told_by_phone(case: Town, office: Office) -> None:
    ill = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    day = local_day(case.at(9))
    said = actions.ContactSaid("Sepupu Contoh", "household", "case", day, day, phone="+60133334444")
    actions.add_contact(uuid=ill.uuid, said=said, by=office.officer, at=clock.now())
    run = office.run()
    actions.show_run(uuid=run.uuid, sliders=None, release=True, by=office.officer, at=clock.now())
    (notice,) = sent(office, Contact.objects.get(person=None))
    ((to, _text),) = letters()
    assert (to, notice.named, notice.day) == ("+60133334444", [], day)


def test_a_number_that_no_message_reaches_is_said_to_have_failed(
    contacts: list[Contact], case: Town, office: Office
) -> None:
    abroad = case.person("Pelawat Jauh", "+14155550123")
    Contact.objects.filter(pk=contacts[0].pk).update(person=abroad)
    (notice,) = sent(office, contacts[0])
    assert (notice.failed, notice.sent_at, notice.message) == ("number-not-served", None, None)


def test_another_offices_contacts_and_batches_are_not_there(contacts: list[Contact], office: Office) -> None:
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind

    uuid = ask(office, contacts[0])
    stranger = office.colleague("Lim Lain")
    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    with pytest.raises(NoticesNobody):
        ask(office, *contacts, by=stranger)
    with pytest.raises(NoticesUnknown):
        actions.stop_notices(uuid=uuid, by=stranger, at=clock.now())
    with pytest.raises(NoticesUnknown):
        actions.withdraw_batch(uuid=uuid, only=None, why="mistake", by=stranger, at=clock.now())
    assert actions.set_language(uuids=[contacts[0].uuid], language="en", by=stranger, at=clock.now()) == 0


def test_what_is_sent_or_stopped_cannot_be_stopped(contacts: list[Contact], office: Office) -> None:
    uuid = ask(office, contacts[0])
    assert actions.stop_notices(uuid=uuid, by=office.officer, at=clock.now()) == 1
    with pytest.raises(NoticesOver):
        actions.stop_notices(uuid=uuid, by=office.officer, at=clock.now())
    batch = batch_of(uuid)
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert letters() == []
    other = batch_of(ask(office, contacts[1]))
    actions.send_notices(number=other.pk, clock=clock.now)
    assert len(letters()) == 1
    with pytest.raises(NoticesOver):
        actions.stop_notices(uuid=other.uuid, by=office.officer, at=clock.now())


def test_a_withdrawn_notice_is_told_to_the_same_phone_once(contacts: list[Contact], office: Office) -> None:
    (notice,) = sent(office, contacts[0])
    assert len(letters()) == 1
    more = {"why": "mistake", "by": office.officer, "at": clock.now()}
    assert actions.withdraw_notices(numbers=[notice.pk], **more) == 1
    assert actions.withdraw_notices(numbers=[notice.pk], **more) == 0
    for _ in range(2):
        actions.send_notices(number=notice.batch_id, clock=clock.now)
    told = [text for to, text in letters() if to == "+60198887777" and "ditarik balik" in text]
    assert len(told) == 1
    notice.refresh_from_db()
    assert (notice.withdrawn_why, notice.withdrawal_message is not None) == ("mistake", True)
    assert ContactEvent.objects.get(kind="notice-withdrawn").facts["why"] == "mistake"
    assert named_in("tracing.notices-withdrawn") == {contacts[0].person_id}


def test_a_notice_withdrawn_before_it_was_sent_never_leaves(contacts: list[Contact], office: Office) -> None:
    batch = batch_of(ask(office, *contacts))
    first = batch.notices.order_by("pk")[0]
    actions.withdraw_batch(uuid=batch.uuid, only=[first.uuid], why="wrong-person", by=office.officer, at=clock.now())
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert len(letters()) == 2
    with pytest.raises(NoticesUnknown):
        actions.withdraw_batch(uuid=batch.uuid, only=None, why="whim", by=office.officer, at=clock.now())


def test_whoever_lost_the_role_sends_nothing_and_the_batch_says_why(contacts: list[Contact], office: Office) -> None:
    from jejak.access.models import RoleGrant

    batch = batch_of(ask(office, contacts[0]))
    RoleGrant.objects.filter(user=office.officer).update(ended_at=clock.now())
    actions.send_notices(number=batch.pk, clock=clock.now)
    batch.refresh_from_db()
    assert (batch.held_why, batch.finished_at, letters()) == ("purpose-refused", None, [])
    assert actions.unfinished_notices(at=clock.now()) == []


def test_more_than_one_batch_takes_is_said_and_not_left_out_in_silence(
    contacts: list[Contact], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.tracing import noticerules

    assert not preview(office, *contacts).cut
    monkeypatch.setattr(noticerules, "MOST_AT_ONCE", 2)
    seen = preview(office, *contacts)
    assert (seen.total, seen.cut) == (2, True)


def test_no_link_of_a_batch_leads_to_a_neighbours(contacts: list[Contact], office: Office) -> None:
    """Links in the order of time share their first bits and count on: one's own would tell another's."""
    made = [one.uuid for one in sent(office, *contacts)]
    assert [one.version for one in made] == [4, 4, 4]
    assert len({one.hex[:8] for one in made} | {one.hex[-8:] for one in made}) == 6
