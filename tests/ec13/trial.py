"""A test wave through the whole pipeline, a quarter of a second at a time, and when it said what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.context import BeatContext, Token
from ecg.findings import Finding
from ecg.pipeline import Judgement, Labeller, Pipeline, PipelineOutput
from ecg.rates import to_seconds
from ecg.types import Beat, DetectedBeat, DeviceChunk, QualityChange, RhythmEpisode, VitalSigns
from tests.ec13.waves import RATE

CHUNK_SECONDS = 0.25
WIDE_SECONDS = 0.10


@dataclass(frozen=True, slots=True)
class Told:
    """`output` was told when `at` seconds of the wave had been sent."""

    at: float
    output: PipelineOutput


class WidthLabeller:
    """A stand-in for the network: a QRS that stays high for long is ventricular. Every answer is sure."""

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        return np.array([[_half_width(beat.window)] for beat in beats], np.float16)

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        wide = [float(context.tokens[context.place, 0] > 0.05) for context in contexts]
        return [Judgement((1 - one, 0.0, one, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)) for one in wide]


def _half_width(window: NDArray[np.float32]) -> float:
    """Seconds for which the highest wave of the last 0.5 s is above half its height."""
    near = np.abs(window[-70:-30])
    return float(np.count_nonzero(near > near.max() / 2)) / 125


def play(samples: NDArray[np.int16], labeller: Labeller) -> list[Told]:
    """Everything but the trace that a fresh pipeline says to a wave of `waves.RATE` Hz and 1000 units per mV."""
    pipeline, size = Pipeline(labeller), round(CHUNK_SECONDS * RATE)
    told: list[Told] = []
    for start in range(0, len(samples), size):
        part = samples[start : start + size]
        outputs = pipeline.receive([DeviceChunk("ec13", start, part, RATE, 1000.0)])
        told += [Told((start + len(part)) / RATE, output) for output in outputs]
    return told


def rates(told: Sequence[Told]) -> list[tuple[float, float | None]]:
    """When which heart rate was shown, in s and per minute."""
    return [(one.at, one.output.heart_rate) for one in told if isinstance(one.output, VitalSigns)]


def rate_after(told: Sequence[Told], seconds: float) -> set[float | None]:
    """Every heart rate shown later than `seconds`, rounded as on the screen."""
    shown = [rate for at, rate in rates(told) if at > seconds]
    return {None if rate is None else round(rate) for rate in shown}


def reached(told: Sequence[Told], begin: float, bound: float, rising: bool) -> float | None:
    """Seconds after `begin` until the rate shown is at `bound` or beyond it; None if it never is."""
    for at, rate in rates(told):
        if at > begin and rate is not None and (rate >= bound if rising else rate <= bound):
            return at - begin
    return None


def first(told: Sequence[Told], findings: Sequence[Finding], begin: float) -> float | None:
    """Seconds after `begin` until one of `findings` is told; None if none is."""
    opened = [
        one.at - begin
        for one in told
        if isinstance(one.output, RhythmEpisode) and one.output.finding in findings and one.at > begin
    ]
    return min(opened, default=None)


def words(told: Sequence[Told], begin: float) -> list[tuple[float, str]]:
    """What was told after `begin` of episodes and quality, for a person to read."""
    said = []
    for one in told:
        if one.at > begin and isinstance(one.output, RhythmEpisode):
            word = one.output.finding.value + ("" if one.output.end is None else " ends")
            said.append((round(one.at - begin, 2), word))
        if one.at > begin and isinstance(one.output, QualityChange):
            said.append((round(one.at - begin, 2), f"{one.output.quality} {one.output.reason}".strip()))
    return said


def beat_seconds(told: Sequence[Told]) -> list[float]:
    """When the beats are, in s."""
    return [to_seconds(one.output.index) for one in told if isinstance(one.output, Beat)]
