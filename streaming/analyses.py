"""Asking for analyses of recordings and cancelling them; for pages and programs. Who may is asked before."""

from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from classifier.networks import Networks
from db.analyses import analysis, ask_analysis, turn
from db.engine import writing
from db.queries import recording
from db.upload_views import OPEN_STATES, AnalysisState, AnalysisView
from ecg.errors import ArtifactError, ConfigurationError
from streaming.slow_queue import ask_run

MOST_AT_ONCE = 100
"""Recordings that one person may ask for at once."""


@dataclass(frozen=True, slots=True)
class SlowLane:
    """Where analyses are run: the queue of jobs, and the networks that may be asked for."""

    redis: Redis
    networks: Networks

    def wanted(self, model: str | None) -> str:
        """SHA-256 of a network that is here; None means the one in service. Raises ConfigurationError."""
        try:
            here = self.networks.here()
        except ArtifactError as error:
            raise ConfigurationError(str(error)) from error
        if model is not None and model not in here:
            raise ConfigurationError("There is no such network here.")
        return model or here[0]


def start_analysis(engine: Engine, lane: SlowLane, recording_id: str, model: str | None, deed: Deed) -> AnalysisView:
    """Ask for an analysis by this network (None: the one in service). One that waits or runs already is answered again.

    Raises ConfigurationError where there is no such network, or no queue: then nothing was asked.
    """
    wanted = lane.wanted(model)
    patient_id = _patient(engine, recording_id)
    with writing(engine) as connection:
        asked = ask_analysis(connection, recording_id, wanted, deed.user_id, deed.at_ms)
        deed.tell(connection, AuditAction.ANALYSIS_ASKED, recording_id, patient_id)
    try:
        ask_run(lane.redis, asked)
    except RedisError as error:
        with writing(engine) as connection:
            turn(connection, asked, OPEN_STATES, state=AnalysisState.CANCELLED.value, ended_ms=deed.at_ms)
        raise ConfigurationError("The queue of jobs does not answer.") from error
    found = analysis(engine, asked)
    assert found is not None
    return found


def cancel_analysis(engine: Engine, analysis_id: str, deed: Deed) -> bool:
    """Stop an analysis that waits or runs; False where it does neither. What an earlier one found stays in force.

    One that writes its rows already goes on: half of a recording's rows would be nobody's result.
    """
    known = analysis(engine, analysis_id)
    patient_id = _patient(engine, known.recording_id) if known else None
    cancelled = {"state": AnalysisState.CANCELLED.value, "ended_ms": deed.at_ms}
    with writing(engine) as connection:
        if not turn(connection, analysis_id, OPEN_STATES, **cancelled):
            return False
        deed.tell(connection, AuditAction.ANALYSIS_CANCELLED, analysis_id, patient_id)
    return True


def _patient(engine: Engine, recording_id: str) -> int | None:
    found = recording(engine, recording_id)
    return found.patient_id if found else None
