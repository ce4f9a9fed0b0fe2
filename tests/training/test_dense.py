# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""A long run of the trunk against single windows, and what a batch may not change."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecg.context import SETTLE_AFTER, BeatMemory, RememberedBeat
from ecg.rates import SAMPLE_RATE
from ecg.tracker import WINDOW_SAMPLES
from training.prepare import track
from training.prepared import PreparedRecord
from training.segments import Segment, cut, whole
from training.sources import MASKED, SourceRecord

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from torch import Tensor

from classifier import dense, model
from classifier.dense import Judged, answer, in_future, in_past
from classifier.model import Network
from tests.training.small import SMALL, learnt
from training import features
from training.batches import ROUND, collate, tensors
from training.features import windows

STEP = 16
CPU = torch.device("cpu")
"""Samples from one step of the last map to the next."""
Array = NDArray[np.float32]


@pytest.fixture
def one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long run and a single window scale by their own peaks: here by none, to compare all else."""

    def unchanged(signal: Tensor) -> Tensor:
        return signal

    for module in (dense, model):
        monkeypatch.setattr(module, "normalise", unchanged)


def tokens_of_run(network: Network, segment: Segment) -> Tensor:
    signal, ends, timing, _, _ = tensors(collate([segment]), CPU)
    with torch.no_grad():
        return dense.read(network.reader, signal, ends, timing)[0]


def tokens_of_windows(network: Network, shown: Array, timing: Array) -> Tensor:
    with torch.no_grad():
        tokens: Tensor = network.reader(torch.from_numpy(shown), torch.from_numpy(timing))
    return tokens


def test_a_long_run_reads_a_beat_as_its_own_window_does(prepared: PreparedRecord, one_scale: None) -> None:
    """Exactly where the window ends with a step of the last map (2e-5: rounding); elsewhere the run sees the step
    before, up to 15 samples (0.12 s) earlier.
    """
    network, segment = learnt(), whole(prepared)
    # As if every beat's window ended with a step: the same signal, other places.
    segment = replace(segment, ends=segment.ends // STEP * STEP)
    run = tokens_of_run(network, segment)
    alone = tokens_of_windows(network, windows(segment), segment.timing)
    assert len(run) > 100
    assert torch.allclose(run, alone, atol=2e-5)


def test_beside_the_steps_a_long_run_is_near_at_most(prepared: PreparedRecord, one_scale: None) -> None:
    network, segment = learnt(), whole(prepared)
    beside = segment.ends % STEP != 0
    apart = tokens_of_run(network, segment) - tokens_of_windows(network, windows(segment), segment.timing)
    assert apart[beside].abs().max() > 1e-4
    assert apart[~beside].abs().max() < 2e-5


def test_windows_of_the_tracker_read_the_same(
    source_record: SourceRecord, prepared: PreparedRecord, one_scale: None
) -> None:
    """The trace is kept in steps of 0.5 µV and more: tokens differ by less than a thousandth of a millivolt's worth."""
    network, segment, beats = learnt(), whole(prepared), track(source_record)[1]
    exact = [k for k, beat in enumerate(beats) if beat.index % 2 == 0 and segment.ends[k] % STEP == 0]
    assert exact
    shown = np.stack([beats[k].window for k in exact])
    alone = tokens_of_windows(network, shown, np.stack([beats[k].timing for k in exact]))
    assert torch.allclose(tokens_of_run(network, segment)[exact], alone, atol=5e-3)


def test_windows_of_a_segment_end_at_their_beats(prepared: PreparedRecord) -> None:
    segment = whole(prepared)
    shown = windows(segment)
    assert shown.shape == (len(segment.ends), WINDOW_SAMPLES)
    for row, end in zip(shown, segment.ends, strict=True):
        there = segment.signal[max(end + 1 - WINDOW_SAMPLES, 0) : end + 1]
        assert np.array_equal(row[WINDOW_SAMPLES - len(there) :], there)
        assert not row[: WINDOW_SAMPLES - len(there)].any()


def answers_of(network: Network, segments: list[Segment]) -> list[Tensor]:
    """All answers of the first segment's beats."""
    with torch.no_grad():
        judged = answer(network, *tensors(collate(segments), CPU))
    return of_first(judged, len(segments[0].ends))


def of_first(judged: Judged, count: int) -> list[Tensor]:
    return [log_odds[0, :count] for one in judged for log_odds in one]


@pytest.mark.parametrize("beside", [(3_000, 4_500), (0, 9_000), (2_000, 30_000)])
def test_a_segments_answers_do_not_change_with_its_neighbours(
    prepared: PreparedRecord, beside: tuple[int, int]
) -> None:
    network, segment = learnt(), cut(prepared, 1_000, 6_000, 1.0)
    other = replace(cut(prepared, *beside, 1.0), signal=cut(prepared, *beside, 1.0).signal * np.float32(9))
    for alone, together in zip(
        answers_of(network, [segment]), answers_of(network, [segment, other, other]), strict=True
    ):
        assert torch.allclose(alone, together, atol=1e-5)


def test_features_do_not_change_with_their_neighbours_either(prepared: PreparedRecord) -> None:
    network, segment, other = learnt(), cut(prepared, 1_000, 6_000, 1.0), whole(prepared)
    [seen, longer] = features.features(network.reader, [segment, other])
    with torch.no_grad():
        alone = of_first(features.judged(network, features.collate([seen])), len(segment.ends))
        together = of_first(features.judged(network, features.collate([seen, longer])), len(segment.ends))
    assert all(torch.allclose(one, two, atol=1e-5) for one, two in zip(alone, together, strict=True))


def test_a_batch_marks_what_is_filled_up(prepared: PreparedRecord) -> None:
    short, long = cut(prepared, 1_000, 4_000, 1.0), cut(prepared, 0, 9_001, 1.0)
    batch = collate([short, long])
    assert batch.beats.sum(axis=1).tolist() == [len(short.ends), len(long.ends)]
    assert (batch.beat_class[~batch.beats] == MASKED).all()
    assert (batch.rhythm[~batch.beats] == MASKED).all()
    assert (batch.signal.shape[1] - WINDOW_SAMPLES + 1) % ROUND == 0
    for row, segment in zip(batch.signal, (short, long), strict=True):
        begin = WINDOW_SAMPLES - 1
        assert not row[:begin].any()
        assert np.array_equal(row[begin : begin + len(segment.signal)], segment.signal)
        assert not row[begin + len(segment.signal) :].any()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([60, 100, 250, 450, SETTLE_AFTER, SETTLE_AFTER + 1]), min_size=1, max_size=80))
def test_training_looks_where_serving_looks(intervals: list[int]) -> None:
    indices = np.cumsum([20_000, *intervals])
    memory = BeatMemory()
    seconds = torch.from_numpy((indices / SAMPLE_RATE).astype(np.float32))[None]
    apart = seconds[:, None, :] - seconds[:, :, None]
    past, future = in_past(apart)[0], in_future(apart)[0]
    for number, index in enumerate(indices.tolist()):
        memory.note(RememberedBeat(index, number == 0, np.array([number], np.float16)))
        assert memory.live().tokens[:, 0].tolist() == torch.nonzero(past[number])[:, 0].tolist()
    for number, index in enumerate(indices.tolist()):
        looked = torch.nonzero(past[number] | future[number])[:, 0].tolist()
        assert memory.settled(index).tokens[:, 0].tolist() == looked


def test_the_small_network_has_the_shipped_ones_window() -> None:
    assert learnt().reader.maps(torch.zeros(1, SMALL.window)).last.shape[2] == 1
