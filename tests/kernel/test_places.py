from datetime import UTC, date, datetime, timedelta

from jejak.kernel.places import STATES, day_bounds, local_day


def test_the_local_day_turns_at_four_in_the_afternoon_utc() -> None:
    assert local_day(datetime(2022, 1, 21, 15, 59, 59, tzinfo=UTC)) == date(2022, 1, 21)
    assert local_day(datetime(2022, 1, 21, 16, 0, tzinfo=UTC)) == date(2022, 1, 22)


def test_days_follow_one_another_without_a_gap() -> None:
    today = day_bounds(date(2022, 2, 28))
    assert today.length == timedelta(days=1)
    assert today.end == day_bounds(date(2022, 3, 1)).start


def test_there_are_thirteen_states_and_three_federal_territories() -> None:
    assert len(STATES) == 16
    assert sum(name.startswith("W.P.") for name in STATES.values()) == 3
