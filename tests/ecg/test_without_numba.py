"""Where numba is missing the same Python runs, with the same results."""

import os
import subprocess
import sys

import numpy as np

from ecg.scripts import DEMO_SCRIPTS
from ecg.spectrum import lomb_scargle
from ecg.synthetic import synthesise
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk

SECONDS, RATE, GAIN = 12, 360.0, 1000.0

WITHOUT = """
import sys
sys.modules["numba"] = None
from tests.ecg.test_without_numba import beats, spectrum
print(beats())
print(spectrum())
assert sys.modules["numba"] is None
"""


def beats() -> str:
    """Index, interval, window and timing of every beat of a short recording, in words."""
    samples = (synthesise(DEMO_SCRIPTS[0], RATE, 1, SECONDS).samples * GAIN).round().astype("int16")
    tracker, items = SignalTracker("r"), []
    for at in range(0, len(samples), 90):
        items += tracker.receive(DeviceChunk("r", at, samples[at : at + 90], RATE, GAIN))
    found = [item for item in items if isinstance(item, DetectedBeat)]
    return repr([(beat.index, beat.rr, beat.window.tobytes().hex(), beat.timing.tobytes().hex()) for beat in found])


def spectrum() -> str:
    """Of half a minute of intervals, in words."""
    seconds = np.cumsum(0.8 + 0.05 * np.sin(np.arange(38.0)))
    return repr(lomb_scargle(seconds, 1000 * np.diff(seconds, prepend=0)).tolist())


def test_beats_and_spectrum_are_the_same_without_numba() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", WITHOUT], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert beats().count("(") > 8
    assert run.stdout.splitlines() == [beats(), spectrum()]
