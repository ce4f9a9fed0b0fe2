"""A small file of each readable kind, for the sandbox to load its libraries with."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import edfio
import numpy as np
import scipy.io
import wfdb

RATE = 250
SECONDS = 4


def write_small_files(folder: Path) -> Iterator[list[str]]:
    """Write them into `folder`; yields the names of the files that belong together."""
    wave = np.sin(np.arange(RATE * SECONDS) / 20.0).round(3)
    wfdb.wrsamp("w", RATE, ["mV"], ["I"], wave[:, None], fmt=["16"], write_dir=str(folder))
    yield ["w.hea", "w.dat"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signals = [edfio.EdfSignal(wave, RATE, label="I", physical_dimension="mV")]
        edfio.Edf(signals, annotations=[edfio.EdfAnnotation(1.0, None, "a")]).write(folder / "w.edf")
        edfio.Bdf([edfio.BdfSignal(wave, RATE, label="I", physical_dimension="mV")]).write(folder / "w.bdf")
    yield ["w.edf"]
    yield ["w.bdf"]
    scipy.io.savemat(folder / "w5.mat", {"val": wave[None, :], "fs": float(RATE), "unit": "mV"}, do_compression=True)
    scipy.io.savemat(folder / "w4.mat", {"val": (wave * 200).astype(np.int16)[None, :]}, format="4")
    yield ["w5.mat"]
    yield ["w4.mat"]
    lines = [f"{n / RATE:.3f};{str(value).replace('.', ',')}" for n, value in enumerate(wave)]
    (folder / "w.csv").write_text("time [s];I [mV]\n" + "\n".join(lines).replace(".", ",") + "\n", "utf-8")
    yield ["w.csv"]
    clock = [f"'0:{n / RATE:06.3f}'\t{value}" for n, value in enumerate(wave)]
    (folder / "w.tsv").write_text("'Elapsed time'\t'I'\n'mm:ss.mmm'\t'mV'\n" + "\n".join(clock) + "\n", "utf-8")
    yield ["w.tsv"]
