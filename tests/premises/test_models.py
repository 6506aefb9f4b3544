"""The database itself refuses what must never hold: each named constraint is violated once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from jejak.formats import postercode
from jejak.kernel.ids import uuid7
from jejak.premises.models import Poster, Premises, Zone

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)


def premises(**changed: Any) -> Premises:
    details = {
        "name": "Kedai Seri",
        "kind": "shop",
        "address": "12, Jalan Mawar",
        "state": "MY-10",
        "district": "Petaling",
        "opening_hours": {"mon": [["09:00", "22:00"]]},
        "stay_minutes": 20,
        "longest_minutes": 180,
        "created_at": NOW,
    }
    return Premises.objects.create(**(details | changed))


def poster(of: Premises, **changed: Any) -> Poster:
    return Poster.objects.create(**({"premises": of, "short_code": "7K3M9QX", "issued_at": NOW} | changed))


def refused(constraint: str) -> Any:
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("premises_name_filled", {"name": ""}),
        ("premises_name_filled", {"name": "x" * 121}),
        ("premises_branch_bounded", {"branch": "x" * 121}),
        ("premises_kind_is_code", {"kind": "Pusat beli-belah"}),
        ("premises_state_known", {"state": "MY-17"}),
        ("premises_stay_within_longest", {"stay_minutes": 0}),
        ("premises_stay_within_longest", {"stay_minutes": 181}),
        ("premises_longest_within_a_day", {"longest_minutes": 1441}),
        ("premises_capacity_plausible", {"capacity": 0}),
        ("premises_capacity_plausible", {"capacity": 1_000_001}),
        ("premises_closed_after_created", {"closed_at": NOW - timedelta(seconds=1)}),
        ("premises_confirmation_paired", {"confirmed_at": NOW}),
        ("premises_confirmation_paired", {"confirmed_way": "post"}),
        ("premises_confirmation_paired", {"confirmed_at": NOW, "confirmed_way": "hearsay"}),
    ],
)
def test_a_premises_that_must_not_be_is_refused(constraint: str, changed: dict[str, Any]) -> None:
    with refused(constraint):
        premises(**changed)


def test_two_premises_with_one_uuid_are_refused() -> None:
    one = uuid7()
    premises(uuid=one)
    with refused("premises_premises_uuid_key"):
        premises(uuid=one)


def test_a_zone_needs_a_name_and_has_it_once_in_its_premises() -> None:
    first, second = premises(), premises()
    Zone.objects.create(premises=first, name="Aras 1")
    Zone.objects.create(premises=second, name="Aras 1")
    with refused("zone_name_once"), transaction.atomic():
        Zone.objects.create(premises=first, name="Aras 1")
    with refused("zone_name_filled"):
        Zone.objects.create(premises=first, name="")


@pytest.mark.parametrize("minutes", [0, 1441])
def test_a_zone_s_typical_stay_is_at_most_a_day(minutes: int) -> None:
    with refused("zone_stay_plausible"):
        Zone.objects.create(premises=premises(), name="Aras 1", stay_minutes=minutes)


def test_a_zone_is_a_room_an_entrance_or_an_exit() -> None:
    place = premises()
    for kind in ("room", "entrance", "exit"):
        Zone.objects.create(premises=place, name=kind, kind=kind)
    with refused("zone_kind_known"):
        Zone.objects.create(premises=place, name="Bumbung", kind="roof")


def test_a_short_code_is_printed_once() -> None:
    place = premises()
    poster(place)
    with refused("poster_short_code_once"):
        poster(place)


@pytest.mark.parametrize("code", ["7k3m9qx", "7K3M9Q", "7K3M9QXX", "7K3M9QI", "7K3-M9QX"])
def test_a_short_code_in_another_spelling_is_refused(code: str) -> None:
    with refused("poster_short_code_form"):
        poster(premises(), short_code=code)


def test_who_withdrew_a_poster_and_when_stand_together(owner: User) -> None:
    place = premises()
    with refused("poster_retirement_paired"), transaction.atomic():
        poster(place, retired_at=NOW)
    with refused("poster_retirement_paired"):
        poster(place, retired_by=owner)


def test_a_poster_is_not_withdrawn_before_it_was_issued(owner: User) -> None:
    with refused("poster_retired_after_issued"):
        poster(premises(), retired_at=NOW - timedelta(seconds=1), retired_by=owner)


@pytest.mark.parametrize(
    "said",
    [
        {"retired_why": "taken-over"},
        {"retired_reason": "Hers, not his"},
        {"retired_why": "released", "retired_at": NOW},
        {"retired_why": "lost", "retired_at": NOW},
    ],
)
def test_why_a_poster_was_withdrawn_fits_how(owner: User, said: dict[str, Any]) -> None:
    who = {"retired_by": owner} if "retired_at" in said else {}
    with refused("poster_retired_why_fits"):
        poster(premises(), **said, **who)


def test_a_poster_expires_after_it_was_issued() -> None:
    with refused("poster_expires_after_issued"):
        poster(premises(), expires_at=NOW)


@pytest.mark.parametrize("number", [0, -1, postercode.LARGEST_NUMBER + 1])
def test_a_poster_s_number_fits_its_code(number: int) -> None:
    with refused("poster_number_fits_code"):
        poster(premises(), id=number)


def test_a_poster_s_zone_is_of_its_own_premises() -> None:
    here, elsewhere = premises(), premises()
    zone = Zone.objects.create(premises=elsewhere, name="Aras 1")
    poster(here, zone=zone)
    with refused("poster_zone_of_its_premises"):
        connection.check_constraints()


def test_every_named_constraint_of_this_room_is_violated_here() -> None:
    from pathlib import Path

    source = Path(__file__).read_text()
    models = (Premises, Zone, Poster)
    names = [constraint.name for model in models for constraint in model._meta.constraints]
    assert [name for name in names if f'"{name}"' not in source] == []


@pytest.mark.parametrize(
    "statement", ["delete from premises_premises", "drop table premises_zone", "truncate premises_poster"]
)
def test_the_app_cannot_delete_drop_or_empty(statement: str) -> None:
    from django.db import ProgrammingError

    premises()
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)
