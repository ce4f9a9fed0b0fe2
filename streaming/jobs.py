"""The slow lane: reports, exports and analysis of uploads, by RQ. Beats and alarms never come here.

A job's arguments are ids, never signals. A job may run twice (the machine can die between the work and its receipt),
so it writes under natural keys.
"""

import logging
import sys

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from rq import Queue, SpawnWorker, Worker
from rq.worker import BaseWorker

from settings import Settings

QUEUE = "slow"
"""One queue only: RQ takes a job from several queues in two steps and can lose it between them (rq issue 1716)."""
PATIENCE_S = 60
log = logging.getLogger(__name__)


def connect(redis_url: str) -> Redis:
    """A connection that waits up to `PATIENCE_S` for a server that is not there yet."""
    retry = Retry(ConstantBackoff(0.5), PATIENCE_S * 2, (RedisConnectionError,))
    return Redis.from_url(redis_url, retry=retry)


def queue(connection: Redis) -> Queue:
    """The queue that the slow lane works on."""
    return Queue(QUEUE, connection=connection)


def run(settings: Settings) -> None:
    """Work on jobs until SIGTERM; the job in hand is finished first."""
    connection = connect(settings.redis_url)
    connection.ping()
    worker_class: type[BaseWorker] = SpawnWorker if sys.platform == "darwin" else Worker
    worker_class([queue(connection)], connection=connection).work(logging_level="WARNING")
