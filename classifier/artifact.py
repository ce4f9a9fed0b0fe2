"""The network as it lies on disk: a folder with its graph, its description and its weights for the reference.

    reader.onnx        window and timing of a beat -> its token; any number of beats
    judge.onnx         a beat's token and those around it -> its log-odds; any number of beats
    evidence.onnx      what spoke for an answer; any number of beats
    reader.int8.xml    the reader with convolutions in int8, as OpenVINO keeps graphs; its weights are the .bin
    examples.npz       synthetic beats and float32's tokens, by which the int8 reader is tried at load
    model.json         `Description`: what it was trained for, on what, and how well it did
    model.safetensors  the same weights for the torch network, by which tests judge the graph

The description names the classes and the whole way from the signal to the input. A network that was trained for
another window, band or class list gives numbers that look right and are wrong; so it is refused at load.
"""

import hashlib
from pathlib import Path

import msgspec

from classifier.shape import ModelConfig
from ecg.context import FUTURE, PAST, PAST_REACH, SETTLE_AFTER
from ecg.errors import ArtifactError
from ecg.filters import BAND
from ecg.labels import BEAT_CLASSES, RHYTHMS
from ecg.rates import to_seconds
from ecg.timing import TIMING_FEATURES
from ecg.tracker import WINDOW_AFTER, WINDOW_RATE, WINDOW_SAMPLES

READER = "reader.onnx"
JUDGE = "judge.onnx"
EVIDENCE = "evidence.onnx"
QUANTISED, QUANTISED_WEIGHTS, EXAMPLES = "reader.int8.xml", "reader.int8.bin", "examples.npz"
DESCRIPTION = "model.json"
WEIGHTS = "model.safetensors"
FORMAT = 3


class Inputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a network expects and answers: all of it must be the house's."""

    beat_classes: tuple[str, ...]
    rhythms: tuple[str, ...]
    window_rate: int
    """Hz"""
    window_samples: int
    window_after: int
    """Samples of the window after the R peak, at `window_rate`."""
    band: tuple[float, float]
    """Hz"""
    timing_features: int
    past: int
    """Most beats of a context up to and with the judged one."""
    past_reach: float
    """Seconds before a beat that its context may hold."""
    future: int
    """Most beats of a context after the judged one."""
    settle_after: float
    """Seconds of signal after a beat that a settled context may hold."""


class Temperatures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What log-odds are divided by before they become probabilities (Guo et al. 2017), one for each answer."""

    beat_class: float
    rhythm: float


class Quantised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reader in int8: names of its files, and SHA-256 of the three, one after the other."""

    graph: str
    weights: str
    examples: str
    sha256: str


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """model.json."""

    format: int
    version: str
    inputs: Inputs
    temperatures: Temperatures
    network: ModelConfig
    graph_sha256: str
    """Of all graphs, one after the other."""
    revision: str
    """Git revision of the code that exported it, or an empty text."""
    data_sha256: str
    """Hash of the prepared training data."""
    metrics: dict[str, float]
    """Figures on records kept back, by name; docs/MODEL_CARD.md explains them."""
    quantised: Quantised | None = None
    """The reader's form in int8, where there is one."""
    dataset: str = ""
    """Version of the data set of a ward that it learnt from too (`wardbeat dataset build`), or an empty text."""


def house_inputs() -> Inputs:
    """What this house gives to a network and expects from it."""
    return Inputs(
        tuple(label.value for label in BEAT_CLASSES),
        tuple(label.value for label in RHYTHMS),
        WINDOW_RATE,
        WINDOW_SAMPLES,
        WINDOW_AFTER,
        BAND,
        TIMING_FEATURES,
        PAST,
        to_seconds(PAST_REACH),
        FUTURE,
        to_seconds(SETTLE_AFTER),
    )


def read_description(folder: Path) -> Description:
    """The description in `folder`, found fit for this house.

    Raises ArtifactError when a file is missing or damaged, or when the network was made for other inputs.
    """
    try:
        description = msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=Description)
        graphs = graph_hash(folder)
        quantised = description.quantised and quantised_hash(folder, description.quantised)
    except (OSError, msgspec.DecodeError) as error:
        raise ArtifactError(f"the network in {folder} cannot be read: {error}") from error
    if description.format != FORMAT:
        raise ArtifactError(f"the network in {folder} has format {description.format}, this house reads {FORMAT}")
    if graphs != description.graph_sha256:
        raise ArtifactError(f"the graphs in {folder} are not those that {DESCRIPTION} describes")
    if description.quantised and quantised != description.quantised.sha256:
        raise ArtifactError(f"the int8 graph in {folder} is not the one that {DESCRIPTION} describes")
    refuse_mismatch(description.inputs)
    return description


def refuse_mismatch(inputs: Inputs) -> None:
    """Raise ArtifactError, naming the first difference, unless `inputs` are the house's."""
    house = house_inputs()
    for field in Inputs.__struct_fields__:
        theirs, ours = getattr(inputs, field), getattr(house, field)
        if theirs != ours:
            raise ArtifactError(f"the network was made for {field} {theirs}, this house has {ours}")


def write_description(folder: Path, description: Description) -> None:
    """Write model.json, readable line by line."""
    text = msgspec.json.format(msgspec.json.encode(description), indent=2)
    (folder / DESCRIPTION).write_bytes(text + b"\n")


def graph_hash(folder: Path) -> str:
    """SHA-256 of the graphs in `folder`. Raises OSError when one is missing."""
    return _hash(folder, READER, JUDGE, EVIDENCE)


def quantised_hash(folder: Path, quantised: Quantised) -> str:
    """SHA-256 of the int8 reader's files in `folder`. Raises OSError when one is missing."""
    return _hash(folder, quantised.graph, quantised.weights, quantised.examples)


def _hash(folder: Path, *names: str) -> str:
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()
