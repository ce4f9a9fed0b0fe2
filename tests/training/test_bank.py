"""The labelled beats of a why-card: as the tracker gives them, few of each class, spread over the records."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.artifact import read_description
from classifier.engine import SHIPPED, GraphLabeller
from ecg.labels import BEAT_CLASSES, BeatClass
from training.bank import detected, make_bank, typical
from training.prepare import track
from training.prepared import PreparedRecord
from training.sources import SourceRecord


def test_beats_of_a_prepared_record_are_the_trackers(source_record: SourceRecord, prepared: PreparedRecord) -> None:
    _, beats = track(source_record)
    places = np.array([0, 3, 40, len(beats) - 1])
    for place, found in zip(places, detected(prepared, places), strict=True):
        assert (found.index, found.rr) == (beats[place].index, beats[place].rr)
        assert found.timing == pytest.approx(beats[place].timing, abs=1e-6)
        assert found.window == pytest.approx(beats[place].window, abs=1e-3)


def test_a_bank_holds_what_the_network_remembers_of_the_chosen_beats(prepared: PreparedRecord) -> None:
    bank = make_bank([prepared], SHIPPED)
    assert bank.graph_sha256 == read_description(SHIPPED).graph_sha256
    kinds = {BEAT_CLASSES[code] for code in bank.classes.tolist()}
    assert kinds == {BeatClass.NORMAL, BeatClass.VENTRICULAR}
    assert np.bincount(bank.classes).max() <= 120
    places = np.searchsorted(prepared.peaks, bank.peaks)
    assert prepared.beat_class[places].tolist() == bank.classes.tolist()
    order = np.argsort(places)
    assert np.array_equal(GraphLabeller.load().read(detected(prepared, places)), bank.tokens[order])


def test_typical_rows_are_one_of_each_cluster() -> None:
    rng = np.random.default_rng(0)
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    rows = np.repeat(centres, 20, axis=0) + rng.normal(0, 0.1, (60, 2))
    chosen = typical(rows, 3, rng)
    assert sorted(chosen // 20) == [0, 1, 2]
    assert typical(rows, 60, rng).tolist() == list(range(60))
    assert typical(rows, 1, rng).shape == (1,)
    assert typical(rows, 0, rng).shape == (0,)


def test_the_same_beats_are_chosen_again(prepared: PreparedRecord) -> None:
    one, other = (make_bank([prepared], SHIPPED) for _ in range(2))
    assert np.array_equal(one.peaks, other.peaks)
    assert np.array_equal(one.tokens, other.tokens)
