"""How check-ins spread over premises: a few malls, a long tail of small shops."""

from __future__ import annotations

from math import log
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jejak.demo.scales import Scale

_STEPS = 80


def check_ins_a_day(scale: Scale) -> NDArray[np.float64]:
    """Return every premises' mean check-ins a day, busiest first.

    The curve is a log-normal bent in its logarithm so that the busiest, the median and the sum are the
    scale's: ``median × exp(a·z + b·max(z, 0)²)`` over the standard normal quantiles ``z``.

    :raises ValueError: no such curve has this busiest premises and this sum.
    """
    normal = NormalDist()
    quantiles = np.array([normal.inv_cdf(1 - (rank + 0.5) / scale.premises) for rank in range(scale.premises)])
    height = log(scale.busiest_a_day / scale.median_a_day)
    low, high = 0.0, height / quantiles[0]
    for _ in range(_STEPS):  # the steeper the straight part, the more the middle adds up to
        slope = (low + high) / 2
        curve = _curve(scale, quantiles, height, slope)
        low, high = (slope, high) if curve.sum() < scale.visits_a_day else (low, slope)
    if abs(curve.sum() / scale.visits_a_day - 1) > 0.001:  # noqa: PLR2004 - a thousandth
        message = f"No popularity curve fits the scale {scale.name}."
        raise ValueError(message)
    return curve


def _curve(scale: Scale, quantiles: NDArray[np.float64], height: float, slope: float) -> NDArray[np.float64]:
    top = quantiles[0]
    bend = (height - slope * top) / top**2
    curve: NDArray[np.float64] = np.exp(slope * quantiles + bend * np.maximum(quantiles, 0) ** 2)
    return scale.median_a_day * curve
