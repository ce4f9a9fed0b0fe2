"""Recordings of odd devices as EDF: another program reads the same samples at the same rate."""

from pathlib import Path

import numpy as np
import pyedflib
import pytest

from db.engine import open_engine
from db.provision import provision_demo
from db.queries import recording
from db.store import NewRecording, NewSegment, store_batch
from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE
from streaming.edf_records import record_of
from streaming.export_files import ExportKind, write_files
from tests.migrated import migrated_sqlite

IN_2026 = 1_767_838_440_000
SAMPLES = np.arange(-1500, 1500, dtype=np.int16)


@pytest.mark.parametrize(
    ("rate", "started_ms", "told"),
    [
        (250.0, IN_2026, "2026-01-08 02:14:00"),
        (125.5, IN_2026, "2026-01-08 02:14:00"),
        (133.333333, IN_2026, "2026-01-08 02:14:00"),
        (250.0, 5_000, "1985-01-01 00:00:00"),
        (250.0, 4_000_000_000_000, "1985-01-01 00:00:00"),
    ],
)
def test_what_is_written_reads_back(tmp_path: Path, rate: float, started_ms: int, told: str) -> None:
    engine = open_engine(migrated_sqlite(tmp_path / "w.db"))
    device = provision_demo(engine, 1)[0].device_id
    facts = NewRecording("odd", device, rate, 200.0, "V5\tnew", started_ms)
    store_batch(engine, {}, [facts], [NewSegment("odd", 0, SAMPLES)], [])
    of = recording(engine, "odd")
    assert of is not None
    write_files(engine, of, True, frozenset({ExportKind.EDF}), tmp_path)
    with pyedflib.EdfReader(str(tmp_path / "odd.edf")) as edf:
        assert edf.getSampleFrequency(0) == pytest.approx(rate, rel=2e-7)
        assert (str(edf.getStartdatetime()), edf.getLabel(0)) == (told, "ECG V5?new")
        np.testing.assert_array_equal(edf.readSignal(0, digital=True)[: len(SAMPLES)], SAMPLES)
    engine.dispose()


def test_every_rate_of_a_device_fits_into_the_header() -> None:
    for rate in np.random.default_rng(1).uniform(MIN_DEVICE_RATE, MAX_DEVICE_RATE, 500).tolist():
        for until in (1, 1000, 90_000_000):
            samples, seconds = record_of(rate, until)
            assert samples / seconds == pytest.approx(rate, rel=2e-7)
            assert max(len(str(samples)), len(str(seconds))) <= 8
