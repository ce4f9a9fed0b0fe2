from pathlib import Path

import numpy as np
import pytest

from ecg.scripts import ATRIAL_FIBRILLATION, SINUS_RHYTHM, VENTRICULAR_BIGEMINY, Script
from training.config import TrainingConfig, read_config
from training.prepare import prepare_record
from training.prepared import PreparedRecord
from training.sources import Source, SourceRecord
from training.synthetic import synthetic_record

EXPERIMENT = Path(__file__).parents[2] / "training" / "shipped.toml"


def as_source(record: SourceRecord, name: str, source: Source) -> SourceRecord:
    """The same record as if it came from elsewhere."""
    return SourceRecord(name, 0, source, record.samples, record.rate, record.gain, record.truth)


def short(script: Script, seed: int, name: str, source: Source) -> SourceRecord:
    return as_source(synthetic_record(name, script, seed), name, source)


@pytest.fixture(scope="session")
def source_record() -> SourceRecord:
    return short(VENTRICULAR_BIGEMINY, 5, "900", Source.ARRHYTHMIA)


@pytest.fixture(scope="session")
def prepared(source_record: SourceRecord) -> PreparedRecord:
    return prepare_record(source_record)


@pytest.fixture(scope="session")
def corpus(prepared: PreparedRecord) -> dict[Source, list[PreparedRecord]]:
    """A few synthetic records that play all three sources."""
    challenge = [
        prepare_record(short(script, seed, f"A9{seed:04}", Source.CHALLENGE))
        for seed, script in enumerate((SINUS_RHYTHM, ATRIAL_FIBRILLATION, SINUS_RHYTHM, ATRIAL_FIBRILLATION))
    ]
    return {Source.CHALLENGE: challenge, Source.ARRHYTHMIA: [prepared], Source.SYNTHETIC: [prepared]}


@pytest.fixture
def config() -> TrainingConfig:
    """The shipped experiment."""
    return read_config(EXPERIMENT)


@pytest.fixture
def noise_file(tmp_path: Path) -> Path:
    """A minute in the layout of the noise records."""
    rng = np.random.default_rng(3)
    tracks = {name: rng.normal(0, 60, (60 * 360, 2)).cumsum(axis=0).astype(np.int16) for name in ("bw", "em", "ma")}
    path = tmp_path / "nstdb.npz"
    np.savez(path, fs=np.int32(360), adc_per_mv=np.int32(200), bw=tracks["bw"], em=tracks["em"], ma=tracks["ma"])
    return path
