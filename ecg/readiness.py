"""Compiling what following a recording needs before anybody waits for it.

`python -m ecg.readiness` does it once for a checkout, when Wardbeat is installed; a worker does it before it takes a
lease, which a cold start of some seconds could outlast.
"""

import numpy as np

from ecg.scripts import DEMO_SCRIPTS
from ecg.spectrum import band_powers
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DeviceChunk

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


if __name__ == "__main__":
    compile_loops()
