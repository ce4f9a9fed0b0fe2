"""What serves: the exported graphs behind the `Labeller` protocol."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.artifact import JUDGE, Temperatures, read_description
from classifier.forms import reader_forms, reader_trial
from classifier.runtime import BATCH, Graph, Inputs, Trial, compile_graph, plain_forms
from ecg.context import FUTURE, PAST, BeatContext, Token
from ecg.pipeline import Judgement
from ecg.types import DetectedBeat

Array = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights"
CONTEXT = PAST + FUTURE
DECIMALS = 4
"""Probabilities are given to this many decimals: more are noise of the arithmetic."""


class GraphLabeller:
    """Labels beats with two graphs. A beat's answer does not depend on the beats that it is labelled with."""

    def __init__(self, reader: Graph, judge: Graph, temperatures: Temperatures) -> None:
        self._reader = reader
        self._judge = judge
        self._temperatures = temperatures

    @classmethod
    def load(cls, folder: Path | None = None) -> "GraphLabeller":
        """The network in `folder`, or the shipped one. Raises ArtifactError when it does not fit this house."""
        folder = folder or SHIPPED
        description = read_description(folder)
        quantised = description.quantised
        reader = compile_graph(reader_forms(folder, quantised), reader_trial(folder, quantised))
        contexts = Trial(_example_contexts(description.network.token))
        judge = compile_graph(plain_forms((folder / JUDGE).read_bytes()), contexts)
        return cls(reader, judge, description.temperatures)

    def read(self, beats: Sequence[DetectedBeat]) -> Token:
        """What is remembered of each beat, float16 (n, token)."""
        [tokens] = self._reader.run(inputs_of(beats))
        return tokens.astype(np.float16)

    def judge(self, contexts: Sequence[BeatContext]) -> list[Judgement]:
        """What each of `contexts` says, in order."""
        if not contexts:
            return []
        beat_class, rhythm = self._judge.run(arranged(contexts))
        return judgements(beat_class, rhythm, self._temperatures)


def shipped_labeller() -> GraphLabeller:
    """The network that comes with Wardbeat."""
    return GraphLabeller.load()


def shipped_model() -> str:
    """By which this network is known: SHA-256 of its graphs."""
    return read_description(SHIPPED).graph_sha256


def inputs_of(beats: Sequence[DetectedBeat]) -> dict[str, Array]:
    """The reader's window (n, WINDOW_SAMPLES) and timing (n, TIMING_FEATURES), zero where a number is not finite."""
    windows = np.stack([beat.window for beat in beats])
    timings = np.stack([beat.timing for beat in beats])
    return {"window": _finite(windows), "timing": _finite(timings)}


def arranged(contexts: Sequence[BeatContext]) -> dict[str, Array]:
    """The judge's own (n, token), tokens (n, CONTEXT, token), seconds and known (n, CONTEXT), filled with nothing."""
    size = contexts[0].tokens.shape[1]
    tokens = np.zeros((len(contexts), CONTEXT, size), np.float32)
    seconds, known = (np.zeros((len(contexts), CONTEXT), np.float32) for _ in range(2))
    for row, context in enumerate(contexts):
        count = len(context.seconds)
        tokens[row, :count], seconds[row, :count], known[row, :count] = context.tokens, context.seconds, 1.0
    own = np.stack([context.tokens[context.place] for context in contexts]).astype(np.float32)
    return {"own": own, "tokens": tokens, "seconds": seconds, "known": known}


def judgements(beat_class: Array, rhythm: Array, temperatures: Temperatures) -> list[Judgement]:
    """Probabilities from log-odds (n, 5) and (n, 4)."""
    classes = probabilities(beat_class, temperatures.beat_class)
    rhythms = probabilities(rhythm, temperatures.rhythm)
    return [Judgement(tuple(row), tuple(other)) for row, other in zip(classes.tolist(), rhythms.tolist(), strict=True)]


def probabilities(log_odds: Array, temperature: float) -> NDArray[np.float64]:
    """Softmax of log-odds (n, k) / temperature, to `DECIMALS` decimals."""
    scaled = log_odds.astype(np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray((weights / weights.sum(axis=1, keepdims=True)).round(DECIMALS))


def _finite(numbers: Array) -> Array:
    return np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32, copy=False)


def _example_contexts(size: int) -> Inputs:
    rng = np.random.default_rng(0)
    tokens = rng.normal(size=(BATCH, CONTEXT, size)).astype(np.float32)
    seconds = np.broadcast_to(np.linspace(-30, 9, CONTEXT, dtype=np.float32), (BATCH, CONTEXT)).copy()
    return {"own": tokens[:, PAST - 1].copy(), "tokens": tokens, "seconds": seconds, "known": np.ones_like(seconds)}
