"""One pass over the training records: which segments, in which order, changed how."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass
from ecg.rates import SAMPLE_RATE
from training.config import Augmentation, Sampling
from training.noise import Noise
from training.prepared import PreparedRecord
from training.segments import Segment, cut
from training.sources import Source

LONGEST = 32 * SAMPLE_RATE
"""House samples of a segment: a challenge record, nearly always whole, or a piece of a longer one."""
SHORTEST = 4 * SAMPLE_RATE
BEFORE = (0.1, 0.95)
"""Share of a segment before the beat for which it was drawn."""


@dataclass(frozen=True, slots=True)
class Example:
    """A record, and the number of the beat that the segment must hold."""

    record: PreparedRecord
    beat: int


def draw(records: dict[Source, list[PreparedRecord]], sampling: Sampling, rng: np.random.Generator) -> list[Example]:
    """The examples of one pass, shuffled."""
    examples = _draw_challenge(records[Source.CHALLENGE], sampling, rng)
    examples += _draw_classes(records[Source.ARRHYTHMIA], sampling.arrhythmia, rng)
    examples += _draw_evenly(records[Source.SYNTHETIC], sampling.synthetic, rng)
    examples += _draw_classes(records.get(Source.WARD, []), sampling.ward, rng)
    return [examples[i] for i in rng.permutation(len(examples))]


def _draw_challenge(records: list[PreparedRecord], sampling: Sampling, rng: np.random.Generator) -> list[Example]:
    """Each record as often as its rhythm says; a fraction is a chance."""
    examples = []
    for record in records:
        times = int(sampling.challenge[RHYTHMS[record.rhythm[0]].value] + rng.random())
        examples += [Example(record, int(beat)) for beat in rng.integers(len(record.peaks), size=times)]
    return examples


def _draw_classes(records: list[PreparedRecord], wanted: dict[str, int], rng: np.random.Generator) -> list[Example]:
    examples = []
    for label, count in wanted.items():
        examples += _draw_class(records, BEAT_CLASSES.index(BeatClass(label)), count, rng)
    return examples


def _draw_class(records: list[PreparedRecord], code: int, count: int, rng: np.random.Generator) -> list[Example]:
    """Beats of one class; a record with many of them counts by the square root of its number."""
    found = [(record, np.flatnonzero(record.beat_class == code)) for record in records]
    found = [(record, beats) for record, beats in found if len(beats)]
    if not found:
        return []
    weights = np.sqrt([len(beats) for _, beats in found])
    chosen = rng.choice(len(found), count, p=weights / weights.sum())
    return [Example(found[i][0], int(rng.choice(found[i][1]))) for i in chosen]


def _draw_evenly(records: list[PreparedRecord], count: int, rng: np.random.Generator) -> list[Example]:
    if not records:
        return []
    chosen = [records[i] for i in rng.integers(len(records), size=count)]
    return [Example(record, int(rng.integers(len(record.peaks)))) for record in chosen]


def segments(
    examples: list[Example], augmentation: Augmentation, noise: Noise, rng: np.random.Generator
) -> Iterator[Segment]:
    """The examples, cut and changed at random; those in which no beat is complete are left out."""
    for example in examples:
        segment = augment(example, augmentation, noise, rng)
        if len(segment.ends):
            yield segment


def augment(example: Example, how: Augmentation, noise: Noise, rng: np.random.Generator) -> Segment:
    """A segment that holds the example's beat, changed at random as far as `how` says."""
    record = example.record
    begin, end = _place(record, int(record.peaks[example.beat]), how, rng)
    segment = cut(record, begin, end, 1 + rng.uniform(-how.stretch, how.stretch))
    signal = segment.signal
    if rng.random() < how.noise_share:
        signal = add_noise(signal, noise.piece(len(signal), rng), rng.uniform(*how.noise_snr))
    sign = -1.0 if rng.random() < how.flip_share else 1.0
    return replace(segment, signal=signal * np.float32(sign * np.exp(how.gain * rng.normal())))


def _place(record: PreparedRecord, peak: int, how: Augmentation, rng: np.random.Generator) -> tuple[int, int]:
    """A long record gives a piece around the peak; a short one all, or what a late start leaves of it."""
    first, last = max(record.begin, 0), record.begin + len(record.trace)
    if last - first > LONGEST:
        begin = int(max(first, peak - rng.uniform(*BEFORE) * LONGEST))
        return begin, min(begin + LONGEST, last)
    if rng.random() < how.late_start_share:
        first = int(rng.uniform(first, max(last - SHORTEST, first + 1)))
    return first, last


def add_noise(signal: NDArray[np.float32], noise: NDArray[np.float32], snr: float) -> NDArray[np.float32]:
    """The signal with noise of standard deviation one, `snr` dB below it."""
    level = float(signal.std()) * 10 ** (-snr / 20)
    return (signal + level * noise).astype(np.float32)
