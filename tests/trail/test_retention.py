"""What is past its time goes, of every class, in one run that is counted first and noted after."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import F

from jejak.access import actions as access
from jejak.access.models import Alert, BindCode, Bound, Invitation, Request
from jejak.access.rules import AgencyKind
from jejak.entrance.models import Attempt, Sender
from jejak.kernel import clock
from jejak.kernel.ids import uuid7_at
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.people import actions as people
from jejak.people.models import Card, Person
from jejak.premises.models import Import, ImportRow
from jejak.store import retention
from jejak.trail import actions
from jejak.trail.actions import Machine
from jejak.trail.errors import DayNotCome
from jejak.trail.models import Entry, Question
from jejak.visits import actions as visits
from jejak.visits import queries

pytestmark = pytest.mark.django_db(databases=["default", "retention"], transaction=True)
DAY = timedelta(days=1)
IDLE = "select visits_forget_idle({0}, {0}, now(), {1})"


def claimed(name: str, *, days_ago: int, phone: str = "012-345 6789") -> int:
    return people.upsert_claimed(phone=phone, name=name, at=clock.now() - days_ago * DAY)


def visit(person: int, *, days_ago: int) -> None:
    at = clock.now() - days_ago * DAY
    visits.make_days(first=local_day(at), last=local_day(at))
    visits.check_in(visit=uuid7_at(at), premises=1, zone=None, minutes=30, person=person, device=5, flags=0)


def nights_pass(number: int) -> None:
    """Let those whom nothing keeps have waited so many nights longer."""
    Person.objects.exclude(idle_since=None).update(idle_since=F("idle_since") - timedelta(days=number))


def rows(went: list[actions.Went]) -> dict[str, int]:
    return {f"{one.code}/{part.what}": part.rows for one in went for part in one.gone if part.rows}


def test_every_class_says_how_long_and_is_documented() -> None:
    said = (Path(__file__).parents[2] / "docs/reference/retention.md").read_text()
    assert set(retention.classes()) >= {"visits", "persons", "messages", "trail", "jobs"}
    for code, one in retention.classes().items():
        assert one.days() >= 1
        assert f"`{code}`" in said


def test_visitors_not_seen_since_go_with_their_names_and_the_others_stay() -> None:
    idle, back, fresh = claimed("Lama", days_ago=200), claimed("Kembali", days_ago=200), claimed("Baru", days_ago=3)
    visit(back, days_ago=10)
    actions.run_retention(now=clock.now())
    nights_pass(4)
    assert rows(actions.run_retention(now=clock.now(), dry_run=True))["persons/persons"] == 1
    assert Person.objects.count() == 3
    actions.run_retention(now=clock.now())
    assert set(Person.objects.values_list("pk", flat=True)) == {back, fresh}
    assert idle not in {back, fresh}
    assert "persons/persons" not in rows(actions.run_retention(now=clock.now()))


def test_a_person_does_not_go_in_the_night_of_the_last_visit_but_four_days_after() -> None:
    person = claimed("Lama", days_ago=200)
    visit(person, days_ago=settings().visit_days + 1)
    for passed in (0, 1, 2):
        nights_pass(passed)
        counted = rows(actions.run_retention(now=clock.now(), dry_run=True))
        assert "persons/persons" not in counted
        assert rows(actions.run_retention(now=clock.now())) == counted
    nights_pass(1)
    assert rows(actions.run_retention(now=clock.now(), dry_run=True)) == {"persons/persons": 1}
    assert rows(actions.run_retention(now=clock.now())) == {"persons/persons": 1}
    assert not Person.objects.filter(pk=person).exists()


@pytest.mark.parametrize("by", ["visit", "card", "level"])
def test_whoever_is_kept_again_waits_anew_however_many_nights_nobody_looked(by: str) -> None:
    person = claimed("Kembali", days_ago=200)
    actions.run_retention(now=clock.now())
    nights_pass(100)
    if by == "visit":
        visit(person, days_ago=settings().visit_days + 1)
    elif by == "card":
        Card.objects.create(person_id=person, issued_at=clock.now() - 500 * DAY)
    else:
        Person.objects.update(level=Person.Level.PHONE_VERIFIED)
    counted = rows(actions.run_retention(now=clock.now(), dry_run=True))
    assert rows(actions.run_retention(now=clock.now())) == counted
    tonight = local_day(clock.now())
    assert Person.objects.get().idle_since == {"visit": tonight, "card": tonight, "level": None}[by]


def test_a_run_for_an_earlier_day_lets_nobody_go_the_sooner() -> None:
    claimed("Lama", days_ago=200)
    actions.run_retention(now=clock.now(), on=local_day(clock.now() - 20 * DAY))
    assert Person.objects.get().idle_since == local_day(clock.now())
    Person.objects.update(idle_since=local_day(clock.now() + 300 * DAY))
    actions.run_retention(now=clock.now())
    assert Person.objects.get().idle_since == local_day(clock.now())


def test_a_person_stays_as_long_as_a_token_could_still_name_them() -> None:
    kept = settings().visit_days
    person = claimed("Hampir", days_ago=kept + 3)
    actions.run_retention(now=clock.now())
    assert Person.objects.filter(pk=person).exists()


def test_whoever_holds_a_card_stays_until_the_card_is_old() -> None:
    card = people.issue_card(name="Mak Timah", reach="Kampung Contoh", at=clock.now() - 200 * DAY)
    actions.run_retention(now=clock.now())
    assert Card.objects.filter(pk=card.number).exists()
    Card.objects.update(issued_at=clock.now() - 500 * DAY)
    Person.objects.update(created_at=clock.now() - 500 * DAY)
    assert rows(actions.run_retention(now=clock.now())) == {"persons/cards": 1}
    nights_pass(4)
    assert rows(actions.run_retention(now=clock.now())) == {"persons/persons": 1}


def test_a_dry_run_counts_the_cards_of_whose_last_visit_goes_in_the_same_night() -> None:
    card = people.issue_card(name="Mak Timah", reach="Kampung Contoh", at=clock.now() - 500 * DAY)
    visit(Card.objects.get(pk=card.number).person_id, days_ago=settings().visit_days + 1)
    counted = rows(actions.run_retention(now=clock.now(), dry_run=True))
    assert rows(actions.run_retention(now=clock.now())) == counted
    assert counted["persons/cards"] == 1


def test_a_verified_person_never_goes_for_being_idle() -> None:
    claimed("Lama", days_ago=400)
    Person.objects.update(level=Person.Level.PHONE_VERIFIED)
    actions.run_retention(now=clock.now())
    assert Person.objects.count() == 1


def test_the_trail_goes_after_its_years_and_the_run_is_noted() -> None:
    machine = Machine(0, "nod")
    for days in (settings().trail_days + 2, 10):
        actions.record(by=machine, action="x", purpose="contoh", at=clock.now() - days * DAY)
    assert rows(actions.run_retention(now=clock.now()))["trail/entries"] == 1
    left = list(Entry.objects.order_by("at").values_list("action", flat=True))
    assert left == ["x", "retention.run"]
    assert Entry.objects.get(action="retention.run").detail["rows"]["trail"] == 1


def test_a_dry_run_notes_nothing() -> None:
    actions.run_retention(now=clock.now(), dry_run=True)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("select trail_forget(now() - interval '30 days')", "is not 90 days ago"),
        (IDLE.format("now()", "'2020-01-01'"), "is not a day ago"),
        (IDLE.format("now() - interval '9 days'", "current_date - 2"), "is not four days ago"),
    ],
)
def test_the_database_refuses_to_forget_what_is_young(database: Any, statement: str, said: str) -> None:
    with (
        psycopg.connect(database.retention, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InvalidParameterValue, match=said),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("function", ["trail_forget(now())", "visits_unmark_idle()"])
def test_the_app_may_not_forget(function: str) -> None:
    with pytest.raises(Exception, match="permission denied"), connections["default"].cursor() as cursor:
        cursor.execute(f"select {function}")


def test_ended_jobs_go_after_a_fortnight() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("insert into procrastinate_jobs (queue_name, task_name, status) values ('q', 't', 'failed')")
        cursor.execute("update procrastinate_events set at = now() - interval '20 days'")
    assert rows(actions.run_retention(now=clock.now()))["jobs/jobs"] == 1


def test_questions_go_with_the_entries_they_are_about(officer: Any) -> None:
    person = claimed("Ali", days_ago=1)
    old = actions.record(
        by=officer, action="visits.stays", purpose="case 1", persons=[person], at=clock.now() - 3000 * DAY
    )
    actions.question(entry=old.uuid, person=person, words="mengapa?", at=clock.now() - 2999 * DAY)
    actions.run_retention(now=clock.now())
    assert Question.objects.count() == 0
    assert not Entry.objects.filter(pk=old.pk).exists()


def test_what_is_written_down_beside_accounts_and_doors_goes_in_time(officer: Any) -> None:
    now = clock.now()
    agency = access.add_agency(name="Pejabat Contoh", kind=AgencyKind.HEALTH, now=now)
    old, young = now - 400 * DAY, now
    for at in (old, young):
        BindCode.objects.create(account=officer, person_id=1, digest=b"x", shown_at=at)
        Bound.objects.create(account=officer, person_id=1, token_digest=f"{at}".encode(), bound_at=at, ended_at=at)
        Invitation.objects.create(
            agency=agency, email=f"{at:%s}@contoh.example", name="Siti", role="health_officer",
            token_digest=f"{at}".encode(), invited_by=officer, invited_at=at, expires_at=at + 7 * DAY,
        )  # fmt: skip
        Attempt.objects.create(address_key=f"{at}".encode(), minute=at, tries=1)
        Alert.objects.create(
            account_id=1, kind="refusals", first_at=at, last_at=at, looked_at=at, looked_by=2, looked_name="x", note="x"
        )
        Session.objects.create(session_key=f"{at:%s}", session_data="x", expire_date=at)
        Sender.objects.create(phone_key=f"{at}".encode(), person_id=claimed(f"Nama {at:%s}", days_ago=1), written_at=at)
    Alert.objects.create(account_id=1, kind="refusals", first_at=old, last_at=old)
    counted = rows(actions.run_retention(now=now, dry_run=True))
    gone = rows(actions.run_retention(now=now))
    assert counted == gone
    codes = "alerts/alerts attempts/attempts bindcodes/codes bindings/bindings invitations/invitations senders/senders"
    assert {code: gone[code] for code in codes.split()} == dict.fromkeys(codes.split(), 1)
    assert Session.objects.count() == 1
    assert Alert.objects.count() == 2
    assert (
        Bound.objects.count() == Invitation.objects.count() == Sender.objects.count() == BindCode.objects.count() == 1
    )


def test_requests_go_after_the_trails_years_and_rows_of_files_after_a_quarter(officer: Any) -> None:
    now = clock.now()
    for age in (3000, 10):
        at = now - age * DAY
        Request.objects.create(
            kind="x", what={}, digest=b"x", reason="contoh sahaja", asked_by=officer, asked_at=at, expires_at=at + DAY
        )
    made = Import.objects.create(digest="0" * 64, name="kedai.csv", by_name="x", previewed_at=now - 91 * DAY)
    ImportRow.objects.create(source=made, number=1, cells={"pemilik": "Siti"}, outcome="ready")
    gone = rows(actions.run_retention(now=now))
    assert (gone["requests/requests"], gone["imports/imports"]) == (1, 1)
    assert Import.objects.count() == Request.objects.count() == 1


def test_logs_are_in_the_table_and_no_run_counts_them() -> None:
    went = {one.code for one in actions.run_retention(now=clock.now(), dry_run=True)}
    assert not retention.classes()["logs"].kept
    assert went == {code for code, one in retention.classes().items() if one.kept}


def test_a_clock_ahead_of_the_databases_deletes_nothing() -> None:
    somebody = claimed("Baru", days_ago=3)
    visit(somebody, days_ago=3)
    with pytest.raises(DayNotCome):
        actions.run_retention(now=clock.now() + 400 * DAY)
    assert queries.visits_on(local_day(clock.now() - 3 * DAY)) == 1
    assert Person.objects.filter(pk=somebody).exists()
    assert rows(actions.run_retention(now=clock.now() - 400 * DAY)) == {}


def test_of_runs_at_once_one_deletes_and_the_others_find_nothing() -> None:
    for number in range(100, 106):
        visit(claimed("Lama", days_ago=200), days_ago=number)
    Person.objects.filter(pk=claimed("Lebih Lama", days_ago=200)).update(idle_since=local_day(clock.now() - 9 * DAY))

    def run(_number: int) -> dict[str, int]:
        try:
            return rows(actions.run_retention(now=clock.now()))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        went = sorted(pool.map(run, range(3)), key=len)
    assert went[:2] == [{}, {}]
    assert went[2]["persons/persons"] == 1
