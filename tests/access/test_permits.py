"""Looks at others' data: role, purpose, reference, scope, budget; what is refused stays on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from jejak.access import actions, purposes
from jejak.access.errors import BudgetSpent, PurposeRefused
from jejak.access.purposes import Field, PurposeKind
from jejak.access.rules import ROLES, ROLES_OF, AgencyKind, Scope, in_scope, masked_name, masked_phone
from jejak.trail import actions as trail
from jejak.trail import queries as looked
from jejak.trail.models import Entry, Subject
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2100, 3, 2, 9, tzinfo=UTC)
ANYWHERE = Scope()
FIND, AUDIT = "contoh.find", "contoh.audit"
PURPOSE = Purpose("contoh", "An exercise with invented people", "kes-1")


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    purposes.register(
        PurposeKind(
            code="contoh",
            label="Example",
            allows={FIND: frozenset({"health_officer"}), AUDIT: frozenset({"auditor"})},
            sees=frozenset({Field.NAME}),
            refers=lambda reference, _account: reference.startswith("kes-"),
        )
    )
    yield
    purposes._kinds.pop("contoh")


def staff(role: str = "health_officer", *, state: str = "", until: datetime | None = None) -> User:
    user = actions.add_account(
        email=f"ali{sum(map(ord, role))}@contoh.example", name="Pegawai Contoh", kind="staff", role=role
    )
    user.role_grants.update(state=state, until=until)
    return user


def look(
    by: User, *, action: str = FIND, purpose: Purpose = PURPOSE, scope: Scope = ANYWHERE, now: datetime = NOW
) -> None:
    with transaction.atomic():
        actions.permit(by=by, action=action, purpose=purpose, scope=scope, persons=[7], now=now)
        trail.record(by=by, action=action, purpose=purpose, persons=[7], at=now)


@pytest.mark.parametrize(
    ("role", "action"), list(product(sorted(set(ROLES) - {"premises_owner"}), [FIND, AUDIT, "contoh.x"]))
)
def test_only_the_roles_that_a_purpose_names_may_look(role: str, action: str) -> None:
    by = staff(role)
    if (role, action) in {("health_officer", FIND), ("auditor", AUDIT)}:
        look(by, action=action)
        return
    with pytest.raises(PurposeRefused, match="role"):
        look(by, action=action)
    assert [(entry.refused, entry.action) for entry in looked.refusals(since=NOW)] == [("role", action)]


@pytest.mark.parametrize(
    ("purpose", "why"),
    [(Purpose("tiada", "no such kind"), "kind-unknown"), (Purpose("contoh", "no case", "lain"), "reference")],
)
def test_an_unknown_kind_or_reference_is_refused(purpose: Purpose, why: str) -> None:
    with pytest.raises(PurposeRefused, match=why):
        look(staff(), purpose=purpose)


def test_a_refusal_stays_when_everything_else_is_rolled_back() -> None:
    by = staff("auditor")
    with pytest.raises(PurposeRefused), transaction.atomic():
        look(by)
    entry = looked.refusals(since=NOW)[0]
    assert (entry.by_name, entry.kind, entry.reference, entry.purpose) == (
        "Pegawai Contoh", "contoh", "kes-1", "An exercise with invented people",
    )  # fmt: skip
    assert list(Subject.objects.filter(entry=entry).values_list("person_id", flat=True)) == [7]
    assert looked.entries_about(7) == []


@pytest.mark.parametrize(
    ("of", "within", "reached"),
    [
        (Scope("MY-10"), Scope("MY-10"), True),
        (Scope("MY-10"), Scope("MY-01"), False),
        (Scope("MY-10", "Klang"), Scope("MY-10"), True),
        (Scope("MY-10", "Klang"), Scope("MY-10", "Petaling"), False),
        (Scope("MY-10"), Scope(), True),
        (Scope(), Scope("MY-10"), True),
    ],
)
def test_a_scope_reaches_what_lies_in_it(of: Scope, within: Scope, reached: bool) -> None:
    assert in_scope(of=of, within=within) is reached


def test_a_grant_for_one_state_does_not_reach_another() -> None:
    by = staff(state="MY-10")
    look(by, scope=Scope("MY-10"))
    with pytest.raises(PurposeRefused, match="scope"):
        look(by, scope=Scope("MY-01"))


def test_a_grant_that_ended_in_time_allows_nothing() -> None:
    by = staff(until=NOW)
    look(by, now=NOW - timedelta(seconds=1))
    with pytest.raises(PurposeRefused, match="role"):
        look(by)


def test_the_201st_look_in_ten_minutes_is_blocked_and_reported() -> None:
    by = staff()
    for second in range(200):
        look(by, now=NOW + timedelta(seconds=second))
    with pytest.raises(BudgetSpent, match="looks"):
        look(by, now=NOW + timedelta(seconds=300))
    assert [entry.refused for entry in looked.refusals(since=NOW)] == ["budget-looks"]
    look(by, now=NOW + timedelta(minutes=14))


def test_people_shown_in_a_day_have_a_budget_of_their_own() -> None:
    by = staff()
    trail.record(by=by, action=FIND, purpose=PURPOSE, persons=range(10_000), at=NOW)
    with pytest.raises(BudgetSpent, match="people"):
        look(by, now=NOW + timedelta(hours=2))
    look(by, now=NOW + timedelta(hours=25))


def test_every_role_belongs_to_a_kind_of_agency_and_to_staff() -> None:
    assert set().union(*ROLES_OF.values()) == {role for role, kind in ROLES.items() if kind == "staff"}
    assert set(ROLES_OF) == set(AgencyKind)


def test_what_a_purpose_does_not_need_is_masked() -> None:
    assert masked_phone("+60123456789") == "••••••••6789"
    assert masked_phone("999") == "•••"
    assert masked_name("Siti binti Ali") == "S••• b••• A•••"


def test_an_entry_names_the_employer_of_that_day() -> None:
    by = staff()
    by.agency = actions.add_agency(name="Pejabat Contoh", kind=AgencyKind.HEALTH, now=NOW)
    by.save()
    look(by)
    assert Entry.objects.get().agency == "Pejabat Contoh"
