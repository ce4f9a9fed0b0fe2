"""`python -m training.stress`: copies of records with recorded noise laid over them, for `wardbeat evaluate`.

The signal-to-noise ratio is that of WFDB's `nst` (Moody, Muldrow and Mark 1984): signal power is a sine's with the
peak-to-peak amplitude of the QRS complexes, their square / 8; noise power is its mean square. Noise of one lead, from a
place that follows from the record's name, from begin to end: harder than the original tests, whose noise pauses every
two minutes.
"""

import argparse
import hashlib
import shutil
from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ecg.rates import to_samples
from ecg.tracker import SignalTracker
from ecg.types import DetectedBeat, DeviceChunk, SampleChunk
from streaming.records import RecordedLead, list_records, read_record
from training.layout import NOISE_RECORDS
from training.noise import NoiseLead, read_leads

QRS_REACH = to_samples(0.05)
LARGEST = 32767


def main() -> None:
    """Write the noisy copies."""
    parser = argparse.ArgumentParser(prog="python -m training.stress", description=__doc__)
    parser.add_argument("folder", type=Path, help="WFDB records")
    parser.add_argument("noise", type=Path, help="nstdb folder or nstdb.npz")
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", choices=NOISE_RECORDS, default="em")
    parser.add_argument("--snr", type=float, default=12.0, metavar="DB")
    parser.add_argument("--names", type=Path, help="file of record names (default: all)")
    arguments = parser.parse_args()
    noise = list(read_leads(arguments.noise))[2 * NOISE_RECORDS.index(arguments.kind)]
    names = arguments.names.read_text().split() if arguments.names else None
    chosen = [path for path in list_records(arguments.folder) if names is None or path.name in names]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in chosen:
        write_noisy(path, noise, arguments.snr, arguments.out)
    for reference in arguments.folder.glob("REFERENCE*.csv"):
        shutil.copy(reference, arguments.out)
    (arguments.out / "RECORDS").write_text("".join(f"{path.name}\n" for path in chosen))
    print(f"{len(chosen)} records with {arguments.kind} at {arguments.snr:g} dB in {arguments.out}")


def write_noisy(path: Path, noise: NoiseLead, snr: float, out: Path) -> None:
    """The first lead of the record at `path` with noise over it, and its annotations."""
    lead = read_record(path, 0)
    noisy = lead.samples + _level(lead, snr) * _piece(noise, lead)
    digital = np.clip(np.rint(noisy), -LARGEST, LARGEST).astype(np.int16)
    wfdb.wrsamp(
        path.name, lead.rate, ["mV"], [lead.lead_name or "ECG"], d_signal=digital[:, None], fmt=["16"],
        adc_gain=[lead.gain], baseline=[0], write_dir=str(out),
    )  # fmt: skip
    if path.with_suffix(".atr").exists():
        shutil.copy(path.with_suffix(".atr"), out)


def _level(lead: RecordedLead, snr: float) -> float:
    """Standard deviation of the noise, in the device's units."""
    return float(qrs_amplitude(lead) * lead.gain / np.sqrt(8) * 10 ** (-snr / 20))


def qrs_amplitude(lead: RecordedLead) -> float:
    """Median peak-to-peak millivolts within 50 ms of the R peaks; 1 mV where no beat is found."""
    outputs = SignalTracker(lead.name).receive(DeviceChunk(lead.name, 0, lead.samples, lead.rate, lead.gain))
    traces = [item for item in outputs if isinstance(item, SampleChunk)]
    trace, start = np.concatenate([item.samples for item in traces]), traces[0].start
    peaks = [item.index - start for item in outputs if isinstance(item, DetectedBeat)]
    heights = [np.ptp(trace[max(peak - QRS_REACH, 0) : peak + QRS_REACH]) for peak in peaks]
    return float(np.nanmedian(heights)) if heights else 1.0


def _piece(noise: NoiseLead, lead: RecordedLead) -> NDArray[np.float64]:
    """Noise of standard deviation one as long as the lead, at its rate."""
    count = int(np.ceil(len(lead.samples) * noise.rate / lead.rate)) + 1
    digest = hashlib.sha256(lead.name.encode()).digest()
    at = int.from_bytes(digest[:4], "big") % max(len(noise.samples) - count, 1)
    part = np.resize(noise.samples[at : at + count], count).astype(np.float64)
    moved = resample_poly(part - part.mean(), round(lead.rate), round(noise.rate))[: len(lead.samples)]
    return np.asarray(moved / moved.std())


if __name__ == "__main__":
    main()
