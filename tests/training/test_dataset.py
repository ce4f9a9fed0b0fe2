from dataclasses import replace
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ecg.labels import RHYTHMS
from training.config import Augmentation, TrainingConfig, read_config
from training.dataset import LONGEST, SHORTEST, Example, add_noise, augment, draw, segments
from training.noise import Noise, read_noise
from training.prepared import PreparedRecord
from training.segments import Segment
from training.sources import Source
from training.split import is_kept_back, split

pytest.importorskip("torch", reason="torch is not installed; get it with: make install-training")

from training.batches import batches

Corpus = dict[Source, list[PreparedRecord]]


def test_rare_rhythms_are_drawn_more_often(corpus: Corpus, config: TrainingConfig) -> None:
    """A fraction is a chance: 1.6 times is once or twice."""
    count = dict.fromkeys((record.name for record in corpus[Source.CHALLENGE]), 0)
    for seed in range(200):
        for example in draw(corpus, config.sampling, np.random.default_rng(seed)):
            if example.record.name in count:
                count[example.record.name] += 1
    for record in corpus[Source.CHALLENGE]:
        wanted = config.sampling.challenge[RHYTHMS[record.rhythm[0]].value]
        assert count[record.name] / 200 == pytest.approx(wanted, rel=0.1)


def test_drawn_beats_have_the_class_they_are_drawn_for(corpus: Corpus, config: TrainingConfig) -> None:
    sampling = msgspec.structs.replace(config.sampling, arrhythmia={"V": 30, "S": 10}, synthetic=0)
    examples = draw(corpus, sampling, np.random.default_rng(1))
    drawn = [int(e.record.beat_class[e.beat]) for e in examples if e.record is corpus[Source.ARRHYTHMIA][0]]
    assert drawn == [2] * 30  # there is no S beat to draw


def segments_of(corpus: Corpus, config: TrainingConfig, noise: Noise, seed: int) -> list[Segment]:
    rng = np.random.default_rng(seed)
    return list(islice(segments(draw(corpus, config.sampling, rng), config.augmentation, noise, rng), 48))


def test_a_pass_repeats_with_its_seed(corpus: Corpus, config: TrainingConfig, noise_file: Path) -> None:
    noise = read_noise(noise_file)
    one, again, other = (segments_of(corpus, config, noise, seed) for seed in (7, 7, 8))
    for first, second in zip(one, again, strict=True):
        assert np.array_equal(first.signal, second.signal)
        assert np.array_equal(first.timing, second.timing)
    assert any(len(a.signal) != len(b.signal) for a, b in zip(one, other, strict=False))
    for segment in one:
        assert segment.signal.dtype == segment.timing.dtype == np.float32
        assert np.isfinite(segment.signal).all()
        assert len(segment.ends) > 0
        assert (segment.ends < len(segment.signal)).all()


def test_batches_are_full(corpus: Corpus, config: TrainingConfig, noise_file: Path) -> None:
    cut = segments_of(corpus, config, read_noise(noise_file), 3)
    assert [len(batch.beats) for batch in batches(cut[:35], 16)] == [16, 16]


NOTHING = Augmentation(0.0, (0.0, 0.0), 0.0, 0.0, 0.0, 0.0)


def augmented(prepared: PreparedRecord, how: Augmentation, noise_file: Path, beat: int = 60) -> list[Segment]:
    noise = read_noise(noise_file)
    return [augment(Example(prepared, beat), how, noise, np.random.default_rng(seed)) for seed in range(30)]


def brief(prepared: PreparedRecord) -> PreparedRecord:
    """The first 30 s: a record that is taken whole."""
    kept = prepared.peaks < 7_000
    return replace(
        prepared,
        trace=prepared.trace[:7_500],
        peaks=prepared.peaks[kept],
        beat_class=prepared.beat_class[kept],
        rhythm=prepared.rhythm[kept],
    )


def test_a_long_record_gives_a_piece_that_holds_the_beat(prepared: PreparedRecord, noise_file: Path) -> None:
    for segment in augmented(prepared, NOTHING, noise_file):
        assert len(segment.signal) <= LONGEST // 2
        interval = float(prepared.peaks[60] - prepared.peaks[59]) / 250
        before = float(prepared.peaks[59] - prepared.peaks[58]) / 250
        pairs = segment.timing[:, :2] - np.array([interval, before], np.float32)
        assert np.abs(pairs).max(axis=1).min() < 1e-6


def test_a_late_start_leaves_enough(prepared: PreparedRecord, noise_file: Path) -> None:
    record = brief(prepared)
    always = msgspec.structs.replace(NOTHING, late_start_share=1.0)
    lengths = {len(segment.signal) for segment in augmented(record, always, noise_file, 3)}
    assert len(lengths) > 20
    assert min(lengths) >= SHORTEST // 2 - 8
    whole = {len(segment.signal) for segment in augmented(record, NOTHING, noise_file, 3)}
    assert len(whole) == 1
    assert max(lengths) < max(whole)


def test_time_is_stretched_within_its_bounds(prepared: PreparedRecord, noise_file: Path) -> None:
    record = brief(prepared)
    [plain] = {len(segment.signal) for segment in augmented(record, NOTHING, noise_file, 3)}
    how = msgspec.structs.replace(NOTHING, stretch=0.1)
    paces = [plain / len(segment.signal) for segment in augmented(record, how, noise_file, 3)]
    assert 0.899 < min(paces) < 0.95
    assert 1.05 < max(paces) < 1.101


def test_a_flip_and_a_gain_change_the_signal_alone(prepared: PreparedRecord, noise_file: Path) -> None:
    record = brief(prepared)
    plain = augmented(record, NOTHING, noise_file, 3)[0]
    turned = augmented(record, msgspec.structs.replace(NOTHING, flip_share=1.0), noise_file, 3)[0]
    assert np.array_equal(turned.signal, -plain.signal)
    how = msgspec.structs.replace(NOTHING, gain=0.2)
    gains = [float(segment.signal.std() / plain.signal.std()) for segment in augmented(record, how, noise_file, 3)]
    assert np.std(np.log(gains)) == pytest.approx(0.2, rel=0.4)
    assert np.array_equal(turned.timing, plain.timing)


@pytest.mark.parametrize("snr", [0.0, 12.0, 24.0])
def test_noise_is_as_far_below_the_signal_as_asked(snr: float, prepared: PreparedRecord, noise_file: Path) -> None:
    record = brief(prepared)
    how = msgspec.structs.replace(NOTHING, noise_share=1.0, noise_snr=(snr, snr))
    plain = augmented(record, NOTHING, noise_file, 3)[0].signal
    for segment in augmented(record, how, noise_file, 3)[:5]:
        added = segment.signal - plain
        told = 10 * np.log10(np.mean((plain - plain.mean()) ** 2) / np.mean((added - added.mean()) ** 2))
        assert told == pytest.approx(snr, abs=0.1)


def test_noise_on_nothing_is_nothing() -> None:
    silence = np.zeros(1280, np.float32)
    assert np.array_equal(add_noise(silence, np.ones(1280, np.float32), 3.0), silence)


def test_noise_comes_at_standard_deviation_one(noise_file: Path) -> None:
    noise, rng = read_noise(noise_file), np.random.default_rng(1)
    for count in (500, 1000, 3000):
        piece = noise.piece(count, rng)
        assert len(piece) == count
        assert piece.std() == pytest.approx(1.0, rel=1e-3)


def test_no_record_stands_on_both_sides(corpus: Corpus, config: TrainingConfig) -> None:
    held = msgspec.structs.replace(config, validation_records=("900",))
    sides = split(corpus, held)
    assert not sides.training[Source.ARRHYTHMIA]
    assert len(sides.validation[Source.ARRHYTHMIA]) == 1
    for source in sides.training:
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
    shipped = Path(__file__).parents[2] / "training" / "shipped.toml"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(shipped.read_text().replace("weight_decay", "weigth_decay"))
    with pytest.raises(msgspec.ValidationError, match="weigth_decay"):
        read_config(wrong)


def test_records_without_beats_of_a_class_teach_nothing_of_it(prepared: PreparedRecord, config: TrainingConfig) -> None:
    blank = replace(prepared, beat_class=np.full(len(prepared.peaks), -1, np.int8))
    records = {Source.CHALLENGE: [], Source.ARRHYTHMIA: [blank], Source.SYNTHETIC: []}
    assert draw(records, config.sampling, np.random.default_rng(1)) == []
