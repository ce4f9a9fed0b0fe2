"""The slow lane: reports, exports and analysis of uploads, by RQ. Live beats and alarms never come here.

A job's arguments are ids, never signals. A job may run twice (the machine can die between the work and its receipt),
so it writes under natural keys. Jobs run in this process, one after the other, because a network takes as long to load
as half an hour of signal to analyse; what strangers bring is parsed by a process of its own (`streaming.files`).
"""

import logging
import time

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from rq import SimpleWorker
from sqlalchemy.exc import SQLAlchemyError

from db.engine import open_engine
from settings import Settings
from streaming.exporting import Exporter
from streaming.outage import first_line
from streaming.slow_queue import ask_again, queue

PATIENCE_S = 60
log = logging.getLogger(__name__)


def connect(redis_url: str) -> Redis:
    """A connection that waits up to `PATIENCE_S` for a server that is not there yet."""
    retry = Retry(ConstantBackoff(0.5), PATIENCE_S * 2, (RedisConnectionError,))
    return Redis.from_url(redis_url, retry=retry)


def run(settings: Settings) -> None:
    """Work on jobs until SIGTERM; the job in hand is finished first."""
    connection = connect(settings.redis_url)
    connection.ping()
    _ask_again(connection, settings)
    SimpleWorker([queue(connection)], connection=connection).work(logging_level="WARNING")


def _ask_again(connection: Redis, settings: Settings) -> None:
    engine = open_engine(settings.database_url)
    try:
        Exporter(engine, settings.exports_dir).tidy(time.time_ns() // 1_000_000)
        ask_again(connection, engine)
    except SQLAlchemyError as error:
        log.warning("What was left to do cannot be looked up: %s", first_line(error))
    finally:
        engine.dispose()
