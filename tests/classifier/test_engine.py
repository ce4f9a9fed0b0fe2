import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from classifier.engine import BATCH, SHIPPED, OnnxLabeller, shipped_labeller
from ecg.labels import BEAT_CLASSES, RHYTHMS, BeatClass, Rhythm
from ecg.pipeline import Labeller
from ecg.types import Beat, DetectedBeat


@pytest.fixture(scope="module")
def labeller() -> OnnxLabeller:
    return shipped_labeller()


def test_no_beats_need_no_answer(labeller: OnnxLabeller) -> None:
    assert labeller.label([]) == []


def test_it_is_the_labeller_that_the_pipeline_asks_for(labeller: OnnxLabeller) -> None:
    asked: Labeller = labeller
    assert asked is labeller


def test_every_beat_is_answered_in_order(labeller: OnnxLabeller, synthetic_beats: Sequence[DetectedBeat]) -> None:
    answered = labeller.label(synthetic_beats)
    assert [(a.recording, a.index, a.rr) for a in answered] == [(b.recording, b.index, b.rr) for b in synthetic_beats]
    for beat in answered:
        assert sum(beat.class_probabilities) == pytest.approx(1.0, abs=4e-4)
        assert sum(beat.rhythm_probabilities) == pytest.approx(1.0, abs=4e-4)
        assert beat.class_probabilities[BEAT_CLASSES.index(beat.beat_class)] == max(beat.class_probabilities)
        assert beat.rhythm_probabilities[RHYTHMS.index(beat.rhythm)] == max(beat.rhythm_probabilities)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 63, 64, 65])
def test_an_answer_does_not_depend_on_its_batch(
    labeller: OnnxLabeller, synthetic_beats: Sequence[DetectedBeat], size: int
) -> None:
    beats = synthetic_beats[: 2 * BATCH + 1]
    apart = [beat for at in range(0, len(beats), size) for beat in labeller.label(beats[at : at + size])]
    assert apart == labeller.label(beats)


def test_strange_windows_get_finite_answers(labeller: OnnxLabeller, strange_beats: list[DetectedBeat]) -> None:
    for beat in labeller.label(strange_beats):
        assert np.isfinite(beat.class_probabilities).all()
        assert np.isfinite(beat.rhythm_probabilities).all()


def test_the_gain_of_the_device_does_not_matter(
    labeller: OnnxLabeller, synthetic_beats: Sequence[DetectedBeat]
) -> None:
    beats = synthetic_beats[:60]
    louder = [replace(beat, window=beat.window * np.float32(3.0)) for beat in beats]
    assert _probabilities(labeller.label(louder)) == pytest.approx(_probabilities(labeller.label(beats)), abs=2e-3)


def test_turned_upside_down_most_rhythms_stay(labeller: OnnxLabeller, synthetic_beats: Sequence[DetectedBeat]) -> None:
    turned = [replace(beat, window=-beat.window) for beat in synthetic_beats]
    pairs = zip(labeller.label(turned), labeller.label(synthetic_beats), strict=True)
    assert np.mean([one.rhythm is other.rhythm for one, other in pairs]) > 0.85


def test_model_hearts_are_named_as_their_scripts_say(
    labeller: OnnxLabeller, synthetic_beats: Sequence[DetectedBeat]
) -> None:
    answered = [beat for beat in labeller.label(synthetic_beats) if beat.index > 12 * 250]
    rhythms = {name: [b.rhythm for b in answered if b.recording == name] for name in ("sinus", "fibrillation")}
    assert np.mean([rhythm is Rhythm.NORMAL for rhythm in rhythms["sinus"]]) > 0.9
    assert np.mean([rhythm is Rhythm.ATRIAL_FIBRILLATION for rhythm in rhythms["fibrillation"]]) > 0.9
    bigeminy = [b.beat_class is BeatClass.VENTRICULAR for b in answered if b.recording == "bigeminy"]
    assert 0.4 < np.mean(bigeminy) < 0.6


def test_serving_does_not_load_torch() -> None:
    code = "import sys, classifier.engine; classifier.engine.shipped_labeller(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_shipped_files_are_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 16_000_000
    assert all(path.stat().st_size < 8_000_000 for path in SHIPPED.iterdir())


def _probabilities(beats: list[Beat]) -> list[float]:
    return [value for beat in beats for value in (*beat.class_probabilities, *beat.rhythm_probabilities)]
