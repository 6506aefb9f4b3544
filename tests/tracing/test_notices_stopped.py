"""Notices stopped or withdrawn by those who see the mistake: what is still here never leaves, and races lose nobody."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import transaction
from racing import at_once
from tracing.telling import ask, batch_of, letters, many, sent, traced
from tracing.test_notices_mass import WHY, approve
from tracing.test_persons import joined

from jejak.access.errors import ReasonMissing
from jejak.access.models import RoleGrant
from jejak.kernel import clock
from jejak.messaging.models import Message
from jejak.tracing import actions
from jejak.tracing.actions import sending
from jejak.tracing.errors import NoticesOver
from jejak.tracing.models import Contact, ContactEvent, Notice, NoticeBatch
from jejak.tracing.queries import notices as reading

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


def handed_over(town: Town, office: Office, number: int) -> NoticeBatch:
    """Return a batch that messaging has taken in, of which nothing left yet."""
    batch = batch_of(ask(office, *many(town, office, number), reason=WHY))
    if batch.confirmed_at is None:
        approve(batch, office.colleague("Wan Ketua", role="senior_health_officer"))
    actions.send_notices(number=batch.pk, clock=clock.now)
    return batch_of(batch.uuid)


def told(batch: NoticeBatch) -> None:
    """Do what the worker does after a withdrawal."""
    actions.send_notices(number=batch.pk, clock=clock.now)


def words(text: str) -> int:
    return sum(text in each for _to, each in letters())


def test_a_batch_offers_to_take_back_what_waits_here_and_nothing_that_is_leaving(
    case: Town, office: Office, officer_client: Any
) -> None:
    batch = handed_over(case, office, 3)
    going = {"state": "sending", "tries": 1, "sending_at": clock.now()}
    Message.objects.filter(pk=Message.objects.earliest("pk").pk).update(**going)
    address = f"/tracing/notices/{batch.uuid}/"
    page = officer_client.get(address)
    assert page.context["leaving"] == 2
    assert "Tarik balik 2 mesej yang belum keluar" in page.content.decode()
    Message.objects.filter(state="queued").update(**going)
    assert "/stop/" not in officer_client.get(address).content.decode(), "nothing could be stopped"


def test_stopped_after_messaging_took_all_of_them_nothing_leaves(case: Town, office: Office) -> None:
    batch = handed_over(case, office, 150)
    assert batch.finished_at is not None
    assert actions.stop_notices(uuid=batch.uuid, by=office.officer, at=clock.now()) == 150
    batch.refresh_from_db()
    assert (batch.finished_at, batch.stopped_by) == (None, office.officer)
    assert words("notices/") == 0
    assert ContactEvent.objects.filter(kind="notice-recalled").count() == 150
    with pytest.raises(NoticesOver):
        actions.stop_notices(uuid=batch.uuid, by=office.officer, at=clock.now())
    assert batch.notices.filter(sent_at=None, message=None).count() == 150, "they are not told, and can be told again"


def test_withdrawn_before_any_left_nobody_hears_of_it(case: Town, office: Office) -> None:
    batch = handed_over(case, office, 150)
    assert actions.withdraw_batch(uuid=batch.uuid, only=None, why="mistake", by=office.officer, at=clock.now()) == 150
    told(batch)
    assert words("notices/") == 0
    assert not Message.objects.filter(template="notice.contact-withdrawn").exists()


def test_of_those_withdrawn_who_got_the_notice_hears_of_it_and_nobody_else(case: Town, office: Office) -> None:
    notices = sent(office, *traced(case, office))
    Message.objects.filter(uuid=notices[0].message).update(due_at=clock.now().replace(year=2000))
    from jejak.messaging import actions as messaging

    messaging.send_due(clock=clock.now, most=1)
    batch = notices[0].batch
    actions.withdraw_batch(uuid=batch.uuid, only=None, why="mistake", by=office.officer, at=clock.now())
    told(batch)
    assert (words("ditarik balik"), len(letters())) == (1, 2)
    notices[0].refresh_from_db()
    assert notices[0].withdrawal_message is not None


def test_withdrawing_all_of_a_batch_that_is_being_sent_stops_it(case: Town, office: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr(sending, "CHUNK", 30)
    batch = batch_of(ask(office, *many(case, office, 90)))
    sending._chunk(batch.pk, at=clock.now())
    assert actions.withdraw_batch(uuid=batch.uuid, only=None, why="mistake", by=office.officer, at=clock.now()) == 90
    told(batch)
    assert (letters(), batch_of(batch.uuid).stopped_by) == ([], office.officer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["_written", "_sent", "_followed"])
def test_a_withdrawal_in_the_midst_of_a_hundred_waits_for_it_and_then_takes_back(
    case: Town, office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    batch = batch_of(ask(office, *traced(case, office)))
    first = batch.notices.order_by("pk")[0]
    real, inside = getattr(sending, step), threading.Event()

    def slow(*given: Any, **named: Any) -> Any:
        inside.set()
        return real(*given, **named)

    def withdrawn() -> int:
        inside.wait(10)
        why = {"why": "wrong-person", "by": office.officer, "at": clock.now()}
        return actions.withdraw_batch(uuid=batch.uuid, only=[first.uuid], **why)

    monkeypatch.setattr(sending, step, slow)
    outcomes = at_once(lambda: sending._chunk(batch.pk, at=clock.now()), withdrawn)
    assert outcomes == [True, 1]
    told(batch)
    first.refresh_from_db()
    assert (first.withdrawn_at is not None, first.sent_at, first.message) == (True, None, None)
    assert len(letters()) == 2
    assert Notice.objects.filter(sent_at__isnull=False).count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_leaves_while_a_colleague_looks_is_not_told_again(
    case: Town, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.tracing.actions import choosing

    contacts, other = traced(case, office), office.colleague("Siti Rakan")
    chosen = actions.Chosen(uuids=tuple(one.uuid for one in contacts))
    mark = actions.preview_notices(chosen=chosen, by=other, at=clock.now()).digest
    batch = batch_of(ask(office, *contacts))
    looking, gone = threading.Event(), threading.Event()

    def slow(reading: Any) -> Any:
        def read(numbers: Any) -> Any:
            found = reading(numbers)
            if not looking.is_set():  # after the first of the two readings
                looking.set()
                gone.wait(10)
            return found

        return read

    def second() -> Any:
        return actions.ask_notices(chosen=chosen, digest=mark, by=other, at=clock.now())

    def worker() -> None:
        looking.wait(10)
        actions.send_notices(number=batch.pk, clock=clock.now)
        gone.set()

    for name in ("told_before", "waiting_among"):
        monkeypatch.setattr(choosing.notices, name, slow(getattr(choosing.notices, name)))
    outcomes = at_once(second, worker)
    assert type(outcomes[0]).__name__ == "NoticesNobody"
    assert Message.objects.filter(template="notice.contact").count() == len(contacts)


def test_who_may_withdraw_no_more_keeps_no_colleagues_withdrawal_back(case: Town, office: Office) -> None:
    notices = sent(office, *traced(case, office))
    assert len(letters()) == 3
    first, other = office.colleague("Aida Dulu"), office.colleague("Siti Rakan")
    for who, one in ((first, notices[0]), (other, notices[1])):
        actions.withdraw_notices(numbers=[one.pk], why="mistake", by=who, at=clock.now())
    RoleGrant.objects.filter(user=first).update(ended_at=clock.now())
    told(notices[0].batch)
    assert batch_of(notices[0].batch.uuid).held_why == "purpose-refused"
    assert Notice.objects.exclude(withdrawal_message=None).get() == notices[1]


def test_a_notice_whose_message_is_kept_no_more_is_not_said_to_be_on_its_way_or_sent(
    case: Town, office: Office
) -> None:
    (notice,) = sent(office, traced(case, office)[0])
    Notice.objects.filter(pk=notice.pk).update(message=uuid4())  # of a message that is past its time
    assert [one.state for one in reading.standings(batch=notice.batch)] == ["unrecorded"]


def test_who_got_no_message_is_told_nothing_also_once_messaging_forgot_why(case: Town, office: Office) -> None:
    one = traced(case, office)[0]
    (notice,) = sent(office, one)
    ended = {"reason": "no-such-number", "ended_at": clock.now(), "recipient_sealed": None, "slots_sealed": None}
    Message.objects.filter(uuid=notice.message).update(state="failed", **ended)
    assert reading.told_before([one.pk]) == {}
    assert [actions.note_lost(at=clock.now()), actions.note_lost(at=clock.now())] == [1, 0]
    Message.objects.filter(uuid=notice.message).update(uuid=uuid4())  # as if it were past its time
    assert reading.told_before([one.pk]) == {}
    assert [each.state for each in reading.standings(batch=notice.batch)] == ["failed"]


def test_who_was_never_written_to_is_told_nothing_and_who_got_it_by_hand_is_told(case: Town, office: Office) -> None:
    one = traced(case, office)[0]
    (notice,) = sent(office, one)
    Notice.objects.filter(pk=notice.pk).update(message=None)
    assert reading.told_before([one.pk]) == {}
    Notice.objects.filter(pk=notice.pk).update(way="page")
    assert [*reading.told_before([one.pk])] == [one.pk]


def test_what_leaves_is_counted_in_its_hour_not_in_that_of_the_asking(case: Town, office: Office) -> None:
    """Three hundred an hour, three hours long, while messaging takes nothing in: they would leave together."""
    now, contacts = clock.now(), many(case, office, 301)
    for start in (0, 100, 200):
        ask(office, *contacts[start : start + 100], at=now - timedelta(minutes=61))
    assert reading.told_lately(agency=office.agency.pk, at=now) == 300
    with pytest.raises(ReasonMissing), transaction.atomic():
        ask(office, contacts[300], at=now)


def test_a_notice_that_waited_while_records_were_united_goes_to_the_line_that_is_left(
    case: Town, office: Office
) -> None:
    traced(case, office)
    persons = [case.persons[name] for name in ("Razak bin Abu", "Tan Mei Ling")]
    stays, goes = Contact.objects.filter(person__in=persons).order_by("pk")  # the first stays
    batch = batch_of(ask(office, goes))
    joined(office, case.persons["Tan Mei Ling"], case.persons["Razak bin Abu"])
    assert Contact.objects.get(pk=goes.pk).closed_at is not None
    told(batch)
    assert (batch.notices.get().contact_id, batch.notices.get().failed) == (stays.pk, "")
    assert words("notices/") == 1
