"""One recording's way from device samples to beats that wait for their label.

    front door → gap check → monitor band → QRS detection → R peak → quality → window

Any chunking of the same samples gives the same output, bit for bit; a gap begins everything anew.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.buffer import RecentSamples
from ecg.compiled import compiled
from ecg.detection import QrsDetector
from ecg.filters import BAND_DELAY
from ecg.findings import Quality, QualityReason
from ecg.frontdoor import FrontDoor
from ecg.humps import REFRACTORY
from ecg.quality import STEP, QualityJudge
from ecg.ranks import ranked
from ecg.rates import SAMPLE_RATE, to_samples
from ecg.timing import WINDOW_SHARE, RrHistory
from ecg.types import DetectedBeat, DeviceChunk, Progress, QualityChange, SampleChunk, SignalGap

DECIMATION = 2
WINDOW_RATE = SAMPLE_RATE // DECIMATION
"""Hz of the windows that the network reads: half the house rate, since the monitor band ends at 40 Hz."""

WINDOW_SAMPLES = 695
"""5.56 s: exactly what the trunk of the network sees. What was before, it knows by the tokens of earlier beats."""

WINDOW_AFTER = 50
"""Window samples after the R peak, 0.4 s: QRS and most of the T wave. A label cannot come earlier than this."""

WINDOW_BEFORE = WINDOW_SAMPLES - WINDOW_AFTER - 1
R_REACH = to_samples(0.10)
MEMORY = to_samples(16.0)  # a window and the longest search back

TrackerOutput = SignalGap | SampleChunk | QualityChange | DetectedBeat | Progress


class PendingBeat(NamedTuple):
    """A beat whose window is not complete: R peak, RR interval and timing features, without the window's share."""

    peak: int
    rr: int | None
    timing: NDArray[np.float32]


@dataclass(slots=True)
class Stretch:
    """Everything that has a memory of the samples since the last gap."""

    quality: QualityJudge
    detector: QrsDetector
    trace: RecentSamples
    rr: RrHistory
    begin: int
    pending: list[PendingBeat]
    changes: list[QualityChange]  # not yet told


class SignalTracker:
    """Follows one recording. `receive` returns gap, filtered samples, then quality changes and beats in the order of
    their index, then progress. A quality change waits for the beats before it, so that no chunking changes the order.
    """

    def __init__(self, recording: str) -> None:
        self._recording = recording
        self._door = FrontDoor(recording)
        self._stretch: Stretch | None = None

    def receive(self, chunk: DeviceChunk) -> list[TrackerOutput]:
        """What `chunk` brings. Filtered samples are shifted back by the band's delay: index and trace agree.

        Raises SignalError when the chunk's rate or gain cannot be used; the tracker is unchanged by then.
        """
        results: list[TrackerOutput] = []
        for item in self._door.receive(chunk):
            if isinstance(item, SignalGap):
                self._stretch = None
                results.append(item)
            else:
                results += self._follow(item)
        return results

    def _follow(self, chunk: SampleChunk) -> list[TrackerOutput]:
        stretch = self._stretch or self._begin(chunk.start)
        self._stretch = stretch
        raw = chunk.samples.astype(np.float64)
        filtered, shown = stretch.trace.extend(len(raw)), np.empty(len(raw), np.float32)
        if len(raw) <= STEP:
            self._listen(stretch, raw, filtered, shown)
        else:
            for part in (slice(at, at + STEP) for at in range(0, len(raw), STEP)):
                self._listen(stretch, raw[part], filtered[part], shown[part])
        findings, decided = self._complete(stretch), self._decided(stretch)
        if stretch.changes and stretch.changes[0].index <= decided:
            told = sum(change.index <= decided for change in stretch.changes)
            findings = sorted([*findings, *stretch.changes[:told]], key=lambda item: item.index)
            stretch.changes = stretch.changes[told:]
        shown_chunk = SampleChunk(self._recording, chunk.start - BAND_DELAY, shown)
        return [shown_chunk, *findings, Progress(self._recording, decided)]

    def _listen(
        self, stretch: Stretch, raw: NDArray[np.float64], filtered: NDArray[np.float64], shown: NDArray[np.float32]
    ) -> None:
        """Beats and quality of a second at most; filtered, which is the trace's end, and shown are written."""
        detector = stretch.detector
        near = detector.receive(raw, filtered, shown)
        peaks = self._note_peaks(stretch, near) if near else near
        stretch.changes += stretch.quality.receive(raw, peaks, detector.decided - R_REACH)

    def _begin(self, start: int) -> Stretch:
        return Stretch(
            quality=QualityJudge(self._recording, start),
            detector=QrsDetector(start),
            trace=RecentSamples(MEMORY, start - BAND_DELAY),
            rr=RrHistory(),
            begin=start,
            pending=[],
            changes=[],
        )

    def _note_peaks(self, stretch: Stretch, near: list[int]) -> list[int]:
        """The R peaks at `near`, noted."""
        peaks: list[int] = []
        for index in near:
            peak = r_peak(stretch.trace, index)
            # The filter's own delay lies before the first sample: a deflection there is no peak.
            earliest = stretch.begin if stretch.rr.last is None else stretch.rr.last + REFRACTORY
            if peak >= earliest:
                rr = stretch.rr.note(peak)
                stretch.pending.append(PendingBeat(peak, rr, stretch.rr.features()))
                peaks.append(peak)
        return peaks

    def _complete(self, stretch: Stretch) -> list[DetectedBeat | QualityChange]:
        """Beats whose window has come to its end."""
        beats: list[DetectedBeat | QualityChange] = []
        while stretch.pending and stretch.pending[0].peak + WINDOW_AFTER * DECIMATION < stretch.trace.end:
            beat = stretch.pending.pop(0)
            window, beat.timing[WINDOW_SHARE] = cut_window(stretch.trace, beat.peak, stretch.begin)
            beats.append(DetectedBeat(self._recording, beat.peak, beat.rr, window, beat.timing))
        return beats

    def _decided(self, stretch: Stretch) -> int:
        decided = stretch.detector.decided - R_REACH
        return min(decided, stretch.pending[0].peak - 1) if stretch.pending else decided

    def snapshot(self) -> dict[str, Any]:
        """The state between two chunks."""
        stretch = self._stretch
        if stretch is None:
            return {"door": self._door.snapshot(), "stretch": None}
        stages = {name: getattr(stretch, name).snapshot() for name in ("quality", "detector", "rr")}
        # No window reaches further back than that of a beat found at the first place that is not decided.
        stages["trace"] = stretch.trace.snapshot(self._decided(stretch) - WINDOW_BEFORE * DECIMATION)
        plain = {"begin": stretch.begin, "pending": [list(beat) for beat in stretch.pending]}
        plain["changes"] = [[c.index, c.quality.value, c.reason.value] for c in stretch.changes]
        return {"door": self._door.snapshot(), "stretch": stages | plain}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state` as if nothing had happened."""
        self._door.restore(state["door"])
        saved = state["stretch"]
        if saved is None:
            return
        stretch = self._begin(saved["begin"])
        for name in ("quality", "detector", "rr", "trace"):
            getattr(stretch, name).restore(saved[name])
        stretch.pending = [PendingBeat(*beat) for beat in saved["pending"]]
        stretch.changes = [
            QualityChange(self._recording, index, Quality(quality), QualityReason(reason))
            for index, quality, reason in saved["changes"]
        ]
        self._stretch = stretch


def r_peak(trace: RecentSamples, near: int) -> int:
    """Index of the tallest deflection of the filtered trace within ±0.1 s; upright waves are preferred a little."""
    first = max(near - R_REACH, trace.start)
    around = trace.between(first, near + R_REACH + 1)
    return first + tallest(around)


@compiled
def tallest(around: NDArray[np.float64]) -> int:
    """The place of the tallest deflection; upright waves are preferred a little."""
    level = ranked(around, len(around) // 2)
    up, down = around.argmax(), around.argmin()
    # An S wave as deep as R is tall would make the peak jump from beat to beat, and RR with it.
    return int(up if around[up] - level >= 0.7 * (level - around[down]) else down)


def cut_window(trace: RecentSamples, peak: int, begin: int) -> tuple[NDArray[np.float32], float]:
    """The window around `peak` and the share of it that was received; zero before `begin`.

    trace: filtered millivolts that reach at least WINDOW_AFTER window samples beyond the peak.
    """
    first = peak - WINDOW_BEFORE * DECIMATION
    kept = max(first, trace.start, begin)
    kept += (kept - first) % DECIMATION
    part = trace.between(kept, peak + WINDOW_AFTER * DECIMATION + 1)[::DECIMATION]
    window = np.zeros(WINDOW_SAMPLES, np.float32)
    window[WINDOW_SAMPLES - len(part) :] = part
    return window, len(part) / WINDOW_SAMPLES
