"""The slow lane does its jobs in a process of its own."""

import operator
import os
import signal
import subprocess
import sys
import threading

from redis import Redis
from rq.job import JobStatus

from streaming.jobs import connect
from streaming.slow_queue import queue
from tests.servers import PATIENCE_S, ValkeyServer, wait_until


def start(redis_url: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "cli", "jobs"]
    environment = {**os.environ, "REDIS_URL": redis_url, "WARDBEAT_SECRET_KEY": "test"}
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_job_is_done_and_the_lane_ends_quietly(valkey_url: str) -> None:
    with Redis.from_url(valkey_url) as client:
        job = queue(client).enqueue(operator.mul, 6, 7)
        process = start(valkey_url)
        try:
            wait_until(lambda: job.get_status() is JobStatus.FINISHED, "the job is done")
            assert job.return_value() == 42
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_S) == 0


def test_it_waits_for_a_server_that_is_not_there_yet(own_valkey: ValkeyServer) -> None:
    own_valkey.end()
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(connect(own_valkey.url).ping()))
    asking.start()
    asking.join(timeout=0.3)
    assert asking.is_alive(), "a missing server is no reason to end"
    own_valkey.start()
    asking.join(timeout=PATIENCE_S)
    assert answers == [True]
