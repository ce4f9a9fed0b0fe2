"""Labelled beats of the training data as the network remembers them: which of them is a beat most like?

The file holds tokens, classes and where each beat stands, and no signal. Tokens of one network mean nothing to another:
the file names the graphs it was made with and is refused beside any others. `training.bank` makes it.
"""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from classifier.explanation import Neighbour, Reach
from ecg.context import Token
from ecg.errors import ArtifactError
from ecg.labels import BEAT_CLASSES

BANK = "bank.npz"


@dataclass(frozen=True, slots=True)
class Bank:
    """n beats. graph_sha256: of the graphs that made the tokens (`artifact.graph_hash`). tokens: float16 (n, token).

    classes: int8 (n,), codes of `BEAT_CLASSES`. records: (n,) names; leads int8 (n,); peaks int64 (n,), house samples.

    reach: where the steps of the network's map look.
    """

    graph_sha256: str
    tokens: Token
    classes: NDArray[np.int8]
    records: NDArray[np.str_]
    leads: NDArray[np.int8]
    peaks: NDArray[np.int64]
    reach: Reach

    def nearest(self, token: Token, count: int = 3) -> list[Neighbour]:
        """The `count` beats whose tokens point most the same way as `token` (token,), likest first.

        Each number of a token is taken against its mean and spread in the bank: as they are, all tokens point much the
        same way (0.94 and more), and the figure says nothing.
        """
        known = self.tokens.astype(np.float32)
        mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-6
        likeness = _directions((known - mean) / spread) @ _directions((token.astype(np.float32) - mean) / spread)
        return [self._neighbour(place, float(likeness[place])) for place in np.argsort(-likeness)[:count].tolist()]

    def _neighbour(self, place: int, likeness: float) -> Neighbour:
        beat_class = BEAT_CLASSES[int(self.classes[place])]
        return Neighbour(str(self.records[place]), int(self.leads[place]), int(self.peaks[place]), beat_class, likeness)


def _directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors along the last axis, each of length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def read_bank(folder: Path, graph_sha256: str) -> Bank:
    """The bank beside the graphs in `folder`. Raises ArtifactError when there is none or it was made with others."""
    try:
        with np.load(folder / BANK, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in Bank.__dataclass_fields__}
            bank = Bank(**{**arrays, "reach": Reach(*arrays["reach"].tolist())})
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise ArtifactError(f"the labelled beats in {folder} cannot be read: {error}") from error
    if str(bank.graph_sha256) != graph_sha256:
        raise ArtifactError(f"the labelled beats in {folder} were made with another network: run training.bank again")
    return bank


def write_bank(folder: Path, bank: Bank) -> None:
    """Keep `bank` beside the graphs in `folder`."""
    np.savez_compressed(folder / BANK, **{name: getattr(bank, name) for name in Bank.__dataclass_fields__})
