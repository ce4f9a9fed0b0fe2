"""The stream server keeps what it has acknowledged, for its owner alone, and one of it at a time."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from ecg.errors import ConfigurationError
from settings import Settings, own_folder, valkey_socket
from streaming import server
from tests.servers import PATIENCE_S, wait_until

Started = subprocess.Popen[str]


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder too deep for a unix socket, so that the socket's other place is tried too."""
    deep = tmp_path / ("deep" * 20)
    yield deep
    shutil.rmtree(valkey_socket(deep).parent, ignore_errors=True)


def start(var_dir: Path) -> Started:
    kept = {key: value for key, value in os.environ.items() if key not in ("REDIS_URL",)}
    words = [sys.executable, "-m", "cli", "valkey"]
    environment = {**kept, "WARDBEAT_VAR_DIR": str(var_dir)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process: Started, number: signal.Signals) -> None:
    process.send_signal(number)
    process.communicate(timeout=PATIENCE_S)


def connect(var_dir: Path) -> Redis:
    """A client once the server answers."""
    client = Redis.from_url(Settings(var_dir=var_dir).redis_url)

    def answers() -> bool:
        try:
            return bool(client.ping())
        except RedisError:
            return False

    wait_until(answers, "the stream server answers")
    return client


def test_an_acknowledged_entry_survives_kill_9_and_only_one_server_runs(var_dir: Path) -> None:
    process = start(var_dir)
    try:
        with connect(var_dir) as client:
            entry = client.xadd("samples:{0}", {b"c": b"chunk"})
            assert "always" in str(client.config_get("appendfsync"))
        second = start(var_dir)
        assert "already runs" in second.communicate(timeout=PATIENCE_S)[1]
        assert second.returncode == 2
    finally:
        end(process, signal.SIGKILL)
    process = start(var_dir)
    try:
        with connect(var_dir) as client:
            assert client.xrange("samples:{0}")[0][0] == entry
            mode = valkey_socket(var_dir).stat().st_mode
            assert stat.S_IMODE(mode) == 0o700
    finally:
        end(process, signal.SIGTERM)


def test_a_socket_folder_of_someone_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: -1)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        own_folder(tmp_path)


def test_a_server_on_the_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = server.binary()
    found = tmp_path / "redis-server"
    found.symlink_to(own)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert server.binary() == found
