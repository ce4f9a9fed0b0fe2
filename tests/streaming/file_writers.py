"""One heart in the files of several programs."""

from contextlib import chdir
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyedflib
import scipy.io
import wfdb
from numpy.typing import NDArray
from wfdb.io.convert.matlab import wfdb_to_mat

from tests.streaming.uploading import GAIN, RATE


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
