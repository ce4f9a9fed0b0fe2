"""The shipped network as it serves."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from classifier.engine import CONTEXT, SHIPPED, GraphLabeller, arranged, inputs_of, probabilities, shipped_labeller
from classifier.runtime import BATCH
from ecg.context import BeatContext
from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.pipeline import Labeller, Pipeline
from ecg.types import Beat, DetectedBeat, SettledRhythm
from tests.classifier.conftest import chunk_of
from tests.classifier.contexts import contexts_of, probabilities_of

Beats = Sequence[DetectedBeat]
SIZES = range(1, BATCH + 2)


@pytest.fixture(scope="module")
def labeller() -> GraphLabeller:
    return shipped_labeller()


def test_it_is_the_labeller_that_the_pipeline_asks_for(labeller: GraphLabeller) -> None:
    asked: Labeller = labeller
    assert asked is labeller


def test_nothing_needs_no_answer(labeller: GraphLabeller) -> None:
    assert labeller.judge([]) == []


def test_every_beat_is_remembered_in_half_precision(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    tokens = labeller.read(synthetic_beats)
    assert tokens.dtype == np.float16
    assert len(tokens) == len(synthetic_beats)
    assert len(np.unique(tokens, axis=0)) > 0.99 * len(synthetic_beats)


def test_every_context_is_answered(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    contexts = contexts_of(labeller, synthetic_beats[:60])
    answered = labeller.judge(contexts)
    assert len(answered) == len(contexts)
    for judged in answered:
        assert (len(judged.classes), len(judged.rhythms)) == (len(BEAT_CLASSES), len(RHYTHMS))
        assert sum(judged.classes) == pytest.approx(1.0, abs=4e-4)
        assert sum(judged.rhythms) == pytest.approx(1.0, abs=4e-4)


def test_a_token_does_not_depend_on_its_batch(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    whole = labeller.read(synthetic_beats[: 2 * BATCH + 1])
    for size in SIZES:
        start = 2 * BATCH + 1 - size  # another neighbourhood for each size
        assert np.array_equal(labeller.read(synthetic_beats[start : start + size]), whole[start:]), size


def test_a_judgement_does_not_depend_on_its_batch(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    contexts = contexts_of(labeller, synthetic_beats[: 2 * BATCH + 1])[: 2 * BATCH + 1]
    whole = labeller._judge.run(arranged(contexts))
    for size in SIZES:
        for part, all_of_it in zip(labeller._judge.run(arranged(contexts[-size:])), whole, strict=True):
            assert np.array_equal(part, all_of_it[-size:]), size


def test_an_answer_does_not_depend_on_its_place(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    beats = synthetic_beats[:BATCH]
    order = np.random.default_rng(1).permutation(len(beats))
    assert np.array_equal(labeller.read([beats[at] for at in order]), labeller.read(beats)[order])
    contexts = contexts_of(labeller, beats)[:BATCH]
    answers = labeller.judge(contexts)
    assert labeller.judge([contexts[at] for at in order]) == [answers[at] for at in order]


def test_strange_windows_get_finite_answers(labeller: GraphLabeller, strange_beats: list[DetectedBeat]) -> None:
    assert np.isfinite(labeller.read(strange_beats)).all()
    answers = probabilities_of(labeller.judge(contexts_of(labeller, strange_beats)))
    assert np.isfinite(answers).all()
    assert answers[:, :5].sum(axis=1) == pytest.approx(1.0, abs=4e-4)


def test_what_is_not_a_number_is_zero_to_the_network(strange_beats: list[DetectedBeat]) -> None:
    for numbers in inputs_of(strange_beats).values():
        assert np.isfinite(numbers).all()
        assert numbers.dtype == np.float32


def test_the_gain_of_the_device_does_not_matter(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    beats = synthetic_beats[:60]
    four = [replace(beat, window=beat.window * np.float32(4.0)) for beat in beats]
    assert np.array_equal(labeller.read(four), labeller.read(beats))
    # Other factors change the last bit of the scaled window, which bfloat16 may round the other way.
    for gain in (0.3, 3.0, 70.0):
        louder = [replace(beat, window=beat.window * np.float32(gain)) for beat in beats]
        told, expected = (probabilities_of(labeller.judge(contexts_of(labeller, some))) for some in (louder, beats))
        assert np.abs(told - expected).mean() < 0.005
        assert np.abs(told - expected).max() < 0.1


def test_turned_upside_down_there_is_an_answer(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    turned = [replace(beat, window=-beat.window) for beat in synthetic_beats]
    assert np.isfinite(probabilities_of(labeller.judge(contexts_of(labeller, turned)))).all()


def test_what_is_not_known_of_a_context_is_not_looked_at(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    contexts = contexts_of(labeller, synthetic_beats[:40])
    inputs = arranged(contexts)
    assert inputs["tokens"].shape[1] == CONTEXT
    assert inputs["known"].sum(axis=1).tolist() == [len(context.seconds) for context in contexts]
    for row, context in enumerate(contexts):
        assert np.array_equal(inputs["own"][row], context.tokens[context.place].astype(np.float32))
    nothing = inputs["known"] == 0
    assert nothing.any()
    assert not inputs["tokens"][nothing].any()
    told = labeller._judge.run(inputs)
    rubbish = {**inputs, "tokens": np.where(nothing[..., None], np.float32(50), inputs["tokens"])}
    rubbish["seconds"] = np.where(nothing, np.float32(-3), inputs["seconds"])
    for one, other in zip(labeller._judge.run(rubbish), told, strict=True):
        assert np.array_equal(one, other)


def test_neighbours_and_their_distance_matter(labeller: GraphLabeller, synthetic_beats: Beats) -> None:
    context = contexts_of(labeller, synthetic_beats[:40])[35]
    alone = BeatContext(context.tokens[[context.place]], np.zeros(1, np.float32), 0)
    nearer = BeatContext(context.tokens, context.seconds / np.float32(2), context.place)
    answers = [tuple(part[0].tolist() for part in labeller._judge.run(arranged([c]))) for c in (context, alone, nearer)]
    assert answers[0] != answers[1]
    assert answers[0] != answers[2]


def test_probabilities_are_a_softmax_to_four_decimals() -> None:
    log_odds = np.log(np.array([[1, 2, 5], [1e-9, 1, 3]], np.float32))
    assert probabilities(log_odds, 1.0).tolist() == [[0.125, 0.25, 0.625], [0.0, 0.25, 0.75]]
    assert probabilities(log_odds * 3, 3.0).tolist() == [[0.125, 0.25, 0.625], [0.0, 0.25, 0.75]]
    assert probabilities(np.array([[1e4, -1e4]], np.float32), 0.2).tolist() == [[1.0, 0.0]]


def told_of(labeller: GraphLabeller, name: str) -> list[Beat | SettledRhythm]:
    pipeline = Pipeline(labeller)
    told = [*pipeline.receive([chunk_of(name)]), *pipeline.finish(name)]
    return [item for item in told if isinstance(item, Beat | SettledRhythm) and item.index > 12 * 250]


def test_model_hearts_are_named_as_their_scripts_say(labeller: GraphLabeller) -> None:
    """A judgement of the network's quality: it may fail for a network that has hardly learnt."""
    for name, rhythm in (("sinus", Rhythm.NORMAL), ("fibrillation", Rhythm.ATRIAL_FIBRILLATION)):
        assert np.mean([item.rhythm is rhythm for item in told_of(labeller, name)]) > 0.9
    beats = [item for item in told_of(labeller, "bigeminy") if isinstance(item, Beat)]
    assert 0.4 < np.mean([beat.beat_class is BeatClass.VENTRICULAR for beat in beats]) < 0.6


def test_serving_does_not_load_torch() -> None:
    code = "import sys, classifier.engine; classifier.engine.shipped_labeller(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_shipped_files_are_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 16_000_000
    assert all(path.stat().st_size < 8_000_000 for path in SHIPPED.iterdir())
