"""Noise laid over records: how loud it is, and that nothing else changes."""

from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg.scripts import SINUS_RHYTHM
from ecg.synthetic import synthesise
from streaming.records import read_record
from training.noise import NoiseLead
from training.stress import qrs_amplitude, write_noisy

RATE, GAIN = 360, 200.0


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A minute of sinus rhythm with an annotation file."""
    signal = synthesise(SINUS_RHYTHM, RATE, 3, 60.0).samples
    digital = np.rint(signal * GAIN).astype(np.int16)[:, None]
    wfdb.wrsamp(
        "900", RATE, ["mV"], ["I"], d_signal=digital, fmt=["16"], adc_gain=[GAIN], baseline=[0], write_dir=str(tmp_path)
    )
    wfdb.wrann("900", "atr", np.array([100, 460]), ["N", "V"], fs=RATE, write_dir=str(tmp_path))
    return tmp_path / "900"


@pytest.fixture
def noise() -> NoiseLead:
    samples = np.random.default_rng(4).normal(0, 300, 100_000).astype(np.int16)
    return NoiseLead(samples, 360.0, 200.0)


@pytest.mark.parametrize("snr", [0.0, 12.0, 24.0])
def test_the_noise_is_as_loud_as_asked(record: Path, noise: NoiseLead, snr: float, tmp_path: Path) -> None:
    out = tmp_path / "noisy"
    out.mkdir()
    write_noisy(record, noise, snr, out)
    clean, noisy = read_record(record, 0), read_record(out / "900", 0)
    assert (noisy.rate, noisy.gain, len(noisy.samples)) == (clean.rate, clean.gain, len(clean.samples))
    laid_over = (noisy.samples.astype(float) - clean.samples) / GAIN
    assert 10 * np.log10(qrs_amplitude(clean) ** 2 / 8 / laid_over.var()) == pytest.approx(snr, abs=0.1)


def test_the_annotations_go_along_and_a_repeat_is_the_same(record: Path, noise: NoiseLead, tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        out = tmp_path / name
        out.mkdir()
        write_noisy(record, noise, 6.0, out)
        written.append(read_record(out / "900", 0).samples.tobytes())
        assert (out / "900.atr").read_bytes() == record.with_suffix(".atr").read_bytes()
    assert written[0] == written[1]
