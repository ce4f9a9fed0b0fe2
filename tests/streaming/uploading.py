"""A desk that takes files in, with all behind it but the queue; and one heart in the files of several programs."""

from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pyedflib
import scipy.io
import wfdb
from numpy.typing import NDArray
from sqlalchemy import Engine
from wfdb.io.convert.matlab import wfdb_to_mat

from auth.deeds import Deed
from db.engine import open_engine
from db.provision import admit
from db.upload_views import NewFile, UploadView
from ecg.pipeline import Labeller
from streaming.analysing import Analyst
from streaming.depot import Depot
from streaming.files.sandbox import Sandbox
from streaming.importing import Importer
from streaming.uploads import Reception
from tests.migrated import migrated_sqlite
from tests.people import new_person

NOW = 1_900_000_000_000
RATE, GAIN = 250, 200
WARD = "Ward 1"


@dataclass(slots=True)
class Desk:
    """The desk, who reads in, who analyses, and the person who brings files for patient 1."""

    folder: Path
    engine: Engine
    reception: Reception
    importer: Importer
    analyst: Analyst
    user: int

    @property
    def deed(self) -> Deed:
        return Deed(self.user, NOW, "here")

    def bring(self, paths: list[Path], patient: int | None = 1, piece: int = 100_000) -> UploadView:
        """All bytes of the files, in pieces; as the desk sees them then."""
        files = [NewFile(path.name, path.stat().st_size, 1) for path in paths]
        known = self.reception.begin(files, patient, self.deed)
        for path in paths:
            content = path.read_bytes()
            for at in range(0, len(content), piece):
                self.reception.depot.append(known, path.name, at, content[at : at + piece])
        return self.reception.finish(known, self.deed)


@contextmanager
def open_desk(folder: Path, labeller: Callable[[str], Labeller], sandbox: Sandbox) -> Iterator[Desk]:
    """A desk over a database of its own."""
    url = migrated_sqlite(folder / "w.db")
    engine = open_engine(url)
    admit(engine, WARD, "01", "AB")
    user = new_person(engine, "dora", "doctor", [WARD])
    depot = Depot(folder / "uploads", 1 << 30, 0)
    depot.folder.mkdir()
    reception = Reception(engine, depot, sandbox, Mock(), _utc_ms)
    yield Desk(folder, engine, reception, Importer(engine, depot, sandbox), Analyst(engine, labeller), user)
    engine.dispose()


def _utc_ms(clock: datetime) -> int:
    return round(1000 * clock.replace(tzinfo=UTC).timestamp())


def write_wfdb(folder: Path, samples: NDArray[np.int16], rate: int = RATE, **more: Any) -> list[Path]:
    digital = samples.astype(np.int64)[:, None]
    wfdb.wrsamp("heart", rate, ["mV"], ["MLII"], d_signal=digital, fmt=["16"], adc_gain=[float(GAIN)], baseline=[0],
                write_dir=str(folder), **more)  # fmt: skip
    return [folder / "heart.hea", folder / "heart.dat"]


def write_edf(folder: Path, samples: NDArray[np.int16], rate: int = RATE) -> list[Path]:
    """By EDFlib."""
    head: dict[str, Any] = {
        "label": "MLII",
        "dimension": "mV",
        "sample_frequency": rate,
        "transducer": "",
        "prefilter": "",
    }
    ranges = {"physical_min": -5.0, "physical_max": 5.0, "digital_min": -1000, "digital_max": 1000}
    with pyedflib.EdfWriter(str(folder / "heart.edf"), 1) as writer:
        writer.setSignalHeaders([head | ranges])
        writer.writeSamples([samples.astype(np.int32)], digital=True)
    return [folder / "heart.edf"]


def write_bdf(folder: Path, samples: NDArray[np.int16]) -> list[Path]:
    """By EDFlib, 24 bits and microvolts."""
    head: dict[str, Any] = {
        "label": "MLII",
        "dimension": "uV",
        "sample_frequency": RATE,
        "transducer": "",
        "prefilter": "",
    }
    ranges = {"physical_min": -5000.0, "physical_max": 5000.0, "digital_min": -1000, "digital_max": 1000}
    with pyedflib.EdfWriter(str(folder / "heart.bdf"), 1, file_type=pyedflib.FILETYPE_BDFPLUS) as writer:
        writer.setSignalHeaders([head | ranges])
        writer.writeSamples([samples.astype(np.int32)], digital=True)
    return [folder / "heart.bdf"]


def write_wfdb_mat(folder: Path, samples: NDArray[np.int16]) -> list[Path]:
    """A header and a MATLAB matrix, by wfdb's own converter."""
    write_wfdb(folder, samples)
    with chdir(folder):
        wfdb_to_mat("heart")
    return [folder / "heartm.hea", folder / "heartm.mat"]


def write_mat(folder: Path, samples: NDArray[np.int16], rate: int = RATE) -> list[Path]:
    scipy.io.savemat(folder / "heart.mat", {"ecg": samples / GAIN, "Fs": rate, "units": "mV"}, do_compression=True)
    return [folder / "heart.mat"]


def write_csv(folder: Path, samples: NDArray[np.int16], rate: int = RATE, **style: Any) -> list[Path]:
    times = np.arange(len(samples)) / rate
    frame = pd.DataFrame({"time [s]": times.round(5), "MLII [mV]": samples / GAIN})
    frame.to_csv(folder / "heart.csv", index=False, **style)
    return [folder / "heart.csv"]


def write_tsv(folder: Path, samples: NDArray[np.int16]) -> list[Path]:
    return write_csv(folder, samples, sep="\t")


def write_german(folder: Path, samples: NDArray[np.int16]) -> list[Path]:
    return write_csv(folder, samples, sep=";", decimal=",")
