"""Nobody is shown to anybody without an entry of the trail that names them, whatever pages are asked for in any order.

Walks at random, from seeds, over everything there is to follow, to fill in and to ask for, as each role; every answer is
read whole, in whatever form it comes, and compared with what the trail says of that very request.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlencode

import psycopg
import pytest
from django.db import transaction
from django.db.models import Max
from django.test import override_settings
from house.known import CROWDED, Known, crowd, own_persons
from house.may import Line, line_of
from house.pages import Form, forms_of, words_of
from house.population import CASE, CITIZEN, EVERYBODY, OTHER, OWNER, PHONE, Node, settle
from house.test_who_may import ALL, filled, holders, own_of, sent, undone

from jejak.people.models import Person
from jejak.premises import queries as places
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

A_PAGE = 50
STEPS = 60
SEEDS = (2021, 2022)
A_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
LINK = re.compile(r'href="(/[^"#]*)"')
LEFT = re.compile(r"^/(accounts/|language/|static/|demo/)")
NONE = Line("", frozenset(), "-")


ONCE_A_DAY = {"/tracing/work/": "tracing.work", "/tracing/work/follow-up/": "tracing.follow-up"}
"""Lists that an office works down all day, and the action under which the trail has each person of theirs once a day."""


@dataclass
class Town:
    """The node, and everybody it knows."""

    node: Node
    known: Known


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any, node_database: Any) -> Iterator[Town]:
    with django_db_blocker.unblock(), override_settings(JEJAK_DEMO=True), transaction.atomic():
        node = settle()
        place = places.one_of(owner=node.users[OWNER], uuid=node.things["premises"].own["uuid"])
        known = crowd(place.id)
        known.own[CITIZEN] = own_persons(["Ali Rahsia", "Ali Rahsia Muda", "Ali Rahsia Kecil"], known)
        yield Town(node, known)
        transaction.set_rollback(True)
    with psycopg.connect(node_database.urls.owner) as connection:  # kept on a connection of their own
        connection.execute("delete from trail_subject")
        connection.execute("delete from trail_entry")
        connection.execute("delete from access_alert")


@pytest.fixture
def town(settled: Town, django_db_blocker: Any) -> Iterator[Town]:
    with django_db_blocker.unblock(), override_settings(JEJAK_DEMO=True), undone():
        yield settled


# --- what an answer shows, and what the trail says of it ---------------------------------------------------------


@dataclass
class Shown:
    """One answer: whom it names in full without an entry, and how many people it is about.

    What the asker typed themselves and is repeated to them is not shown to them.
    """

    unsaid: dict[str, set[int]]
    people: int
    answer: Any


def asked(
    town: Town,
    role: str,
    method: str,
    address: str,
    data: dict[str, str] | None = None,
    *,
    typed: set[str] | None = None,
) -> Shown:
    """Ask, and compare the answer with the entries that name somebody to this account.

    They are those that the asking itself left, and earlier ones of the search that the address names: of a search, the
    trail names each person once; of an office's lists of contacts once a day. ``typed`` are the marks that the asker
    typed before, to which this adds.
    """
    typed = set() if typed is None else typed
    typed |= set(town.known.named_in(" | ".join([unquote_plus(address), *(data or {}).values()])))
    before = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    answer = sent(town.node.browsers[role], method, address, data)
    user = town.node.users.get(role)
    by_me = Entry.objects.filter(refused="", by_id=user.pk if user else -1)
    now, of_search = subjects(by_me.filter(pk__gt=before)), set[int]()
    for uuid in A_UUID.findall(address):
        of_search |= subjects(by_me.filter(reference=uuid) | by_me.filter(uuid=uuid))
    if daily := ONCE_A_DAY.get(address.split("?", maxsplit=1)[0]):
        of_search |= subjects(by_me.filter(action=daily))
    found = {mark: whom for mark, whom in town.known.named_in(words_of(answer)).items() if mark not in typed}
    own = town.known.own.get(role, set())
    unsaid = {mark: whom for mark, whom in found.items() if not whom & (now | of_search | own)}
    in_full = {person for mark, whom in found.items() if mark in town.known.names for person in whom}
    about = len((now | in_full) - own) if answer.status_code == 200 else 0
    return Shown(unsaid, about, answer)


def subjects(entries: QuerySet[Entry]) -> set[int]:
    return set(entries.values_list("subjects__person_id", flat=True)) - {None}


# --- walking -----------------------------------------------------------------------------------------------------


@dataclass
class Walk:
    """Somebody who asks for this and that: the links and forms met last, and the marks typed so far."""

    town: Town
    role: str
    dice: random.Random
    addresses: list[str] = field(default_factory=list)
    forms: list[tuple[str, Form]] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)

    def step(self) -> Shown:
        """Take one step, and say what it showed."""
        what = self.dice.random()
        if self.forms and what < 0.45:
            address, form = self.forms[self.dice.randrange(len(self.forms))]
            method, data = form.method, self.filled_in(form)
            target = form.action if form.action.startswith("/") else address.split("?")[0]
        else:
            method, data = ("get", {}) if what < 0.9 else ("post", {})
            target = self.somewhere()
        if method == "get" and data:
            target, data = f"{target.split('?')[0]}?{urlencode(data)}", {}
        found = asked(self.town, self.role, method, target, data, typed=self.typed)
        self.remember(target, found.answer)
        return found

    def somewhere(self) -> str:
        """Return a link seen before, or a route with what it names, now and then with a wish in its query."""
        if self.addresses and self.dice.random() < 0.5:
            return self.addresses[self.dice.randrange(len(self.addresses))]
        path = self.dice.choice([path for path in sorted(ALL) if self.may(path)])
        address = filled(path, own_of(self.town.node, line_of(path) or NONE))
        wishes = ("page=2", "q=a", f"q={PHONE}", "sort=name", "length=5000", "limit=5000", "format=json", "all=1")
        return f"{address}?{self.dice.choice(wishes)}" if self.dice.random() < 0.4 else address

    def may(self, path: str) -> bool:
        line = line_of(path)
        return line is not None and self.role in holders(line) and not LEFT.match(path)

    def filled_in(self, form: Form) -> dict[str, str]:
        """Return a form's fields, some of them with something else typed in."""
        words = (PHONE, OTHER, CROWDED, "Ali Rahsia", "Qadir", "900101-14-5678", "Kedai Kopi Contoh", CASE, "1", "csv")
        given = dict(form.fields)
        given.pop("csrfmiddlewaretoken", None)
        for name in form.free:
            if name in given and (not given[name] or self.dice.random() < 0.15):
                given[name] = self.dice.choice(words)
        if "phone" in given:
            given["phone"] = self.dice.choice((PHONE, OTHER, CROWDED))
        return given

    def remember(self, address: str, answer: Any) -> None:
        """Keep where a page leads: links, forms, and where it sends one."""
        if where := answer.headers.get("Location", ""):
            self.addresses.append(where)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            return
        links = [link for link in LINK.findall(answer.content.decode()) if not LEFT.match(link)]
        self.addresses = (self.addresses + self.dice.sample(links, min(6, len(links))))[-40:]
        fresh = [(address, form) for form in forms_of(answer) if not LEFT.match(form.action or address)]
        self.forms = (self.forms + fresh)[-12:]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("role", EVERYBODY)
def test_no_walk_shows_anybody_without_an_entry_that_names_them(town: Town, role: str, seed: int) -> None:
    walk = Walk(town, role, random.Random(f"{role} {seed}"))  # noqa: S311 - dice, no secret
    for number in range(STEPS):
        found = walk.step()
        where = (
            f"{role}, seed {seed}, step {number}: {found.answer.wsgi_request.method} {found.answer.wsgi_request.path}"
        )
        assert found.answer.status_code < 500, where
        assert found.unsaid == {}, where
        assert found.people <= A_PAGE, f"{where} holds {found.people} people"


# --- and the walk can fail ---------------------------------------------------------------------------------------


def test_a_planted_leak_is_found(town: Town) -> None:
    with override_settings(ROOT_URLCONF="house.planted"):
        for address in ("/planted/page", "/planted/data"):
            found = asked(town, "operator", "get", address)
            assert found.answer.status_code == 200
            assert found.unsaid, f"{address} names people, and the walk has not seen it"
        assert found.people > A_PAGE


def test_a_walk_meets_a_planted_leak_by_itself(town: Town) -> None:
    walk, met = Walk(town, "operator", random.Random(1)), False  # noqa: S311 - likewise
    with override_settings(ROOT_URLCONF="house.planted"):
        for _ in range(STEPS):
            walk.addresses = ["/planted/page"]  # some page leads there, so that a step now and then follows it
            met = met or bool(walk.step().unsaid)
    assert met


def test_the_walks_do_see_people(town: Town) -> None:
    """A counter and an officer find somebody: the marks are those that pages really show."""
    person = Person.objects.get(pk=town.known.names["ali rahsia"])
    found = asked(town, "clinic_staff", "get", f"/counter/{person.uuid}/")
    assert "ali rahsia" in town.known.named_in(words_of(found.answer))
    assert found.people >= 1
    assert found.unsaid == {}
