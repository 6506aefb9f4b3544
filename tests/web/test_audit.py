"""The auditors' pages: a sample from commitment to answer, the trail in numbers, a stopped account's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from jejak.access import actions as access
from jejak.access.models import Agency
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.ledger import sequencing
from jejak.people import actions as people
from jejak.trail import actions as trail
from jejak.trail.models import Drawn, Entry, Sample
from jejak.trail.rules import Purpose
from jejak.web.views.tallies import columns

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.usefixtures("demo_node")
OFFICE, OTHER = "Pejabat Kesihatan Petaling", "Pejabat Kesihatan Kedah"


@pytest.fixture
def log(transactional_db: None) -> Iterator[None]:
    """An empty log of the node."""
    import shutil

    files = sequencing.log_files()
    shutil.rmtree(files.folder, ignore_errors=True)
    yield
    shutil.rmtree(files.folder, ignore_errors=True)


def staff(role: str, agency: str = OFFICE) -> User:
    kind = AgencyKind.AUDIT if role == "auditor" else AgencyKind.HEALTH
    of = access.add_agency(name="Audit Contoh" if role == "auditor" else agency, kind=kind, now=clock.now())
    return access.add_account(
        email=f"{role}.{agency[-5:].lower()}@contoh.example", name=f"Orang {role}", kind="staff", role=role, agency=of,
        is_demo=True,
    )  # fmt: skip


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_sample_from_commitment_to_the_agencys_answer(log: None) -> None:
    officer, manager = staff("health_officer"), signed_in(staff("agency_manager"))
    yesterday = clock.now() - timedelta(days=1)
    person = people.upsert_claimed(phone="012-345 6789", name="Siti binti Ali", at=yesterday)
    for n in range(12):
        trail.record(by=officer, action="visits.stays", purpose=f"kes {n}", persons=[person], at=yesterday)
    auditor = signed_in(staff("auditor"))
    day = local_day(yesterday).isoformat()
    said = {"agency": OFFICE, "action": "visits.stays", "first": day, "last": day, "number": "4", "words": "dadu 6 1 3"}
    for last in (local_day(clock.now()).isoformat(), "9999-12-31"):
        assert auditor.post("/staff/audit/new/", said | {"last": last}).status_code == 422
    page = auditor.post("/staff/audit/new/", said).url
    assert "Siti" not in text(auditor.get(page))
    auditor.post(page + "draw/")
    assert Sample.objects.get().drawn_at is None
    sequencing.sequence()
    assert auditor.post(page + "draw/").url == page
    shown = text(auditor.get(page))
    assert "Siti" not in shown
    assert "6789" in shown
    assert "Orang health_officer" in shown
    look = Entry.objects.get(action="audit.look")
    assert list(look.subjects.values_list("person_id", flat=True)) == [person]
    assert look.reference in page
    assert len(text(auditor.get(page + "entries.txt")).split()) == 12
    one = Drawn.objects.order_by("position").first()
    assert one is not None
    judged = f"/staff/audit/entries/{one.pk}/"
    assert auditor.get(judged).status_code == 200
    assert auditor.post(judged, {"finding": "questionable"}).status_code == 422
    assert auditor.post(judged, {"finding": "questionable", "note": "tiada dalam fail kes"}).url == page
    assert "tiada dalam fail kes" in text(manager.get("/staff/audit/asked/"))
    stranger = signed_in(staff("agency_manager", OTHER))
    assert "tiada dalam fail kes" not in text(stranger.get("/staff/audit/asked/"))
    assert stranger.get(f"/staff/audit/asked/{one.pk}/").status_code == 404
    assert manager.post(f"/staff/audit/asked/{one.pk}/", {"words": "x"}).status_code == 422
    assert manager.post(f"/staff/audit/asked/{one.pk}/", {"words": "fail dibuka esoknya"}).url == "/staff/audit/asked/"
    assert "fail dibuka esoknya" in text(auditor.get(page))
    assert "tiada dalam fail kes" in text(auditor.get(judged))


def test_another_auditor_sees_that_there_is_a_sample_and_not_whom_it_shows(log: None) -> None:
    officer, yesterday = staff("health_officer"), clock.now() - timedelta(days=1)
    trail.record(by=officer, action="visits.stays", purpose="kes rahsia", at=yesterday)
    mine, other = signed_in(staff("auditor")), signed_in(staff("auditor", OTHER))
    day = local_day(yesterday).isoformat()
    page = mine.post("/staff/audit/new/", {"first": day, "last": day, "number": "5"}).url
    sequencing.sequence()
    mine.post(page + "draw/")
    assert "kes rahsia" in text(mine.get(page))
    assert "kes rahsia" not in text(other.get(page))
    assert other.get(f"/staff/audit/entries/{Drawn.objects.get().pk}/").status_code == 404
    assert other.get("/staff/audit/").status_code == 200


@pytest.mark.parametrize("agency", [OFFICE, ""])
def test_a_sample_is_closed_once_the_role_reaches_its_agencies_no_more(agency: str, log: None) -> None:
    officer, yesterday = staff("health_officer"), clock.now() - timedelta(days=1)
    Agency.objects.filter(name=OFFICE).update(state="MY-10")
    trail.record(by=officer, action="visits.stays", purpose="kes rahsia", at=yesterday)
    auditor = staff("auditor")
    browser, day = signed_in(auditor), local_day(yesterday).isoformat()
    said = {"agency": agency, "first": day, "last": day, "number": "5"}
    page, waits = (browser.post("/staff/audit/new/", said).url for _ in range(2))
    sequencing.sequence()
    browser.post(page + "draw/")
    judged = f"/staff/audit/entries/{Drawn.objects.get().pk}/"
    for state, status in (("MY-02", 404), ("", 200)):
        auditor.role_grants.update(state=state)
        shown = browser.get(page)
        assert ("kes rahsia" in text(shown)) is (status == 200)
        assert shown.status_code == (403 if status == 404 else 200)
        assert browser.get(judged).status_code == status
        assert browser.post(judged, {"finding": "in-order"}).status_code == (404 if status == 404 else 302)
        assert (waits + "draw/" in text(browser.get(waits))) is (status == 200)
        assert browser.post(waits + "draw/").status_code == (404 if status == 404 else 302)
    assert Entry.objects.filter(action="audit.look", refused="reference").count() == 1


@pytest.mark.django_db
def test_the_trail_in_numbers_names_nobody_and_a_manager_sees_their_own_agency() -> None:
    officer, other = staff("health_officer"), staff("health_officer", OTHER)
    person = people.upsert_claimed(phone="012-345 6789", name="Siti binti Ali", at=clock.now())
    trail.record(by=officer, action="visits.stays", purpose="kes satu", persons=[person])
    trail.record(by=other, action="visits.contacts", purpose="kes dua", persons=[person])
    trail.refuse(by=other, action="visits.stays", purpose=Purpose("x", "kes tiga"), why="scope")
    for page in (text(signed_in(staff("auditor")).get("/staff/trail/?agency=")),):
        assert OFFICE in page
        assert OTHER in page
        assert "Siti" not in page
        assert "Orang health_officer" not in page
    own = text(signed_in(staff("agency_manager")).get(f"/staff/trail/?agency={OTHER}"))
    assert OTHER not in own
    theirs = text(signed_in(staff("agency_manager", OTHER)).get("/staff/trail/"))
    assert "kes tiga" in theirs


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        "first=2022-02-01&last=2022-01-01",
        "first=2020-01-01&last=2022-01-01",
        "first=x",
        "first=9999-12-01&last=9999-12-31",
    ],
)
def test_a_period_that_makes_no_sense_is_said_so(asked: str) -> None:
    assert signed_in(staff("auditor")).get(f"/staff/trail/?{asked}").status_code == 422


@pytest.mark.django_db
def test_a_stopped_account_reads_until_when_and_whom_to_ask(settings: Any) -> None:
    officer, person = staff("data_steward"), people.upsert_claimed(phone="012-345 6789", name="Ali", at=clock.now())
    staff("agency_manager")
    for _ in range(200):
        trail.record(by=officer, action="people.compare", purpose=Purpose("merge", "semakan"), persons=[person])
    answer = signed_in(officer).get("/people/twice/?q=012-345+6789")
    assert answer.status_code == 429
    page = text(answer)
    assert "agency_manager.aling@contoh.example" in page
    assert "200" in page


@pytest.mark.django_db
def test_the_retention_page_lists_every_class() -> None:
    from jejak.store import retention

    page = text(signed_in(staff("auditor")).get("/staff/retention/"))
    for code in retention.classes():
        assert f">{code}<" in page


def test_a_picture_is_as_high_as_its_highest_day_and_one_refusal_can_be_seen() -> None:
    from datetime import date

    from jejak.trail.queries import DayCount

    bars = columns([DayCount(date(2022, 1, 1), 999, 1), DayCount(date(2022, 1, 2), 0, 0)])
    assert [(bar.top, bar.refused_top, bar.refused) for bar in bars] == [(1.0, 0.0, 1.0), (100.0, 100.0, 0.0)]
