"""Every beat is settled once: 9 s after it, at a gap, or at the end; and what is kept for it stays small."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.context import FUTURE, PAST, SETTLE_AFTER
from ecg.monitor import HeartMonitor
from ecg.pipeline import Pipeline, PipelineOutput
from ecg.rates import SAMPLE_RATE, to_seconds
from ecg.scripts import ATRIAL_FIBRILLATION, DEMO_SCRIPTS, SINUS_RHYTHM, SINUS_TACHYCARDIA, Script
from ecg.types import (
    Beat,
    DeviceChunk,
    Progress,
    SampleChunk,
    SettledRhythm,
    SettlingDue,
    SignalGap,
    VitalSigns,
)
from streaming.analyze import analyse
from streaming.codec import encode_state
from streaming.records import RecordedLead
from tests.ecg.heartbeats import RECORDING, beats
from tests.ecg.labellers import BitLabeller, WatchedLabeller
from tests.ecg.signals import GAIN, device_samples, synthetic

QUARTER = 62
HOUR = 3600 * SAMPLE_RATE
GAPS = ((5_000, 5_400), (6_000, 7_500), (12_000, 12_010))
"""Lost samples; the second stretch between two of them is shorter than the wait for settling."""


def signal_of(script: Script, seconds: float = 90) -> NDArray[np.int16]:
    return device_samples(synthetic(script, seconds=seconds, seed=11).samples)


def chunks_of(samples: NDArray[np.int16], gaps: Sequence[tuple[int, int]], size: int = QUARTER) -> list[DeviceChunk]:
    """Chunks of at most `size` without the lost samples, at the house rate."""
    edges = [0, *(edge for gap in gaps for edge in gap), len(samples)]
    stretches = list(pairwise(edges))[::2]
    return [
        DeviceChunk("r", start, samples[start : min(start + size, end)], 250.0, GAIN)
        for begin, end in stretches
        for start in range(begin, end, size)
    ]


def beats_in(outputs: Sequence[PipelineOutput]) -> list[int]:
    return [item.index for item in outputs if isinstance(item, Beat)]


def settled_in(outputs: Sequence[PipelineOutput]) -> list[int]:
    return [item.index for item in outputs if isinstance(item, SettledRhythm)]


def test_the_sample_that_makes_a_beat_due() -> None:
    monitor = HeartMonitor(RECORDING)
    [beat] = beats("N", 0.8, start=250)
    due = SettlingDue(RECORDING, 250)
    told = [*monitor.receive(beat), *monitor.receive(Progress(RECORDING, 250 + SETTLE_AFTER - 1))]
    assert due not in told
    assert monitor.unsettled == 250
    # 2500 is a point of the grid of numbers too.
    reached = monitor.receive(Progress(RECORDING, 250 + SETTLE_AFTER))
    assert [type(item) for item in reached] == [SettlingDue, VitalSigns]
    assert reached[0] == due
    assert monitor.unsettled is None


def test_what_is_due_comes_before_a_beat_that_comes_later() -> None:
    """A coarse chunk brings no progress between two beats."""
    monitor = HeartMonitor(RECORDING)
    first, second = beats("NN", SETTLE_AFTER / SAMPLE_RATE + 0.1, start=250)
    told = [*monitor.receive(first), *monitor.receive(second)]
    assert [item for item in told if isinstance(item, SettlingDue)] == [SettlingDue(RECORDING, 250)]
    assert monitor.unsettled == second.index
    assert monitor.settle() == [SettlingDue(RECORDING, second.index)]
    assert monitor.settle() == []


@pytest.mark.parametrize("script", DEMO_SCRIPTS, ids=lambda script: script.name)
def test_every_beat_is_settled_once_and_in_order(script: Script) -> None:
    pipeline = Pipeline(BitLabeller())
    outputs = [item for chunk in chunks_of(signal_of(script), GAPS) for item in pipeline.receive([chunk])]
    waiting = set(beats_in(outputs)) - set(settled_in(outputs))
    outputs += pipeline.finish("r")
    assert len(beats_in(outputs)) > 30
    assert waiting
    assert settled_in(outputs) == beats_in(outputs)
    assert pipeline.finish("r") == []


def test_a_file_settles_all_its_beats() -> None:
    samples = signal_of(ATRIAL_FIBRILLATION, 61)
    events = analyse(RecordedLead("r", 250.0, GAIN, samples, 1, "II"), BitLabeller()).events
    assert len(beats_in(events)) > 60
    assert settled_in(events) == beats_in(events)


def test_a_beat_is_settled_after_nine_seconds_and_before_ten() -> None:
    pipeline, known, waits = Pipeline(BitLabeller()), 0, []
    for chunk in chunks_of(signal_of(SINUS_RHYTHM), (), size=5):
        known = chunk.start + len(chunk.samples)
        waits += [known - index for index in settled_in(pipeline.receive([chunk]))]
    assert len(waits) > 80
    assert min(waits) >= SETTLE_AFTER
    # The first two seconds are for learning the detector's levels.
    assert max(waits[4:]) <= 10 * SAMPLE_RATE


def test_a_gap_settles_all_that_came_before_it() -> None:
    pipeline = Pipeline(BitLabeller())
    waiting: list[int] = []
    gaps = 0
    for chunk in chunks_of(signal_of(SINUS_RHYTHM), GAPS):
        outputs = pipeline.receive([chunk])
        if any(isinstance(item, SignalGap) for item in outputs):
            gaps += 1
            assert settled_in(outputs) == waiting != []
        waiting = [index for index in waiting + beats_in(outputs) if index not in settled_in(outputs)]
    assert gaps == len(GAPS)


def test_no_context_looks_across_a_gap_or_further_than_told() -> None:
    """The first judging of a call is of beats as they come; each call brings beats of one recording."""
    labeller = WatchedLabeller()
    pipeline = Pipeline(labeller)
    for chunk in chunks_of(signal_of(SINUS_TACHYCARDIA), GAPS):
        labeller.calls.clear()
        outputs = pipeline.receive([chunk])
        judged = [context for call in labeller.calls for context in call]
        indices = [*beats_in(outputs), *settled_in(outputs)]
        assert len(judged) == len(indices)
        for index, context in zip(indices, judged, strict=True):
            first, last = index + context.seconds[[0, -1]] * SAMPLE_RATE
            assert not any(first < begin and end <= last for begin, end in GAPS)
            assert context.place < PAST
            assert len(context.seconds) - context.place - 1 <= FUTURE
            assert context.seconds[-1] <= to_seconds(SETTLE_AFTER)
        for context in judged[: len(beats_in(outputs))]:
            assert context.seconds[-1] == 0.0


def hour_of(samples: NDArray[np.int16], gap_every: int | None) -> list[DeviceChunk]:
    """A minute over and over, 2 s at a time; each `gap_every` samples 1 s is lost."""
    chunks = []
    for start in range(0, HOUR, 2 * SAMPLE_RATE):
        at = start % (len(samples) - 2 * SAMPLE_RATE)
        part = samples[at : at + 2 * SAMPLE_RATE]
        if gap_every is not None and start % gap_every == 0:
            part = part[:SAMPLE_RATE]
        chunks.append(DeviceChunk("r", start, part, 250.0, GAIN))
    return chunks


@pytest.mark.parametrize("gap_every", [None, 8 * SAMPLE_RATE, 4 * SAMPLE_RATE])
def test_memory_stays_small_over_an_hour(gap_every: int | None) -> None:
    pipeline = Pipeline(BitLabeller())
    sizes, counts, found = [], [], 0
    for chunk in hour_of(signal_of(SINUS_TACHYCARDIA, 60), gap_every):
        found += len(beats_in(pipeline.receive([chunk])))
        state = pipeline.snapshot("r")
        counts.append(len(state["memory"]["index"]))
        if len(counts) % 100 == 0:
            sizes.append(len(encode_state(state["memory"])))
    assert found > 1000
    # What is looked at, what waits for settling, and what one batch brings: at most 5 beats a second.
    assert max(counts) <= PAST + 5 * (9 + 2)
    assert max(sizes) < 20_000


def test_finishing_an_unknown_recording_says_nothing() -> None:
    pipeline = Pipeline(BitLabeller())
    assert pipeline.finish("nobody") == []
    assert pipeline.recordings == frozenset()


def test_samples_go_their_way_unsettled() -> None:
    """Settling waits for signal, the trace does not wait for settling."""
    pipeline = Pipeline(BitLabeller())
    for chunk in chunks_of(signal_of(SINUS_RHYTHM, 20), ()):
        outputs = pipeline.receive([chunk])
        assert sum(len(item.samples) for item in outputs if isinstance(item, SampleChunk)) == len(chunk.samples)
