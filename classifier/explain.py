"""Why the network said it: for one beat, what each stretch of trace and each beat around it added to the answers.

The exported graph `evidence.onnx` does the sums (see `classifier.evidence`), so this serves without torch.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray

from classifier.artifact import EVIDENCE, read_description
from classifier.bank import Bank, read_bank
from classifier.engine import SHIPPED, GraphLabeller, arranged, inputs_of
from classifier.explanation import USUAL_REACH, Explanation
from classifier.runtime import FEW, CpuGraph, Form, Graph
from ecg.context import BeatContext, BeatMemory, RememberedBeat
from ecg.errors import ArtifactError
from ecg.types import DetectedBeat

Array = NDArray[np.float32]


class Explainer:
    """Explains beats, one call at a time: its graphs are not to be used by two threads at once."""

    def __init__(self, labeller: GraphLabeller, evidence: Graph, bank: Bank | None, version: str) -> None:
        self._labeller = labeller
        self._evidence = evidence
        self._bank = bank
        self._version = version

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> "Explainer":
        """The network in `folder`; without neighbours where the bank beside it was made with another.

        Raises ArtifactError when the network does not fit this house.
        """
        description = read_description(folder)
        # float32 whatever the CPU has: one beat is asked for, and small parts are added up.
        evidence = CpuGraph(openvino.Core(), Form("float32", (folder / EVIDENCE).read_bytes(), "f32"), (FEW,))
        bank = _bank(folder, description.graph_sha256)
        return cls(GraphLabeller.load(folder), evidence, bank, description.version)

    def explain(self, beats: Sequence[DetectedBeat], place: int) -> Explanation:
        """Why beat number `place` is called what it is. beats: of one recording, in order, with those around it."""
        tokens = self._labeller.read(beats)
        memory, index = BeatMemory(), beats[place].index
        for beat, token in zip(beats[: place + 1], tokens, strict=False):
            memory.note(RememberedBeat(beat.index, beat.rr is None, token))
        live = memory.live()
        for beat, token in zip(beats[place + 1 :], tokens[place + 1 :], strict=True):
            memory.note(RememberedBeat(beat.index, beat.rr is None, token))
        settled = memory.settled(index)
        at_once, later = self._labeller.judge([live, settled])
        shape, spoke = self._evidence_of(beats[place], (live, settled))
        neighbours = self._bank.nearest(tokens[place]) if self._bank else None
        reach = self._bank.reach if self._bank else USUAL_REACH
        spoke = spoke[:, : len(settled.seconds)]
        return Explanation(
            at_once.classes, later.rhythms, shape, spoke, settled.seconds, reach, neighbours, self._version
        )

    def _evidence_of(self, beat: DetectedBeat, contexts: tuple[BeatContext, BeatContext]) -> tuple[Array, Array]:
        """What spoke for the class (5, steps) in the first context, and for the rhythm (4, k) in the second."""
        among = arranged(contexts)
        inputs = {**inputs_of([beat, beat]), **{name: among[name] for name in ("tokens", "seconds", "known")}}
        shape, spoke = self._evidence.run(inputs)
        return shape[0], spoke[1]


def _bank(folder: Path, graph_sha256: str) -> Bank | None:
    try:
        return read_bank(folder, graph_sha256)
    except ArtifactError:
        return None
