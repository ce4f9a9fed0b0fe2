"""`wardbeat up` as a newcomer meets it: ready, restarted, refused a second time, gone without a trace."""

import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PATIENCE_S, wait_until
from tests.ward import Ward, gone

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """Not started yet."""
    ward = Ward(tmp_path)
    yield ward
    ward.end()


def test_ready_restarted_refused_and_gone(ward: Ward) -> None:
    ward.start()
    assert f"Wardbeat is ready: {ward.address}\n" in ward.said
    with urllib.request.urlopen(f"{ward.address}/health", timeout=PATIENCE_S) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(ward.link, timeout=PATIENCE_S) as answer:
        assert answer.status == 200

    second = ward.command()
    assert second.wait(timeout=PATIENCE_S) == 2
    assert "already runs on" in ward.said

    first = {name: ward.pid(name) for name in ("valkey", "ingest", "gateway", "web", "recorder", "jobs")}
    for name in first:
        ward.kill(name)
    wait_until(lambda: all(ward.pid(name) not in (0, pid) for name, pid in first.items()), "all are started again")

    assert ward.process is not None
    family = ward.family()
    ward.process.send_signal(signal.SIGINT)
    assert ward.process.wait(timeout=PATIENCE_S) == 0
    wait_until(lambda: all(gone(process) for process in family), "nothing outlives its keeper")
    assert not list((ward.var_dir / "pids").iterdir())


def test_a_taken_port_is_named_and_nothing_is_started(ward: Ward) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ward.ports["gateway"]))
        taken.listen()
        assert ward.command().wait(timeout=PATIENCE_S) == 2
    port = ward.ports["gateway"]
    assert ward.said == f"wardbeat: Port {port} on 127.0.0.1 is taken. Set WARDBEAT_GATEWAY_PORT to a free one.\n"
    assert not (ward.var_dir / "pids").exists()
