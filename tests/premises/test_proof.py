"""A premises is confirmed by its phone, by post or by an officer; by nobody else, and not for another address."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from premises.shops import NOW, SHOP, account, browser, shop, text_of, trail

from jejak.messaging import actions as messaging
from jejak.messaging import queries as messages
from jejak.premises import actions, queries
from jejak.premises.errors import DetailsWrong, ProofRefused, UnknownPremises, UnknownProof
from jejak.premises.models import Premises, Proof

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User
    from jejak.premises.queries import Place

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SOURCE = "account:01"


@pytest.fixture
def place(owner: User) -> Place:
    return shop(owner)


def code_by_phone(owner: User, place: Place) -> str:
    asked = actions.ask_by_phone(by=owner, uuid=place.uuid, language="ms", source=SOURCE, now=NOW)
    assert asked.reason == ""
    messaging.send_due(clock=lambda: NOW)
    [digits] = re.findall(r"\b[0-9]{7}\b", messages.console()[0].text)
    return digits


def code_by_letter(owner: User, officer: User, place: Place) -> str:
    actions.ask_by_letter(by=owner, uuid=place.uuid, now=NOW)
    return actions.write_letter(by=officer, proof=waiting(), now=NOW)[1]


def waiting() -> UUID:
    [one] = queries.waiting(now=NOW)
    return one.uuid


def confirmed(place: Place) -> tuple[bool, str]:
    found = queries.place(place.id)
    return found.confirmed, found.confirmed_way


def test_a_premises_begins_unconfirmed(place: Place) -> None:
    assert confirmed(place) == (False, "")


def test_the_code_to_the_phone_confirms_once(owner: User, place: Place) -> None:
    digits = code_by_phone(owner, place)
    assert not actions.check_phone(by=owner, uuid=place.uuid, typed="0000000", now=NOW)
    assert actions.check_phone(by=owner, uuid=place.uuid, typed=digits, now=NOW)
    assert confirmed(place) == (True, "phone")
    with pytest.raises(UnknownProof):
        actions.check_phone(by=owner, uuid=place.uuid, typed=digits, now=NOW)
    assert trail()[-1] == "premises.confirmed"


def test_the_code_dies_after_ten_minutes_and_with_a_changed_phone(owner: User, place: Place) -> None:
    digits = code_by_phone(owner, place)
    with pytest.raises(UnknownProof):
        actions.check_phone(by=owner, uuid=place.uuid, typed=digits, now=NOW + timedelta(minutes=10))
    actions.revise(by=owner, uuid=place.uuid, details=replace(SHOP, phone="+60198765432"), now=NOW)
    assert not actions.check_phone(by=owner, uuid=place.uuid, typed=digits, now=NOW)
    assert confirmed(place) == (False, "")


def test_a_number_is_not_flooded_and_a_used_up_budget_leaves_the_code_before_alone(owner: User, place: Place) -> None:
    for _ in range(2):
        assert not actions.ask_by_phone(by=owner, uuid=place.uuid, language="ms", source=SOURCE, now=NOW).reason
    messaging.send_due(clock=lambda: NOW)
    asked = [actions.ask_by_phone(by=owner, uuid=place.uuid, language="ms", source=SOURCE, now=NOW) for _ in range(3)]
    assert [each.reason for each in asked] == ["", "recipient-hour", "recipient-hour"]
    assert "phone" in queries.proofs_of(owner=owner, uuid=place.uuid, now=NOW)


@pytest.mark.parametrize(("phone", "problem"), [("", "no-phone"), ("+60355441234", "landline")])
def test_a_phone_that_takes_no_sms_gets_none(owner: User, phone: str, problem: str) -> None:
    place = shop(owner, phone=phone)
    with pytest.raises(ProofRefused) as caught:
        actions.ask_by_phone(by=owner, uuid=place.uuid, language="ms", source=SOURCE, now=NOW)
    assert caught.value.problem == problem


def test_no_code_is_sent_before_a_registration_number_is_given(owner: User) -> None:
    place = shop(owner)
    for wrong in ("", "2019991234567", "?"):
        Premises.objects.filter(pk=place.id).update(registration_number=wrong)
        with pytest.raises(ProofRefused) as caught:
            actions.ask_by_phone(by=owner, uuid=place.uuid, language="ms", source=SOURCE, now=NOW)
        assert caught.value.problem == "no-registration"
    assert not messages.console()
    Premises.objects.filter(pk=place.id).update(registration_number="")
    page = browser(owner).post(reverse("premises:ask", args=[place.uuid, "phone"]), follow=True)
    assert "Berikan nombor pendaftaran" in text_of(page)


@pytest.mark.parametrize(
    ("way", "said"), [("phone", "melalui telefon"), ("post", "melalui surat"), ("officer", "oleh pegawai")]
)
def test_every_page_says_how_a_premises_was_confirmed(way: str, said: str, owner: User, place: Place) -> None:
    Premises.objects.filter(pk=place.id).update(confirmed_at=NOW, confirmed_way=way)
    for page in ("detail", "proof"):
        assert said in text_of(browser(owner).get(reverse(f"premises:{page}", args=[place.uuid])))
    assert f"disahkan {said}" in text_of(browser(owner).get(reverse("premises:list")))


def test_the_letter_s_code_confirms_however_it_is_typed(owner: User, officer: User, place: Place) -> None:
    code = code_by_letter(owner, officer, place)
    assert len(code) == 8
    typed = f"{code[:4].lower()}-{code[4:]} ".replace("0", "O").replace("1", "l")
    assert actions.check_letter(by=owner, uuid=place.uuid, typed=typed, now=NOW + 29 * DAY)
    assert confirmed(place) == (True, "post")


def test_the_letter_s_code_is_not_in_the_database(owner: User, officer: User, place: Place) -> None:
    code = code_by_letter(owner, officer, place)
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(p::text, ' ') from premises_proof p")
        row = cursor.fetchone()[0]
        cursor.execute("select string_agg(t::text, ' ') from trail_entry t")
        row += cursor.fetchone()[0]
    assert code not in row
    assert code.encode().hex() not in row


def test_the_letter_s_code_ends_after_five_wrong_tries(owner: User, officer: User, place: Place) -> None:
    code = code_by_letter(owner, officer, place)
    for _ in range(5):
        assert not actions.check_letter(by=owner, uuid=place.uuid, typed="ZZZZ ZZZZ", now=NOW)
    with pytest.raises(UnknownProof):
        actions.check_letter(by=owner, uuid=place.uuid, typed=code, now=NOW)
    actions.ask_by_letter(by=owner, uuid=place.uuid, now=NOW)
    assert confirmed(place) == (False, "")


def test_the_letter_s_code_ends_after_thirty_days_and_when_printed_again(
    owner: User, officer: User, place: Place
) -> None:
    first = code_by_letter(owner, officer, place)
    with pytest.raises(UnknownProof):
        actions.check_letter(by=owner, uuid=place.uuid, typed=first, now=NOW + 30 * DAY)
    _, second = actions.write_letter(by=officer, proof=waiting(), now=NOW)
    assert not actions.check_letter(by=owner, uuid=place.uuid, typed=first, now=NOW)
    assert actions.check_letter(by=owner, uuid=place.uuid, typed=second, now=NOW)


@pytest.mark.parametrize("typed", ["", "x" * 5000, "\x00", "ÄÖÜ", "１２３４５６７８", "-", "UUUUUUUU"])
def test_whatever_is_typed_for_a_letter_s_code_is_only_wrong(
    owner: User, officer: User, place: Place, typed: str
) -> None:
    code_by_letter(owner, officer, place)
    assert not actions.check_letter(by=owner, uuid=place.uuid, typed=typed, now=NOW)


def test_a_letter_to_the_old_address_does_not_confirm_the_new_one(owner: User, officer: User, place: Place) -> None:
    code = code_by_letter(owner, officer, place)
    actions.revise(by=owner, uuid=place.uuid, details=replace(SHOP, address="99, Jalan Lain"), now=NOW)
    with pytest.raises(UnknownProof):
        actions.check_letter(by=owner, uuid=place.uuid, typed=code, now=NOW)


def test_an_officer_confirms_or_refuses_with_a_reason_that_the_owner_reads(
    owner: User, officer: User, place: Place
) -> None:
    actions.ask_an_officer(by=owner, uuid=place.uuid, now=NOW)
    with pytest.raises(DetailsWrong):
        actions.refuse(by=officer, proof=waiting(), reason="  ", now=NOW)
    actions.refuse(by=officer, proof=waiting(), reason="Nombor tidak sepadan", now=NOW)
    found = queries.proofs_of(owner=owner, uuid=place.uuid, now=NOW)["officer"]
    assert (found.outcome, found.reason) == ("refused", "Nombor tidak sepadan")
    assert queries.waiting(now=NOW) == ()
    actions.ask_an_officer(by=owner, uuid=place.uuid, now=NOW + DAY)
    again = queries.waiting(now=NOW + DAY)[0]
    actions.look_at(by=officer, proof=again.uuid, now=NOW + DAY)
    actions.confirm(by=officer, proof=again.uuid, now=NOW + DAY)
    assert confirmed(place) == (True, "officer")
    assert trail()[-2:] == ["premises.proof-seen", "premises.confirmed"]
    with pytest.raises(UnknownProof):
        actions.confirm(by=officer, proof=again.uuid, now=NOW + DAY)


@pytest.mark.parametrize(
    "changed",
    [{"name": "Lain"}, {"branch": "B"}, {"address": "1, Jalan X"}, {"district": "Klang"}, {"registration_number": ""}],
)
def test_changing_what_was_vouched_for_unmarks(
    owner: User, officer: User, place: Place, changed: dict[str, str]
) -> None:
    actions.ask_an_officer(by=owner, uuid=place.uuid, now=NOW)
    actions.confirm(by=officer, proof=waiting(), now=NOW)
    actions.revise(by=owner, uuid=place.uuid, details=replace(SHOP, capacity=1, phone=""), now=NOW)
    assert confirmed(place)[0]
    actions.revise(by=owner, uuid=place.uuid, details=replace(SHOP, **changed), now=NOW)
    assert not confirmed(place)[0]


def test_a_confirmed_or_closed_premises_asks_for_nothing(owner: User, officer: User, place: Place) -> None:
    actions.close(by=owner, uuid=place.uuid, now=NOW)
    with pytest.raises(ProofRefused):
        actions.ask_an_officer(by=owner, uuid=place.uuid, now=NOW)
    actions.reopen(by=owner, uuid=place.uuid, now=NOW)
    actions.ask_an_officer(by=owner, uuid=place.uuid, now=NOW)
    actions.confirm(by=officer, proof=waiting(), now=NOW)
    with pytest.raises(ProofRefused):
        actions.ask_by_letter(by=owner, uuid=place.uuid, now=NOW)


def test_a_stranger_asks_and_checks_nothing(owner: User, place: Place) -> None:
    stranger = account("lain@contoh.example")
    code_by_phone(owner, place)
    for act in (actions.ask_by_letter, actions.ask_an_officer):
        with pytest.raises(UnknownPremises):
            act(by=stranger, uuid=place.uuid, now=NOW)
    for check in (actions.check_phone, actions.check_letter):
        with pytest.raises(UnknownPremises):
            check(by=stranger, uuid=place.uuid, typed="1", now=NOW)
    with pytest.raises(UnknownPremises):
        queries.proofs_of(owner=stranger, uuid=place.uuid, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["phone", "letter"])
def test_a_code_tried_by_many_at_once_counts_every_try_and_confirms_once(
    database: Any, owner: User, officer: User, way: str
) -> None:
    from django.db import connections

    place = shop(owner)
    code = code_by_phone(owner, place) if way == "phone" else code_by_letter(owner, officer, place)
    check = actions.check_phone if way == "phone" else actions.check_letter

    def attempt(typed: str) -> str:
        try:
            return str(check(by=owner, uuid=place.uuid, typed=typed, now=NOW))
        except UnknownProof:
            return "gone"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        wrong = list(pool.map(attempt, ["9999999" if way == "phone" else "ZZZZZZZZ"] * 8))
    assert wrong.count("True") == 0
    assert attempt(code) != "True", "five tries are five tries"
    assert queries.place(place.id).confirmed is False
    fresh = shop(owner, name="Kedai Lain", phone="+60123456788")
    if way == "letter":
        code = code_by_letter(owner, officer, fresh)
        with ThreadPoolExecutor(4) as pool:
            right = list(
                pool.map(
                    lambda _: _tried(lambda: actions.check_letter(by=owner, uuid=fresh.uuid, typed=code, now=NOW)),
                    range(4),
                )
            )
        assert right.count("True") == 1
        assert trail().count("premises.confirmed") == 1


def _tried(act: Any) -> str:
    from django.db import connections

    try:
        return str(act())
    except (UnknownProof, ProofRefused):
        return "gone"
    finally:
        connections.close_all()


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("proof_way_known", {"way": "hearsay"}),
        ("proof_outcome_paired", {"outcome": "confirmed"}),
        ("proof_outcome_paired", {"settled_at": NOW}),
        ("proof_outcome_paired", {"outcome": "perhaps", "settled_at": NOW}),
        ("proof_open_once", {}),
    ],
)
def test_the_database_refuses_a_proof_that_must_not_be(
    owner: User, place: Place, constraint: str, changed: dict[str, Any]
) -> None:
    row = {"premises_id": place.id, "way": "post", "asked_by": owner, "asked_at": NOW, "expires_at": NOW + DAY}
    Proof.objects.create(**row)
    with pytest.raises(IntegrityError, match=constraint):
        Proof.objects.create(**(row | changed))


# -- Pages ----------------------------------------------------------------------------------------------------------


def test_an_unconfirmed_premises_says_so_and_leads_to_the_three_ways(owner_client: Any, place: Place) -> None:
    assert "Belum disahkan" in text_of(owner_client.get(reverse("premises:list")))
    assert (
        reverse("premises:proof", args=[place.uuid])
        in owner_client.get(reverse("premises:detail", args=[place.uuid])).content.decode()
    )
    page = text_of(owner_client.get(reverse("premises:proof", args=[place.uuid])))
    assert "Melalui telefon" in page
    assert "012-345 6789" in page


def test_the_pages_confirm_by_phone(owner_client: Any, place: Place) -> None:
    owner_client.post(reverse("premises:ask", args=[place.uuid, "phone"]))
    from jejak.kernel import clock

    messaging.send_due(clock=clock.now)
    [digits] = re.findall(r"\b[0-9]{7}\b", messages.console()[0].text)
    address = reverse("premises:check", args=[place.uuid, "phone"])
    assert owner_client.post(address, {"code": "1"}).status_code == 422
    assert owner_client.post(address, {"code": ""}).status_code == 422
    answer = owner_client.post(address, {"code": digits}, follow=True)
    assert "Sudah disahkan" in text_of(answer)
    assert "Belum disahkan" not in text_of(owner_client.get(reverse("premises:list")))
    assert "pengesahan" in text_of(owner_client.get(reverse("premises:edit", args=[place.uuid])))


def test_the_pages_confirm_by_a_letter_that_an_officer_prints(
    owner: User, officer: User, place: Place, demo_node: None
) -> None:
    mine, theirs = browser(owner), browser(officer)
    mine.post(reverse("premises:ask", args=[place.uuid, "post"]))
    listed = theirs.get(reverse("premises:waiting"))
    assert "Kedai Runcit Seri" in text_of(listed)
    [proof] = re.findall(r"waiting/([0-9a-f-]{36})/", listed.content.decode())
    assert "pemilik@contoh.example" in text_of(theirs.get(reverse("premises:claim", args=[proof])))
    letter = theirs.post(reverse("premises:letter", args=[proof]))
    assert letter.headers["Content-Type"] == "application/pdf"
    assert letter.headers["Cache-Control"] == "no-store"
    from pypdf import PdfReader

    words = PdfReader(io.BytesIO(letter.content)).pages[0].extract_text()
    [code] = re.findall(r"\b([0-9A-HJKMNP-TV-Z]{4}\s[0-9A-HJKMNP-TV-Z]{4})\b", words)
    assert "Kedai Runcit Seri" in words
    answer = mine.post(reverse("premises:check", args=[place.uuid, "post"]), {"code": code}, follow=True)
    assert "Sudah disahkan" in text_of(answer)


def test_the_pages_of_officers_refuse_and_confirm(owner: User, officer: User, place: Place, demo_node: None) -> None:
    mine, theirs = browser(owner), browser(officer)
    mine.post(reverse("premises:ask", args=[place.uuid, "officer"]))
    [proof] = re.findall(r"waiting/([0-9a-f-]{36})/", theirs.get(reverse("premises:waiting")).content.decode())
    assert theirs.post(reverse("premises:refuse", args=[proof]), {"reason": ""}).status_code == 422
    theirs.post(reverse("premises:refuse", args=[proof]), {"reason": "Nombor <b>salah</b>"})
    page = mine.get(reverse("premises:proof", args=[place.uuid]))
    assert "Nombor &lt;b&gt;salah&lt;/b&gt;" in page.content.decode()
    assert theirs.get(reverse("premises:claim", args=[proof])).status_code == 404
    mine.post(reverse("premises:ask", args=[place.uuid, "officer"]))
    [proof] = re.findall(r"waiting/([0-9a-f-]{36})/", theirs.get(reverse("premises:waiting")).content.decode())
    theirs.post(reverse("premises:confirm", args=[proof]))
    assert queries.place(place.id).confirmed_way == "officer"
    assert "Tiada yang menunggu" in text_of(theirs.get(reverse("premises:waiting")))
    assert "Tiada" in text_of(theirs.get(reverse("premises:waiting") + "?q=zzz&state=MY-10&sort=-name"))


def test_owners_do_not_come_into_the_officers_pages(owner_client: Any, place: Place) -> None:
    for name in ("waiting", "claim", "letter", "confirm", "refuse"):
        args = [] if name == "waiting" else [place.uuid]
        assert owner_client.post(reverse(f"premises:{name}", args=args)).status_code == 403
