"""Beats as the pipeline would show them to a labeller: read, remembered, among their neighbours."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ecg.context import BeatContext, BeatMemory, RememberedBeat
from ecg.pipeline import Judgement, Labeller
from ecg.types import DetectedBeat


def contexts_of(labeller: Labeller, beats: Sequence[DetectedBeat]) -> list[BeatContext]:
    """The live context of each beat, then the settled context of each, recording by recording."""
    contexts: list[BeatContext] = []
    tokens = iter(labeller.read(beats))
    for _, group in groupby(beats, key=lambda beat: beat.recording):
        memory, indices = BeatMemory(), []
        for beat, token in zip(group, tokens, strict=False):
            memory.note(RememberedBeat(beat.index, beat.rr is None, token))
            indices.append(beat.index)
            contexts.append(memory.live())
        contexts += [memory.settled(index) for index in indices]
    return contexts


def probabilities_of(judgements: Sequence[Judgement]) -> NDArray[np.float64]:
    """Of n judgements, (n, 9): beat classes, then rhythms."""
    return np.array([(*judged.classes, *judged.rhythms) for judged in judgements])
