from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ecg.labels import RHYTHMS
from training.config import TrainingConfig, read_config
from training.dataset import add_noise, batches, draw
from training.noise import read_noise
from training.prepared import PreparedRecord
from training.sources import Source
from training.split import is_kept_back, split

Corpus = dict[Source, list[PreparedRecord]]


def test_rare_rhythms_are_drawn_more_often(corpus: Corpus, config: TrainingConfig) -> None:
    examples = draw(corpus, config.sampling, np.random.default_rng(1))
    for record in corpus[Source.CHALLENGE]:
        wanted = config.sampling.challenge[RHYTHMS[record.rhythm[0]].value]
        assert sum(example.record is record for example in examples) == wanted


def test_drawn_beats_have_the_class_they_are_drawn_for(corpus: Corpus, config: TrainingConfig) -> None:
    sampling = msgspec.structs.replace(config.sampling, arrhythmia={"V": 30, "S": 10}, synthetic=0)
    examples = draw(corpus, sampling, np.random.default_rng(1))
    drawn = [int(e.record.beat_class[e.beat]) for e in examples if e.record is corpus[Source.ARRHYTHMIA][0]]
    assert drawn == [2] * 30  # there is no S beat to draw


def test_a_batch_repeats_with_its_seed(corpus: Corpus, config: TrainingConfig, noise_file: Path) -> None:
    noise = read_noise(noise_file)

    def first() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        rng = np.random.default_rng(7)
        examples = draw(corpus, config.sampling, rng)
        return next(batches(examples, 64, config.augmentation, noise, rng)).windows

    windows = first()
    assert windows.shape == (64, 1280)
    assert windows.dtype == np.float32
    assert np.isfinite(windows).all()
    assert np.array_equal(windows, first())


@pytest.mark.parametrize("snr", [0.0, 12.0, 24.0])
def test_noise_is_as_far_below_the_signal_as_asked(snr: float) -> None:
    rng = np.random.default_rng(2)
    window = rng.normal(0, 0.3, 1280).astype(np.float32)
    window[:200] = 0.0
    noise = rng.normal(0, 1, 1280).astype(np.float32)
    added = add_noise(window, noise, snr) - window
    assert not added[:200].any()
    assert 20 * np.log10(window[200:].std() / added[200:].std()) == pytest.approx(snr, abs=0.5)


def test_noise_on_nothing_is_nothing() -> None:
    silence = np.zeros(1280, np.float32)
    assert np.array_equal(add_noise(silence, np.ones(1280, np.float32), 3.0), silence)


def test_noise_comes_at_standard_deviation_one(noise_file: Path) -> None:
    noise, rng = read_noise(noise_file), np.random.default_rng(1)
    for _ in range(5):
        assert noise.window(rng).std() == pytest.approx(1.0, rel=1e-3)


def test_no_record_stands_on_both_sides(corpus: Corpus, config: TrainingConfig) -> None:
    held = msgspec.structs.replace(config, validation_records=("900",))
    sides = split(corpus, held)
    assert not sides.training[Source.ARRHYTHMIA]
    assert len(sides.validation[Source.ARRHYTHMIA]) == 1
    for source in Source:
        names = {record.name for record in sides.training[source]}
        assert not names & {record.name for record in sides.validation[source]}


def test_the_same_recording_under_two_names_stands_on_one_side(config: TrainingConfig) -> None:
    for percent in range(0, 101, 5):
        cut = msgspec.structs.replace(config, validation_percent=percent)
        for one, other in (("A00227", "A01176"), ("A02656", "A03123")):
            assert is_kept_back(Source.CHALLENGE, one, cut) == is_kept_back(Source.CHALLENGE, other, cut)


def test_about_the_wanted_share_is_kept_back(config: TrainingConfig) -> None:
    kept = [is_kept_back(Source.CHALLENGE, f"A{number:05}", config) for number in range(1, 8529)]
    assert np.mean(kept) == pytest.approx(0.15, abs=0.01)


def test_a_slip_in_an_experiment_is_named(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "training" / "first.toml"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(shipped.read_text().replace("weight_decay", "weigth_decay"))
    with pytest.raises(msgspec.ValidationError, match="weigth_decay"):
        read_config(wrong)


def test_records_without_beats_of_a_class_teach_nothing_of_it(prepared: PreparedRecord, config: TrainingConfig) -> None:
    blank = replace(prepared, beat_class=np.full(len(prepared.peaks), -1, np.int8))
    records = {Source.CHALLENGE: [], Source.ARRHYTHMIA: [blank], Source.SYNTHETIC: []}
    assert draw(records, config.sampling, np.random.default_rng(1)) == []
