"""Through one module alone exposures end and begin, so a line never says what its exposures do not."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jejak import tracing
from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing.actions import exposing
from jejak.tracing.models import Contact, Exposure

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

ROOM = Path(tracing.__file__).parent
WRITING = {"create", "bulk_create", "get_or_create", "update_or_create", "delete"}


def written_in(module: Path) -> bool:
    """Return whether a module makes, ends or deletes exposures."""
    for node in ast.walk(ast.parse(module.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name, told = ast.unparse(node.func), {one.arg for one in node.keywords}
        if name == "Exposure" or (name.startswith("Exposure.objects") and name.rpartition(".")[2] in WRITING):
            return True
        if name.startswith("Exposure.objects") and name.endswith(".update") and told & {"ended_at", "why", "tier"}:
            return True
    return False


def test_one_module_alone_ends_and_makes_exposures() -> None:
    found = {one.relative_to(ROOM).as_posix() for one in ROOM.rglob("*.py") if written_in(one)}
    assert found == {"actions/exposing.py"}


@pytest.mark.django_db
def test_what_ends_and_what_is_left_are_told_and_the_line_adds_up(case: Town, office: Office) -> None:
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run()
    line = Contact.objects.get(person=case.persons["Razak bin Abu"])
    row, now = line.exposures.get(ended_at=None), clock.now()
    again = Exposure(
        contact=line, case=row.case, run=row.run, minutes=20, first=row.first, last=row.last, tier=3, observed=False,
        why=row.why,
    )  # fmt: skip
    exposing.replace(over=[row], left=[again], by=office.officer.pk, at=now, facts={"because": "x"})
    line.refresh_from_db()
    row.refresh_from_db()
    assert (line.tier, row.ended_at, line.exposures.get(ended_at=None).made_at) == (3, now, now)
    told = line.events.latest("pk")
    assert (told.kind, told.facts) == (
        "exposure-changed", {"because": "x", "case": row.case_id, "tier": 3, "minutes": 20, "calls": False},
    )  # fmt: skip
    exposing.replace(over=[again], left=[], by=office.officer.pk, at=now)
    line.refresh_from_db()
    assert line.closed_at == now, "nobody had seen it"
    assert [one.kind for one in line.events.order_by("pk")][-2:] == ["exposure-ended", "unfounded"]


@pytest.mark.django_db
@pytest.mark.parametrize("work", ["done", "unreachable"])
def test_who_was_done_with_and_is_exposed_by_one_more_case_is_worked_on_anew(
    case: Town, office: Office, work: str
) -> None:
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run()
    line = Contact.objects.get(person=case.persons["Razak bin Abu"])
    Contact.objects.update(work=work)
    other = office.case(None, onset=local_day(case.at(9)), name_sealed=b"x")
    (row,) = line.exposures.all()
    more = Exposure(
        contact=line, case=other, minutes=20, first=row.first, last=row.last, tier=3, observed=False, why=row.why
    )
    exposing.replace(over=[], left=[more], by=office.officer.pk, at=clock.now())
    line.refresh_from_db()
    assert (line.work, line.events.latest("pk").kind) == ("new", "exposed-again")
    assert line.events.latest("pk").facts["work"] == "new", "as its history tells"


@pytest.mark.django_db
@pytest.mark.parametrize(("more", "work"), [({"tier": 1}, "new"), ({"last": 1}, "new"), ({"tier": 4}, "done")])
def test_who_was_told_and_is_exposed_nearer_or_later_by_the_same_case_is_told_again(
    case: Town, office: Office, more: dict[str, int], work: str
) -> None:
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run()
    line = Contact.objects.get(person=case.persons["Razak bin Abu"])
    Exposure.objects.filter(contact=line).update(tier=2)
    Contact.objects.update(work="done")
    row = line.exposures.get(ended_at=None)
    later = row.last + timedelta(hours=more.get("last", 0))
    changed = Exposure(
        contact=line, case=row.case, run=row.run, minutes=row.minutes, first=row.first, last=later,
        tier=more.get("tier", 2), observed=True, why=row.why,
    )  # fmt: skip
    exposing.replace(over=[row], left=[changed], by=office.officer.pk, at=clock.now())
    line.refresh_from_db()
    assert line.work == work
