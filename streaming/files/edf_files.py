"""EDF, EDF+ and BDF (edfplus.info/specs), read by edfio once `edf_header` has compared the sizes."""

import warnings
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import edfio
import numpy as np
from numpy.typing import NDArray

from streaming.files.edf_header import edf_sizes
from streaming.files.edf_runs import edf_runs
from streaming.files.facts import (
    PER_MILLIVOLT,
    Choice,
    FileRefusedError,
    LeadFacts,
    Look,
    ReadLead,
    checked_length,
    checked_rate,
)
from streaming.files.fitting import fit_digital, thinned

PREVIEW_SECONDS = 10.0
BLOCK = 1 << 20
NO_DATE = datetime(1985, 1, 1)
"""What anonymised EDF files carry (the start of the two-digit years)."""
Signal = edfio.EdfSignal | edfio.BdfSignal
File = edfio.Edf | edfio.Bdf


def look_at_edf(path: Path) -> Look:
    """The signals of a file that are voltages. Raises FileRefusedError."""
    sizes = edf_sizes(path)
    file = _opened(path, sizes.sample_bytes)
    leads = tuple(_facts(signal) for signal in _voltages(file))
    if not leads:
        raise FileRefusedError("no_voltage")
    return Look("edf" if sizes.sample_bytes == 2 else "bdf", leads, _started(file))


def read_edf(path: Path, choice: Choice, out: Path) -> ReadLead:
    """Write the chosen signal's samples to `out`. Raises FileRefusedError."""
    sizes = edf_sizes(path)
    file = _opened(path, sizes.sample_bytes)
    signals = _voltages(file)
    if not 0 <= choice.lead < len(signals):
        raise FileRefusedError("no_lead", lead=choice.lead)
    signal = signals[choice.lead]
    rate = checked_rate(float(signal.sampling_frequency))
    digital = signal.digital
    runs = edf_runs(path, sizes, len(digital), rate)
    checked_length(runs[-1].start + runs[-1].count, rate)
    gain, zero = _scale(signal)
    read = partial(_centred, digital, zero)
    fit = fit_digital(read, gain)
    with out.open("wb") as samples:
        for values in read():
            samples.write(fit.samples(values).astype("<i2").tobytes())
    return ReadLead(signal.label, rate, fit.gain, runs)


def _opened(path: Path, sample_bytes: int) -> File:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if sample_bytes == 3:
                return edfio.read_bdf(path, header_encoding="latin-1")
            return edfio.read_edf(path, lazy_load_data=True, header_encoding="latin-1")
        except Exception as error:  # the library raises whatever its parsing meets
            raise FileRefusedError("edf", why=type(error).__name__) from error


def _voltages(file: File) -> list[Signal]:
    return [signal for signal in file.signals if signal.physical_dimension.strip() in PER_MILLIVOLT]


def _facts(signal: Signal) -> LeadFacts:
    gain, zero = _scale(signal)
    rate = float(signal.sampling_frequency)
    try:
        count = signal.samples_per_data_record
        total = len(signal.digital)
        values = (signal.digital[: max(int(PREVIEW_SECONDS * rate), min(count, 2))] - zero) / gain
    except Exception as error:  # as above
        raise FileRefusedError("edf", why=type(error).__name__) from error
    return LeadFacts(signal.label, total, rate, "mV", thinned(values.astype(np.float64)), len(values) / rate)


def _scale(signal: Signal) -> tuple[float, float]:
    """Digital units per millivolt, and the digital value of 0 mV."""
    try:
        low, high = float(signal.digital_min), float(signal.digital_max)
        bottom, top = float(signal.physical_min), float(signal.physical_max)
    except ValueError as error:
        raise FileRefusedError("edf_header", field="range") from error
    if not (high > low and np.isfinite([bottom, top]).all() and top != bottom):
        raise FileRefusedError("edf_header", field="range")
    per_unit = (high - low) / (top - bottom)
    if per_unit < 0:
        raise FileRefusedError("edf_upside_down")
    return per_unit * PER_MILLIVOLT[signal.physical_dimension.strip()], low - bottom * per_unit


def _centred(digital: NDArray[np.signedinteger], zero: float) -> Iterable[NDArray[np.float64]]:
    """Digital values around 0 mV. Where that lies between two of them, the nearest stands for it."""
    for at in range(0, len(digital), BLOCK):
        yield digital[at : at + BLOCK].astype(np.float64) - round(zero)


def _started(file: File) -> str | None:
    try:
        begun = file.startdatetime
    except Exception:  # no date, an anonymised one, or rubbish: none of them is a start
        return None
    return None if begun == NO_DATE or begun.date() == NO_DATE.date() else begun.isoformat()
