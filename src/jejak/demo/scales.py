"""How large a demo can be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of an invented population; visits are those of a whole fortnight, the rest a mean day's."""

    name: str
    premises: int
    people: int
    visits: int
    busiest_a_day: float
    median_a_day: float

    @property
    def visits_a_day(self) -> float:
        """Mean check-ins a day at all premises together."""
        return self.visits / DAYS


DAYS = 14

SCALES = {
    scale.name: scale
    for scale in (
        Scale("tiny", premises=150, people=800, visits=9_000, busiest_a_day=60, median_a_day=2.4),
        Scale("small", premises=2_000, people=20_000, visits=300_000, busiest_a_day=450, median_a_day=4.6),
        # What SELangkah had reported by June 2020.
        Scale(
            "seed",
            premises=40_000,
            people=2_030_000,
            visits=14_000_000,
            busiest_a_day=12_500,
            median_a_day=4.6,
        ),
    )
}
