"""Who may call what, for every route, role and object; and what is somebody else's cannot be told from what is not there.

The table stands in `may`, the node with everybody on it in `population`.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from house.may import Line, line_of, lines
from house.pages import Form, content, forms_of, told
from house.population import CITIZEN, EVERYBODY, NOBODY, OWNER, TABLET, Node, settle
from house.statements import statements

from jejak.formats import shortcode
from jejak.kernel.access import Kind, rule_of
from jejak.kernel.ids import uuid7
from jejak.lane.app import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from house.population import Thing

A_PART = re.compile(r"<(?:\w+:)?(\w+)>")
PLAIN = {"form": "csv", "way": "phone", "language": "ms", "page": "scan", "number": "1", "pk": "1"}
LATER = {"/me/looked/<uuid>/proof.json": 404}  # a proof is there once the day is closed
SIGN_IN = ("/accounts/login/", "/me/sign-in/")


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Yield each route's path with the names of its parts, and the route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + A_PART.sub(r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, whole)
        else:
            yield whole, pattern


ALL = dict(routes())


@pytest.fixture(scope="module")
def node(django_db_setup: None, django_db_blocker: Any, node_database: Any) -> Iterator[Node]:
    """One node for all tests here; whatever they do to it is rolled back after each."""
    with django_db_blocker.unblock(), override_settings(JEJAK_DEMO=True), transaction.atomic():
        yield settle()
        transaction.set_rollback(True)
    with psycopg.connect(node_database.urls.owner) as connection:  # refusals are kept on a connection of their own
        connection.execute("delete from trail_subject")
        connection.execute("delete from trail_entry")
        connection.execute("delete from access_alert")


@pytest.fixture
def town(node: Node, django_db_blocker: Any) -> Iterator[Node]:
    """The node, to which nothing lasting is done."""
    with django_db_blocker.unblock(), override_settings(JEJAK_DEMO=True), undone():
        yield node


class undone:  # noqa: N801 - reads as a word in a with-statement
    """Takes back what is done inside."""

    def __enter__(self) -> None:
        self.inner = transaction.atomic()
        self.inner.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.inner.__exit__(*error)


# --- the table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_route_has_a_line_and_the_line_says_what_the_route_says(path: str) -> None:
    line = line_of(path)
    assert line is not None, f"{path}: add a line to tests/house/may.py, saying who may call it and whose it is"
    rule = rule_of(ALL[path].callback)
    assert rule is not None
    said = {Kind.PUBLIC: {"everybody"}, Kind.SIGNED_IN: {"signed-in"}, Kind.CITIZEN: {"citizens"}}
    assert line.who == said.get(rule.kind, rule.roles), path
    named = set(A_PART.findall(path))
    assert line.thing != "-" or not named & {"uuid", "reference", "proof", "tablet", "member"}, f"{path} names a thing"


def test_every_line_is_a_route() -> None:
    met = {line_of(path) for path in ALL}
    assert [line.path for line in lines() if line not in met] == []


def test_what_the_lane_answers_is_for_everybody() -> None:
    assert {route.rule.kind for route in ROUTES if route.rule} == {Kind.PUBLIC}
    assert all(route.rule for route in ROUTES)


# --- roles -------------------------------------------------------------------------------------------------------


def holders(line: Line) -> set[str]:
    """Return whom of everybody a line lets in."""
    if line.who == {"everybody"}:
        return set(EVERYBODY)
    if line.who == {"citizens"}:
        return {CITIZEN}
    return set(EVERYBODY) - {NOBODY, TABLET} if line.who == {"signed-in"} else set(line.who)


def filled(path: str, parts: dict[str, str]) -> str:
    """Return an address of a route."""
    return A_PART.sub(lambda found: parts.get(found[1]) or PLAIN.get(found[1]) or "x", path).replace("*", "x")


def own_of(node: Node, line: Line) -> dict[str, str]:
    """Return the parts of an address that exists."""
    thing = node.things.get(line.thing)
    return thing.own if thing else {}


def sent(client: Any, method: str, address: str, data: dict[str, str] | None = None) -> Any:
    """Return the answer to a request as a browser sends it, with the token that proves a form to be ours."""
    if method == "get":
        return client.get(address)
    token = "a" * 32
    client.cookies["jejak_csrf"] = token
    client.handler.enforce_csrf_checks = True
    return client.post(address, (data or {}) | {"csrfmiddlewaretoken": token})


@pytest.mark.parametrize("role", EVERYBODY)
def test_whoever_the_table_does_not_name_gets_nothing_and_learns_nothing(town: Node, role: str) -> None:
    client, asked = town.browsers[role], 0
    for path in sorted(ALL):
        line = line_of(path)
        if line is None or role in holders(line):
            continue
        said = []
        there, gone = own_of(town, line), missing(own_of(town, line))
        for method, parts in (("get", there), ("get", gone), ("post", there)):
            address = filled(path, parts)
            with undone():
                answer = sent(client, method, address)
            said.append(told(answer, address, parts.values()))
            refused(answer, role, f"{role}: {method} {address}")
        assert said[0] == said[1], f"{role} learns from {path} what there is"
        asked += len(said)
    assert asked > 100


def refused(answer: Any, role: str, what: str) -> None:
    """Expect that strangers are sent to sign in, for the same address, and everybody else is refused."""
    if role not in {NOBODY, TABLET}:
        assert answer.status_code == 403, f"{what} answered {answer.status_code}"
        return
    assert answer.status_code == 302, f"{what} answered {answer.status_code}"
    assert answer.headers["Location"].startswith(SIGN_IN), what
    assert answer.headers["Location"].endswith(f"?next={answer.wsgi_request.path}"), what
    assert content(answer) == b""


OBJECTS = sorted(path for path in ALL if (line_of(path) or Line("", frozenset(), "-")).thing != "-")


@pytest.mark.parametrize("path", OBJECTS)
def test_whoever_the_table_names_reaches_their_own(town: Node, path: str) -> None:
    line = line_of(path)
    assert line is not None
    thing = town.things.get(line.thing)
    if thing is None:
        pytest.fail(f"nothing is made for {line.thing}")
    answer = own_answer(town, path, thing)
    assert answer.status_code < 400 or answer.status_code in {405, LATER.get(path)}, (
        f"{path} answered {answer.status_code}"
    )


def own_answer(node: Node, path: str, thing: Thing) -> Any:
    with undone():
        return sent(node.browsers[thing.of], "get", filled(path, thing.own))


# --- whose -------------------------------------------------------------------------------------------------------


def missing(parts: dict[str, str], among: set[str] | None = None) -> dict[str, str]:
    """Return parts of an address as good as these, but of nothing that there is; what chooses a form stays."""
    made = {}
    for name, value in parts.items():
        if name in {"form", "way"} or (among is not None and name not in among):
            made[name] = value
        elif name == "code":
            made[name] = shortcode.make(secrets.randbelow(2**30))
        elif name in {"number", "pk"}:
            made[name] = "987654"
        else:
            made[name] = str(uuid7()) if is_uuid(value) else secrets.token_urlsafe(32)
    return made


def is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def askings(thing: Thing) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Yield who asks, for what of another, and for what in its place that is not there."""
    yield thing.of, thing.others, missing(thing.others)
    for stranger in thing.strangers:
        yield stranger, thing.own, missing(thing.own)
    last = [name for name in thing.own if name not in {"form", "way"}][-1]
    if len(thing.own) > 1 and last != "uuid":  # one's own premises with another's part of it
        mixed = thing.own | {last: thing.others[last]}
        yield thing.of, mixed, missing(mixed, among={last})


def body_of(form: Form | None) -> dict[str, str]:
    """Return what a browser would send with a form, every empty field filled."""
    if form is None:
        return {}
    return {name: value or "Contoh 123" for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("path", OBJECTS)
def test_what_is_somebody_elses_is_not_there(town: Node, path: str) -> None:
    line = line_of(path)
    assert line is not None
    thing = town.things[line.thing]
    bodies = [{}, *(body_of(form) for form in forms_of(own_answer(town, path, thing)) if form.method == "post")]
    for role, theirs, nothing in askings(thing):
        client = town.browsers[role]
        for method, data in [("get", {}), *(("post", data) for data in bodies)]:
            answers = []
            for parts in (nothing, theirs, nothing):  # the first asking fills caches, and is not compared
                with undone(), statements() as run:
                    address = filled(path, parts)
                    answers.append((told(sent(client, method, address, data), address, parts.values()), run))
            (_warm, (seen, steps), (absent, usual)) = answers
            what = f"{role}: {method} {path} with {sorted(data)}"
            assert not 200 <= seen[0] < 300, f"{what} answered {seen[0]}"
            assert seen[0] == absent[0], what
            assert seen[2] == absent[2], what
            assert seen[1] == absent[1], what
            assert steps == usual, f"{what} asks the database something else"


def test_a_form_without_the_pages_token_changes_nothing(town: Node) -> None:
    client = town.browsers[OWNER]
    client.handler.enforce_csrf_checks = True
    for path in OBJECTS:
        line = line_of(path)
        if line is not None and line.who == {OWNER}:
            assert client.post(filled(path, town.things[line.thing].own)).status_code == 403, path
