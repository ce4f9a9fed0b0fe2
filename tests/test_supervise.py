"""The keeper restarts what dies, stops from the bottom up, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import up
from ecg.errors import ConfigurationError
from settings import Settings
from streaming.own_place import free_port
from supervise import GOOD_LIFE_S, LONGEST_BACK_OFF_S, STEP_PATIENCE_S, STOP_PATIENCE_S, BackOff, reason
from tests.servers import PATIENCE_S, wait_until
from tests.ward import gone

pytestmark = pytest.mark.timeout(300)

KEEPER = """
import asyncio, shlex, sys
from pathlib import Path
from honcho.environ import parse_procfile
import supervise
supervise.STEP_PATIENCE_S, supervise.STOP_PATIENCE_S = float(sys.argv[3]), float(sys.argv[4])
listed = parse_procfile(Path(sys.argv[1]).read_text()).processes
commands = {name: shlex.split(line) for name, line in listed.items()}
asyncio.run(supervise.supervise(commands, Path(sys.argv[2]), lambda screen: ()))
"""
FOR_EVER_S = 3600.0
"""Where a test asks what comes first, and a machine that stands still for a second must not change the answer."""

LOOP = "import signal, time, sys; signal.signal(signal.SIGTERM, lambda *_: (print('stopped', flush=True), sys.exit(0)))"
POLITE = f'python -u -c "{LOOP}; print(1); time.sleep(600)"'
DEAF = 'python -u -c "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); time.sleep(600)"'
PARENT = "python -u -c \"import subprocess, time; subprocess.Popen(['sleep', '600']); print(1); time.sleep(600)\""


class Keeper:
    """A supervisor in a process of its own, over a small Procfile. step_s, stop_s: its patience when it stops."""

    def __init__(
        self, folder: Path, step_s: float = STEP_PATIENCE_S, stop_s: float = STOP_PATIENCE_S, **lines: str
    ) -> None:
        procfile = folder / "Procfile"
        procfile.write_text("".join(f"{name}: {line}\n" for name, line in lines.items()))
        self.pids = folder / "pids"
        self.log = folder / "log"
        with self.log.open("wb") as log:
            words = [sys.executable, "-c", KEEPER, str(procfile), str(self.pids), str(step_s), str(stop_s)]
            self.process = subprocess.Popen(words, stdout=log, stderr=log, cwd=Path(__file__).parents[1])

    def pid(self, name: str) -> int:
        """The process id of `name`, 0 while it has none."""
        place = self.pids / name
        return int(place.read_text() or 0) if place.exists() else 0

    def said(self, name: str) -> list[str]:
        """What `name` has said, without the time in front."""
        lines = [line.split("|", 1) for line in self.log.read_text().splitlines() if "|" in line]
        return [text.strip() for front, text in lines if front.split()[-1] == name]

    def wait_for(self, name: str, text: str, count: int = 1) -> None:
        """Wait until `name` has said a line with `text` `count` times."""
        wait_until(lambda: sum(text in line for line in self.said(name)) >= count, f"{name} says {text}")

    def family(self) -> list[psutil.Process]:
        """Everything it has started that lives."""
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def keepers() -> Iterator[list[Keeper]]:
    """Keepers put in here are ended after the test with all they started."""
    started: list[Keeper] = []
    yield started
    for keeper in started:
        family = keeper.family() if keeper.process.poll() is None else []
        keeper.process.kill()
        keeper.process.wait()
        for process in family:
            if process.is_running():
                process.kill()


def test_back_off_grows_to_its_limit_and_a_good_life_clears_it() -> None:
    back_off = BackOff()
    waits = [back_off.after(0.1) for _ in range(8)]
    assert waits == [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert max(waits) == LONGEST_BACK_OFF_S
    assert back_off.after(GOOD_LIFE_S) == 0.0
    assert back_off.after(0.1) == 0.25


def test_an_end_is_told_in_words() -> None:
    assert reason(3) == "exit code 3"
    assert reason(-9) == "killed by SIGKILL"


def test_a_killed_process_is_back_at_once_and_alone(tmp_path: Path, keepers: list[Keeper]) -> None:
    keeper = Keeper(tmp_path, one=POLITE, two=POLITE)
    keepers.append(keeper)
    keeper.wait_for("one", "1")
    keeper.wait_for("two", "1")
    first, other = keeper.pid("one"), keeper.pid("two")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: keeper.pid("one") not in (0, first), "one is started again")
    keeper.wait_for("one", "ended (killed by SIGKILL); starts again now")
    assert keeper.pid("two") == other


def test_what_keeps_dying_is_started_with_growing_waits(tmp_path: Path, keepers: list[Keeper]) -> None:
    keeper = Keeper(tmp_path, bad='python -c "raise SystemExit(3)"', missing="no-such-program")
    keepers.append(keeper)
    keeper.wait_for("missing", "cannot start")
    keeper.wait_for("bad", "ended (exit code 3)", count=4)
    said = [line for line in keeper.said("bad") if "ended" in line]
    assert [line.rsplit("again ", 1)[1] for line in said[:4]] == ["now", "in 0.25 s", "in 0.5 s", "in 1 s"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_from_the_bottom_up(tmp_path: Path, keepers: list[Keeper], number: signal.Signals) -> None:
    keeper = Keeper(tmp_path, FOR_EVER_S, FOR_EVER_S, first=POLITE, second=POLITE, third=POLITE)
    keepers.append(keeper)
    for name in ("first", "second", "third"):
        keeper.wait_for(name, "1")
    family = keeper.family()
    keeper.process.send_signal(number)
    assert keeper.process.wait(timeout=PATIENCE_S) == 0
    told = [line.split("|")[0].split()[-1] for line in keeper.log.read_text().splitlines() if "stopped" in line]
    assert told == ["third", "second", "first"]
    wait_until(lambda: all(gone(process) for process in family), "all children are gone")
    assert not list(keeper.pids.iterdir())


def test_the_deaf_are_killed_with_all_they_started(tmp_path: Path, keepers: list[Keeper]) -> None:
    keeper = Keeper(tmp_path, deaf=DEAF, parent=PARENT)
    keepers.append(keeper)
    keeper.wait_for("deaf", "1")
    keeper.wait_for("parent", "1")
    family = keeper.family()
    assert len(family) == 3
    keeper.process.send_signal(signal.SIGINT)
    assert keeper.process.wait(timeout=PATIENCE_S) == 0
    wait_until(lambda: all(gone(process) for process in family), "all children are gone")


def test_a_second_interrupt_does_not_wait_for_the_deaf(tmp_path: Path, keepers: list[Keeper]) -> None:
    keeper = Keeper(tmp_path, stop_s=FOR_EVER_S, deaf=DEAF, polite=POLITE)
    keepers.append(keeper)
    keeper.wait_for("deaf", "1")
    keeper.wait_for("polite", "1")
    keeper.process.send_signal(signal.SIGINT)
    keeper.wait_for("polite", "stopped")
    keeper.process.send_signal(signal.SIGINT)
    assert keeper.process.wait(timeout=PATIENCE_S) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with a keeper that was killed")
def test_a_killed_keeper_leaves_no_orphans(tmp_path: Path, keepers: list[Keeper]) -> None:
    keeper = Keeper(tmp_path, deaf=DEAF, polite=POLITE)
    keepers.append(keeper)
    keeper.wait_for("deaf", "1")
    keeper.wait_for("polite", "1")
    family = keeper.family()
    assert len(family) == 2
    keeper.process.kill()
    keeper.process.wait()
    wait_until(lambda: all(gone(process) for process in family), "all children are gone")


def test_a_taken_port_names_itself_and_the_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError) as problem:
            up.check_ports("127.0.0.1", {"web_port": free_port(), "gateway_port": port})
    assert str(problem.value) == f"Port {port} on 127.0.0.1 is taken. Set WARDBEAT_GATEWAY_PORT to a free one."


def test_one_port_cannot_serve_two() -> None:
    port = free_port()
    with pytest.raises(ConfigurationError, match="WARDBEAT_INGEST_PORT"):
        up.check_ports("127.0.0.1", {"web_port": port, "ingest_port": port})


def test_an_address_of_another_machine_is_told_in_words() -> None:
    with pytest.raises(ConfigurationError, match="WARDBEAT_HOST"):
        up.check_ports("192.0.2.1", {"web_port": free_port()})


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    with up.only_one(tmp_path), pytest.raises(ConfigurationError, match="already runs"), up.only_one(tmp_path):
        pass
    with up.only_one(tmp_path):
        pass


def test_the_settings_leave_out_what_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    procfile = up.PROCFILE.read_text()
    all_of_it = up.commands(procfile, Settings(var_dir=tmp_path))
    assert list(all_of_it) == ["valkey", "jobs", "recorder", "worker", "alerts", "ingest", "gateway", "web", "demo"]
    assert "valkey" not in up.commands(procfile, Settings(var_dir=tmp_path, redis_url="redis://elsewhere"))
    assert "demo" not in up.commands(procfile, Settings(var_dir=tmp_path, demo_beds=0))
    three = up.commands(procfile, Settings(var_dir=tmp_path, workers=3))
    assert {name for name in three if name.startswith("worker")} == {"worker", "worker-2", "worker-3"}


def test_every_line_of_the_procfile_is_a_command_we_have() -> None:
    from cli import PROCESSES, TOOLS  # noqa: PLC0415

    for words in up.commands(
        up.PROCFILE.read_text(), Settings.model_construct(var_dir=Path("var"), redis_url="", demo_beds=1)
    ).values():
        assert words[0] == "wardbeat"
        assert words[1] in {**PROCESSES, **TOOLS}
    assert shutil.which("wardbeat", path=str(Path(sys.executable).parent))
