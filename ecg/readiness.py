"""Compiling what following a recording needs before anybody waits for it.

`python -m ecg.readiness` does it once for a checkout, when Wardbeat is installed; a worker does it before it takes a
lease, which a cold start of some seconds could outlast.
"""

import numpy as np

from ecg.beat_columns import NetworkBeats
from ecg.corrections import Edits
from ecg.edited_findings import edited_episodes, steps
from ecg.findings import Quality, QualityReason
from ecg.recording_numbers import edited_rates
from ecg.scripts import DEMO_SCRIPTS
from ecg.spectrum import band_powers
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DeviceChunk, QualityChange

SECONDS = 12.0
"""Long enough for learning, beats, and a judgement of their quality."""
RATES = (250.0, 360.0)
"""Hz: the house's own, and one that is resampled."""
GAIN = 1000.0


def compile_loops() -> None:
    """Follow a short made-up recording, so that every loop on its way is compiled and loaded."""
    for rate in RATES:
        samples = (synthesise(DEMO_SCRIPTS[0], rate, 0, SECONDS).samples * GAIN).round().astype(np.int16)
        for given in (samples, np.frombuffer(samples.tobytes(), np.int16)):  # as from a file, and as from a stream
            SignalTracker("").receive(DeviceChunk("", 0, given, rate, GAIN))
    band_powers(np.arange(10.0), np.arange(10.0), 1.0)


def compile_review() -> None:
    """Make the findings of some made-up beats anew, so that every loop behind an edit is compiled and loaded."""
    at = np.arange(1, 40, dtype=np.int64) * 200
    shares = np.tile(np.array([0.9, 0.1, 0, 0, 0, 0.9, 0.1, 0, 0], np.float32), (len(at), 1))
    kinds, nothing = np.zeros(len(at), np.int8), np.zeros((len(at), 4), np.float32)
    found = NetworkBeats(at, np.full(len(at), 200), kinds, kinds, shares, kinds, nothing).columns()
    course = steps(found, [QualityChange("", 0, Quality.GOOD, QualityReason.NONE)], Edits())
    edited_rates(found, course, Edits(), edited_episodes("", found, course, [], Edits()), int(at[-1]))


if __name__ == "__main__":
    compile_loops()
    compile_review()
