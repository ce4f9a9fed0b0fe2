"""Published QRS detectors behind one shape: millivolts and a rate in Hz in, samples of the R peaks out.

Each wants the whole signal at once and is called as its own documentation shows. They are no part of Wardbeat: the
extra `bench` of pyproject.toml brings them, and one that is not installed is left out with a line that says so.
"""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]
Peaks = NDArray[np.int64]


class Peer(NamedTuple):
    """A detector of others: what it is called here, the package that brings it, and how it is run."""

    name: str
    package: str
    find: Callable[[Signal, float], Peaks]


def _sleepecg(signal: Signal, rate: float) -> Peaks:
    from sleepecg import detect_heartbeats

    return np.asarray(detect_heartbeats(signal, rate))


def _xqrs(signal: Signal, rate: float) -> Peaks:
    from wfdb.processing import XQRS

    detector = XQRS(sig=signal, fs=rate)
    detector.detect(verbose=False)
    return np.asarray(detector.qrs_inds)


def _neurokit(method: str) -> Callable[[Signal, float], Peaks]:
    def find(signal: Signal, rate: float) -> Peaks:
        import neurokit2

        cleaned = neurokit2.ecg_clean(signal, sampling_rate=int(rate), method=method)
        return np.asarray(neurokit2.ecg_findpeaks(cleaned, sampling_rate=int(rate), method=method)["ECG_R_Peaks"])

    return find


def _biosppy(signal: Signal, rate: float) -> Peaks:
    """The steps of `biosppy.signals.ecg.ecg` up to its R peaks (Hamilton's segmenter, its default)."""
    from biosppy.signals import ecg, tools

    filtered, _, _ = tools.filter_signal(
        signal=signal, ftype="FIR", band="bandpass", order=int(1.5 * rate), frequency=[0.67, 45], sampling_rate=rate
    )
    filtered = filtered - filtered.mean()
    (peaks,) = ecg.hamilton_segmenter(signal=filtered, sampling_rate=rate)
    (corrected,) = ecg.correct_rpeaks(signal=filtered, rpeaks=peaks, sampling_rate=rate, tol=0.05)
    return np.asarray(corrected)


def _fast_qrs_detector(signal: Signal, rate: float) -> Peaks:
    from fast_qrs_detector import qrs_detector

    return np.asarray(qrs_detector(signal, int(rate)))


def _heartpy(signal: Signal, rate: float) -> Peaks:
    """The pipeline of its ECG notebook: notch-like wander removal, enhanced peaks, then `process`."""
    import heartpy

    cleaned = heartpy.remove_baseline_wander(signal, rate)
    found: dict[str, Any] = heartpy.process(heartpy.scale_data(cleaned), rate)[0]
    peaks = np.asarray(found["peaklist"], dtype=np.int64)
    kept: Peaks = peaks[np.asarray(found["binary_peaklist"], dtype=bool)]
    return kept


PEERS = (
    Peer("wfdb XQRS", "wfdb", _xqrs),
    Peer("NeuroKit2 pantompkins1985", "neurokit2", _neurokit("pantompkins1985")),
    Peer("NeuroKit2 default", "neurokit2", _neurokit("neurokit")),
    Peer("fast-qrs-detector", "fast-qrs-detector", _fast_qrs_detector),
    Peer("sleepecg", "sleepecg", _sleepecg),
    Peer("BioSPPy Hamilton", "biosppy", _biosppy),
    Peer("HeartPy", "heartpy", _heartpy),
)


def at_hand() -> list[Peer]:
    """The peers whose package is installed; says which are not."""
    present = [peer for peer in PEERS if _version(peer.package) is not None]
    for package in sorted({peer.package for peer in PEERS} - {peer.package for peer in present}):
        print(f"{package} is not installed and is left out: pip install 'wardbeat[bench]'\n")
    return present


def titled(peer: Peer) -> str:
    """Its name with the version that was measured."""
    return f"{peer.name} {_version(peer.package)}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
