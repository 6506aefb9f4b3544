"""A notice for journeys, made on the running node's database by the same actions: run over a case, and told to one.

Run as a program within the node's environment: ``notices.py tell <name of the case> <phone of the contact> <office>``
runs over the one who checked in under that name, and prints the reference of the notice to whoever has that number.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from journeys.walking import Node


def tell(node: Node, *, case: str, phone: str, office: str) -> str:
    """Let an office find out whom a case met and tell the one of a number; return the notice's reference."""
    done = subprocess.run(
        [sys.executable, __file__, "tell", case, phone, office],
        env=node.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return str(json.loads(done.stdout.splitlines()[-1])["notice"])


def _tell(name: str, phone: str, office: str) -> str:
    from journeys.arrivals import account

    from jejak.kernel import clock
    from jejak.kernel.places import local_day
    from jejak.tracing import actions
    from jejak.tracing.caserules import Given
    from jejak.tracing.models import Case, Contact, Run
    from jejak.tracing.sliders import Sliders
    from jejak.tracing.windows import Direction

    officer = account("health_officer", f"Pegawai {office}", office)
    now = clock.now()
    person, number = _person(name), _number(phone)
    reported = actions.report_case(
        given=Given(name=name, sample=local_day(now), evidence="laboratory", reference=f"M-{person}",
                    classification="confirmed", state="MY-10", district="Petaling"),
        disease="covid-19", office=officer.agency_id, by=officer, at=now,
    )  # fmt: skip
    Case.objects.filter(uuid=reported.uuid).update(person_id=person)
    run = actions.start_run(
        cases=[reported.uuid], direction=Direction.FORWARD, sliders=Sliders(minutes=1), purpose="Kluster perjalanan",
        by=officer, at=now,
    )  # fmt: skip
    actions.go_on(number=Run.objects.get(uuid=run).pk, clock=clock.now)
    contact = Contact.objects.get(agency=officer.agency_id, person=number)
    Contact.objects.filter(pk=contact.pk).update(released_at=now)
    return _notice(contact, officer, now)


def _notice(contact: Any, officer: Any, now: Any) -> str:
    from tracing.notified import notice_to
    from tracing.office import Office

    return str(notice_to(contact, office=Office(officer.agency, officer), at=now).uuid)


def _person(name: str) -> int:
    from jejak.people.models import Person
    from jejak.people.opened import name_of

    return next(one.pk for one in Person.objects.order_by("-pk") if name_of(one) == name)


def _number(phone: str) -> int:
    from jejak.kernel.sealing import blind_index
    from jejak.people import rules
    from jejak.people.models import Person

    key = blind_index().of(rules.PHONE_INDEX, rules.e164(phone=phone))
    return Person.objects.filter(phone_key=key).latest("pk").pk


if __name__ == "__main__":
    from pathlib import Path

    from jejak.config import node as running

    sys.path.insert(0, str(Path(__file__).parents[1]))
    with running.database() as (_found, _server):
        running.django_ready()
        sys.stdout.write(json.dumps({"notice": _tell(*sys.argv[2:])}) + "\n")
