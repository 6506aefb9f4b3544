"""Runs over random logs, against a slow reading of the same visits: who met whom, how long, among how many."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.kernel.places import local_day
from jejak.tracing.models import Contact, Exposure, RunCase
from jejak.visits import rules
from jejak.visits.rules import Stay

if TYPE_CHECKING:
    from datetime import datetime

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
PEOPLE, PLACES, MINUTES = 7, 3, 10
QUARTER = timedelta(minutes=15)
VISITS = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1), st.integers(0, PLACES - 1), st.integers(0, 60), st.integers(1, 24), st.booleans(),
        st.sampled_from([0, rules.SMS, rules.DISPUTED]),
    ),
    min_size=4,
    max_size=40,
)  # fmt: skip
CASES = st.dictionaries(st.integers(0, PEOPLE - 1), st.integers(0, 3), min_size=1, max_size=3)  # person: day of onset


# No shrinking: every example is two runs over a log of its own, and the seed of a failure says enough.
@settings(
    max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(visits=VISITS, cases=CASES)
def test_a_run_finds_what_a_slow_reading_of_the_log_finds(
    town: Town, office: Office, visits: list[tuple[int, int, int, int, bool, int]], cases: dict[int, int]
) -> None:
    with transaction.atomic():
        office.cases.clear()
        stays = stored(town, visits)
        for who, day in cases.items():
            onset = local_day(town.midnight) + timedelta(days=day)
            office.case(town.persons[f"Orang {who}"], onset=onset)
        office.run(minutes=MINUTES)
        assert kept() == slow(stays)
        first = kept()
        office.run(minutes=MINUTES)
        assert kept() == first, "the same run again changes nothing"
        assert Contact.objects.filter(closed_at=None).count() == len({person for _case, person in first})
        transaction.set_rollback(True)


def stored(town: Town, visits: list[tuple[int, int, int, int, bool, int]]) -> list[Stay]:
    """Write visits into the log, in steps of five minutes, and return them."""
    names = [f"Orang {number}" for number in range(PEOPLE)]
    for number, name in enumerate(names):
        town.person(name, f"01{30_000_000 + number}")
    places = [town.place(f"Tempat {number}") for number in range(PLACES)]
    stays = []
    for who, where, start, length, observed, flags in visits:
        at = town.at(6, 30 * start)
        town.visit(names[who], f"Tempat {where}", at, 5 * length, observed=observed, flags=flags)
        period = Period(at, at + timedelta(minutes=5 * length))
        stays.append(Stay(town.persons[names[who]], places[where], period, observed=observed, flags=flags))
    return stays


def kept() -> dict[tuple[int, int], Any]:
    """Return what stands of each case and contact: minutes, and each stretch of time."""
    rows = Exposure.objects.filter(ended_at=None).select_related("contact")
    return {
        (one.case_id, one.contact.person_id or 0): (
            one.minutes,
            [
                (each["premises"], each["start"], each["end"], each["crowd"], each["observed"], each["flags"])
                for each in one.why
            ],
        )
        for one in rows
    }


def slow(stays: list[Stay]) -> dict[tuple[int, int], Any]:
    """Return the same by the plain rules, a case at a time; a crowd is counted person by person."""
    rows = list(RunCase.objects.select_related("case"))
    ill = {row.case.person_id for row in rows}
    found: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        period = Period(row.start, row.end)
        for met in rules.met(cases=[row.case.person_id or 0], stays=stays, period=period, minutes=MINUTES):
            if met.person not in ill:
                found.setdefault((row.case_id, met.person), []).append(met)
    return {
        key: (
            len({(one.premises, minute) for one in own for minute in minutes(one.period)}),
            [
                (
                    one.premises, one.period.start.astimezone(UTC).isoformat(), one.period.end.astimezone(UTC).isoformat(),
                    crowd(stays, one.premises, one.period), one.observed, one.flags | one.case_flags,
                )
                for one in sorted(own, key=lambda each: (each.period, each.premises))
            ],
        )
        for key, own in found.items()
    }  # fmt: skip


def minutes(period: Period) -> list[datetime]:
    return [period.start + timedelta(minutes=each) for each in range(period.minutes)]


def crowd(stays: list[Stay], premises: int, period: Period) -> int:
    """Return the most people in one quarter of an hour that a period touches."""
    midnight = period.start.replace(hour=0, minute=0)
    quarters = [Period(midnight + number * QUARTER, midnight + (number + 1) * QUARTER) for number in range(4 * 24 * 2)]
    there = [
        {one.person for one in stays if one.premises == premises and one.period.overlap(quarter)}
        for quarter in quarters
        if quarter.overlap(period)
    ]
    return max(len(persons) for persons in there)
