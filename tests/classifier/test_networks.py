"""Which network is in service: what was put there and taken back, and what serves where that cannot be loaded."""

from pathlib import Path

import msgspec
import pytest

from classifier.engine import SHIPPED, shipped_model
from classifier.networks import SERVICE, Act, Networks, Turn, load_serving
from ecg.errors import ArtifactError

ONE, OTHER = "1" * 64, "2" * 64


def turned(folder: Path, *turns: tuple[Act, str]) -> Networks:
    written = [Turn(act, model, "", 0, "me") for act, model in turns]
    (folder / SERVICE).write_bytes(msgspec.json.encode(written))
    return Networks(folder)


def test_what_is_taken_back_gives_way_to_the_one_before(tmp_path: Path) -> None:
    assert Networks(tmp_path / "nowhere").in_service() == shipped_model()
    puts = [(Act.PUT, ONE), (Act.PUT, OTHER)]
    assert turned(tmp_path, *puts).stack() == [shipped_model(), ONE, OTHER]
    assert turned(tmp_path, *puts, (Act.BACK, ONE)).in_service() == ONE
    back_again = turned(tmp_path, *puts, (Act.BACK, ONE), (Act.BACK, shipped_model()))
    assert back_again.stack() == [shipped_model()]
    assert back_again.here() == (shipped_model(),)


def test_of_two_who_change_it_at_once_the_second_is_told(tmp_path: Path) -> None:
    networks, before = Networks(tmp_path), Networks(tmp_path).mark()
    turn = Turn(Act.PUT, shipped_model(), "", 0, "me")
    networks.turn(turn, seen=0)
    assert networks.mark() != before
    with pytest.raises(ArtifactError, match="somebody else"):
        networks.turn(turn, seen=0)
    networks.undo_turn(0)
    assert networks.history() == []


@pytest.mark.parametrize("written", [b"{", msgspec.json.encode([Turn(Act.PUT, ONE, "gone", 0, "me")])])
def test_a_ward_is_never_without_a_network(tmp_path: Path, written: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / SERVICE).write_bytes(written)
    assert load_serving(Networks(tmp_path)).model == shipped_model()
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "serves" in line.getMessage()


def test_what_is_here_is_named_by_its_graphs_and_never_by_its_path(tmp_path: Path) -> None:
    networks = Networks(tmp_path)
    assert networks.place(shipped_model()) == SHIPPED
    for stranger in ("../weights", str(SHIPPED), ""):
        with pytest.raises(KeyError):
            networks.place(stranger)
