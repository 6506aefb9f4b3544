"""The card pages: what an order makes, what a photographed card is good for, and that nothing leaks."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
import zxingcpp
from django.db import IntegrityError, transaction
from django.test import Client
from messaging.test_words import PAYLOADS
from PIL import Image

from jejak.entrance import cardprinting, cards
from jejak.entrance.actions import order_cards, orders
from jejak.entrance.errors import CardOrderPast, TooManyCards
from jejak.entrance.models import Allowance
from jejak.kernel import clock
from jejak.kernel.settings import settings
from jejak.people import queries as people
from jejak.people.models import Card, Person
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User
    from jejak.entrance.cards import Order

NOW = clock.now()
HOUR = timedelta(hours=1)
NODE = replace(settings(), public_url="https://selangkah.example", node_name="SELangkah")
GOOD = {"name": "Wan Minah binti Daud", "reach": "12, Jalan Mawar, Kajang", "agree": "on"}
pytestmark = pytest.mark.django_db


def ordered(*names: str, language: str = "ms", address: str = "203.0.113.9") -> Order:
    return order_cards(
        names=names or ("Wan Minah",), phone="", reach="12, Jalan Mawar", language=language, address=address, now=NOW
    )


def order(client: Client, **changes: str) -> Any:
    given = {name: value for name, value in (GOOD | changes).items() if value}
    return client.post("/card/", given, REMOTE_ADDR="203.0.113.9")


def codes_in(picture: bytes) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))}


def in_english(client: Client) -> Client:
    client.cookies["jejak_language"] = "en"
    return client


# Ordering ------------------------------------------------------------------------------------------------------------


def test_an_order_without_a_phone_makes_a_card_that_can_be_reached(
    client: Client, officer: User, exercise: Purpose
) -> None:
    answer = order(client)
    assert answer.status_code == 302
    assert re.fullmatch(r"/card/[A-Za-z0-9_-]+/", answer.headers["Location"])
    [card] = Card.objects.all()
    known = people.names_of([card.person_id], by=officer, purpose=exercise)[card.person_id]
    assert (known.name, known.phone, known.reach) == (GOOD["name"], "", GOOD["reach"])


def test_a_family_gets_its_cards_on_one_sheet(client: Client) -> None:
    names = {f"name{number}": f"Anak {'abcdefg'[number]}" for number in range(2, 7)}
    answer = order(client, phone="012-345 6789", reach="", **names)
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    for name in ("Wan Minah binti Daud", *names.values()):
        assert name in page.content.decode()
    assert Card.objects.count() == Person.objects.count() == 6
    pdf = client.get(f"{answer.headers['Location']}cards.pdf").content
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Write the name that shall stand on the card."),
        ({"name": "12345"}, "A name needs letters"),
        ({"name": "x" * 1000}, "at most 100 letters"),
        ({"name": "Ali\u202e"}, "A name needs letters"),
        ({"name4": "\ufffd\ufffd"}, "A name needs letters"),
        ({"reach": ""}, "Write a phone number, or how else"),
        ({"reach": "--"}, "Write an address"),
        ({"reach": "x" * 300}, "At most 200 letters"),
        ({"phone": "12"}, "This is no phone number"),
        ({"agree": ""}, "Without your agreement we make no card."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client: Client, changes: dict[str, str], said: str) -> None:
    answer = order(in_english(client), **changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Card.objects.exists()
    assert not Person.objects.exists()


def test_the_form_says_what_is_kept_before_it_asks(client: Client) -> None:
    text = in_english(client).get("/card/").content.decode()
    for words in ("What we keep", "Why", "How long", "Who may look", f"{settings().visit_days} days"):
        assert words in text


def test_another_site_cannot_order_for_a_visitor(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert order(strict).status_code == 403
    assert not Card.objects.exists()


# Budgets -------------------------------------------------------------------------------------------------------------


def limit(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    changed = replace(settings(), card_orders_an_hour=most)
    monkeypatch.setattr(orders, "settings", lambda: changed)


def test_one_address_orders_so_many_times_an_hour_and_is_told_what_to_do(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 3)
    assert [order(client).status_code for _ in range(5)] == [302, 302, 302, 429, 429]
    assert Card.objects.count() == 3
    answer = order(in_english(client))
    assert answer.headers["Retry-After"] == "3600"
    assert "staff at the door can write you in by name" in answer.content.decode()


def test_a_forged_forwarding_header_buys_no_further_orders(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 1)
    answers = [
        client.post("/card/", GOOD, REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 429, 429]


def test_what_is_refused_counts_too_and_keeps_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 1)
    ordered()
    before = Person.objects.count()
    with pytest.raises(TooManyCards):
        ordered("Siti", "Ali")
    assert Person.objects.count() == before


def test_another_address_orders_meanwhile_and_an_hour_later_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 1)
    ordered()
    with pytest.raises(TooManyCards):
        ordered()
    ordered(address="203.0.113.10")
    order_cards(
        names=["Ali"], phone="", reach="Jalan 1", language="ms", address="203.0.113.9", now=NOW + HOUR + HOUR / 60
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [("2001:db8::1", "2001:db8::2:3"), ("::ffff:203.0.113.9", "203.0.113.9"), ("", "no address at all")],
)
def test_addresses_of_one_subscriber_share_a_budget(monkeypatch: pytest.MonkeyPatch, first: str, second: str) -> None:
    limit(monkeypatch, 1)
    ordered(address=first)
    with pytest.raises(TooManyCards):
        ordered(address=second)


def test_no_address_can_be_read_out_of_what_is_counted() -> None:
    ordered()
    assert [sorted(row) for row in Allowance.objects.values()] == [["bucket", "orders", "since"]]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("allowance_bucket_exists", {"bucket": 65_536}),
        ("allowance_bucket_exists", {"bucket": -1}),
        ("allowance_counts", {"orders": 0}),
    ],
)
def test_the_database_holds_what_must_hold_of_a_count(constraint: str, change: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Allowance.objects.create(**({"bucket": 1, "orders": 1, "since": NOW} | change))


# The address of an order ---------------------------------------------------------------------------------------------


def test_an_order_travels_sealed_in_its_address_and_comes_back_whole() -> None:
    made = ordered("Wan Minah", "லட்சுமி", "Ali " + "x" * 96, "Siti", "Abu", "Mei")
    text = cards.sealed(made)
    assert len(text) < 2_000
    assert cards.opened(text, now=NOW).faces == made.faces
    for face in made.faces:
        assert face.name not in text
        assert face.code not in text


def test_an_order_is_shown_for_a_day_and_no_longer(client: Client) -> None:
    text = cards.sealed(ordered())
    assert cards.opened(text, now=NOW + 23 * HOUR).faces
    for moment in (NOW + 25 * HOUR, NOW - HOUR):
        with pytest.raises(CardOrderPast):
            cards.opened(text, now=moment)


def test_an_address_that_was_changed_shows_nothing(client: Client) -> None:
    text = cards.sealed(ordered("Wan Minah"))
    for at in range(0, len(text), 7):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        answer = client.get(f"/card/{changed}/")
        assert answer.status_code == 410
        assert "Minah" not in answer.content.decode()
        assert client.get(f"/card/{changed}/cards.pdf").status_code == 404
    for garbage in ("x", "A" * 9_000, "é", text + "=", text + "A", "lost"):
        assert client.get(f"/card/{garbage}/").status_code == 410


def test_the_pages_stay_in_no_cache_and_no_search_engine(client: Client) -> None:
    text = cards.sealed(ordered())
    face = cards.opened(text, now=NOW).faces[0]
    for path in (
        "/card/",
        f"/card/{text}/",
        f"/card/{text}/cards.pdf",
        f"/card/{text}/{face.number}.png",
        "/card/lost",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


# What is printed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_sheet_says_in_both_languages_that_a_card_opens_nothing(language: str) -> None:
    pdf = cardprinting.pdf(ordered("Wan Minah", "Pak Mat", language=language), node=NODE)
    [page] = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(page.extract_text().split())
    assert float(page.mediabox.width) == pytest.approx(595.28, abs=0.1)
    for words in ("Wan Minah", "Pak Mat", "opens no information", "tidak membuka apa-apa maklumat", "SELangkah"):
        assert words in text
    assert (text.index("Visitor card") < text.index("Kad pelawat")) is (language == "en")


def test_the_picture_is_one_card_of_its_size_and_its_code_reads_back() -> None:
    made = ordered("Wan Minah", "Pak Mat")
    drawn = cardprinting.picture(made, made.faces[1], node=NODE)
    image = Image.open(io.BytesIO(drawn))
    assert (image.width / image.height) == pytest.approx(85.6 / 54, abs=0.01)
    assert codes_in(drawn) == {f"https://selangkah.example/c/{made.faces[1].code}"}


@pytest.mark.parametrize(
    "name", ["x" * 100, "Wan " * 25, "லட்சுமி கிருஷ்ணன்", "محمد بن عبد الله", "陈美玲", "🙂 Ali", *map(str, PAYLOADS)]
)
def test_whatever_is_in_a_name_six_cards_fit_one_page_and_their_codes_read_back(name: str) -> None:
    face = cards.Face(12, "0" * 18, "1" * 18, name)
    made = cards.Order(NOW, "ms", (face,) * 6)
    assert len(pypdf.PdfReader(io.BytesIO(cardprinting.pdf(made, node=NODE))).pages) == 1
    assert codes_in(cardprinting.picture(made, face, node=NODE)) == {"https://selangkah.example/c/" + "0" * 18}


# A card that is scanned, found, photographed -------------------------------------------------------------------------


def test_a_scanned_card_is_answered_alike_whether_or_not_it_exists(client: Client) -> None:
    made = ordered("Wan Minah")
    real, slip = made.faces[0].code, made.faces[0].slip
    answers = {client.get(f"/c/{code}").content for code in (real, real.lower(), slip, "0" * 18, "Z" * 18)}
    assert len({re.sub(rb"/c/[0-9A-Za-z]+|%2Fc%2F[0-9A-Za-z]+", b"", answer) for answer in answers}) == 1
    assert b"Minah" not in b"".join(answers)


def test_an_ended_card_is_answered_as_any_other(client: Client) -> None:
    made = ordered()
    before = client.get(f"/c/{made.faces[0].code}").content
    client.post(f"/card/end/{made.faces[0].slip}")
    assert client.get(f"/c/{made.faces[0].code}").content == before


@pytest.mark.parametrize("code", ["x", "0" * 17, "0" * 19, "U" * 18, "é" * 18])
def test_what_is_no_code_is_not_there(client: Client, code: str) -> None:
    assert client.get(f"/c/{code}").status_code == 404


def test_only_a_slip_ends_a_card_and_only_its_own(client: Client) -> None:
    made = ordered("Wan Minah", "Pak Mat")
    first, _ = made.faces
    for code in (first.code, "0" * 18, "x"):
        assert client.post(f"/card/end/{code}").status_code == 404
        assert client.post("/card/lost", {"code": code}).status_code == 422
    assert not Card.objects.exclude(ended_at=None).exists()
    typed = f"{first.slip[:6]} {first.slip[6:12].lower()}-{first.slip[12:]}"
    answer = client.post("/card/lost", {"code": typed})
    assert answer.status_code == 302
    question = in_english(client).get(answer.headers["Location"])
    assert f"End card {first.said_number}?" in question.content.decode()
    assert "Minah" not in question.content.decode()
    assert not Card.objects.exclude(ended_at=None).exists()  # looking ends nothing
    for _ in range(2):
        assert client.post(answer.headers["Location"]).status_code == 200
    assert list(Card.objects.exclude(ended_at=None).values_list("pk", flat=True)) == [first.number]
