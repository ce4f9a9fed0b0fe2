"""Asking for the jobs of uploads, analyses and exports. What is to be done stands in the database; a job says: look."""

from redis import Redis
from rq import Queue
from sqlalchemy import Engine

from db.analyses import open_analyses
from db.exports import open_exports
from db.uploads import waiting_uploads

IMPORT, ANALYSE = "streaming.slow_work.import_upload", "streaming.slow_work.run_analysis"
ARCHIVE = "streaming.slow_work.write_archive"
PATIENCE_S = 4 * 3600
"""A job that takes longer is ended. A month of signal takes half an hour."""
QUEUE = "slow"
"""One queue only: RQ takes a job from several queues in two steps and can lose it between them (rq issue 1716)."""


def queue(connection: Redis) -> Queue:
    """The queue that the slow lane works on."""
    return Queue(QUEUE, connection=connection)


def ask_import(connection: Redis, upload_id: str) -> None:
    """Read this upload in, when its turn comes."""
    queue(connection).enqueue(IMPORT, upload_id, job_timeout=PATIENCE_S, result_ttl=0)


def ask_run(connection: Redis, analysis_id: str) -> None:
    """Run this analysis, when its turn comes."""
    queue(connection).enqueue(ANALYSE, analysis_id, job_timeout=PATIENCE_S, result_ttl=0)


def ask_archive(connection: Redis, export_id: str) -> None:
    """Write this archive, when its turn comes."""
    queue(connection).enqueue(ARCHIVE, export_id, job_timeout=PATIENCE_S, result_ttl=0)


def ask_again(connection: Redis, engine: Engine) -> None:
    """Ask for all that the database says is to be done: what was in hand, or was lost, when the lane died."""
    for upload_id in waiting_uploads(engine):
        ask_import(connection, upload_id)
    for each in open_analyses(engine):
        ask_run(connection, each.id)
    for archive in open_exports(engine):
        ask_archive(connection, archive.id)
