import shutil
from pathlib import Path

import msgspec
import pytest

from classifier.artifact import DESCRIPTION, GRAPH, house_inputs, read_description, refuse_mismatch, write_description
from classifier.engine import SHIPPED, OnnxLabeller
from ecg.errors import ArtifactError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "network"))


def test_the_shipped_network_fits_this_house() -> None:
    description = read_description(SHIPPED)
    assert description.inputs == house_inputs()
    assert description.metrics["rhythm_record_f1_mean"] > 0.6
    assert description.data_sha256


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rhythms", ("N", "A", "O")),
        ("beat_classes", ("N", "V", "S", "F", "Q")),
        ("window_rate", 150),
        ("window_samples", 1024),
        ("window_after", 60),
        ("band", (0.5, 30.0)),
        ("timing_features", 5),
    ],
)
def test_a_network_for_other_inputs_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ArtifactError, match=field):
        refuse_mismatch(msgspec.structs.replace(house_inputs(), **{field: value}))


def test_a_mismatch_is_refused_at_load(copy: Path) -> None:
    description = read_description(copy)
    other = msgspec.structs.replace(description.inputs, window_rate=150)
    write_description(copy, msgspec.structs.replace(description, inputs=other))
    with pytest.raises(ArtifactError, match="window_rate 150, this house has 125"):
        OnnxLabeller.load(copy)


def test_another_graph_than_the_described_is_refused(copy: Path) -> None:
    with (copy / GRAPH).open("ab") as graph:
        graph.write(b"\0")
    with pytest.raises(ArtifactError, match="not the graph"):
        OnnxLabeller.load(copy)


def test_another_format_is_refused(copy: Path) -> None:
    write_description(copy, msgspec.structs.replace(read_description(copy), format=99))
    with pytest.raises(ArtifactError, match="format 99"):
        read_description(copy)


@pytest.mark.parametrize("damage", ["", "{", '{"format": 1}', "[]", "\udcff"])
def test_a_damaged_description_is_refused(copy: Path, damage: str) -> None:
    (copy / DESCRIPTION).write_bytes(damage.encode(errors="surrogateescape"))
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_description(copy)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        OnnxLabeller.load(tmp_path / "nowhere")
