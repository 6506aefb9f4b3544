"""Whoever runs the machine sees nobody's data: every route as the operator, every answer read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import transaction
from django.test import override_settings
from house.known import Known, crowd
from house.may import line_of
from house.pages import words_of
from house.population import OWNER, Node, settle
from house.test_who_may import ALL, filled, own_of, sent, undone

from jejak.access import actions, queries
from jejak.access.rules import OPERATOR
from jejak.kernel import clock
from jejak.premises import queries as places
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

SEARCHES = ("?q=Qadir", "?q=012-999+0000", "?phone=012-999+0000", "?sort=name&page=1", "?form=csv")
LEAST_ROUTES, LEAST_MARKS = 100, 100


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any, node_database: Any) -> Iterator[tuple[Node, Known]]:
    with django_db_blocker.unblock(), override_settings(JEJAK_DEMO=True), transaction.atomic():
        node = settle()
        known = crowd(places.one_of(owner=node.users[OWNER], uuid=node.things["premises"].own["uuid"]).id)
        yield node, known
        transaction.set_rollback(True)
    with psycopg.connect(node_database.urls.owner) as connection:  # kept on a connection of their own
        connection.execute("delete from trail_subject")
        connection.execute("delete from trail_entry")
        connection.execute("delete from access_alert")


@pytest.fixture
def town(settled: tuple[Node, Known], django_db_blocker: Any) -> Iterator[tuple[Node, Known]]:
    with django_db_blocker.unblock(), override_settings(JEJAK_DEMO=True), undone():
        yield settled


def answers(node: Node) -> Iterator[tuple[str, Any]]:
    """Yield what every route says to the operator: asked for, asked with searches, and sent to."""
    client = node.browsers[OPERATOR]
    for path in sorted(ALL):
        line = line_of(path)
        if path == "/accounts/logout/":
            continue
        address = filled(path, own_of(node, line) if line else {})
        for query in ("", *SEARCHES):
            with undone():
                yield f"get {address}{query}", sent(client, "get", address + query)
        with undone():
            yield (
                f"post {address}",
                sent(client, "post", address, {"q": "Qadir", "phone": "012-999 0000", "reason": "menyelenggara mesin"}),
            )


def test_the_operator_meets_no_name_number_or_document_on_any_route(town: tuple[Node, Known]) -> None:
    node, known = town
    assert len(known.names) + len(known.numbers) >= LEAST_MARKS
    met, seen = {}, 0
    for said, answer in answers(node):
        seen += 1
        typed = {name for name in known.names if name.startswith("qadir") and "Qadir" in said}
        found = {mark for mark in known.named_in(words_of(answer)) if mark not in {"129990000", *typed}}
        if found:
            met[said] = found
    assert seen > LEAST_ROUTES * len(SEARCHES)
    assert met == {}


def test_this_test_would_see_it(town: tuple[Node, Known]) -> None:
    node, known = town
    thing = node.things["person"]
    answer = node.browsers["data_steward"].get(filled("/counter/<uuid>/", thing.own))
    assert known.named_in(words_of(answer)), "an answer that names somebody must be found out"


def test_the_operator_leaves_no_trail_of_a_look(town: tuple[Node, Known]) -> None:
    node, _known = town
    before = Entry.objects.filter(by_id=node.users[OPERATOR].pk, refused="").count()
    for _ in answers(node):
        pass
    assert Entry.objects.filter(by_id=node.users[OPERATOR].pk, refused="").count() == before


def test_the_operators_list_of_accounts_names_no_citizen(db: None) -> None:
    actions.citizen(phone_key=b"k" * 16, phone_sealed=b"s", now=clock.now())
    assert list(queries.accounts()) == []
