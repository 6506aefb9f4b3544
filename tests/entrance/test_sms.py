"""Check-ins by SMS: one visit and one fixed reply a message, whoever sends what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from messaging.test_words import PAYLOADS
from racing import at_once

from jejak.entrance import jobs
from jejak.entrance.actions import forget_last_texts
from jejak.entrance.models import Sender
from jejak.formats import shortcode
from jejak.kernel import clock
from jejak.kernel.ids import uuid7_time
from jejak.kernel.sealing import blind_index
from jejak.kernel.settings import settings
from jejak.messaging import actions as messaging
from jejak.messaging import queries as messages
from jejak.messaging import queueing
from jejak.messaging.models import Incoming, Message
from jejak.people import queries as people
from jejak.people.models import Person
from jejak.premises.models import Poster, Premises, Zone
from jejak.trail.rules import Purpose
from jejak.visits import actions as visits
from jejak.visits.models import Visit
from jejak.visits.rules import LATE, OBSERVED, SMS

if TYPE_CHECKING:
    from jejak.access.models import User

NOW = clock.now()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SITI = "0123456789"


def poster(name: str, number: int, *, zone: Zone | None = None, **ends: datetime | None) -> str:
    row = zone.premises if zone else premises(name, closed_at=ends.pop("closed_at", None))
    code = shortcode.make(number)
    by = account() if ends.get("retired_at") else None
    Poster.objects.create(premises=row, zone=zone, short_code=code, issued_at=NOW - 9 * HOUR, retired_by=by, **ends)
    return code


def account() -> User:
    from jejak.access.models import User

    return User.objects.get_or_create(email="pemilik@contoh.example", name="Pemilik", kind="owner")[0]


def premises(name: str, **given: Any) -> Premises:
    return Premises.objects.create(
        name=name, kind="shop", address="1 Jalan Contoh", state="MY-10", district="Petaling",
        opening_hours={}, stay_minutes=45, longest_minutes=480, created_at=NOW - 9 * HOUR, **given,
    )  # fmt: skip


def prepare() -> str:
    visits.make_partitions(now=NOW, days=5)
    return poster("Kedai Contoh", 1_000_001)


@pytest.fixture
def code(db: None) -> str:
    """The short code of a shop's poster."""
    return prepare()


_numbers = iter(range(1, 1_000_000))


def send(
    text: str, *, sender: str = SITI, now: datetime = NOW, said: datetime | None = None, reference: str = ""
) -> Any:
    name = reference or f"gw-{next(_numbers)}"
    return messaging.receive(sender=sender, text=text, reference=name, said=said, now=now)


def replies() -> list[str]:
    """Send what waits, and return the texts, the oldest first."""
    messaging.send_due(clock=lambda: NOW)
    return [shown.text for shown in reversed(messages.console(limit=1000))]


def templates() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("template", "language"))


# Checking in ---------------------------------------------------------------------------------------------------------


def test_a_name_once_and_then_the_code_alone(code: str) -> None:
    assert send(f"MASUK {code} Siti binti Hassan").reason == ""
    assert send(f"masuk {code}", now=NOW + HOUR).reason == ""
    first, second = Visit.objects.order_by("checked_in")
    assert first.person_id == second.person_id
    assert (first.flags, first.device_id, first.zone_id) == (SMS, 0, None)
    assert first.until - first.checked_in == 45 * MINUTE
    assert abs(first.checked_in - NOW) < timedelta(milliseconds=1)
    assert uuid7_time(first.id) == first.checked_in
    assert templates() == [("reply.checked-in", "ms")] * 2


def test_the_reply_names_the_poster_and_the_time_in_the_senders_language(code: str) -> None:
    send(f"MASUK {code} Siti")
    send(f"IN {code} Tan Ah Kow", sender="0139999999")
    malay, english = replies()
    assert f"{code[:3]}-{code[3:]}" in malay
    assert f"{code[:3]}-{code[3:]}" in english
    assert "checked in" in english
    assert "checked in" not in malay
    for text in (malay, english):
        assert "Siti" not in text
        assert "Tan" not in text


def test_the_language_is_remembered(code: str) -> None:
    send(f"CHECKIN {code} Tan Ah Kow")
    send("what is this")
    send("apa ini", sender="0139999999")
    assert templates()[1:] == [("reply.not-understood", "en"), ("reply.not-understood", "ms")]


def test_another_name_from_one_phone_is_another_person_and_then_stands_for_it(
    code: str, officer: User, exercise: Purpose
) -> None:
    for text in (f"MASUK {code} Siti", f"MASUK {code} Ali", f"MASUK {code}", f"MASUK {code} SITI", f"MASUK {code}"):
        send(text)
    persons = list(Visit.objects.order_by("checked_in", "pk").values_list("person_id", flat=True))
    known = people.names_of(persons, by=officer, purpose=exercise)
    assert sorted(known[person].name for person in persons) == ["Ali", "Ali", "Siti", "Siti", "Siti"]
    assert {who.phone for who in known.values()} == {"+60123456789"}


def test_a_zone_counts_its_own_typical_stay(code: str) -> None:
    mall = Premises.objects.get()
    zone = Zone.objects.create(premises=mall, name="Aras 2", stay_minutes=20)
    send(f"MASUK {poster('', 1_000_002, zone=zone)} Siti")
    visit = Visit.objects.get()
    assert (visit.zone_id, visit.until - visit.checked_in) == (zone.pk, 20 * MINUTE)


@pytest.mark.parametrize("sender", ["0123456789", "60123456789", "+60 12-345 6789", " +60123456789 "])
def test_a_number_is_one_number_however_the_gateway_writes_it(code: str, sender: str) -> None:
    send(f"MASUK {code} Siti")
    assert send(f"MASUK {code}", sender=sender).reason == ""
    assert Person.objects.count() == 1
    assert Sender.objects.count() == 1


# When ----------------------------------------------------------------------------------------------------------------


def test_a_message_that_the_gateway_held_back_counts_when_it_was_sent(code: str) -> None:
    send(f"MASUK {code} Siti", said=NOW - 3 * HOUR)
    visit = Visit.objects.get()
    assert abs(visit.checked_in - (NOW - 3 * HOUR)) < timedelta(milliseconds=1)
    assert visit.flags == SMS | LATE


@pytest.mark.parametrize("said", [NOW + HOUR, NOW - 73 * HOUR, NOW - timedelta(days=10_000)])
def test_a_time_that_cannot_be_believed_is_the_time_of_arrival(code: str, said: datetime) -> None:
    send(f"MASUK {code} Siti", said=said)
    visit = Visit.objects.get()
    assert abs(visit.checked_in - NOW) < timedelta(milliseconds=1)
    assert visit.flags == SMS


def test_a_poster_that_ended_after_the_message_was_sent_still_counts(code: str) -> None:
    ended = poster("Kedai Lama", 1_000_003, retired_at=NOW - HOUR)
    assert send(f"MASUK {ended} Siti", said=NOW - 2 * HOUR).reason == ""
    assert send(f"MASUK {ended}").reason == "poster-ended"


# Leaving -------------------------------------------------------------------------------------------------------------


def test_a_text_ends_the_last_check_in_once(code: str) -> None:
    send(f"MASUK {code} Siti")
    assert send("KELUAR", now=NOW + 20 * MINUTE).reason == ""
    visit = Visit.objects.get()
    assert abs(visit.until - (NOW + 20 * MINUTE)) < timedelta(milliseconds=2)
    assert visit.flags == SMS | OBSERVED
    assert send("KELUAR", now=NOW + 30 * MINUTE).reason == "nothing-open"
    assert Visit.objects.get().until == visit.until
    assert templates()[1:] == [("reply.checked-out", "ms"), ("reply.nothing-open", "ms")]


def test_a_forgotten_check_out_ends_with_the_longest_stay_there(code: str) -> None:
    send(f"MASUK {code} Siti")
    send("OUT", now=NOW + 12 * HOUR)
    visit = Visit.objects.get()
    assert visit.until - visit.checked_in == 480 * MINUTE


def test_nobody_leaves_before_coming_and_a_stranger_ends_nothing(code: str) -> None:
    send(f"MASUK {code} Siti")
    until = Visit.objects.get().until
    assert send("KELUAR", said=NOW - MINUTE).reason == "nothing-open"
    assert send("KELUAR", sender="0139999999").reason == "nothing-open"
    assert Visit.objects.get().until == until


def test_a_check_in_that_was_held_back_is_not_the_last_one(code: str) -> None:
    send(f"MASUK {code} Siti")
    send(f"MASUK {code} Ali", said=NOW - 3 * HOUR)
    send("KELUAR", now=NOW + MINUTE)
    late, last = Visit.objects.order_by("checked_in")
    assert (late.flags & OBSERVED, last.flags & OBSERVED) == (0, OBSERVED)
    send(f"MASUK {code}", now=NOW + 2 * MINUTE)
    assert Visit.objects.order_by("checked_in").reverse()[0].person_id == last.person_id


def test_where_a_number_was_is_forgotten_a_day_later(code: str) -> None:
    send(f"MASUK {code} Siti")
    for moment, left in ((NOW + 23 * HOUR, 1), (NOW + 25 * HOUR, 0)):
        forget_last_texts(now=moment)
        assert Sender.objects.exclude(visit=None).count() == left
    assert send(f"MASUK {code}", now=NOW + 26 * HOUR).reason == ""
    Sender.objects.update(written_at=NOW - 25 * HOUR)
    jobs.forget_last_texts(timestamp=0)
    assert not Sender.objects.exclude(visit=None).exists()


# Once ----------------------------------------------------------------------------------------------------------------


def test_a_message_that_comes_again_makes_no_second_visit_and_no_second_reply(code: str) -> None:
    first = send(f"MASUK {code} Siti", reference="gw-once")
    for later in (timedelta(0), MINUTE, 30 * HOUR):
        again = send(f"MASUK {code} Siti", reference="gw-once", now=NOW + later, said=NOW)
        assert (again.before, again.reply) == (True, first.reply)
    assert (Visit.objects.count(), Message.objects.count()) == (1, 1)


def test_the_same_message_from_four_sides_at_once_makes_one_visit(transactional_db: None) -> None:
    code = prepare()
    bring = partial(send, f"MASUK {code} Siti", reference="gw-race")
    assert [one for one in at_once(*[bring] * 4) if isinstance(one, Exception)] == []
    assert (Visit.objects.count(), Message.objects.count(), Incoming.objects.count()) == (1, 1, 1)


def test_different_messages_of_one_phone_at_once_all_count(transactional_db: None) -> None:
    code = prepare()
    bring = [
        partial(send, f"MASUK {code} {'Siti' if number % 2 else 'Ali'}", reference=f"gw-many-{number}")
        for number in range(4)
    ]
    assert [one for one in at_once(*bring) if isinstance(one, Exception)] == []
    assert (Visit.objects.count(), Person.objects.count(), Sender.objects.count()) == (4, 2, 1)


# What is refused -----------------------------------------------------------------------------------------------------


def test_each_refusal_has_its_reason_and_its_reply(code: str) -> None:
    closed = poster("Kedai Tutup", 1_000_004, closed_at=NOW - HOUR)
    retired = poster("Kedai Lama", 1_000_005, retired_at=NOW - HOUR)
    expired = poster("Kedai Lapuk", 1_000_006, expires_at=NOW - HOUR)
    expected = {
        f"MASUK {code}": ("name-needed", "reply.name-needed"),
        f"MASUK {code} 12345": ("name-needed", "reply.name-needed"),
        f"MASUK {code} 🙂🙂": ("name-needed", "reply.name-needed"),
        f"MASUK {code} {'x' * 1000}": ("name-needed", "reply.name-needed"),
        f"MASUK {code} Si\x07ti": ("name-needed", "reply.name-needed"),
        f"MASUK {code} Siti \u202eitiS": ("name-needed", "reply.name-needed"),
        f"MASUK {code} Siti\x00": ("name-needed", "reply.name-needed"),
        f"MASUK {shortcode.make(77)} Siti": ("place-unknown", "reply.place-unknown"),
        "MASUK ABC-DEFH Siti": ("place-unknown", "reply.place-unknown"),
        "MASUK": ("not-understood", "reply.not-understood"),
        "helo": ("not-understood", "reply.not-understood"),
        f"MASUK {closed} Siti": ("poster-ended", "reply.retired"),
        f"MASUK {retired} Siti": ("poster-ended", "reply.retired"),
        f"MASUK {expired} Siti": ("poster-ended", "reply.retired"),
    }
    for text, (reason, _) in expected.items():
        assert send(text).reason == reason, text
    assert [template for template, _ in templates()] == [template for _, template in expected.values()]
    assert Visit.objects.count() == 0
    assert Person.objects.count() == 0
    assert Sender.objects.count() == 0
    counted = messages.came_in(since=NOW - HOUR)
    assert sum(one.messages for one in counted) == len(expected)
    assert {one.state for one in counted} == {"refused"}


@pytest.mark.parametrize("sender", ["MAXIS", "22222", "", "x" * 500, "+", "<script>", "\x00", "+999999999999999999"])
def test_who_cannot_be_replied_to_is_refused_without_a_reply(code: str, sender: str) -> None:
    heard = send(f"MASUK {code} Siti", sender=sender)
    assert (heard.reason, heard.reply) == ("sender-no-phone", None)
    assert not Visit.objects.exists()
    assert not Message.objects.exists()


def test_a_number_that_is_not_served_is_checked_in_without_a_reply(code: str) -> None:
    heard = send(f"IN {code} Jane", sender="+6581234567")
    assert (heard.reason, heard.reply) == ("", None)
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("payload", [str(payload) for payload in PAYLOADS], ids=lambda value: value[:20])
def test_nothing_anybody_wrote_enters_a_reply(code: str, payload: str) -> None:
    for number, text in enumerate(
        (f"MASUK {code} {payload}", f"MASUK {payload}", payload, f"MASUK {code} Ali {payload}")
    ):
        send(text, sender=f"012345678{number}")
    plain = (
        {text for text in replies() if payload in text} if len(payload.strip()) > 3 and payload not in code else set()
    )
    assert plain == set()


# What happened to systems like this ----------------------------------------------------------------------------------


def number_of(index: int) -> str:
    return f"+601{index:08}"


def test_a_forger_cannot_have_us_text_one_stranger_without_end(code: str) -> None:
    victim = "+60198765432"
    for index in range(200):
        send(f"MASUK {code} Palsu {'abcdefghij'[index % 10]}" if index % 2 else "helo", sender=victim)
    assert Message.objects.count() == 20
    assert Visit.objects.count() == 100  # what was claimed at a door is kept and marked, never dropped
    assert set(Visit.objects.values_list("flags", flat=True)) == {SMS}


def test_a_forger_of_many_numbers_trips_the_breaker(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(settings(), new_recipients_an_hour=50)
    monkeypatch.setattr(queueing, "settings", lambda: changed)
    for index in range(300):
        send("helo", sender=number_of(index))
    assert Message.objects.count() == 50
    assert Incoming.objects.count() == 300
    assert [opened.reason for opened in messages.open_breakers(now=NOW)] == ["new-recipients"]


def test_a_forged_number_learns_and_changes_nothing_about_its_owner(
    code: str, officer: User, exercise: Purpose
) -> None:
    send(f"MASUK {code} Siti binti Hassan")
    before = people.find_by_phone(phone=SITI, by=officer, purpose=exercise)
    send(f"MASUK {code} Perosak")
    after = people.find_by_phone(phone=SITI, by=officer, purpose=exercise)
    assert after[0] == before[0]
    assert [who.level for who in after] == [0, 0]
    assert not any("Siti" in text or "Perosak" in text for text in replies())


# The table -----------------------------------------------------------------------------------------------------------


def test_a_sender_is_kept_by_a_keyed_hash_alone(code: str) -> None:
    send(f"MASUK {code} Siti")
    row = Sender.objects.get()
    assert bytes(row.phone_key) == blind_index().of("entrance.sender", "+60123456789")
    assert bytes(row.phone_key) != bytes(Person.objects.get().phone_key or b"")
    assert "6789" not in str(row)


def test_the_database_holds_what_must_hold_of_a_sender(code: str) -> None:
    send(f"MASUK {code} Siti")
    with pytest.raises(IntegrityError, match="sender_language_known"), transaction.atomic():
        Sender.objects.update(language="de")
    with pytest.raises(IntegrityError, match="sender_visit_placed"), transaction.atomic():
        Sender.objects.update(visit=None)
    with pytest.raises(IntegrityError, match="phone_key"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into entrance_sender (phone_key, person_id, language, written_at)"
            " select phone_key, person_id, language, written_at from entrance_sender"
        )
