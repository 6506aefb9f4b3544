"""Posters for journeys, hung without an owner clicking: made by the same actions, on the running node's database.

Run as a program within the node's environment: ``posters.py hang <directory> <name>…`` prints one JSON line a poster,
``posters.py visits`` the id, the flags, the person and the number of rows of every visit.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from journeys.walking import Node


@dataclass(frozen=True)
class Hung:
    """A poster on a wall: what its QR holds, what is printed below it, and a picture of it."""

    name: str
    address: str
    short_code: str
    picture: Path

    @property
    def code(self) -> str:
        return urlsplit(self.address).path.rsplit("/", 1)[1]

    @property
    def descriptor(self) -> str:
        return urlsplit(self.address).fragment


def hang(node: Node, directory: Path, *names: str) -> list[Hung]:
    """Register premises of these names and print their posters."""
    return [Hung(**row | {"picture": Path(row["picture"])}) for row in _run(node, "hang", str(directory), *names)]


def visits(node: Node) -> dict[str, dict[str, int]]:
    """Return by id how often a visit is stored, its flags, and the number of the person who made it."""
    return {row.pop("id"): row for row in _run(node, "visits")}


def _run(node: Node, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, __file__, *words], env=node.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _hang(directory: Path, names: list[str]) -> None:
    from jejak.access import actions as access
    from jejak.access import queries as accounts
    from jejak.access.errors import AccessError
    from jejak.kernel import clock
    from jejak.kernel.ids import uuid7
    from jejak.kernel.keys import keyring
    from jejak.kernel.settings import settings
    from jejak.premises import actions, posters, printing
    from jejak.premises.rules import Details, OpeningHours

    email = "poster@contoh.example"
    try:
        owner = accounts.account(email)
    except AccessError:
        owner = access.add_account(email=email, name="Puan Poster", kind="owner", role="premises_owner")
    for name in names:
        details = Details(
            name=name,
            branch="Seksyen 7",
            kind="shop",
            address="12, Jalan Mawar 3",
            state="MY-10",
            district="Petaling",
            opening_hours=OpeningHours((((0, 1440),),) * 7),
            capacity=40,
            registration_number="",
            phone="",
        )
        made = actions.register(by=owner, uuid=uuid7(), details=details, now=clock.now())
        sheet = posters.sheet(made.poster, settings=settings(), keyring=keyring())
        picture = directory / f"{sheet.short_code}.png"
        picture.write_bytes(printing.picture(sheet))
        said = {
            "name": name,
            "address": sheet.address,
            "short_code": sheet.short_code,
            "picture": str(picture),
        }
        sys.stdout.write(json.dumps(said) + "\n")


def _visits() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select id::text, count(*), max(flags), max(person_id) from visits_visit group by id")
        for number, rows, flags, person in cursor.fetchall():
            sys.stdout.write(json.dumps({"id": number, "rows": rows, "flags": flags, "person": person}) + "\n")


if __name__ == "__main__":
    from jejak.config import node as running

    with running.database() as (_found, _server):
        running.django_ready()
        _hang(Path(sys.argv[2]), sys.argv[3:]) if sys.argv[1] == "hang" else _visits()
