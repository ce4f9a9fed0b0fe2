"""The networks that are here, and which of them is in service: a folder that `wardbeat network` writes and all read.

    <SHA-256 of the graphs>/   an artifact (`classifier.artifact`); never changed once it is here
    service.json               what was put in service and taken back, when and by whom; only added to

The network that comes with Wardbeat is always here, and in service as long as nothing else was put there. Whoever loads
a network names its beats by the hash of the graphs that it has loaded, whatever the file says meanwhile.
"""

import logging
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from classifier.artifact import DESCRIPTION, EVIDENCE, JUDGE, READER, WEIGHTS, Description, read_description
from classifier.bank import BANK
from classifier.engine import SHIPPED, GraphLabeller, shipped_model
from ecg.errors import ArtifactError

SERVICE = "service.json"
_FILES = (READER, JUDGE, EVIDENCE, WEIGHTS, BANK)

log = logging.getLogger(__name__)


class Act(StrEnum):
    """What was done."""

    PUT = "put in service"
    BACK = "taken back"


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From wall ms `at_ms` on `model` (SHA-256 of its graphs) was in service. by: who did it."""

    act: Act
    model: str
    version: str
    at_ms: int
    by: str


class Serving(NamedTuple):
    """A loaded network and the SHA-256 of its graphs."""

    model: str
    labeller: GraphLabeller


@dataclass(frozen=True, slots=True)
class Networks:
    """folder: where they lie; it need not be there."""

    folder: Path

    @property
    def _file(self) -> Path:
        return self.folder / SERVICE

    def mark(self) -> tuple[int, ...]:
        """Changes when another network was put in service; costs one look at a file's date."""
        try:
            found = self._file.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def history(self) -> list[Turn]:
        """All that was done, in order. Raises ArtifactError when it cannot be read."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=list[Turn])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            raise ArtifactError(f"{self._file} cannot be read: {error}") from error

    def stack(self) -> list[str]:
        """The shipped network, and on it what was put in service and not taken back: the last one is in service.

        Raises ArtifactError.
        """
        models = [shipped_model()]
        for turn in self.history():
            if turn.act is Act.PUT:
                models.append(turn.model)
            elif len(models) > 1:
                models.pop()
        return models

    def in_service(self) -> str:
        """SHA-256 of the graphs of the network in service. Raises ArtifactError."""
        return self.stack()[-1]

    def place(self, model: str) -> Path:
        """The folder of a network. Raises KeyError for one that is not here."""
        if model == shipped_model():
            return SHIPPED
        place = self.folder / Path(model).name
        if not (place / DESCRIPTION).is_file():
            raise KeyError(model)
        return place

    def here(self) -> tuple[str, ...]:
        """Every network that can be loaded, that in service first. Raises ArtifactError."""
        found = [path.parent.name for path in sorted(self.folder.glob(f"*/{DESCRIPTION}")) if ".part" not in path.name]
        every = dict.fromkeys([*reversed(self.stack()), *found])
        return tuple(model for model in every if self._is_here(model))

    def _is_here(self, model: str) -> bool:
        return model == shipped_model() or (self.folder / model / DESCRIPTION).is_file()

    def take_in(self, source: Path) -> Description:
        """Copy the artifact in `source`, whole or not at all; nothing where it is here already.

        Raises ArtifactError when it does not fit this house, cannot be served, or is another one of the same graphs.
        """
        description = read_description(source)
        GraphLabeller.load(source)
        model = description.graph_sha256
        if self._is_here(model):
            if read_description(self.place(model)) != description:
                raise ArtifactError(f"a network with these graphs and another {DESCRIPTION} is here: {model[:12]}")
            return description
        part = self.folder / f"{model}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        for name in _files_of(source, description):
            shutil.copyfile(source / name, part / name)
        read_description(part)
        _flush(part)
        part.rename(self.folder / model)
        return description

    def turn(self, turn: Turn, seen: int) -> None:
        """Add to the history: from now on `turn.model` is in service. seen: how long the history was when it was asked.

        Raises ArtifactError when somebody else did something meanwhile, or when there is nothing to take back to.
        """
        known = self.history()
        if len(known) != seen:
            raise ArtifactError("Meanwhile somebody else has put a network in service or taken one back: look again.")
        self.place(turn.model)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write([*known, turn])

    def undo_turn(self, seen: int) -> None:
        """Forget what was added to a history of this length: it could not be written down elsewhere."""
        self._write(self.history()[:seen])

    def _write(self, turns: list[Turn]) -> None:
        part = self.folder / f"{SERVICE}.part"
        with part.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(turns), indent=1))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file)


def _files_of(source: Path, description: Description) -> list[str]:
    quantised = description.quantised
    more = (quantised.graph, quantised.weights, quantised.examples) if quantised else ()
    return [name for name in (DESCRIPTION, *_FILES, *more) if (source / name).is_file()]


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def load_serving(networks: Networks) -> Serving:
    """The network in service, loaded. Where it cannot be, the one that was there before it, and at last the shipped
    one: a ward without any network names no beat, and the log says what is wrong.
    """
    try:
        models = networks.stack()
    except ArtifactError:
        log.exception("Which network is in service cannot be read; the shipped one serves.")
        models = []
    for model in reversed(models):
        try:
            return Serving(model, GraphLabeller.load(networks.place(model)))
        except (KeyError, ArtifactError):
            log.exception("The network %s is in service and cannot be loaded; the one before it serves.", model[:12])
    return Serving(shipped_model(), GraphLabeller.load())
