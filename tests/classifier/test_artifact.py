import shutil
from pathlib import Path

import msgspec
import pytest

from classifier.artifact import (
    DESCRIPTION,
    EVIDENCE,
    JUDGE,
    READER,
    Description,
    graph_hash,
    house_inputs,
    read_description,
    refuse_mismatch,
    write_description,
)
from classifier.engine import SHIPPED, GraphLabeller
from ecg.errors import ArtifactError

GRAPHS = (READER, JUDGE, EVIDENCE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "network"))


def test_the_shipped_network_fits_this_house() -> None:
    description = read_description(SHIPPED)
    assert description.inputs == house_inputs()
    assert description.network.window == description.inputs.window_samples
    assert description.network.timing == description.inputs.timing_features
    assert description.network.beat_classes == len(description.inputs.beat_classes)
    assert description.network.rhythms == len(description.inputs.rhythms)


def test_the_shipped_network_says_how_good_it_is_and_from_what() -> None:
    """Fails for a network that nobody has evaluated."""
    description = read_description(SHIPPED)
    assert description.metrics["rhythm_record_f1_mean"] > 0.6
    assert len(description.data_sha256) == 64


OTHERS: list[tuple[str, object]] = [
    ("rhythms", ("N", "A", "O")),
    ("beat_classes", ("N", "V", "S", "F", "Q")),
    ("window_rate", 150),
    ("window_samples", 1024),
    ("window_after", 60),
    ("band", (0.5, 30.0)),
    ("timing_features", 5),
    ("past", 31),
    ("past_reach", 20.0),
    ("future", 8),
    ("settle_after", 5.0),
]


def test_every_input_has_its_refusal() -> None:
    assert {field for field, _ in OTHERS} == set(house_inputs().__struct_fields__)


@pytest.mark.parametrize(("field", "value"), OTHERS, ids=[field for field, _ in OTHERS])
def test_a_network_for_other_inputs_is_refused_by_name(copy: Path, field: str, value: object) -> None:
    other = msgspec.structs.replace(house_inputs(), **{field: value})
    with pytest.raises(ArtifactError, match=field):
        refuse_mismatch(other)
    write_description(copy, msgspec.structs.replace(read_description(copy), inputs=other))
    with pytest.raises(ArtifactError, match=f"made for {field} ") as refusal:
        GraphLabeller.load(copy)
    assert str(getattr(house_inputs(), field)) in str(refusal.value)


@pytest.mark.parametrize("name", GRAPHS)
def test_other_graphs_than_the_described_are_refused(copy: Path, name: str) -> None:
    with (copy / name).open("ab") as graph:
        graph.write(b"\0")
    with pytest.raises(ArtifactError, match="not those"):
        GraphLabeller.load(copy)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_missing_graph_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        GraphLabeller.load(copy)


@pytest.mark.parametrize("name", [READER, JUDGE])
def test_a_graph_that_is_none_is_refused_though_described(copy: Path, name: str) -> None:
    (copy / name).write_bytes(b"no graph at all")
    write_description(copy, msgspec.structs.replace(_description(copy), graph_sha256=graph_hash(copy), quantised=None))
    with pytest.raises(ArtifactError, match="graph cannot be read"):
        GraphLabeller.load(copy)


def test_another_format_is_refused(copy: Path) -> None:
    write_description(copy, msgspec.structs.replace(read_description(copy), format=99))
    with pytest.raises(ArtifactError, match="format 99"):
        read_description(copy)


@pytest.mark.parametrize("damage", ["", "{", '{"format": 2}', "[]", "\udcff"])
def test_a_damaged_description_is_refused(copy: Path, damage: str) -> None:
    (copy / DESCRIPTION).write_bytes(damage.encode(errors="surrogateescape"))
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_description(copy)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        GraphLabeller.load(tmp_path / "nowhere")


def _description(folder: Path) -> Description:
    return msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=Description)
