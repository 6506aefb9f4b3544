"""A page of the list of contacts to call, with 10,000 open contacts and with 100: how long a list is must not matter.

Both offices are asked in turn through Django's own test client: names unsealed, the look on record, no network.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

from bench.node import running
from bench.search import Times
from jejak.kernel import clock

if TYPE_CHECKING:
    from bench.report import Report

FEW, MANY = 100, 10_000
ROUNDS, QUICK_ROUNDS, WARM = 80, 30, 10  # an account has 200 looks in ten minutes
MOST: Final = 1.5
"""The mark: a page of the long list takes at most so many times as long as one of the short."""
PAGE: Final = 50


def run(report: Report, *, quick: bool = False) -> None:
    """Measure a page from the top, and the one after it, of both lists."""
    with running(clients=True):
        short, long = _office("Pejabat Kecil", FEW), _office("Pejabat Besar", MANY)
        for case, address in (("first page", _first), ("second page", _second)):
            few, many = Times(), Times()
            asked = [(few, short, address(short)), (many, long, address(long))]
            for number in range(WARM // 2 + (QUICK_ROUNDS if quick else ROUNDS) // 2):
                for times, client, where in asked if number % 2 else asked[::-1]:
                    if number < WARM // 2:
                        _page(client, where)
                    else:
                        times.of(lambda client=client, where=where: _page(client, where))  # type: ignore[misc]
            of = f"{case}, {FEW} contacts"
            report.line(case=of, value=few.ms, unit="ms")
            report.line(
                case=f"{case}, {MANY:,} contacts", value=many.ms, unit="ms", ratio=many.ms / few.ms, of=of, at_most=MOST
            )


def _first(_client: Any) -> str:  # noqa: ANN401 - Django's own
    return "/tracing/work/"


def _second(client: Any) -> str:  # noqa: ANN401 - Django's own
    found = re.search(r'href="(\?[^"]*after=[^"]*)"', client.get("/tracing/work/").content.decode())
    assert found
    return f"/tracing/work/{unescape(found[1])}"


def _page(client: Any, address: str) -> None:  # noqa: ANN401 - Django's own
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    assert answer.content.count(b'name="contact"') == PAGE, address


def _office(name: str, contacts: int) -> Any:  # noqa: ANN401 - Django's own
    """Return the browser of an officer whose office has so many contacts to call."""
    from django.test import Client

    from jejak.access import actions
    from jejak.access.rules import AccountKind, AgencyKind

    now = clock.now()
    agency = actions.add_agency(name=name, kind=AgencyKind.HEALTH, now=now)
    officer = actions.add_account(
        email=f"pegawai{contacts}@contoh.example", name="Pegawai Contoh", kind=AccountKind.STAFF, role="health_officer",
        password=token_urlsafe(16), agency=agency, is_demo=True,
    )  # fmt: skip
    _fill(agency, contacts)
    client = Client()
    client.force_login(officer)
    return client


def _fill(agency: Any, contacts: int) -> None:  # noqa: ANN401 - a row of another room
    from django.db import connection

    from jejak.people import actions as people
    from jejak.tracing.models import Contact

    now = clock.now()
    persons = [
        people.upsert_claimed(phone=f"01{contacts % 7}{number:07d}", name=f"Kontak Contoh {number}", at=now)
        for number in range(contacts)
    ]
    Contact.objects.bulk_create(
        Contact(
            disease="covid-19", agency=agency, person_id=person, first=now - timedelta(minutes=number),
            last=now - timedelta(minutes=number), tier=1 + number % 4, found_at=now, released_at=now,
        )
        for number, person in enumerate(persons)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("analyze tracing_contact")
