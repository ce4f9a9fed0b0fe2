"""What serves: the exported graph in ONNX Runtime, one thread, behind the `Labeller` protocol."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from classifier.artifact import GRAPH, Temperatures, read_description
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.types import Beat, DetectedBeat

Array = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights"
BATCH = 64
"""Beats in one run of the graph: more do not make it faster (docs/BENCHMARKS.md), and memory stays small."""

DECIMALS = 4
"""Probabilities are given to this many decimals: more are noise of the arithmetic."""


class OnnxLabeller:
    """Labels beats with a graph. A beat's answer does not depend on the beats that it is labelled with."""

    def __init__(self, graph: bytes, temperatures: Temperatures) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._temperatures = temperatures

    @classmethod
    def load(cls, folder: Path | None = None) -> "OnnxLabeller":
        """The network in `folder`, or the shipped one. Raises ArtifactError when it does not fit this house."""
        folder = folder or SHIPPED
        description = read_description(folder)
        return cls((folder / GRAPH).read_bytes(), description.temperatures)

    def label(self, beats: Sequence[DetectedBeat]) -> list[Beat]:
        """The labelled beats, in order."""
        if not beats:
            return []
        windows, timings = inputs_of(beats)
        return answers(beats, *self.log_odds(windows, timings), self._temperatures)

    def log_odds(self, windows: Array, timings: Array) -> tuple[Array, Array]:
        """Beat class (n, 5) and rhythm (n, 4) of windows (n, WINDOW_SAMPLES) and timings (n, TIMING_FEATURES)."""
        parts = [self._run(windows[at : at + BATCH], timings[at : at + BATCH]) for at in range(0, len(windows), BATCH)]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _run(self, windows: Array, timings: Array) -> tuple[Array, Array]:
        # The runtime's matrix product takes another path for an odd last row, whose last bit differs: so an odd
        # batch is filled up with a silent window.
        count = len(windows)
        odd = count % 2
        windows = np.pad(windows, ((0, odd), (0, 0)))
        timings = np.pad(timings, ((0, odd), (0, 0)))
        beat_class, rhythm = self._session.run(["beat_class", "rhythm"], {"window": windows, "timing": timings})
        return beat_class[:count], rhythm[:count]


def shipped_labeller() -> OnnxLabeller:
    """The network that comes with Wardbeat."""
    return OnnxLabeller.load()


def inputs_of(beats: Sequence[DetectedBeat]) -> tuple[Array, Array]:
    """Windows (n, WINDOW_SAMPLES) and timings (n, TIMING_FEATURES), zero where a number is not finite."""
    windows = np.stack([beat.window for beat in beats])
    timings = np.stack([beat.timing for beat in beats])
    return _finite(windows), _finite(timings)


def _finite(numbers: Array) -> Array:
    return np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32, copy=False)


def answers(beats: Sequence[DetectedBeat], beat_class: Array, rhythm: Array, temperatures: Temperatures) -> list[Beat]:
    """`beats` with their labels, from log-odds (n, 5) and (n, 4)."""
    classes = probabilities(beat_class, temperatures.beat_class)
    rhythms = probabilities(rhythm, temperatures.rhythm)
    return [_answer(beat, *row) for beat, *row in zip(beats, classes, rhythms, strict=True)]


def _answer(beat: DetectedBeat, classes: NDArray[np.float64], rhythms: NDArray[np.float64]) -> Beat:
    return Beat(
        beat.recording,
        beat.index,
        beat.rr,
        BEAT_CLASSES[int(classes.argmax())],
        RHYTHMS[int(rhythms.argmax())],
        tuple(classes.tolist()),
        tuple(rhythms.tolist()),
    )


def probabilities(log_odds: Array, temperature: float) -> NDArray[np.float64]:
    """Softmax of log-odds (n, k) / temperature, to `DECIMALS` decimals."""
    scaled = log_odds.astype(np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray((weights / weights.sum(axis=1, keepdims=True)).round(DECIMALS))
