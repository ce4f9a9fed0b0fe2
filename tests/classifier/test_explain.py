"""An explanation is about the very answers that the pipeline gives, and its parts are the graph's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino
import pytest

from classifier.artifact import EVIDENCE, graph_hash, read_description
from classifier.bank import BANK, Bank, read_bank, write_bank
from classifier.engine import SHIPPED, GraphLabeller, arranged, inputs_of
from classifier.explain import Explainer
from classifier.explanation import STEP, USUAL_REACH, Reach, laid_out, spoke_for
from classifier.runtime import CpuGraph, Form
from ecg.context import FUTURE, PAST_REACH
from ecg.errors import ArtifactError
from ecg.labels import BEAT_CLASSES
from ecg.types import DetectedBeat
from tests.classifier.contexts import contexts_of

PLACE = 50


@pytest.fixture(scope="module")
def labeller() -> GraphLabeller:
    return GraphLabeller.load()


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return Explainer.load()


@pytest.fixture
def beats(synthetic_beats: Sequence[DetectedBeat]) -> list[DetectedBeat]:
    """Those of one recording."""
    return [beat for beat in synthetic_beats if beat.recording == synthetic_beats[0].recording]


def test_the_answers_are_those_of_the_pipeline(
    labeller: GraphLabeller, explainer: Explainer, beats: list[DetectedBeat]
) -> None:
    judged = labeller.judge(contexts_of(labeller, beats))
    told = explainer.explain(beats, PLACE)
    assert told.classes == judged[PLACE].classes
    assert told.rhythms == judged[len(beats) + PLACE].rhythms


def test_the_class_is_explained_as_it_came_and_the_rhythm_as_it_settled(
    labeller: GraphLabeller, explainer: Explainer, beats: list[DetectedBeat]
) -> None:
    contexts = contexts_of(labeller, beats)
    live, settled = contexts[PLACE], contexts[len(beats) + PLACE]
    assert len(settled.seconds) > len(live.seconds)
    among = arranged([live, settled])
    own = inputs_of([beats[PLACE]] * 2)
    graph = CpuGraph(openvino.Core(), Form("evidence", (SHIPPED / EVIDENCE).read_bytes(), "f32"))
    shape, parts = graph.run({**own, **{name: among[name] for name in ("tokens", "seconds", "known")}})
    told = explainer.explain(beats, PLACE)
    assert np.array_equal(told.shape, shape[0])
    assert np.array_equal(told.beats, parts[1][:, : len(settled.seconds)])
    assert not parts[1][:, len(settled.seconds) :].any()
    assert told.seconds.tolist() == settled.seconds.tolist()


def test_beats_too_far_away_change_nothing(explainer: Explainer, beats: list[DetectedBeat]) -> None:
    whole = explainer.explain(beats, PLACE)
    first = next(number for number, beat in enumerate(beats) if beat.index >= beats[PLACE].index - PAST_REACH)
    assert first > 0
    part = explainer.explain(beats[first : PLACE + FUTURE + 1], PLACE - first)
    assert part.classes == whole.classes
    assert part.rhythms == whole.rhythms
    assert np.array_equal(part.beats, whole.beats)


def test_the_first_beat_can_be_explained(explainer: Explainer, beats: list[DetectedBeat]) -> None:
    told = explainer.explain(beats[:1], 0)
    assert told.seconds.tolist() == [0.0]
    assert np.isfinite(told.shape).all()


def test_strange_windows_are_explained_in_numbers(explainer: Explainer, strange_beats: list[DetectedBeat]) -> None:
    for beat in strange_beats:
        told = explainer.explain([beat], 0)
        assert np.isfinite(told.shape).all()
        assert np.isfinite(told.beats).all()


def test_what_is_added_to_all_answers_alike_says_nothing() -> None:
    parts = np.array([[1.0, 2.0], [1.0, 0.0], [1.0, 1.0]], np.float32)
    assert spoke_for(parts, 0).tolist() == [0.0, 1.0]
    assert spoke_for(parts, 1).tolist() == [0.0, -1.0]


def test_what_a_step_added_is_laid_where_the_step_looks() -> None:
    for step in (0, 9, 21):
        steps = np.zeros(22, np.float32)
        steps[step] = 2.0
        shade = laid_out(steps, Reach(0.15, 0.06))
        seconds = shade.first + np.arange(len(shade.values)) * STEP
        mean = (shade.values * seconds).sum() / shade.values.sum()
        assert mean == pytest.approx(0.4 - (21 - step) * 0.032 - 0.15, abs=1e-3)
        spread = np.sqrt((shade.values * (seconds - mean) ** 2).sum() / shade.values.sum())
        assert spread == pytest.approx(0.06, abs=0.003)


def test_laying_out_adds_and_takes_nothing() -> None:
    steps = np.random.default_rng(0).normal(size=22).astype(np.float32)
    assert laid_out(steps, USUAL_REACH).values.sum() == pytest.approx(steps.sum(), abs=1e-5)


def test_the_likest_beat_is_the_beat_itself(tmp_path: Path, labeller: GraphLabeller, beats: list[DetectedBeat]) -> None:
    bank = bank_of(labeller, beats, "abc")
    write_bank(tmp_path, bank)
    kept = read_bank(tmp_path, "abc")
    nearest = kept.nearest(labeller.read(beats)[7])
    assert (nearest[0].record, nearest[0].peak, nearest[0].lead) == ("r", beats[7].index, 1)
    assert nearest[0].likeness == pytest.approx(1.0, abs=1e-3)
    assert nearest[0].beat_class is BEAT_CLASSES[7 % 5]
    assert len(nearest) == 3
    assert nearest[0].likeness >= nearest[1].likeness >= nearest[2].likeness


def test_a_bank_of_another_network_is_refused(
    tmp_path: Path, labeller: GraphLabeller, beats: list[DetectedBeat]
) -> None:
    write_bank(tmp_path, bank_of(labeller, beats, "abc"))
    with pytest.raises(ArtifactError, match="another network"):
        read_bank(tmp_path, "abd")
    (tmp_path / BANK).write_bytes(b"nothing of the kind")
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_bank(tmp_path, "abc")
    (tmp_path / BANK).unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_bank(tmp_path, "abc")


def test_without_its_bank_a_network_names_no_neighbours(
    tmp_path: Path, labeller: GraphLabeller, beats: list[DetectedBeat]
) -> None:
    for path in SHIPPED.iterdir():
        if path.name != BANK:
            (tmp_path / path.name).symlink_to(path)
    told = Explainer.load(tmp_path).explain(beats[:3], 1)
    assert (told.neighbours, told.reach) == (None, USUAL_REACH)
    write_bank(tmp_path, bank_of(labeller, beats, graph_hash(tmp_path)))
    told = Explainer.load(tmp_path).explain(beats[:3], 1)
    assert told.neighbours is not None
    assert told.neighbours[0].peak == beats[1].index
    assert told.reach == Reach(0.2, 0.05)


def test_the_shipped_bank_is_the_shipped_networks() -> None:
    bank = read_bank(SHIPPED, read_description(SHIPPED).graph_sha256)
    counts = np.bincount(bank.classes, minlength=len(BEAT_CLASSES))
    assert 250 <= len(bank.classes) <= 600
    assert counts.max() <= 120
    assert np.isfinite(bank.tokens.astype(np.float32)).all()
    assert len(set(bank.records.tolist())) >= 15
    assert 0.05 < bank.reach.lag < 0.35
    assert 0.02 < bank.reach.spread < 0.15


def bank_of(labeller: GraphLabeller, beats: Sequence[DetectedBeat], graphs: str) -> Bank:
    count = len(beats)
    return Bank(
        graphs,
        labeller.read(beats),
        (np.arange(count) % 5).astype(np.int8),
        np.full(count, "r"),
        np.ones(count, np.int8),
        np.array([beat.index for beat in beats]),
        Reach(0.2, 0.05),
    )
