"""A citizen's own page from outside, by HTTP: joining, family, corrections, leaving, proofs, and what nobody else gets."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from people.citizens import OTHER, PHONE, claimed, last_code, sign_in, visitor
from tracing.cases import office
from tracing.notified import notice_to
from web.test_me import visited

from jejak.access import actions as access
from jejak.formats.merkle import ProofError
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.ledger import sequencing
from jejak.messaging.models import Message
from jejak.people import actions as people
from jejak.people import documents, leaving, matching
from jejak.people.errors import DocumentDiffers
from jejak.people.models import Card, Document, Erasure, Guardian, Merge, Person, Proposal
from jejak.people.rules import DOCUMENT_VERIFIED
from jejak.tracing.models import Case, Contact, Notice
from jejak.trail import actions as trail
from jejak.trail import closing, lines
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose
from jejak.web.copies import NOT_TOLD, OF_TABLES

if TYPE_CHECKING:
    from tracing.cases import Office

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
MYKAD, THEIRS = "900101145678", "880202145679"
COUNTER = Purpose("counter", "document shown", "mykad")
MISSING = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.fixture(autouse=True)
def _days(db: None) -> None:
    today = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [today - timedelta(days=40), today + timedelta(days=2)])


@pytest.fixture
def clinic(db: None) -> User:
    return access.add_account(
        email="k@contoh.example", name="Puan Aida", kind="staff", role="clinic_staff", is_demo=True
    )


@pytest.fixture
def desk(clinic: User, demo_node: None) -> Client:
    made = Client()
    made.force_login(clinic)
    return made


def show(clinic: User, person: int, *, number: str = MYKAD, phone: str = PHONE, birth: date | None = None) -> None:
    document = documents.Document("mykad", number)
    people.show_document(
        by=clinic, person=person, document=document, birth=birth or documents.birth_dates(document)[0], phone=phone,
        purpose=COUNTER, at=clock.now(),
    )  # fmt: skip


def uuid_of(person: int) -> UUID:
    return Person.objects.get(pk=person).uuid


def bound(clinic: User, name: str = "Ali bin Abu", *, number: str = MYKAD, phone: str = PHONE) -> tuple[Client, int]:
    """Return the bound browser of a document-verified person, and the person."""
    person, browser = claimed(name, phone=phone), Client()
    show(clinic, person, number=number, phone=phone)
    sign_in(browser, phone)
    return browser, person


@pytest.fixture
def two(clinic: User) -> tuple[Client, int, int, Proposal]:
    """A bound browser whose device checks in under another spelling of the same name, as matching found it."""
    browser, mine = bound(clinic)
    other = claimed("Ali Abu")
    visited(other, "Kedai Lama")
    visitor(browser, person=other, device=101)
    matching.find(persons=[mine, other], now=clock.now())
    browser.get("/me/")
    return browser, mine, other, Proposal.objects.get()


def test_a_citizen_joins_their_two_records_and_undoes_it(two: tuple[Client, int, int, Proposal]) -> None:
    browser, mine, other, proposal = two
    assert f"/me/join/{proposal.uuid}/" in browser.get("/me/").text
    assert "Ali Abu" in browser.get(f"/me/join/{proposal.uuid}/").text
    assert browser.post(f"/me/join/{proposal.uuid}/", {"kind": "yes"}).url == "/me/"
    merge = Merge.objects.get()
    assert (merge.kept_id, merge.merged_id) == (mine, other)
    page = browser.get("/me/").text
    assert "Kedai Lama" in page
    assert "/me/join/" not in page
    assert browser.post(f"/me/join/{merge.uuid}/undo/").url == "/me/data/"
    assert browser.post(f"/me/join/{merge.uuid}/undo/").status_code == 404
    assert browser.get(f"/me/join/{proposal.uuid}/").status_code == 404


def test_who_says_no_is_not_asked_again(two: tuple[Client, int, int, Proposal]) -> None:
    browser, _mine, _other, proposal = two
    browser.post(f"/me/join/{proposal.uuid}/", {"kind": "no"})
    assert "/me/join/" not in browser.get("/me/").text
    assert not Merge.objects.exists()


def test_only_a_browser_that_shows_both_is_asked(two: tuple[Client, int, int, Proposal]) -> None:
    browser, _mine, other, proposal = two
    elsewhere, stranger = Client(), Client()
    visitor(elsewhere, person=other, device=101)  # the device alone, not bound to the document
    sign_in(elsewhere)
    sign_in(stranger, OTHER)
    del browser.cookies["jejak_visitor"]  # bound, but on another device than that of the other record
    for one in (browser, elsewhere, stranger):
        assert "/me/join/" not in one.get("/me/").text
        answers = [one.get(f"/me/join/{uuid}/") for uuid in (proposal.uuid, MISSING)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert one.post(f"/me/join/{proposal.uuid}/", {"kind": "yes"}).status_code == 404
    assert not Merge.objects.exists()


def test_a_browser_is_signed_out_when_its_person_is_erased(clinic: User) -> None:
    browser, person = bound(clinic)
    assert browser.get("/me/data/").status_code == 200
    asked = clock.now() - timedelta(days=8)
    by = access.User.objects.get(kind="citizen")
    leaving.ask(by=by, person=person, now=asked)
    assert leaving.erase_due(now=clock.now()) == 1
    answer = browser.get("/me/data/")
    assert answer.status_code == 302
    assert answer.url.startswith("/me/sign-in/")


def test_nobody_is_asked_whose_answer_would_show_visits_of_another_device(
    two: tuple[Client, int, int, Proposal],
) -> None:
    browser, mine, other, proposal = two
    visited(mine, "Kedai Sendiri", device=303)  # of the record that this browser shows whole, any device may be
    assert f"/me/join/{proposal.uuid}/" in browser.get("/me/").text
    visited(other, "Kedai Abang", device=202)
    assert "/me/join/" not in browser.get("/me/").text
    assert browser.get(f"/me/join/{proposal.uuid}/").status_code == 404
    assert browser.post(f"/me/join/{proposal.uuid}/", {"kind": "yes"}).status_code == 404
    assert "Kedai Abang" not in browser.get("/me/").text
    assert not Merge.objects.exists()
    assert Proposal.objects.get().decision == ""  # it waits for the stewards


def test_nobody_is_asked_about_a_record_that_a_code_opened_on_another_device(
    two: tuple[Client, int, int, Proposal], clinic: User
) -> None:
    browser, _mine, other, _proposal = two
    elsewhere = Client()
    visitor(elsewhere, person=other, device=202)
    sign_in(elsewhere)
    assert "/me/join/" not in browser.get("/me/").text


def test_what_a_counter_shows_since_forbids_joining(two: tuple[Client, int, int, Proposal], clinic: User) -> None:
    browser, _mine, other, proposal = two
    show(clinic, other, number=THEIRS, phone=PHONE)
    Person.objects.filter(pk=other).update(level=1)
    assert browser.get(f"/me/join/{proposal.uuid}/").status_code == 404
    assert Proposal.objects.get().decision == "vetoed"


@pytest.fixture
def home(clinic: User) -> tuple[Client, Client, int]:
    """The bound browsers of two parents, and a child for whom the first acts."""
    mother, first = bound(clinic, "Siti binti Abu")
    father, _second = bound(clinic, "Ali bin Abu", number=THEIRS, phone=OTHER)
    child = claimed("Aiman bin Ali", phone="+601112345678")
    visited(child, "Tadika Contoh", device=303)
    Guardian.objects.create(dependant_id=child, guardian_id=first, kind="guardian", since=clock.now())
    return mother, father, child


def code_on(page: str) -> str:
    return page.split('id="code">')[1].split("<", maxsplit=1)[0]


def offer_on(browser: Client) -> str:
    return re.findall(r"/me/family/offers/([0-9a-f-]{36})/", browser.get("/me/family/").text)[0]


def test_two_guardians_share_a_child_by_a_code(home: tuple[Client, Client, int]) -> None:
    mother, father, child = home
    assert "Tadika Contoh" not in father.get("/me/").text
    code = code_on(mother.post(f"/me/family/{uuid_of(child)}/code/", {"kind": "co-guardian"}).text)
    assert father.post("/me/family/code/", {"code": "1234 567 890"}).status_code == 422
    assert father.post("/me/family/code/", {"code": code}).url == "/me/family/"
    assert "Tadika Contoh" not in father.get("/me/").text
    assert father.post(f"/me/family/offers/{offer_on(father)}/", {"kind": "accept"}).url == "/me/family/"
    assert "Tadika Contoh" in father.get("/me/").text
    assert "Siti binti Abu" in father.get("/me/family/").text
    assert "Ali bin Abu" in mother.get("/me/family/").text
    assert father.post(f"/me/family/{uuid_of(child)}/code/", {"kind": "co-guardian"}).status_code == 404
    assert mother.get(f"/me/family/{uuid_of(child)}/step-back/").status_code == 200
    mother.post(f"/me/family/{uuid_of(child)}/step-back/")
    assert "Tadika Contoh" not in mother.get("/me/").text
    father.post(f"/me/family/{uuid_of(child)}/step-back/")  # the last one cannot
    assert "Tadika Contoh" in father.get("/me/").text


def test_a_child_is_handed_over_when_both_confirm(home: tuple[Client, Client, int]) -> None:
    mother, father, child = home
    code = code_on(mother.post(f"/me/family/{uuid_of(child)}/code/", {"kind": "guardian"}).text)
    father.post("/me/family/code/", {"code": code})
    offer = offer_on(father)
    assert mother.post(f"/me/family/offers/{offer}/", {"kind": "confirm"}).status_code == 404
    father.post(f"/me/family/offers/{offer}/", {"kind": "accept"})
    assert "Tadika Contoh" in mother.get("/me/").text
    assert father.post(f"/me/family/offers/{offer}/", {"kind": "confirm"}).status_code == 404
    assert mother.post(f"/me/family/offers/{offer}/", {"kind": "confirm"}).url == "/me/family/"
    assert "Tadika Contoh" not in mother.get("/me/").text
    assert "Tadika Contoh" in father.get("/me/").text


def test_what_is_another_familys_is_not_there(home: tuple[Client, Client, int]) -> None:
    mother, father, child = home
    unbound = Client()
    sign_in(unbound)
    for browser in (father, unbound):
        for uuid in (uuid_of(child), MISSING):
            assert browser.post(f"/me/family/{uuid}/code/").status_code == 404
            assert browser.get(f"/me/family/{uuid}/step-back/").status_code == 404
    assert unbound.post("/me/family/code/", {"code": "1"}).status_code == 404
    code = code_on(mother.post(f"/me/family/{uuid_of(child)}/code/").text)
    father.post("/me/family/code/", {"code": code})
    offer = offer_on(father)
    assert [unbound.post(f"/me/family/offers/{one}/").status_code for one in (offer, MISSING)] == [404, 404]


def test_both_pages_say_a_month_before_that_acting_ends(clinic: User, home: tuple[Client, Client, int]) -> None:
    mother, _father, child = home
    Guardian.objects.update(ended_at=clock.now())
    today = clock.now().date()
    born = (today + timedelta(days=20)).replace(year=today.year - 18)
    document = documents.Document("passport", "A1234567")
    people.show_document(
        by=clinic, person=child, document=document, birth=born, phone="+601112345678", purpose=COUNTER, at=clock.now()
    )
    Guardian.objects.create(
        dependant_id=child, guardian=Person.objects.get(uuid=uuid_of(Guardian.objects.latest("pk").guardian_id)),
        kind="guardian", since=clock.now(),
    )  # fmt: skip
    young = Client()
    sign_in(young, "+601112345678")
    assert "Aiman bin Ali hingga" in mother.get("/me/").text
    assert "Siti binti Abu bertindak bagi anda hingga" in young.get("/me/").text


def test_a_name_is_asked_for_and_a_counter_decides_with_the_document(clinic: User, desk: Client) -> None:
    browser, person = bound(clinic, "Mohd Ali")
    assert browser.post("/me/name/", {"name": "  "}).status_code == 422
    assert browser.post("/me/name/", {"name": "Muhammad Ali", "kind": "ask"}).url == "/me/data/"
    assert "Muhammad Ali" in browser.get("/me/data/").text
    path = f"/counter/{uuid_of(person)}/name/"
    assert "Muhammad Ali" in desk.get(path).text
    wrong = {"kind": "mykad", "number": THEIRS, "compared": "on", "decision": "accept"}
    assert desk.post(path, wrong).status_code == 422
    assert desk.post(path, wrong | {"number": MYKAD}).status_code == 302
    assert desk.get(path).url == f"/counter/{uuid_of(person)}/"
    assert "Muhammad Ali" in browser.get("/me/").text
    assert "Mohd Ali" in browser.get("/me/data.json").text
    browser.post("/me/name/", {"name": "Lain", "kind": "ask"})
    assert browser.post("/me/name/", {"kind": "withdraw"}).url == "/me/data/"
    assert browser.post("/me/name/", {"kind": "withdraw"}).status_code == 404


def test_a_changed_number_opens_nothing_old_any_more(clinic: User) -> None:
    browser, person = bound(clinic)
    visited(person, "Kedai Ali", device=404)
    assert browser.get("/me/number/code/").url == "/me/number/"
    assert browser.post("/me/number/", {"phone": PHONE}).status_code == 422
    assert browser.post("/me/number/", {"phone": OTHER}).url == "/me/number/code/"
    code = last_code()
    assert browser.post("/me/number/code/", {"code": "0000000"}).status_code == 422
    assert browser.post("/me/number/code/", {"code": code}).url == "/me/data/"
    assert "Kedai Ali" in browser.get("/me/").text
    old, new = Client(), Client()
    sign_in(old, PHONE)
    sign_in(new, OTHER)
    for other in (old, new):  # the new number on another browser: bound by a code of this one, not by the number
        assert "Kedai Ali" not in other.get("/me/").text


def test_the_old_number_is_told_also_when_a_counter_changes_it(clinic: User) -> None:
    _browser, person = bound(clinic)
    show(clinic, person, phone=OTHER)
    assert [one.template for one in Message.objects.exclude(template="code.sign-in")] == ["notice.number-changed"]


def test_a_record_is_erased_after_a_code_and_seven_days(clinic: User) -> None:
    browser, person = bound(clinic)
    assert browser.post("/me/leave/").status_code == 422
    assert browser.get("/me/leave/code/").url == "/me/leave/"
    assert browser.post("/me/leave/", {"sure": "on"}).url == "/me/leave/code/"
    assert browser.post("/me/leave/code/", {"code": "0000000"}).status_code == 422
    assert not Erasure.objects.exists()
    assert browser.post("/me/leave/code/", {"code": last_code()}).url == "/me/leave/"
    assert "/me/leave/cancel/" in browser.get("/me/leave/").text
    assert "/me/leave/" in browser.get("/me/").text
    assert browser.post("/me/leave/cancel/").url == "/me/data/"
    assert browser.post("/me/leave/cancel/").status_code == 404
    Erasure.objects.create(
        person_id=person, account=Erasure.objects.get().account, asked_at=clock.now() - timedelta(days=8),
        due_at=clock.now() - timedelta(days=1),
    )  # fmt: skip
    assert leaving.erase_due(now=clock.now()) == 1
    assert "Ali bin Abu" not in browser.get("/me/").text


def test_a_counter_erases_for_somebody_without_a_phone(clinic: User, desk: Client) -> None:
    person = claimed("Nenek Tanpa Telefon")
    show(clinic, person)
    path = f"/counter/{uuid_of(person)}/erase/"
    given = {"kind": "mykad", "number": THEIRS, "compared": "on"}
    assert desk.post(path, given).status_code == 422
    assert desk.post(path, given | {"number": MYKAD}).status_code == 302
    assert Erasure.objects.filter(person_id=person, cancelled_at=None).exists()
    assert desk.post(f"/counter/{uuid_of(person)}/keep/").status_code == 302
    assert desk.post(f"/counter/{uuid_of(person)}/keep/").status_code == 404


def test_an_unbound_browser_changes_nothing_of_a_document(clinic: User) -> None:
    bound(clinic)
    again = Client()
    sign_in(again)
    for path in ("/me/name/", "/me/number/", "/me/leave/", "/me/leave/code/", "/me/number/code/"):
        assert again.get(path).status_code == 404
        assert again.post(path, {"sure": "on", "phone": OTHER, "name": "X", "code": "1"}).status_code == 404
    assert again.post("/me/leave/cancel/").status_code == 404


def test_a_second_person_with_the_same_document_is_refused_and_queued(clinic: User, desk: Client) -> None:
    _browser, first = bound(clinic)
    second = claimed("Ali Palsu", phone=OTHER)
    given = {"kind": "mykad", "number": MYKAD, "birth": "1990-01-01", "phone": OTHER, "compared": "on"}
    assert desk.post(f"/counter/{uuid_of(second)}/", given).status_code == 422
    assert Person.objects.get(pk=second).level < DOCUMENT_VERIFIED
    row = Proposal.objects.get()
    assert (row.one_id, row.other_id) == tuple(sorted((first, second)))


def test_a_record_is_not_opened_to_whoever_shows_another_document(clinic: User, desk: Client) -> None:
    browser, person = bound(clinic)
    form = {"kind": "mykad", "number": THEIRS, "birth": "1988-02-02", "phone": OTHER, "compared": "on"}
    assert desk.post(f"/counter/{uuid_of(person)}/", form).status_code == 422
    with pytest.raises(DocumentDiffers):  # nor by a document of another kind, with another birth date
        people.show_document(
            by=clinic, person=person, document=documents.Document("passport", "A1234567"), birth=date(1988, 2, 2),
            phone=OTHER, purpose=COUNTER, at=clock.now(),
        )  # fmt: skip
    thief = Client()
    sign_in(thief, OTHER)
    assert "Ali bin Abu" not in thief.get("/me/").text
    assert "Ali bin Abu" in browser.get("/me/").text


def test_a_data_steward_replaces_a_document_that_was_recorded_by_mistake(clinic: User) -> None:
    _browser, person = bound(clinic, number="900101145679")
    steward = access.add_account(
        email="d@contoh.example", name="Puan Dewi", kind="staff", role="data_steward", is_demo=True
    )
    show(steward, person, number=MYKAD)
    assert list(Document.objects.filter(person=person).order_by("pk").values_list("ended_at", flat=True))[1:] == [None]
    assert Document.objects.filter(person=person, ended_at=None).count() == 1
    assert Entry.objects.filter(action="people.show-document").latest("pk").detail["ended"] == 1
    passport = documents.Document("passport", "A1234567", "IDN")
    people.show_document(
        by=clinic, person=person, document=passport, birth=documents.birth_dates(documents.Document("mykad", MYKAD))[0],
        phone=PHONE, purpose=COUNTER, at=clock.now(),
    )  # fmt: skip
    assert Document.objects.filter(person=person, ended_at=None).count() == 2


def test_two_names_on_one_phone_never_see_each_others_visits() -> None:
    ali, siti = claimed("Ali bin Abu"), claimed("Siti binti Abu")
    visited(ali, "Kedai Ali", device=101)
    visited(siti, "Kedai Siti", device=202)
    browsers = {}
    for person, device in ((ali, 101), (siti, 202)):
        browsers[person] = Client()
        visitor(browsers[person], person=person, device=device)
        sign_in(browsers[person])
    for person, own, others in ((ali, "Kedai Ali", "Siti"), (siti, "Kedai Siti", "Ali")):
        for path in ("/me/", "/me/looked/", "/me/data/", "/me/family/", "/me/data.json"):
            assert others not in browsers[person].get(path).text
        assert own in browsers[person].get("/me/").text


def test_the_new_owner_of_a_number_sees_nothing_of_the_one_before(clinic: User) -> None:
    _browser, person = bound(clinic)
    visited(person, "Kedai Lama", device=505)
    later = Client()
    visitor(later, person=claimed("Chong Mei"), device=606)
    sign_in(later)
    for path in ("/me/", "/me/looked/", "/me/data/", "/me/family/", "/me/data.json", "/me/data.html"):
        text = later.get(path).text
        assert "Kedai Lama" not in text
        assert "Ali bin Abu" not in text


def test_under_the_name_of_who_had_a_number_before_nothing_is_read_of_their_looks(clinic: User) -> None:
    ali, before, later = claimed("Ali bin Abu"), Client(), Client()
    visited(ali, "Kedai Lama", device=505)
    visitor(before, person=ali, device=505)
    early = trail.record(by=clinic, action="counter.open", purpose=COUNTER, persons=[ali])
    sign_in(before)
    before.post(f"/me/looked/{early.uuid}/", {"words": "Saya tidak pernah ke klinik"})
    visitor(later, person=claimed("ALI bin Abu"), device=606)
    sign_in(later)
    for path in ("/me/looked/", "/me/data.json"):
        assert "Saya tidak pernah ke klinik" in before.get(path).text
        assert "tidak pernah" not in later.get(path).text
    for path in (f"/me/looked/{early.uuid}/", f"/me/looked/{early.uuid}/proof.json"):
        assert later.get(path).status_code == 404
    since = trail.record(by=clinic, action="counter.open", purpose=COUNTER, persons=[ali])
    assert all(one.get(f"/me/looked/{since.uuid}/").status_code == 200 for one in (before, later))


def test_a_number_and_a_name_open_no_looks_at_a_document(clinic: User) -> None:
    mine, person = bound(clinic)
    later, early = Client(), trail.record(by=clinic, action="counter.open", purpose=COUNTER, persons=[person])
    visitor(later, person=claimed("Ali bin Abu"), device=606)
    sign_in(later)
    assert mine.get(f"/me/looked/{early.uuid}/").status_code == 200
    assert later.get(f"/me/looked/{early.uuid}/").status_code == 404


@pytest.fixture
def log(transactional_db: None) -> Any:
    folder = sequencing.log_files().folder
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.django_db(transaction=True)
def test_a_citizen_takes_the_proof_of_a_line_and_nobody_elses(log: Any, officer: User) -> None:
    ali, other = claimed("Ali bin Abu"), claimed("Lain", phone=OTHER)
    visited(ali, "Kedai Lama", hours=48)
    yesterday = clock.now() - timedelta(days=1)
    mine = trail.record(by=officer, action="visits.stays", purpose="kes 17", persons=[ali, other], at=yesterday)
    theirs = trail.record(by=officer, action="visits.stays", purpose="kes 18", persons=[other], at=yesterday)
    browser = Client()
    visitor(browser, person=ali, device=101)
    sign_in(browser)
    path = f"/me/looked/{mine.uuid}/proof.json"
    assert browser.get(path).status_code == 404
    assert path not in browser.get("/me/looked/").text
    closing.close_days(now=clock.now(), node="selangor")
    sequencing.sequence()
    assert path in browser.get("/me/looked/").text
    answer = browser.get(path)
    head = log and sequencing.log_files().head()
    key = sequencing.verifier_keys(head.origin)[0]
    rows = lines.verify(answer.content, key=key)
    assert [row.row.get("person", row.row.get("purpose")) for row in rows] == ["kes 17", ali]
    assert officer.name not in answer.text
    changed = json.loads(answer.content)
    changed["rows"][0]["row"]["purpose"] = "kes 18"
    with pytest.raises(ProofError):
        lines.verify(json.dumps(changed).encode(), key=key)
    answers = [browser.get(f"/me/looked/{uuid}/proof.json") for uuid in (theirs.uuid, MISSING)]
    assert [one.status_code for one in answers] == [404, 404]
    stranger = Client()
    sign_in(stranger, OTHER)
    assert stranger.get(path).status_code == 404


def about_persons() -> set[str]:
    """Return the table of every model with a column that names a person."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            to_person = isinstance(field, models.ForeignKey) and field.related_model is Person
            if to_person or getattr(field, "column", "") in {"person", "person_id"}:
                found.add(model._meta.db_table)
    return found | {Person._meta.db_table}


def test_the_file_knows_every_table_about_persons() -> None:
    not_of_persons = {"people_matched"}  # how far a run has come
    assert {"visits_visit", "trail_subject", "people_guardian"} <= about_persons()
    assert about_persons() - not_of_persons - set(OF_TABLES) - set(NOT_TOLD) == set()


def test_the_file_holds_what_each_room_keeps(home: tuple[Client, Client, int], officer: User) -> None:
    mother, _father, child = home
    mine = Guardian.objects.get().guardian_id
    visit = visited(mine, "Kedai Siti", device=707)
    Card.objects.create(person_id=mine, issued_at=clock.now())
    entry = trail.record(by=officer, action="visits.stays", purpose="kes 17", persons=[mine])
    mother.post(f"/me/looked/{entry.uuid}/", {"words": "mengapa?"})
    mother.post("/me/name/", {"name": "Siti Aminah", "kind": "ask"})
    mother.post(f"/me/visits/{visit}/", {"kind": "not-me"})
    mother.post(f"/me/family/{uuid_of(child)}/code/")
    kept: dict[str, Any] = mother.get("/me/data.json").json()
    rows = {part["key"]: part["rows"] for part in kept["parts"]}
    assert set(OF_TABLES.values()) == set(rows)
    empty = {key for key, found in rows.items() if not found}
    assert empty == {"names", "cases", "told"}
    assert MYKAD in str(rows["papers"])
    assert "Kedai Siti" in mother.get("/me/").text
    assert "Apa yang anda betulkan" in mother.get("/me/").text
    assert Entry.objects.filter(action="people.name-asked").exists()


def test_the_file_tells_an_illness_and_an_exposure_once_a_document_stands_behind_it(
    home: tuple[Client, Client, int],
) -> None:
    mother, _father, _child = home
    mine = Guardian.objects.get().guardian_id
    health = office()
    case = health.report("Siti binti Abu")
    Case.objects.filter(pk=case.id).update(person=mine)
    told, untold = (exposed(mine, by=health, disease=disease) for disease in ("covid-19", "measles"))
    notice_to(told, office=health)
    kept = {part["key"]: part["rows"] for part in mother.get("/me/data.json").json()["parts"]}
    [sick], [near] = kept["cases"], kept["told"]
    assert case.number in sick.values()
    assert "Disahkan" in sick.values()
    assert str(local_day(told.last)) in near.values()
    assert "tidak" in near.values()
    assert not Notice.objects.filter(contact=untold).exists()
    by_phone = Client()
    visited(mine, "Kedai Lama", device=505)
    visitor(by_phone, person=mine, device=505)
    sign_in(by_phone)
    seen = {part["key"]: part["rows"] for part in by_phone.get("/me/data.json").json()["parts"]}
    assert not seen["cases"]
    assert not seen["told"]


def exposed(person: int, *, by: Office, disease: str) -> Contact:
    """Return somebody's line at an office, as a run would have found it."""
    now = clock.now()
    return Contact.objects.create(
        disease=disease, agency=by.agency, person_id=person, first=now, last=now, tier=2, found_at=now
    )
