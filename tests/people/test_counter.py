"""The counter: found masked, opened on the trail, documents recorded once, guardians written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from people.citizens import OTHER, PHONE, claimed, sign_in

from jejak.access import actions as access
from jejak.kernel import clock
from jejak.people import queries
from jejak.people.models import Document, Guardian, Holder, Person, Proposal
from jejak.people.rules import CLAIMED, DOCUMENT_VERIFIED
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_node")]
MYKAD = "900101-14-5678"
SHOWN = {
    "kind": "mykad",
    "number": MYKAD,
    "country": "MYS",
    "birth": "1990-01-01",
    "phone": "012-345 6789",
    "compared": "on",
}


@pytest.fixture
def clinic(db: None) -> User:
    return access.add_account(
        email="k@contoh.example", name="Puan Aida", kind="staff", role="clinic_staff", is_demo=True
    )


@pytest.fixture
def desk(clinic: User) -> Client:
    client = Client()
    client.force_login(clinic)
    return client


def uuid_of(person: int) -> UUID:
    return Person.objects.get(pk=person).uuid


def show(desk: Client, person: int, **other: str) -> Any:
    return desk.post(f"/counter/{uuid_of(person)}/", SHOWN | other)


def test_somebody_is_found_by_phone_masked_and_on_the_trail(desk: Client) -> None:
    ali = claimed("Ali bin Abu")
    page = desk.post("/counter/", {"kind": "mykad", "phone": "012-345 6789"}).text
    assert "A•••" in page
    assert "Ali bin" not in page
    assert "6789" in page
    assert "12345" not in page
    entry = Entry.objects.get(action="counter.find")
    assert [one.person_id for one in entry.subjects.all()] == [ali]
    assert entry.kind == "counter"


def test_opening_a_record_names_the_person_on_the_trail(desk: Client) -> None:
    ali = claimed("Ali bin Abu")
    assert "Ali bin Abu" in desk.get(f"/counter/{uuid_of(ali)}/").text
    assert Entry.objects.filter(action="counter.open", subjects__person_id=ali).exists()


def test_a_document_is_recorded_and_opens_the_citizens_page(desk: Client, client: Client) -> None:
    ali = claimed("Ali bin Abu")
    answer = show(desk, ali)
    assert answer.status_code == 200
    row = Person.objects.get(pk=ali)
    assert row.level == DOCUMENT_VERIFIED
    assert b"900101" not in bytes(Document.objects.get().number_sealed)
    page = desk.post("/counter/", {"kind": "mykad", "number": "900101145678"}).text
    assert "A•••" in page
    sign_in(client)
    assert "Ali bin Abu" in client.get("/me/").text


def test_the_same_document_for_a_second_person_changes_nothing_and_is_proposed(desk: Client) -> None:
    ali, other = claimed("Ali bin Abu"), claimed("Ali Abu", phone=OTHER)
    show(desk, ali)
    assert show(desk, other, phone="013-987 6543").status_code == 422
    assert Person.objects.get(pk=other).level == CLAIMED
    assert Document.objects.count() == 1
    proposal = Proposal.objects.get()
    assert {proposal.one_id, proposal.other_id} == {ali, other}


def test_a_name_is_corrected_to_the_documents_spelling(desk: Client, client: Client) -> None:
    ali = claimed("Ali bin Abo")
    assert show(desk, ali, name="Ali bin Abu 1990").status_code == 200
    assert show(desk, ali, name="1990").status_code == 422
    sign_in(client)
    assert "Ali bin Abu 1990" in client.get("/me/").text


@pytest.mark.parametrize("birth", ["1990-01-02", "2090-01-01", ""])
def test_a_birth_date_that_does_not_fit_is_refused(desk: Client, birth: str) -> None:
    ali = claimed("Ali bin Abu")
    assert show(desk, ali, birth=birth).status_code == 422
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"number": "123"}, {"kind": "passport", "number": "A1234567", "country": "XX"}, {"phone": "12"}, {"compared": ""}],
    ids=str,
)
def test_what_is_typed_wrong_is_told_and_nothing_is_recorded(desk: Client, wrong: dict[str, str]) -> None:
    assert show(desk, claimed("Ali bin Abu"), **wrong).status_code == 422
    assert Document.objects.count() == 0


def test_nothing_to_look_for_is_told(desk: Client) -> None:
    assert desk.post("/counter/", {"kind": "mykad"}).status_code == 422


def test_name_and_last_four_digits_find_who_showed_a_document(desk: Client) -> None:
    ali = claimed("Ali bin Abu")
    show(desk, ali)
    page = desk.post("/counter/", {"kind": "mykad", "name": "ali b. abu", "last4": "6789"}).text
    assert str(uuid_of(ali)) in page


def written_in(desk: Client, name: str) -> int:
    answer = desk.post("/counter/write-in/", {"name": name})
    assert answer.status_code == 302
    return int(Person.objects.get(uuid=answer.url.split("/")[2]).pk)


def guard(desk: Client, child: int, number: str, acts: str = "guardian") -> Any:
    told = {"kind": "mykad", "number": number, "country": "MYS", "acts": acts, "agreed": "on"}
    return desk.post(f"/counter/{uuid_of(child)}/guardian/", told)


NEAR = {"kind": "mykad", "number": "900101-14-5679", "name": "Ali bin Abu", "birth": "1990-01-01"}
DIFFERS = "Satu digit nombor dokumen berbeza"


def test_a_number_wrong_in_one_digit_is_found_with_name_and_birth_date(desk: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    show(desk, ali)
    page = desk.post("/counter/", NEAR).text
    assert DIFFERS in page
    assert str(uuid_of(ali)) in page
    assert "Ali bin" not in page.split('<section aria-live="polite">')[1]
    assert "5678" not in page.split('<section aria-live="polite">')[1]
    entry = Entry.objects.get(action="people.find-by-keys")
    assert (entry.kind, entry.by_id) == ("counter", clinic.pk)
    assert [one.person_id for one in entry.subjects.all()] == [ali]
    exact = desk.post("/counter/", NEAR | {"number": MYKAD}).text
    assert str(uuid_of(ali)) in exact
    assert DIFFERS not in exact
    assert Entry.objects.filter(action="people.find-by-keys").count() == 1


@pytest.mark.parametrize(
    "less", [{"name": ""}, {"birth": ""}, {"name": "Siti"}, {"birth": "1990-01-02"}, {"number": "900101-14-5689"}]
)
def test_a_number_that_is_nearly_right_finds_nobody_without_the_rest(desk: Client, less: dict[str, str]) -> None:
    ali = claimed("Ali bin Abu")
    show(desk, ali)
    page = desk.post("/counter/", NEAR | less).text
    assert str(uuid_of(ali)) not in page
    assert DIFFERS not in page


def test_a_child_without_a_phone_is_shown_by_its_guardian(desk: Client, client: Client) -> None:
    ali, siti = claimed("Ali bin Abu"), claimed("Siti binti Osman", phone=OTHER)
    child = written_in(desk, "Aisyah binti Ali")
    show(desk, ali)
    show(desk, siti, number="920202-10-5432", birth="1992-02-02", phone="013-987 6543")
    assert show(desk, child, number="150303-14-1234", birth="2015-03-03", phone="").status_code == 200
    assert guard(desk, child, MYKAD).status_code == 302
    assert guard(desk, child, "920202-10-5432", "co-guardian").status_code == 302
    assert sorted(Guardian.objects.filter(ended_at=None).values_list("kind", flat=True)) == ["co-guardian", "guardian"]
    sign_in(client)
    assert "Aisyah" in client.get("/me/").text
    other = Client()
    sign_in(other, OTHER)
    assert "Aisyah" in other.get("/me/").text
    desk.post(f"/counter/{uuid_of(child)}/of-age/")
    assert "Aisyah" not in client.get("/me/").text
    assert Entry.objects.filter(action="counter.guardian", subjects__person_id=child).count() == 3


def test_a_new_guardian_takes_the_place_of_the_one_before(desk: Client) -> None:
    ali, siti, child = claimed("Ali bin Abu"), claimed("Siti", phone=OTHER), written_in(desk, "Aisyah")
    show(desk, ali)
    show(desk, siti, number="920202-10-5432", birth="1992-02-02", phone="013-987 6543")
    guard(desk, child, MYKAD)
    guard(desk, child, "920202-10-5432")
    assert Guardian.objects.get(ended_at=None).guardian_id == siti


def test_nobody_acts_for_themselves_or_for_a_guardian_or_without_a_document(desk: Client) -> None:
    ali, siti, child = claimed("Ali bin Abu"), claimed("Siti", phone=OTHER), written_in(desk, "Aisyah")
    show(desk, ali)
    show(desk, siti, number="920202-10-5432", birth="1992-02-02", phone="013-987 6543")
    assert guard(desk, ali, MYKAD).status_code == 422
    assert guard(desk, child, "850505-14-1111").status_code == 422
    guard(desk, child, MYKAD)
    assert guard(desk, ali, "920202-10-5432").status_code == 422
    assert Guardian.objects.count() == 1


def test_whoever_a_refused_document_stands_for_is_named_on_the_trail(desk: Client) -> None:
    """A refusal tells that somebody showed the document, so it is a look at them."""
    ali, siti, child = claimed("Ali bin Abu"), claimed("Siti", phone=OTHER), written_in(desk, "Aisyah")
    show(desk, ali)
    show(desk, siti, number="920202-10-5432", birth="1992-02-02", phone="013-987 6543")
    guard(desk, child, MYKAD)
    looks = Entry.objects.filter(action="counter.find", refused="")
    assert guard(desk, ali, "920202-10-5432").status_code == 422
    assert [one.person_id for one in looks.get().subjects.all()] == [siti]
    assert guard(desk, ali, "850505-14-1111").status_code == 422
    assert looks.count() == 2
    assert show(desk, child, number="920202-10-5432", birth="1992-02-02").status_code == 422
    assert looks.filter(subjects__person_id=siti).count() == 2
    assert Document.objects.count() == 2


def test_all_browsers_end_at_the_counter_and_the_next_code_binds_anew(desk: Client, client: Client) -> None:
    ali = claimed("Ali bin Abu")
    show(desk, ali)
    sign_in(client)
    assert "Ali bin Abu" in client.get("/me/").text
    assert desk.post(f"/counter/{uuid_of(ali)}/unbind/").status_code == 302
    assert "Ali bin Abu" not in client.get("/me/").text
    fresh = Client()
    sign_in(fresh)
    assert "Ali bin Abu" in fresh.get("/me/").text
    assert Holder.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize("path", ["/counter/", "/counter/{}/", "/counter/{}/guardian/"])
def test_others_reach_no_counter(officer_client: Client, path: str) -> None:
    assert officer_client.get(path.format(uuid_of(claimed("Ali bin Abu")))).status_code == 403


def test_a_record_that_is_not_there_is_not_there(desk: Client) -> None:
    missing = "01890a5d-ac96-774b-bcce-b302099a8057"
    answers = [desk.get(f"/counter/{missing}/{part}") for part in ("", "guardian/")]
    answers += [desk.post(f"/counter/{missing}/{part}") for part in ("of-age/", "unbind/")]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_every_page_of_the_counter_that_shows_somebody_names_them_on_the_trail(desk: Client, clinic: User) -> None:
    ali = claimed("Ali bin Abu")
    show(desk, ali)
    desk.get(f"/counter/{uuid_of(ali)}/guardian/")
    looks = Entry.objects.filter(by_id=clinic.pk, subjects__person_id=ali)
    assert looks.filter(action="counter.open").count() == 2
    assert looks.filter(action="people.show-document").count() == 1
    assert queries.held_by(account=clinic.pk, bound=ali, at=clock.now()) == ()
    assert PHONE not in str(list(looks.values_list("detail", flat=True)))
