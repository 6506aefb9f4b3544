"""Where spans lie on a strip."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jejak.ui.strips import NARROWEST, WIDTH, Span, bars

START = datetime(2022, 1, 21, 7, tzinfo=UTC)
END = START + timedelta(hours=4)


def span(begins: float, ends: float, *, observed: bool = True) -> Span:
    return Span(START + timedelta(minutes=begins), START + timedelta(minutes=ends), observed)


def test_an_hour_of_four_takes_a_quarter() -> None:
    (bar,) = bars(spans=[span(60, 120)], start=START, end=END)
    assert (bar.x, bar.width) == (WIDTH / 4, WIDTH / 4)


def test_what_lies_outside_the_strip_is_left_out_and_what_crosses_its_ends_is_cut() -> None:
    found = bars(spans=[span(-90, -30), span(-30, 60), span(200, 500), span(240, 300)], start=START, end=END)
    assert [(round(bar.x), round(bar.x + bar.width)) for bar in found] == [(0, 100), (333, 400)]


def test_a_strip_without_length_shows_nothing() -> None:
    assert bars(spans=[span(0, 10)], start=START, end=START) == ()


@given(st.lists(st.tuples(st.integers(-300, 500), st.integers(0, 300), st.booleans())))
def test_every_bar_can_be_seen_and_stays_on_the_strip(drawn: list[tuple[int, int, bool]]) -> None:
    spans = [span(begins, begins + length, observed=observed) for begins, length, observed in drawn]
    for bar in bars(spans=spans, start=START, end=END):
        assert bar.width >= NARROWEST
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 0.02
