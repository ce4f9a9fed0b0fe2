"""The processes themselves: they wait for what is not there yet, work, and end in order when asked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from streaming import keys
from tests.servers import PATIENCE_S, ValkeyServer, wait_until


@contextmanager
def process(module: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", f"from streaming.{module} import main; main()"]
    with subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


@pytest.mark.parametrize(("module", "sign"), [("worker", keys.lease(0)), ("recorder", keys.RECORDER)])
def test_a_process_waits_for_valkey_works_and_lets_go_at_sigterm(
    own_valkey: ValkeyServer, tmp_path: Path, module: str, sign: bytes
) -> None:
    own_valkey.kill()
    environment = {
        "REDIS_URL": own_valkey.url,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'wardbeat.db'}",
        "WARDBEAT_VAR_DIR": str(tmp_path),
    }
    with process(module, environment) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "Valkey is lost" in line:
                break
        own_valkey.start()
        with Redis.from_url(own_valkey.url) as client:
            wait_until(lambda: bool(client.exists(sign.decode())), f"the {module} is at work")
            running.send_signal(signal.SIGTERM)
            assert running.wait(PATIENCE_S) in (0, None)
            assert not client.exists(sign.decode())
