"""When check-ins happen: the national half-hour profile, reconciled with opening hours and popularity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jejak.demo.figures import figures
from jejak.demo.trades import CLASSES, preference

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 200


def timetables(demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return, by weekday, opening class and half hour (7 × classes × 48), the share of the day's check-ins.

    Every weekday is spread over the half hours as the nation's is, and over the classes as ``demand`` (mean
    check-ins a day per class) is, as far as opening hours allow; nothing falls outside them.

    Source: iterative proportional fitting (Deming and Stephan 1940).
    """
    return np.stack([_timetable(demand, weekday) for weekday in range(7)])


def _timetable(demand: NDArray[np.float64], weekday: int) -> NDArray[np.float64]:
    shares = np.stack([preference(opening, weekday) for opening in CLASSES])
    open_days = np.array([opening.hours.open_days for opening in CLASSES])
    wanted = demand * 7 / open_days * (shares.sum(axis=1) > 0)
    wanted /= wanted.sum()
    profile = figures().half_hours[weekday]
    for _ in range(_ROUNDS):
        shares *= _ratio(wanted, shares.sum(axis=1))[:, None]
        shares *= _ratio(profile, shares.sum(axis=0))[None, :]
    return shares


def _ratio(wanted: NDArray[np.float64], held: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(wanted, held, out=np.zeros_like(wanted), where=held > 0)


def window_weights(parts: NDArray[np.float64], *, weekday: int) -> NDArray[np.float64]:
    """Return what the 48 half hours of a weekday weigh, given the part (0 to 1) of each that counts."""
    weights: NDArray[np.float64] = parts * figures().half_hours[weekday] * figures().weekdays[weekday]
    return weights
