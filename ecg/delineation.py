"""Where a QRS complex begins and ends, on the filtered trace of one lead.

After the idea of Zong, Moody and Jiang 2003 (Computers in Cardiology 30:737-740): a complex is where the curve is long.
Here the length of the curve is taken without the time axis (the sum of absolute steps over 20 ms), so that no unit of
amplitude is set against one of time, and the threshold follows the complex's own steepest part and the quiet round it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.rates import to_milliseconds, to_samples

REACH_BEFORE = to_samples(0.16)
REACH_AFTER = to_samples(0.22)
QUIET_REACH = to_samples(0.40)
"""The quiet round a complex is looked for this far on both sides of R."""
HOLD = to_samples(0.028)
"""A complex has ended when the curve stays short for this long: longer than the flat top of a wide wave."""
STEEP_SHARE = 0.14
"""Share of the steepest part below which the curve counts as short: a T wave stays under it, a slurred upstroke not."""
QUIET_FACTOR = 2.5
CLEAR = 0.35
"""Where the threshold is above this share of the steepest part, noise hides the ends: not measured."""
Array = NDArray[np.float64]


class QrsBounds(NamedTuple):
    """First and last sample of the complex, counted from the R peak."""

    onset: int
    end: int

    @property
    def width_ms(self) -> float:
        """Milliseconds from onset to end, in steps of 4: the band widens a complex by about as much as the threshold
        narrows it (complexes of known width from 60 to 180 ms: 0 to -8 ms for smooth ones, up to +16 for notched).
        """
        return to_milliseconds(self.end - self.onset)


def qrs_bounds(trace: NDArray[np.floating], peak: int) -> QrsBounds | None:
    """The complex with its R peak at `trace[peak]`; None where the trace is too short, too flat or too noisy.

    trace: filtered millivolts at the house rate, NaN where there was no signal.
    """
    first, last = peak - QUIET_REACH, peak + QUIET_REACH + 1
    if first < 0 or last > len(trace):
        return None
    around = np.asarray(trace[first:last], np.float64)
    if not np.isfinite(around).all():
        return None
    length = curve_length(around)
    steepest = float(length[QUIET_REACH - REACH_BEFORE // 2 : QUIET_REACH + REACH_AFTER // 2].max())
    threshold = max(STEEP_SHARE * steepest, QUIET_FACTOR * float(np.quantile(length, 0.25)))
    if steepest <= 0 or threshold > CLEAR * steepest:
        return None
    return _bounds(length >= threshold)


def curve_length(trace: Array) -> Array:
    """Sum of the absolute steps within 20 ms of each sample, shape of `trace`."""
    steps = np.abs(np.diff(trace, prepend=trace[:1], append=trace[-1:]))
    pairs = (steps[:-1] + steps[1:]) / 2
    return np.convolve(pairs, np.ones(5), mode="same")


def _bounds(is_long: NDArray[np.bool_]) -> QrsBounds | None:
    """The run of long curve round the middle, across short pauses; None where it does not end within reach."""
    before = _run(is_long[QUIET_REACH::-1], REACH_BEFORE)
    after = _run(is_long[QUIET_REACH:], REACH_AFTER)
    return None if before is None or after is None else QrsBounds(-before, after)


def _run(is_long: NDArray[np.bool_], reach: int) -> int | None:
    """How far the last long sample lies before the first pause of HOLD samples; None beyond `reach`."""
    last = 0
    for place, long in enumerate(is_long[: reach + HOLD].tolist()):
        if long:
            last = place
        elif place - last >= HOLD:
            return last
    return None
