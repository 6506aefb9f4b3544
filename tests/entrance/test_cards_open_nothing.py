"""What happened to systems like this (LucaTrack): with a photographed key fob anybody read where its holder had been.

Here a card with visits is photographed, and its code is handed to every route there is, in every parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from lane.conftest import furnished, rendered, site  # noqa: F401 - pytest finds fixtures by their names here
from lane.stand import Answer, Site, ask, visit_id

from jejak.formats import cardcode
from jejak.kernel import clock
from jejak.kernel.ids import uuid7, uuid7_at
from jejak.kernel.sealing import sealer
from jejak.lane.app import ROUTES, Lane
from jejak.people import actions as people
from jejak.people import rules
from jejak.premises.models import Premises
from jejak.visits import actions as visits
from jejak.visits.models import Visit

NAME, REACH, PLACE = "Rahsiah binti Sulit", "77 Lorong Tersembunyi", "Klinik Tak Disebut"
SECRETS = (NAME, "Rahsiah", REACH, "Tersembunyi", PLACE, "Tak Disebut")
NOW = clock.now()
UUID = "01890a5d-ac96-774b-bcce-b302099a8057"
NAMES = (
    "code", "card", "visitor", "id", "token", "q", "text", "phone", "name", "reach", "sealed", "receipt", "number",
    "person", "slip", "with", "from", "message", "sig", "next", "address", "key", "certificate", "search", "purpose",
)  # fmt: skip
COOKIES = ("jejak_visitor", "jejak_name", "jejak_with", "jejak_door", "jejak_session")


@pytest.fixture
def code(db: None) -> str:
    """The code on a card whose holder was at two places today."""
    visits.make_partitions(now=NOW, days=3)
    issued = people.issue_card(name=NAME, reach=REACH, at=NOW)
    for hours in (1, 5):
        row = Premises.objects.create(
            name=PLACE, kind="clinic", address="1 Jalan", state="MY-10", district="Petaling", opening_hours={},
            branch=str(hours), stay_minutes=30, longest_minutes=240, created_at=NOW,
        )  # fmt: skip
        moment = uuid7_at(NOW - timedelta(hours=hours))
        visits.check_in(visit=moment, premises=row.pk, zone=None, minutes=30, person=issued.person, device=-1, flags=16)
    return issued.code


def routes(code: str, resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + filled(pattern, code)
        if isinstance(pattern, URLResolver):
            yield from routes(code, pattern, whole)
        else:
            yield whole


def filled(pattern: URLPattern | URLResolver, code: str) -> str:
    text = str(pattern.pattern).lstrip("^").rstrip("$")
    if isinstance(pattern.pattern, RoutePattern):
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").replace("String", "Str").lower()
            given = {"uuid": UUID, "int": str(cardcode.parse(code).number)}.get(kind, code)
            for spelling in (f"<{kind}:{name}>", f"<{name}>"):
                text = text.replace(spelling, given)
    return text


def silent(said: str, where: str) -> None:
    for secret in SECRETS:
        assert secret not in said, f"{where} says {secret}"


@pytest.mark.django_db(databases=["default", "public"])
def test_with_a_cards_code_alone_no_page_says_a_name_or_a_visit(code: str) -> None:
    stranger = Client(raise_request_exception=False)
    for cookie in COOKIES:
        stranger.cookies[cookie] = code
    given = dict.fromkeys(NAMES, code)
    asked = 0
    for path in sorted(set(routes(code))):
        for answer in (
            stranger.get(path),
            stranger.get(path, given),
            stranger.get(path, headers={"authorization": f"Bearer {code}", "accept": "application/json"}),
            stranger.post(path, given),
            stranger.post(path, json.dumps(given), content_type="application/json"),
        ):
            asked += 1
            assert answer.status_code < 500, f"{path} answered {answer.status_code}"
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            silent(content.decode(errors="replace") + str(answer.headers), path)
    assert asked > 200
    assert Visit.objects.count() == 2  # nor did anybody write one


@pytest.fixture
def photographed(site: Site) -> Iterator[str]:  # noqa: F811 - the fixture imported above
    """A card of the lane's node, its holder with one visit at the premises."""
    number = uuid7()
    seal = sealer().seal
    ((person,),) = site.rows(
        "insert into people_person (uuid, level, name_sealed, reach_sealed, created_at) values (%s, 0, %s, %s, now())"
        " returning id",
        number,
        seal(table=rules.TABLE, column=rules.NAME_COLUMN, row=number, text=NAME),
        seal(table=rules.TABLE, column=rules.REACH_COLUMN, row=number, text=REACH),
    )
    ((card,),) = site.rows("insert into people_card (person_id, issued_at) values (%s, now()) returning id", person)
    site.rows(
        "insert into visits_visit (premises_id, checked_in, id, until, person_id, device_id, flags)"
        " values (%s, now(), %s, now() + interval '30 minutes', %s, -1, 16)",
        site.premises,
        uuid7(),
        person,
    )
    key = site.ring.active("poster")
    yield cardcode.make(number=card, key_version=key.id, secret=key.secret)
    site.rows("delete from people_card")


def test_nor_does_the_lane(site: Site, photographed: str) -> None:  # noqa: F811 - likewise
    answers: list[tuple[str, Answer]] = []

    async def walk(lane: Lane) -> None:
        cookies = "; ".join(f"{cookie}={photographed}" for cookie in COOKIES)
        for route in ROUTES:
            for code in (photographed, site.code):
                path = route.path.replace("<code>", code).replace("<sealed>", photographed)
                for body in bodies(code, photographed):
                    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
                    headers = {"content-type": kind, "cookie": cookies, "authorization": f"Bearer {photographed}"}
                    answers.append((path, await ask(lane, route.method, path, body=body, headers=headers)))

    site.run(walk)
    for path, answer in answers:
        assert answer.status < 500, f"{path} answered {answer.status}"
        silent(answer.text + str(answer.headers) + str(answer.cookies), path)
    assert len(answers) > 30
    assert len(site.visits()) == 1  # a card alone writes nothing either


def bodies(code: str, card: str) -> list[bytes]:
    said: dict[str, Any] = dict.fromkeys(NAMES, card)
    whole = {"id": visit_id(), "code": code, "visitor": card}
    return [
        b"",
        json.dumps(said).encode(),
        json.dumps(whole | {"with": [card]}).encode(),
        json.dumps({"items": [whole], "visitor": card}).encode(),
        urlencode(said).encode(),
        urlencode(said | {"id": visit_id(), "phone": "", "agree": "1"}).encode(),
    ]
