"""What a reader may say of a stay, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jejak.kernel.periods import Period
from jejak.tracing import noticerules

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "can"),
    [(0, 1, True), (-24, 1, True), (-25, 1, False), (1, 1, False), (1, 0, False), (0, 6, False), (None, 1, False)],
)
def test_other_times_lie_in_order_within_a_day_and_not_to_come(start: int | None, end: int, can: bool) -> None:
    kept, hour = Period(NOON, NOON + timedelta(hours=1)), timedelta(hours=1)
    said = NOON + start * hour if start is not None else None
    at = NOON + 5 * hour
    assert noticerules.may_be(kept=kept, start=said, end=NOON + end * hour, at=at) is can


def test_other_times_are_others_to_the_minute() -> None:
    kept, second = Period(NOON, NOON + timedelta(hours=1, seconds=42)), timedelta(seconds=1)
    assert noticerules.as_named(kept=kept, start=kept.start, end=kept.end - 42 * second)
    assert not noticerules.as_named(kept=kept, start=kept.start, end=kept.end - 60 * second)
    assert not noticerules.as_named(kept=kept, start=None, end=kept.end)


@pytest.mark.parametrize(
    ("outcomes", "problem"),
    [
        ((), ""),
        (("kept", "kept"), ""),
        (("kept", "kept", "kept"), "often"),
        (("kept", ""), "open"),
        (("kept", "corrected"), "corrected"),
    ],
)
def test_a_stay_is_disputed_once_at_a_time_thrice_at_most_and_never_again_once_corrected(
    outcomes: tuple[str, ...], problem: str
) -> None:
    assert noticerules.problem_of(outcomes) == problem
