"""A notice's page: the link alone shows advice, a code to that phone shows when and where, while the notice lives."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from people.citizens import sign_in, visitor
from tracing.notified import Reader, code_sent, notice_to, released

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.messaging.models import Message
from jejak.people.models import Person
from jejak.tracing import actions
from jejak.tracing.models import ContactEvent, FollowUp, Notice
from jejak.tracing.proofs import LIFE
from jejak.ui import words

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
CLOSED = "Hantar kod kepada saya"


@pytest.fixture
def told(case: Town, office: Office) -> Notice:
    """The notice to Razak, who was at the shop and at the market with Aminah."""
    run = office.run(office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9))))
    return notice_to(released(run, case.persons["Razak bin Abu"]), office=office)


@pytest.fixture
def reader(told: Notice) -> Reader:
    """Whoever has the link."""
    return Reader(Client(), told)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: now)


def without_tokens(answer: Any) -> str:
    """Return a page without what is drawn anew for each: the token of its forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def secrets(town: Town, told: Notice) -> list[str]:
    """Return what the link alone must not show: places, names, numbers, times of the stays."""
    times = [words.clock(town.at(9, 30), language="ms"), words.clock(town.at(14, 30), language="ms")]
    kept = [*town.places, *town.persons, "19-888", "198887777", "COVID", "covid", *times]
    return [*kept, *(each["start"] for each in told.named)]


def test_the_link_alone_shows_what_to_do_and_no_place_time_or_name(reader: Reader, case: Town) -> None:
    page = reader.page()
    assert "Langkah seterusnya" in page
    assert words.day(local_day(clock.now()) + timedelta(days=7), language="ms") in page
    assert [one for one in secrets(case, reader.notice) if one in page] == []
    assert not ContactEvent.objects.filter(kind="notice-opened").exists()


def test_following_the_link_is_noted_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.page()
    reader.notice.refresh_from_db()
    first = reader.notice.opened_at
    later(monkeypatch, timedelta(minutes=1))
    reader.page()
    reader.notice.refresh_from_db()
    assert first is not None
    assert (reader.notice.opened_at, reader.notice.proved_at) == (first, None)


def test_a_code_to_the_phone_shows_when_and_where_and_is_kept_as_a_trace(reader: Reader) -> None:
    reader.prove()
    page = reader.page()
    assert "Kedai Runcit" in page
    assert "Pasar Malam" in page
    assert "COVID-19" in page
    assert "Aminah" not in page
    assert "Razak" not in page
    reader.notice.refresh_from_db()
    assert reader.notice.proved_at is not None
    event = ContactEvent.objects.get(kind="notice-opened")
    assert (event.contact_id, event.by, event.facts) == (
        reader.notice.contact_id,
        None,
        {"notice": str(reader.notice.uuid)},
    )


def test_the_code_goes_to_the_phone_of_whom_the_notice_is_for(reader: Reader) -> None:
    from jejak.messaging.actions import Phone
    from jejak.messaging.queueing import recipient_key

    reader.client.post(f"{reader.address}code/")
    message = Message.objects.get(template="code.contact")
    assert bytes(message.recipient_key) == recipient_key(Phone("+60198887777"))


def test_a_wrong_code_opens_nothing_and_neither_does_the_right_one_after_five(reader: Reader) -> None:
    reader.client.post(f"{reader.address}code/")
    right = code_sent()
    wrong = f"{(int(right) + 1) % 10**7:07d}"
    for _ in range(5):
        answer = reader.client.post(f"{reader.address}open/", {"code": wrong})
        assert (answer.status_code, "Kedai Runcit" in answer.content.decode()) == (422, False)
    assert reader.client.post(f"{reader.address}open/", {"code": right}).status_code == 422
    assert "Kedai Runcit" not in reader.page()


def test_a_code_is_good_for_ten_minutes_and_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.client.post(f"{reader.address}code/")
    right, session = code_sent(), dict(reader.client.session)
    other = Reader(Client(), reader.notice)
    held = other.client.session
    held.update(session)
    held.save()
    reader.client.post(f"{reader.address}open/", {"code": right})
    assert other.client.post(f"{other.address}open/", {"code": right}).status_code == 422
    reader.client.post(f"{reader.address}close/")
    reader.client.post(f"{reader.address}code/")
    right = code_sent()
    later(monkeypatch, timedelta(minutes=10, seconds=1))
    assert reader.client.post(f"{reader.address}open/", {"code": right}).status_code == 422


def test_what_was_opened_closes_after_half_an_hour_and_when_asked(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.prove()
    reader.client.post(f"{reader.address}close/")
    assert "Kedai Runcit" not in reader.page()
    reader.prove()
    assert "Kedai Runcit" in reader.page()
    later(monkeypatch, LIFE)
    assert "Kedai Runcit" not in reader.page()


def test_the_code_of_another_notice_opens_nothing(reader: Reader, case: Town, office: Office) -> None:
    contact = released(reader.notice.contact.exposures.get().run, case.persons["Tan Mei Ling"])
    other = Reader(reader.client, notice_to(contact, office=office))
    reader.client.post(f"{reader.address}code/")
    mine = code_sent()
    other.client.post(f"{other.address}code/")
    assert other.client.post(f"{other.address}open/", {"code": mine}).status_code == 422
    reader.client.post(f"{reader.address}open/", {"code": mine})
    assert "Kedai Runcit" in reader.page()
    assert "Kedai Runcit" not in other.page()
    assert other.client.get(f"{other.address}stays/1/").status_code == 302


def test_another_browser_with_the_link_sees_advice_alone(reader: Reader) -> None:
    reader.prove()
    assert "Kedai Runcit" not in Reader(Client(), reader.notice).page()


def test_what_was_never_sent_is_not_there(reader: Reader) -> None:
    Notice.objects.filter(pk=reader.notice.pk).update(sent_at=None)
    unknown, unsent = (f"/notices/{one}/" for one in (uuid4(), reader.notice.uuid))
    for part in ("", "code/", "open/", "close/", "stays/1/"):
        send = reader.client.get if part in {"", "stays/1/"} else reader.client.post
        answers = [send(f"{address}{part}") for address in (unknown, unsent)]
        assert [one.status_code for one in answers] == [404, 404]
    bodies = [without_tokens(reader.client.get(one)).replace(one[9:-1], "") for one in (unknown, unsent)]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("mistake", "dihantar secara tidak sengaja"),
        ("wrong-person", "untuk orang lain"),
        ("case-discarded", "didapati tidak"),
        ("corrected", "telah dibetulkan"),
    ],
)
def test_a_withdrawn_notice_says_so_with_the_reason_and_opens_no_more(
    reader: Reader, office: Office, why: str, text: str
) -> None:
    reader.prove()
    facts = {"withdrawn_at": clock.now(), "withdrawn_by": office.officer, "withdrawn_why": why}
    Notice.objects.filter(pk=reader.notice.pk).update(**facts)
    page = reader.page()
    assert text in page
    assert "Kedai Runcit" not in page
    before = Message.objects.count()
    assert reader.client.post(f"{reader.address}code/").status_code == 302
    assert reader.client.get(f"{reader.address}stays/1/").status_code == 302
    assert Message.objects.count() == before


def test_a_notice_that_ended_opens_no_more(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.prove()
    Notice.objects.filter(pk=reader.notice.pk).update(ends_at=clock.now())
    page = reader.page()
    assert "Notis ini sudah tamat" in page
    assert "Kedai Runcit" not in page
    before = Message.objects.count()
    reader.client.post(f"{reader.address}code/")
    assert Message.objects.count() == before


def test_a_code_asked_for_before_the_withdrawal_opens_nothing_after_it(reader: Reader, office: Office) -> None:
    reader.client.post(f"{reader.address}code/")
    facts = {"withdrawn_at": clock.now(), "withdrawn_by": office.officer, "withdrawn_why": "mistake"}
    Notice.objects.filter(pk=reader.notice.pk).update(**facts)
    assert reader.client.post(f"{reader.address}open/", {"code": code_sent()}).status_code == 302
    reader.notice.refresh_from_db()
    assert reader.notice.proved_at is None


def test_codes_are_within_the_budget_of_the_phone(reader: Reader) -> None:
    for _ in range(12):
        answer = reader.client.post(f"{reader.address}code/", follow=True)
    assert "Tiada kod dapat dihantar sekarang" in answer.content.decode()
    assert Message.objects.filter(template="code.contact").count() < 12


def test_whoever_has_no_phone_is_told_to_ask_the_office(reader: Reader) -> None:
    Person.objects.filter(pk=reader.notice.contact.person_id).update(phone_sealed=None, phone_key=None, door_key=None)
    assert CLOSED not in reader.page()
    reader.client.post(f"{reader.address}code/")
    assert not Message.objects.filter(template="code.contact").exists()


def test_the_page_speaks_the_language_of_the_notice_until_another_is_chosen(reader: Reader) -> None:
    Notice.objects.filter(pk=reader.notice.pk).update(language="en")
    answer = reader.client.get(reader.address)
    assert (b"What to do now" in answer.content, answer.headers["Content-Language"]) == (True, "en")
    assert b'<html lang="en">' in answer.content
    reader.client.cookies["jejak_language"] = "ms"
    assert "Langkah seterusnya" in reader.page()
    reader.client.cookies["jejak_language"] = "en"
    reader.client.post(f"{reader.address}code/")
    assert Message.objects.get(template="code.contact").language == "en"


def test_nothing_of_the_page_is_kept_or_found_by_search_engines(reader: Reader) -> None:
    reader.prove()
    headers = reader.client.get(reader.address).headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_address_in_a_message_leads_to_the_page(reader: Reader) -> None:
    answer = reader.client.get(reader.address.rstrip("/"))
    assert (answer.status_code, answer.headers["Location"]) == (301, reader.address)


def test_the_advice_follows_the_day(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    today = local_day(clock.now())

    def with_advice(**advice: Any) -> str:
        Notice.objects.filter(pk=reader.notice.pk).update(advice=advice)
        return reader.page()

    assert "Anda tidak perlu tinggal di rumah" in with_advice(until=None, tests=[])
    assert "telah berakhir" in with_advice(until=(today - timedelta(days=1)).isoformat(), tests=[])
    day, before = today + timedelta(days=2), today - timedelta(days=1)
    page = with_advice(until=today.isoformat(), tests=[before.isoformat(), day.isoformat()])
    assert words.day(today, language="ms") in page
    assert words.day(day, language="ms") in page
    assert words.day(before, language="ms") not in page


def test_the_advice_is_that_of_the_follow_up_as_it_is_now(reader: Reader, office: Office) -> None:
    today, told = local_day(clock.now()), reader.notice
    actions.start_follow_ups(contacts=[told.contact], by=office.officer, at=clock.now())
    follow_up = FollowUp.objects.filter(contact=told.contact)
    follow_up.update(until=today + timedelta(days=12), quarantine_until=today + timedelta(days=12), tests=[])
    assert words.day(today + timedelta(days=12), language="ms") in reader.page()
    reader.prove()
    assert f"{reader.address}today/" in reader.page()
    ended = {"state": "released", "ended_at": clock.now(), "ended_why": "not-exposed", "due_on": None}
    follow_up.update(**ended)
    page = reader.page()
    assert "Anda tidak perlu tinggal di rumah" in page
    assert "Pejabat kesihatan melepaskan anda pada" in page
    assert f"{reader.address}today/" not in page


def test_whoever_fell_ill_is_told_to_stay_and_the_link_does_not_say_why(reader: Reader, office: Office) -> None:
    told = reader.notice
    Notice.objects.filter(pk=told.pk).update(advice={**told.advice, "until": None})
    actions.start_follow_ups(contacts=[told.contact], by=office.officer, at=clock.now())
    ended = {"state": "became-case", "ended_at": clock.now(), "ended_why": "case", "due_on": None}
    FollowUp.objects.filter(contact=told.contact).update(**ended)
    page = reader.page()
    assert "Tinggal di rumah sehingga pejabat kesihatan memaklumkan sebaliknya" in page
    assert "tidak perlu tinggal di rumah" not in page
    assert "kes" not in page.split("<main")[1].split("</main>")[0].replace("kesihatan", "").split()


def test_the_citizens_own_page_leads_to_the_notices_that_live(reader: Reader) -> None:
    told = reader.notice
    person = told.contact.person_id or 0
    citizen = Client()
    visitor(citizen, person=person, device=1)
    sign_in(citizen, "+60198887777")
    assert reader.address in citizen.get("/me/").content.decode()
    stranger = Client()
    sign_in(stranger, "+60198887777")  # the number alone proves nothing of what was there before
    assert reader.address not in stranger.get("/me/").content.decode()
    Notice.objects.filter(pk=told.pk).update(ends_at=clock.now())
    assert reader.address not in citizen.get("/me/").content.decode()
