"""What a correction does to an exposure: pure, told in examples and as properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.periods import Period
from jejak.tracing.corrections import Correction, corrected, in_force, spoken, spoken_of
from jejak.tracing.exposures import Exposed, Stretch, Told

DAY = datetime(2022, 3, 14, tzinfo=UTC)


def at(start: float, end: float) -> Period:
    """Return a period of that day, by hours."""
    return Period(DAY + timedelta(hours=start), DAY + timedelta(hours=end))


def stretch(period: Period, *, premises: int = 7, near: int = 1) -> Stretch:
    return Stretch(period, premises, None, period.minutes, near, 5, observed=True, flags=0)


def named(
    period: Period, *, premises: int = 7, zone: int | None = None, exposure: int = 1, stay: int = 0
) -> dict[str, object]:
    times = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    return {"exposure": exposure, "stay": stay, "premises": premises, "zone": zone, **times}


def test_who_was_not_there_has_nothing_left_of_it_whatever_a_later_run_finds_of_that_visit() -> None:
    gone = [Correction(7, at(9, 10))]
    for found in (at(9, 10), at(8, 12), at(9.5, 11)):
        assert corrected(Exposed((stretch(found),)), gone) is None


def test_another_place_and_another_time_stay_as_they_are() -> None:
    exposed = Exposed((stretch(at(9, 10), premises=8), stretch(at(10, 11))))
    assert corrected(exposed, [Correction(7, at(9, 10))]) is exposed


def test_other_times_leave_what_was_together_then_and_nobody_observed_it() -> None:
    left = corrected(Exposed((stretch(at(9, 11)),)), [Correction(7, at(9, 11), at(10, 14))])
    assert left is not None
    (one,) = left.stretches
    assert (one.period, one.close, one.observed) == (at(10, 11), 60, False)


def test_times_after_the_case_had_left_leave_nothing() -> None:
    assert corrected(Exposed((stretch(at(9, 11)),)), [Correction(7, at(9, 11), at(11, 12))]) is None


def test_the_latest_word_on_a_stay_replaces_those_before() -> None:
    early, late, gone = (Correction(7, at(9, 11), each) for each in (at(9, 10), at(10, 11), None))
    for known, expected in [((early, late), at(10, 11)), ((gone, early), at(9, 10)), ((late, early), at(9, 10))]:
        left = corrected(Exposed((stretch(at(9, 11)),)), known)
        assert left is not None
        assert left.stretches[0].period == expected
    assert corrected(Exposed((stretch(at(9, 11)),)), [early, gone]) is None


def test_who_is_moved_on_from_other_times_is_at_the_last_of_them_alone() -> None:
    known = [Correction(7, at(9, 11), at(9, 10)), Correction(7, at(9, 10), at(10.5, 11))]
    assert in_force(known) == (Correction(7, at(9, 11), at(10.5, 11)),)


def test_a_word_on_a_part_of_a_stay_or_on_another_place_leaves_those_before() -> None:
    whole = Correction(7, at(9, 12))
    assert in_force([whole, Correction(7, at(9, 10)), Correction(8, at(9, 12))])[0] == whole


def test_less_time_together_than_the_run_asked_for_is_no_exposure() -> None:
    exposed, shorter = Exposed((stretch(at(9, 11)),)), [Correction(7, at(9, 11), at(10.9, 12))]
    assert corrected(exposed, shorter, minutes=15) is None
    assert corrected(exposed, shorter, minutes=6) is not None


def test_what_an_interview_said_is_left() -> None:
    told = Told(at(0, 24), "household")
    left = corrected(Exposed((stretch(at(9, 10)),), (told,)), [Correction(7, at(9, 10))], minutes=15)
    assert left == Exposed((), (told,))


def test_a_short_exposure_that_nobody_corrected_stays() -> None:
    exposed = Exposed((stretch(at(9, 9.1)),))
    assert corrected(exposed, [Correction(8, at(9, 10))], minutes=15) is exposed


def test_times_at_one_place_that_touch_are_one_stay_whichever_case_was_there() -> None:
    listed = [
        named(at(9, 10), exposure=5), named(at(9.5, 11), exposure=6), named(at(14, 15), exposure=6, stay=1),
        named(at(10, 11), premises=8, exposure=6, stay=2), {"said": "household"},
    ]  # fmt: skip
    found = spoken(listed)
    assert [(one.premises, one.period, one.exposure, one.stay) for one in found] == [
        (7, at(9, 11), 5, 0), (8, at(10, 11), 6, 2), (7, at(14, 15), 6, 1),
    ]  # fmt: skip
    assert spoken_of(listed, exposure=6, stay=1) == found[2]
    assert spoken_of(listed, exposure=6, stay=0) is None


def test_a_stay_in_several_zones_names_none() -> None:
    (one,) = spoken([named(at(9, 10), zone=3), named(at(9.5, 11), zone=4, stay=1)])
    assert one.zone is None


PERIODS = st.tuples(st.integers(0, 46), st.integers(1, 8)).map(lambda two: at(two[0] / 2, (two[0] + two[1]) / 2))
STRETCHES = st.lists(st.builds(stretch, PERIODS, premises=st.integers(1, 3)), min_size=1, max_size=6)
CORRECTIONS = st.lists(
    st.builds(Correction, st.integers(1, 3), PERIODS, st.none() | PERIODS), min_size=1, max_size=4
)  # fmt: skip


@given(STRETCHES, CORRECTIONS, st.integers(0, 60))
def test_a_correction_never_adds_time_and_said_again_changes_nothing_more(
    stretches: list[Stretch], known: list[Correction], minutes: int
) -> None:
    exposed = Exposed(tuple(sorted(stretches)))
    left = corrected(exposed, known, minutes=minutes)
    if left is None:
        return
    assert left.minutes <= exposed.minutes
    assert all(any(part.period.overlap(one.period) == part.period for one in stretches) for part in left.stretches)
    assert corrected(left, known, minutes=minutes) == left
