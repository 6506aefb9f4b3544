"""The reader of a notice says each day how they are: behind the code, of themselves alone, while they are followed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from tracing.contacts import contacts
from tracing.notified import Reader, notice_to

from jejak.kernel import clock
from jejak.tracing import actions
from jejak.tracing.actions.followchanging import TOLD_AT_MOST
from jejak.tracing.models import Assessment, Exposure, FollowUp, Notice
from jejak.tracing.proofs import LIFE
from jejak.tracing.queries.noticereading import notices_of

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
WELL: dict[str, Any] = {"well": "yes", "test": "", "note": ""}
ILL: dict[str, Any] = {"well": "no", "symptoms": ["fever", "cough"], "test": "positive", "note": "Sejak semalam"}


@pytest.fixture
def told(town: Town, office: Office) -> Notice:
    """A notice to somebody who is followed up."""
    (one,) = contacts(office, town, 1)
    actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now())
    return notice_to(one, office=office)


@pytest.fixture
def reader(told: Notice) -> Reader:
    """Whoever has the link."""
    return Reader(Client(), told)


def today(reader: Reader, said: dict[str, Any] | None = None) -> Any:
    address = reverse("notices:today", args=[reader.notice.uuid])
    return reader.client.get(address) if said is None else reader.client.post(address, said)


def test_without_the_code_nobody_says_anything(reader: Reader) -> None:
    for answer in (today(reader), today(reader, WELL)):
        assert answer["Location"].endswith("#places")
    assert not Assessment.objects.exists()


def test_behind_the_code_they_say_it_and_the_officer_sees_it(reader: Reader, office: Office) -> None:
    reader.prove()
    assert today(reader).status_code == 200
    assert today(reader, WELL).status_code == 302
    row = FollowUp.objects.get()
    assert (row.heard_on is not None, row.ill) == (True, False)
    assert today(reader, ILL).status_code == 302
    row.refresh_from_db()
    assert row.ill
    said = Assessment.objects.latest("pk")
    assert (said.by, said.symptoms, said.test) == (None, ["fever", "cough"], "positive")
    assert b"semalam" not in bytes(said.note_sealed or b"")
    office.officer.refresh_from_db()
    client = Client()
    client.force_login(office.officer)
    page = client.get(reverse("tracing:contact", args=[reader.notice.contact.uuid])).content.decode()
    assert "Sejak semalam" in page


def test_being_well_again_does_not_take_them_off_the_top_by_itself(reader: Reader) -> None:
    reader.prove()
    today(reader, ILL)
    today(reader, WELL)
    assert FollowUp.objects.get().ill, "an officer has not heard of them yet"


def test_what_makes_no_sense_is_told_at_its_field(reader: Reader) -> None:
    reader.prove()
    for wrong in (WELL | {"symptoms": ["fever"]}, {}, ILL | {"symptoms": ["boredom"]}):
        assert today(reader, wrong).status_code == 422
    assert not Assessment.objects.exists()


def test_a_positive_test_alone_is_not_answered_as_being_well(reader: Reader) -> None:
    reader.prove()
    today(reader, WELL | {"test": "positive"})
    page = today(reader).content.decode()
    assert "Tiada apa-apa lagi yang perlu" not in page
    assert "alert-attention" in page


def test_who_is_not_well_need_not_say_what_it_is(reader: Reader) -> None:
    reader.prove()
    assert today(reader, {"well": "no", "test": ""}).status_code == 302
    assert Assessment.objects.get().symptoms == ["other"]


def test_one_day_is_said_ten_times_at_most(reader: Reader) -> None:
    reader.prove()
    for number in range(TOLD_AT_MOST):
        assert today(reader, WELL | {"note": str(number)}).status_code == 302
    assert today(reader, ILL).status_code == 422
    assert Assessment.objects.count() == TOLD_AT_MOST


def test_another_notices_code_and_an_old_one_open_nothing(
    reader: Reader, town: Town, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    (other,) = contacts(office, town, 1)
    theirs = Reader(Client(), notice_to(other, office=office))
    theirs.prove()
    theirs.notice = reader.notice
    assert today(theirs, WELL)["Location"].endswith("#places")
    reader.prove()
    now = clock.now() + LIFE
    monkeypatch.setattr(clock, "now", lambda: now)
    assert today(reader, WELL)["Location"].endswith("#places")
    assert not Assessment.objects.exists()


def test_who_is_not_followed_any_more_is_told_so(reader: Reader, office: Office) -> None:
    reader.prove()
    actions.lost(uuid=reader.notice.contact.uuid, version=1, why="refuses", by=office.officer, at=clock.now())
    assert "tidak perlu lagi memberitahu keadaan anda di sini" in today(reader).content.decode()
    assert today(reader, WELL).status_code == 422
    Notice.objects.update(ends_at=clock.now() - timedelta(days=1))
    assert today(reader, WELL)["Location"] == reverse("notices:notice", args=[reader.notice.uuid])


def test_the_page_of_a_notice_lives_as_long_as_its_contact_is_followed_up(reader: Reader, office: Office) -> None:
    reader.prove()
    Notice.objects.update(ends_at=clock.now() - timedelta(days=1))
    assert today(reader, WELL).status_code == 302
    assert Assessment.objects.count() == 1
    person = reader.notice.contact.person_id or 0
    assert [one.uuid for one in notices_of(persons=[person], at=clock.now())] == [reader.notice.uuid]
    version = FollowUp.objects.get().version
    actions.lost(uuid=reader.notice.contact.uuid, version=version, why="refuses", by=office.officer, at=clock.now())
    assert "Notis ini sudah tamat" in reader.page()
    assert notices_of(persons=[person], at=clock.now()) == ()


def test_a_notice_that_lives_longer_is_withdrawn_when_nothing_is_left_of_it(reader: Reader, office: Office) -> None:
    from jejak.tracing.actions.unexposing import end_unexposed

    Notice.objects.update(ends_at=clock.now() - timedelta(days=1))
    Exposure.objects.update(ended_at=clock.now())
    end_unexposed(contacts=[reader.notice.contact_id], why="corrected", by=office.officer, at=clock.now())
    assert Notice.objects.get().withdrawn_why == "corrected"
