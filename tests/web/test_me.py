"""What a citizen's browser shows: visits of its own device, under its own name, and after a document everything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from people.citizens import OTHER, PHONE, claimed, sign_in, visitor

from jejak.access import actions as access
from jejak.access import queries as access_queries
from jejak.kernel import clock
from jejak.kernel.ids import uuid7_at
from jejak.kernel.sealing import blind_index
from jejak.people import actions as people
from jejak.people import documents, holdings, queries, rules
from jejak.people.models import Device, Guardian, Holder, Person
from jejak.premises.models import Premises
from jejak.trail import actions as trail
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose
from jejak.visits import actions as visits
from jejak.visits.models import Dispute, Visit
from jejak.visits.rules import BURST, KIOSK, OBSERVED

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
MINE, THEIRS = 101, 202
DOCUMENT = documents.Document("mykad", "900101145678")
COUNTER = Purpose("counter", "document shown", "mykad")


@pytest.fixture(autouse=True)
def _days(db: None) -> None:
    today = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [today - timedelta(days=40), today + timedelta(days=2)])


def place(name: str) -> int:
    row = Premises.objects.create(
        name=name, kind="shop", address="1 Jalan Contoh", state="MY-10", district="Petaling", stay_minutes=30,
        longest_minutes=600, created_at=clock.now(), opening_hours={},
    )  # fmt: skip
    return int(row.pk)


def visited(person: int, name: str, *, device: int = MINE, hours: float = 3, flags: int = 0) -> UUID:
    at = clock.now() - timedelta(hours=hours)
    visit = uuid7_at(at)
    visits.check_in(visit=visit, premises=place(name), zone=None, minutes=30, person=person, device=device, flags=flags)
    return visit


@pytest.fixture
def clinic(db: None) -> User:
    return access.add_account(email="k@contoh.example", name="Puan Aida", kind="staff", role="clinic_staff")


def show(clinic: User, person: int, *, phone: str = PHONE, document: documents.Document = DOCUMENT) -> None:
    people.show_document(
        by=clinic, person=person, document=document, birth=documents.birth_dates(document)[0], phone=phone, purpose=COUNTER,
        at=clock.now(),
    )  # fmt: skip


def test_without_a_visitor_token_nothing_is_shown_but_what_to_do(client: Client) -> None:
    visited(claimed("Ali bin Abu"), "Kedai Ali")
    sign_in(client)
    page = client.get("/me/").text
    assert "Kedai Ali" not in page
    assert "/my" in page


def test_a_device_shows_its_own_visits_under_its_own_name(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Satu", flags=OBSERVED)
    visited(ali, "Kedai Dua", flags=KIOSK | BURST)
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    page = client.get("/me/").text
    assert "Kedai Satu" in page
    assert "Kedai Dua" in page
    assert "Ali bin Abu" in page
    assert Person.objects.get(pk=ali).level == rules.PHONE_VERIFIED


def test_two_who_share_a_number_stay_two(client: Client) -> None:
    ali, siti = claimed("Ali bin Abu"), claimed("Siti binti Abu")
    visited(ali, "Kedai Ali")
    visited(siti, "Kedai Siti", device=THEIRS)
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    page = client.get("/me/").text
    assert "Kedai Ali" in page
    assert "Kedai Siti" not in page
    assert "Siti" not in page


def test_another_device_of_the_same_name_is_not_shown(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Lama", device=THEIRS)
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    assert "Kedai Lama" not in client.get("/me/").text


def test_a_recycled_number_opens_nothing_old(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali")
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    later = Client()  # whoever has the number now, on a new phone, even under the same name
    visited(claimed("Ali bin Abu"), "Kedai Baharu", device=THEIRS)
    visitor(later, person=ali, device=THEIRS)
    sign_in(later)
    page = later.get("/me/").text
    assert "Kedai Baharu" in page
    assert "Kedai Ali" not in page


def test_another_number_does_not_open_what_a_device_wrote(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali")
    visitor(client, person=ali, device=MINE)
    sign_in(client, OTHER)
    page = client.get("/me/").text
    assert "Kedai Ali" not in page
    assert Device.objects.count() == 0
    assert "Ali" not in page


def test_a_device_verified_once_opens_nothing_without_its_token(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali")
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    del client.cookies["jejak_visitor"]
    assert "Kedai Ali" not in client.get("/me/").text


def test_the_first_code_after_a_document_opens_everything_on_that_browser(client: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali", device=THEIRS)
    show(clinic, ali)
    sign_in(client)
    assert "Kedai Ali" in client.get("/me/").text
    second = Client()
    sign_in(second)
    assert "Kedai Ali" not in second.get("/me/").text


def test_after_fourteen_days_a_code_opens_no_document(client: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali", device=THEIRS)
    show(clinic, ali)
    Person.objects.filter(pk=ali).update(phone_verified_at=clock.now() - timedelta(days=14, minutes=1))
    sign_in(client)
    assert "Kedai Ali" not in client.get("/me/").text
    assert Holder.objects.count() == 0


def test_a_number_that_changed_hands_keeps_two_documents_apart(client: Client, clinic: User) -> None:
    ali, chong = claimed("Ali bin Abu"), claimed("Chong Mei")
    visited(ali, "Kedai Ali", device=THEIRS)
    show(clinic, ali)
    sign_in(client)
    show(clinic, chong, document=documents.Document("mykad", "910202145679"))
    later = Client()
    sign_in(later)  # the number's new holder, one account with the old one
    page = later.get("/me/").text
    assert "Chong Mei" in page
    assert "Kedai Ali" not in page
    assert "Ali bin Abu" not in page
    assert "Kedai Ali" in client.get("/me/").text


def test_two_fresh_documents_behind_one_number_open_neither(client: Client, clinic: User) -> None:
    for name, number in (("Ali bin Abu", "900101145678"), ("Siti binti Abu", "910202145679")):
        show(clinic, claimed(name), document=documents.Document("mykad", number))
    sign_in(client)
    assert Holder.objects.count() == 0


def test_a_changed_phone_ends_what_the_old_number_opened(client: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali", device=THEIRS)
    show(clinic, ali)
    sign_in(client)
    show(clinic, ali, phone=OTHER)
    assert "Kedai Ali" not in client.get("/me/").text


def test_a_guardian_sees_the_dependant_on_a_bound_browser_alone(client: Client, clinic: User) -> None:
    ali, child = claimed("Ali bin Abu"), claimed("Anak Ali", phone=OTHER)
    visited(child, "Tadika Contoh", device=THEIRS)
    show(clinic, ali)
    Guardian.objects.create(dependant_id=child, guardian_id=ali, kind="guardian", since=clock.now())
    sign_in(client)
    assert "Tadika Contoh" in client.get("/me/").text
    second = Client()
    sign_in(second)
    assert "Tadika Contoh" not in second.get("/me/").text


def test_a_second_browser_is_bound_by_the_code_of_the_first(client: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali", device=THEIRS)
    show(clinic, ali)
    sign_in(client)
    code = client.post("/me/browsers/code/").text.split('id="code">')[1].split("<")[0]
    second, stranger = Client(), Client()
    sign_in(second)
    sign_in(stranger, OTHER)
    assert stranger.post("/me/browsers/bind/", {"code": code}).status_code == 422
    assert second.post("/me/browsers/bind/", {"code": "0000 0000"}).status_code == 422
    assert second.post("/me/browsers/bind/", {"code": code}).url == "/me/"
    assert "Kedai Ali" in second.get("/me/").text
    assert second.post("/me/browsers/bind/", {"code": code}).status_code == 422


def test_a_code_of_one_person_leaves_anothers_of_the_same_number_good(clinic: User) -> None:
    account = people.account_of(phone=PHONE, at=clock.now())
    ali, siti = claimed("Ali bin Abu"), claimed("Siti binti Abu")
    codes = [access.show_bind_code(account=account, person=person, now=clock.now()) for person in (ali, siti, siti)]
    tokens = [access.bind_by_code(account=account, typed=code, now=clock.now()) for code in codes]
    assert tokens[1] is None  # her second one took the place of her first
    for person, token in ((ali, tokens[0]), (siti, tokens[2])):
        assert access_queries.bound_person(account=account, token=token or "") == person


def test_five_wrong_codes_end_a_code_that_binds(client: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    show(clinic, ali)
    sign_in(client)
    code = client.post("/me/browsers/code/").text.split('id="code">')[1].split("<")[0]
    second = Client()
    sign_in(second)
    for _ in range(5):
        second.post("/me/browsers/bind/", {"code": "1"})
    assert second.post("/me/browsers/bind/", {"code": code}).status_code == 422


def test_an_unbound_browser_shows_no_code_and_ends_no_other(client: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    show(clinic, ali)
    sign_in(client)
    second = Client()
    sign_in(second)
    assert second.post("/me/browsers/code/").status_code == 404
    from jejak.access.models import Bound

    number = Bound.objects.get().pk
    assert second.post(f"/me/browsers/{number}/end/").status_code == 404
    assert client.post(f"/me/browsers/{number}/end/").url == "/me/data/"
    assert "Ali bin Abu" not in client.get("/me/").text


@pytest.mark.parametrize("path", ["/me/", "/me/looked/", "/me/data/", "/me/data.json", "/me/browsers/bind/"])
def test_staff_and_owners_are_told_that_this_is_for_visitors(owner_client: Client, path: str) -> None:
    answer = owner_client.get(path)
    assert answer.status_code == 403
    assert "/accounts/logout/" in answer.text


def test_a_visit_is_disputed_where_it_is_shown_and_nowhere_else(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    mine, theirs = visited(ali, "Kedai Ali"), visited(ali, "Kedai Lain", device=THEIRS)
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    assert client.get(f"/me/visits/{mine}/").status_code == 200
    assert client.post(f"/me/visits/{mine}/", {"kind": "times"}).status_code == 422
    assert client.post(f"/me/visits/{mine}/", {"kind": "times", "left": "00:01"}).url == "/me/"
    assert client.post(f"/me/visits/{mine}/", {"kind": "not-me"}).url == "/me/"
    client.get("/me/")  # which shows what was noted, once
    kinds = sorted(Dispute.objects.values_list("kind", flat=True))
    assert kinds == ["not-me", "times"]
    missing = "01890a5d-ac96-774b-bcce-b302099a8057"
    answers = [client.post(f"/me/visits/{one}/", {"kind": "not-me"}) for one in (theirs, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text.replace(missing, str(theirs))


def test_erasing_takes_name_and_number_off_and_leaves_the_visits_nobodys(client: Client) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali")
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    uuid = Person.objects.get(pk=ali).uuid
    assert client.get(f"/me/erase/{uuid}/").status_code == 200
    assert client.post(f"/me/erase/{uuid}/").status_code == 422
    answer = client.post(f"/me/erase/{uuid}/", {"sure": "on"})
    assert answer.status_code == 302
    assert answer.cookies["jejak_visitor"].value == ""
    row = Person.objects.get(pk=ali)
    assert (row.phone_key, row.phone_sealed, row.name_sealed, row.door_key) == (None, None, None, None)
    assert Visit.objects.filter(person_id=ali).count() == 1
    assert Entry.objects.filter(action="people.erased", subjects__person_id=ali).count() == 1
    assert claimed("Ali bin Abu") != ali


def test_nothing_is_erased_of_somebody_whom_a_case_holds(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ali = claimed("Ali bin Abu")
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    monkeypatch.setitem(holdings._counts, "cases", lambda persons: dict.fromkeys(persons, 1))
    uuid = Person.objects.get(pk=ali).uuid
    assert client.post(f"/me/erase/{uuid}/", {"sure": "on"}).status_code == 422
    assert Person.objects.get(pk=ali).name_sealed is not None


def test_who_checks_in_after_signing_in_sees_the_visit_at_once(client: Client) -> None:
    sign_in(client)
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali")
    visitor(client, person=ali, device=MINE)
    assert "Kedai Ali" in client.get("/me/").text


def test_only_what_this_browser_shows_can_be_erased_and_no_document(client: Client, clinic: User) -> None:
    ali, siti = claimed("Ali bin Abu"), claimed("Siti", phone=OTHER)
    show(clinic, ali)
    sign_in(client)
    for person in (ali, siti):
        uuid = Person.objects.get(pk=person).uuid
        assert client.post(f"/me/erase/{uuid}/", {"sure": "on"}).status_code == 404
    assert Person.objects.filter(name_sealed=None).count() == 0


def test_the_file_holds_what_the_browser_shows_and_no_more(client: Client, officer: User) -> None:
    ali = claimed("Ali bin Abu")
    visited(ali, "Kedai Ali")
    visited(ali, "Kedai Lain", device=THEIRS)
    trail.record(by=officer, action="visits.stays", purpose="case 17", persons=[ali])
    visitor(client, person=ali, device=MINE)
    sign_in(client)
    kept: dict[str, Any] = client.get("/me/data.json").json()
    rows = {part["key"]: part["rows"] for part in kept["parts"]}
    assert [len(rows[key]) for key in ("persons", "visits", "disputes", "looks")] == [1, 1, 0, 1]
    assert "Kedai Ali" in client.get("/me/data.html").text
    assert client.get("/me/data.pdf").status_code == 404
    assert "Pegawai" not in str(kept)


def test_who_is_read_as_one_is_shown_as_one_behind_a_document(client: Client, clinic: User) -> None:
    ali, old = claimed("Ali bin Abu"), claimed("Ali Abu", phone=OTHER)
    visited(old, "Kedai Lama", device=THEIRS)
    show(clinic, ali)
    from jejak.people.models import Merge

    Merge.objects.create(kept_id=ali, merged_id=old, merged_at=clock.now(), merged_by=clinic)
    sign_in(client)
    assert "Kedai Lama" in client.get("/me/").text


def test_a_document_stands_for_one_person(clinic: User) -> None:
    from jejak.people.errors import DocumentTaken

    ali, other = claimed("Ali bin Abu"), claimed("Ali Palsu", phone=OTHER)
    show(clinic, ali)
    with pytest.raises(DocumentTaken):
        show(clinic, other, phone=OTHER)
    assert Person.objects.get(pk=other).level == rules.CLAIMED
    assert Person.objects.get(pk=ali).phone_key == blind_index().of(rules.PHONE_INDEX, PHONE)
    assert queries.held_by(account=clinic.pk, bound=None, at=clock.now()) == ()
