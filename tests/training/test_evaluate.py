# ruff: noqa: E402 (torch may be missing; what imports it comes after the question)
"""Figures of a toy corpus, where each can be counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from ecg.labels import BEAT_CLASSES, RHYTHMS
from training.prepared import PreparedRecord
from training.sources import MASKED, Source

torch = pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from classifier.model import normalise
from tests.training.small import learnt
from training.evaluate import Answers, answers, evaluate, first_leads
from training.features import windows
from training.segments import whole

Corpus = dict[Source, list[PreparedRecord]]


def log_odds_for(
    codes: list[int], count: int, height: float = 4.0
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """An answer for each code, as sure as `height` says."""
    return (np.eye(count, dtype=np.float32)[codes] * height).astype(np.float32)


def toy(live: list[int], settled: list[int], truth: list[int], record: list[int]) -> Answers:
    return Answers(
        log_odds_for([0] * len(truth), 5),
        log_odds_for(live, 4),
        log_odds_for(settled, 4),
        np.array([MASKED] * len(truth)),
        np.array(truth),
        np.array(record),
    )


def beats_of(told: list[int], truth: list[int], record: list[int]) -> Answers:
    made = toy([0] * len(told), [0] * len(told), [MASKED] * len(told), record)
    return replace(made, live_class=log_odds_for(told, 5), true_class=np.array(truth))


RHYTHM = toy(
    live=[0, 0, 1, 1, 1, 0],
    settled=[0, 0, 0, 1, 1, 1],
    truth=[0, 0, 0, 1, 1, 1],
    record=[0, 0, 0, 1, 1, 1],
)
BEATS = beats_of(told=[0, 0, 2, 2, 0, 3], truth=[0, 0, 2, 0, 2, MASKED], record=[0, 0, 0, 1, 1, 1])


def test_figures_are_counted_as_by_hand() -> None:
    report = evaluate(RHYTHM, BEATS)
    assert report.live_counts[:2, :2].tolist() == [[2, 1], [1, 2]]
    assert report.settled_counts[:2, :2].tolist() == [[3, 0], [0, 3]]
    assert report.record_counts[:2, :2].tolist() == [[1, 0], [0, 1]]
    assert report.class_counts.sum() == 5
    assert report.figures["rhythm_live_f1_N"] == pytest.approx(2 / 3)
    assert report.figures["rhythm_settled_f1_A"] == 1.0
    assert np.isnan(report.figures["rhythm_live_f1_O"])
    assert report.figures["class_sensitivity_N"] == pytest.approx(2 / 3)
    assert report.figures["class_predictivity_V"] == pytest.approx(1 / 2)


def test_calibration_is_measured_where_nothing_was_fitted() -> None:
    """Classes of the even record are right, of the odd one wrong. Of its rhythms 5 of 6 are right: so sure is the odd
    one made, whose settled rhythms are all right and whose live ones are 2 of 3.
    """
    report = evaluate(RHYTHM, BEATS)
    assert report.temperatures.beat_class == pytest.approx(0.2)
    assert report.figures["rhythm_settled_calibration_error"] == pytest.approx(1 / 6, abs=0.01)
    assert report.figures["rhythm_live_calibration_error"] == pytest.approx(1 / 6, abs=0.01)
    assert report.figures["class_calibration_error"] == pytest.approx(1.0, abs=0.01)


def test_a_record_is_named_by_the_mean_of_its_settled_probabilities() -> None:
    """Two beats hardly say A, one surely says N."""
    settled = np.array([[0, 0.1, 0, 0], [0, 0.1, 0, 0], [9, 0, 0, 0], [9, 0, 0, 0]], np.float32)
    made = replace(toy([0] * 4, [0] * 4, [0] * 4, [0, 0, 0, 1]), settled_rhythm=settled)
    report = evaluate(made, BEATS)
    assert report.record_counts.tolist() == [[2, 0, 0, 0], *[[0] * 4] * 3]


def test_every_beat_is_answered_once_with_its_own_truth(corpus: Corpus) -> None:
    records = corpus[Source.CHALLENGE]
    told = answers(learnt(), records)
    counts = [len(whole(record).ends) for record in records]
    assert np.bincount(told.record).tolist() == counts
    for number, record in enumerate(records):
        assert (told.true_rhythm[told.record == number] == record.rhythm[0]).all()
    assert told.live_class.shape == (sum(counts), len(BEAT_CLASSES))
    assert told.settled_rhythm.shape == (sum(counts), len(RHYTHMS))
    assert np.isfinite(told.live_rhythm).all()


def test_answers_do_not_depend_on_the_records_beside(corpus: Corpus) -> None:
    """Half precision and bfloat16 lie between: 0.02 of log-odds that differ by some units."""
    network, records = learnt(), corpus[Source.CHALLENGE]
    together, alone = answers(network, records), answers(network, records[1:2])
    assert np.abs(together.live_rhythm[together.record == 1] - alone.live_rhythm).max() < 0.02
    assert np.abs(together.settled_rhythm[together.record == 1] - alone.settled_rhythm).max() < 0.02


def test_tokens_are_those_that_serving_remembers(prepared: PreparedRecord) -> None:
    """`features` keeps what the trunk has seen in half precision; tokens of it are near those of whole windows."""
    from training.features import collate, features, tokens  # noqa: PLC0415

    network, segment = learnt(), whole(prepared)
    with torch.no_grad():
        kept = tokens(network.reader, collate(list(features(network.reader, [segment]))))[0]
        true = network.reader(torch.from_numpy(windows(segment)), torch.from_numpy(segment.timing))
    assert normalise(torch.from_numpy(windows(segment))).abs().max() > 0.5
    assert (kept - true).abs().mean() < 0.02 * true.abs().mean()


def test_reference_figures_are_about_first_leads(prepared: PreparedRecord) -> None:
    second = replace(prepared, lead=1)
    assert first_leads({Source.ARRHYTHMIA: [prepared, second]}) == [prepared]
