"""Heart rate variability of the last 5 minutes, beat by beat, and of the day.

Definitions: Task Force of ESC and NASPE, Circulation 93:1043, 1996; SD1 and SD2 after Brennan et al., IEEE Trans.
Biomed. Eng. 48:1342, 2001. NN intervals as `ecg.nn` says. A difference is taken between neighbouring NN intervals only.

A beat costs its own share of the sums and no more (`ecg.nn_window`); nothing is computed again from the whole window.
The spectrum is computed every `ANALYSED_EVERY`, the day every 5 minutes.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from ecg.day import FILLED, Day, Piece, deviation
from ecg.histogram import triangular_index
from ecg.nn import NormalIntervals
from ecg.nn_window import WINDOW, NNWindow, Sums
from ecg.rates import SAMPLE_RATE, to_milliseconds, to_samples
from ecg.spectrum import band_powers
from ecg.types import Beat

ANALYSED_EVERY = to_samples(30.0)
"""How often the triangular index and the spectrum are computed anew; in between they stand."""
LEAST_USED = 80.0
"""Percent of the RR intervals that have to be NN intervals before any number of variability is shown. The Task Force
asks to report the share and names no minimum: this one is ours."""
ENOUGH_NN = 30
"""NN intervals in the window before SDNN and mean are shown."""
ENOUGH_DIFFERENCES = 10
"""Differences of neighbouring NN intervals before RMSSD, pNN50, SD1 and SD2 are shown."""
_ROOT_2 = math.sqrt(2)
_Shape = tuple[float | None, float | None, float | None, float | None]
_NO_SHAPE: _Shape = (None, None, None, None)
_Spread = tuple[float | None, float | None, float | None, float | None, float | None, float | None]


class WindowNumbers(NamedTuple):
    """ms; pnn50 and nn_used in percent; lf, hf and total_power in ms². The names of `ecg.types.VitalSigns`."""

    nn_used: float | None = None
    rr_mean: float | None = None
    sdnn: float | None = None
    rmssd: float | None = None
    pnn50: float | None = None
    sd1: float | None = None
    sd2: float | None = None
    triangular_index: float | None = None
    lf: float | None = None
    hf: float | None = None
    total_power: float | None = None


class Variability:
    """Follows one recording. Beats and questions come in the order of their index."""

    def __init__(self) -> None:
        self.day = Day()
        self._normal = NormalIntervals()
        self._window = NNWindow()
        self._piece_due = WINDOW  # the index at which the piece of 5 minutes that runs now ends
        self._shape = _NO_SHAPE
        self._analysed_at = 0

    def receive(self, beat: Beat) -> None:
        """Take a beat of good signal whose RR interval is known and of good signal too."""
        if beat.index > self._piece_due:
            self._close_pieces(beat.index - 1)
        self._window.append(self._normal.receive(beat))

    def disregard(self, beat: Beat) -> None:
        """Take a beat whose RR interval is unknown or not to be trusted; nothing spans it."""
        if beat.index > self._piece_due:
            self._close_pieces(beat.index - 1)
        self._normal.disregard(beat)
        if beat.rr is not None:
            self._window.append((beat.index, None, None))

    # -- questions -------------------------------------------------------------------------------------------------

    def at(self, index: int) -> WindowNumbers:
        """The numbers of the 5 minutes that end at `index`, where all beats up to it came."""
        if index >= self._piece_due:
            self._close_pieces(index)
        sums, rr = self._window.slide(index), len(self._window.entries)
        if index % ANALYSED_EVERY == 0:
            self._analyse(index, sums)
        used = 100 * sums.nn / rr if rr else None
        if used is None or used < LEAST_USED:
            return WindowNumbers(used)
        is_true = sums.total >= FILLED and index - self._analysed_at <= ANALYSED_EVERY
        return WindowNumbers(used, *_spread(sums), *(self._shape if is_true else _NO_SHAPE))

    def _analyse(self, index: int, sums: Sums) -> None:
        """The distribution and the spectrum of the window that ends at `index`, where enough of it is NN intervals."""
        self._analysed_at, self._shape = index, _NO_SHAPE
        if sums.total < FILLED:
            return
        entries = [entry for entry in self._window.entries if entry[1] is not None]
        ends, intervals = np.array([entry[0] for entry in entries]), np.array([entry[1] for entry in entries])
        seconds = (ends - ends[0]) / SAMPLE_RATE
        spacing = (float(seconds[-1]) + float(intervals[0]) / SAMPLE_RATE) / len(entries)
        powers = band_powers(seconds, to_milliseconds(1) * intervals, spacing)
        self._shape = triangular_index(self._window.histogram), powers.lf, powers.hf, powers.total

    def _close_pieces(self, until: int) -> None:
        """Summaries of the pieces that end up to and at `until`, where all beats came."""
        while self._piece_due <= until:
            sums = self._window.slide(self._piece_due)
            if not (rr := len(self._window.entries)):
                break
            piece = Piece(self._piece_due // WINDOW - 1, rr, sums.nn, sums.total, sums.squares)
            self.day.receive(piece, self._window.histogram)
            self._piece_due += WINDOW
        self._piece_due = max(self._piece_due, (until // WINDOW + 1) * WINDOW)
        self.day.forget_before(self._piece_due // WINDOW - 1)

    # -- state -----------------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """The state between two beats: at most 5 minutes of intervals, and the summaries of the day."""
        return {
            "day": self.day.snapshot(),
            "normal": self._normal.snapshot(),
            "window": self._window.snapshot(),
            "piece_due": self._piece_due,
            "shape": list(self._shape),
            "analysed_at": self._analysed_at,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self.day.restore(state["day"])
        self._normal.restore(state["normal"])
        self._piece_due, self._analysed_at = state["piece_due"], state["analysed_at"]
        index, lf, hf, total = state["shape"]
        self._shape = index, lf, hf, total
        self._window.restore(state["window"])


def _spread(sums: Sums) -> _Spread:
    """rr_mean, sdnn, rmssd, pnn50, sd1, sd2; None where there are too few intervals for them."""
    count, pairs = sums.nn, sums.pairs
    mean = sdnn = rmssd = pnn50 = sd1 = sd2 = None
    if count >= ENOUGH_NN:
        mean = to_milliseconds(sums.total / count)
        sdnn = to_milliseconds(deviation(count, sums.total, sums.squares))
    if pairs >= ENOUGH_DIFFERENCES:
        rmssd = to_milliseconds(math.sqrt(sums.difference_squares / pairs))
        pnn50 = 100 * sums.large / pairs
        sd1 = to_milliseconds(deviation(pairs, sums.differences, sums.difference_squares) / _ROOT_2)
        sd2 = to_milliseconds(deviation(pairs, sums.pair_totals, sums.pair_squares) / _ROOT_2)
    return mean, sdnn, rmssd, pnn50, sd1, sd2
