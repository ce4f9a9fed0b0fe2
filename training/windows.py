"""Windows cut from prepared traces, as the tracker cuts them, or changed on purpose for training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.timing import RR_MEMORY, WINDOW_SHARE, RrHistory
from ecg.tracker import DECIMATION, WINDOW_AFTER, WINDOW_BEFORE, WINDOW_RATE, WINDOW_SAMPLES
from training.prepared import TRACE_GAIN, PreparedRecord

Array = NDArray[np.float32]
_OFFSETS = (np.arange(WINDOW_SAMPLES) - WINDOW_BEFORE) * DECIMATION


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the network is given for one beat: window (WINDOW_SAMPLES,) in mV, timing (TIMING_FEATURES,)."""

    window: Array
    timing: Array


def exact(record: PreparedRecord, beat: int) -> Inputs:
    """The beat's window and timing as the tracker gave them (the trace's rounding aside)."""
    peak = int(record.peaks[beat])
    first = peak - WINDOW_BEFORE * DECIMATION
    kept = max(first, 0)
    kept += (kept - first) % DECIMATION
    end = peak + WINDOW_AFTER * DECIMATION + 1
    part = record.trace[kept - record.begin : end - record.begin : DECIMATION]
    window = np.zeros(WINDOW_SAMPLES, np.float32)
    window[WINDOW_SAMPLES - len(part) :] = part / np.float32(TRACE_GAIN)
    return Inputs(window, record.timing[beat])


def stretched(record: PreparedRecord, beat: int, pace: float) -> Inputs:
    """The beat as if time ran `pace` times faster: intervals shrink by that factor."""
    positions = int(record.peaks[beat]) + _OFFSETS * pace
    low = max(int(positions[0]), 0)
    part = record.trace[low - record.begin : int(positions[-1]) + 2 - record.begin]
    window = np.interp(positions - low, np.arange(len(part)), part, left=0.0) / TRACE_GAIN
    timing = record.timing[beat].copy()
    timing[:4] /= pace
    timing[5] = np.mean(positions >= 0)
    return Inputs(window.astype(np.float32), timing)


def late_start(record: PreparedRecord, beat: int, seconds: float) -> Inputs:
    """The beat as if the recording had begun `seconds` before its R peak."""
    inputs = exact(record, beat)
    before = min(int(seconds * WINDOW_RATE), WINDOW_BEFORE)
    known = before + 1 + WINDOW_AFTER
    window = inputs.window.copy()
    window[: WINDOW_SAMPLES - known] = 0.0
    received = min(known / WINDOW_SAMPLES, float(inputs.timing[5]))
    return Inputs(window, _timing_since(record, beat, before * DECIMATION, received))


def _timing_since(record: PreparedRecord, beat: int, samples: int, received: float) -> Array:
    peaks = record.peaks[max(0, beat - RR_MEMORY) : beat + 1]
    history = RrHistory()
    for peak in peaks[peaks >= peaks[-1] - samples].tolist():
        history.note(peak)
    timing = history.features()
    timing[WINDOW_SHARE] = received
    return timing
