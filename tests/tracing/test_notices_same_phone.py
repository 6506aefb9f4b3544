"""What follows a notice goes to whom the notice went to: not to whoever has the contact's number now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tracing.notified import Reader
from tracing.telling import letters, many, sent, traced

from jejak.kernel import clock
from jejak.kernel.sealing import blind_index, sealer
from jejak.messaging.models import Message
from jejak.people import rules
from jejak.people.models import Person
from jejak.tracing import actions
from jejak.tracing.models import Notice
from jejak.tracing.queries import notices

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.tracing.models import Contact

pytestmark = pytest.mark.django_db
OTHER = "+60190001111"


def renumber(contact: Contact, number: str) -> None:
    person = Person.objects.get(pk=contact.person_id)
    person.phone_key = blind_index().of(rules.PHONE_INDEX, number)
    person.phone_sealed = sealer().seal(table=rules.TABLE, column=rules.PHONE_COLUMN, row=person.uuid, text=number)
    person.save()


def withdraw(notice: Notice, office: Office) -> str:
    """Withdraw a notice that left, and return where it stands once the worker told whom it could."""
    actions.withdraw_notices(numbers=[notice.pk], why="wrong-person", by=office.officer, at=clock.now())
    actions.send_notices(number=notice.batch_id, clock=clock.now)
    (stands,) = notices.standings(batch=notice.batch)
    return stands.state


def test_a_withdrawal_does_not_go_to_the_next_holder_of_the_contact(case: Town, office: Office) -> None:
    contact = traced(case, office)[0]
    (notice,) = sent(office, contact)
    assert len(letters()) == 1
    renumber(contact, OTHER)
    assert withdraw(notice, office) == "untold"
    assert [to for to, _text in letters()] == ["+60198887777"], "no message went to the other number"


def test_a_withdrawal_that_no_number_is_left_for_is_to_be_told_by_hand(case: Town, office: Office) -> None:
    contact = traced(case, office)[0]
    (notice,) = sent(office, contact)
    assert len(letters()) == 1
    Person.objects.filter(pk=contact.person_id).update(phone_key=None, phone_sealed=None, last4_key=None, door_key=None)
    assert withdraw(notice, office) == "untold"


def test_a_withdrawal_that_did_not_arrive_is_to_be_told_by_hand(case: Town, office: Office) -> None:
    (notice,) = sent(office, traced(case, office)[0])
    assert len(letters()) == 1
    assert withdraw(notice, office) == "withdrawn"
    assert len(letters()) == 2
    again = Message.objects.filter(template="notice.contact-withdrawn")
    again.update(state="failed", reason="reported", ended_at=clock.now())
    assert [one.state for one in notices.standings(batch=notice.batch)] == ["untold"]


def test_a_code_goes_to_no_other_phone_and_what_was_open_closes(case: Town, office: Office) -> None:
    contact = traced(case, office)[0]
    (notice,) = sent(office, contact)
    reader = Reader(Client(), notice)
    reader.prove()
    assert "Kedai Runcit" in reader.page()
    renumber(contact, OTHER)
    page = reader.page()
    assert "Kedai Runcit" not in page
    assert "Nombor telefon anda sudah bertukar" in page
    assert reader.client.get(f"{reader.address}today/").status_code == 302
    codes = Message.objects.filter(kind="code").count()
    reader.client.post(f"{reader.address}code/")
    assert Message.objects.filter(kind="code").count() == codes
    renumber(contact, "+60198887777")
    assert "Kedai Runcit" in reader.page(), "the same phone again"


def test_a_family_at_one_phone_hears_of_every_withdrawal_though_later(case: Town, office: Office) -> None:
    family = many(case, office, 4)
    for one in family:
        renumber_only(one, "+60123334444")
    told = sent(office, *family)
    assert len(letters()) == 4
    batch = told[0].batch
    actions.withdraw_batch(uuid=batch.uuid, only=None, why="mistake", by=office.officer, at=clock.now())
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert Notice.objects.filter(withdrawal_sent_at=None).count() == 4, "a phone is written to four times an hour"
    batch.refresh_from_db()
    assert (batch.held_why, batch.held_until is not None) == ("recipient-hour", True)
    Message.objects.update(queued_at=clock.now().replace(year=2020))
    assert actions.unfinished_notices(at=batch.held_until or clock.now()) == [batch.pk]
    actions.send_notices(number=batch.pk, clock=clock.now)
    assert Message.objects.filter(template="notice.contact-withdrawn").count() == 4


def renumber_only(contact: Contact, number: str) -> None:
    """Let somebody have the number of somebody else too, as families do."""
    person = Person.objects.get(pk=contact.person_id)
    person.phone_sealed = sealer().seal(table=rules.TABLE, column=rules.PHONE_COLUMN, row=person.uuid, text=number)
    person.save()
