"""By which limits the recordings that stream are judged: asked of the database, said with every chunk.

A chunk of a patient for whom something was ever set carries the limits that held when it came, so they are in the
stream at a definite sample, and a worker that takes up a recording, from a snapshot or without any, finds them there.
"""

import asyncio
import logging
from collections.abc import Mapping

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.limits import limits_of_patients
from db.wearing import patients_of
from ecg.limits import USUAL, Limits, sensible_limits
from streaming.codec import RecordingFacts
from streaming.outage import Outage

FOLLOW_SECONDS = 1.0
"""Between two looks at what people have set."""

log = logging.getLogger("wardbeat.ingest")


class LimitsInForce:
    """What was set for the patients whose devices stream, as of a second ago. While the database is away it stands."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._of_patient: dict[int, Limits] | None = None
        self._patients: dict[int, int | None] = {}
        self._senseless: set[int] = set()

    def of(self, device: int | None) -> Limits | None:
        """The limits of the recording that this device streams; None where nobody has ever set any."""
        patient = None if device is None else self._patients.get(device)
        return None if patient is None or self._of_patient is None else self._of_patient.get(patient)

    async def begin(self, facts: RecordingFacts) -> None:
        """Find out whose recording a device streams. Raises SQLAlchemyError."""
        began = (facts.recording, facts.device, facts.started_ms)
        patients = await asyncio.to_thread(patients_of, self._engine, [began])
        if self._of_patient is None:
            await self._ask()
        self._patients[facts.device] = patients[facts.recording]

    def forget(self, device: int) -> None:
        """The device has gone."""
        self._patients.pop(device, None)

    async def follow(self) -> None:
        """Every FOLLOW_SECONDS, for ever: what holds now."""
        database = Outage("The limits of patients")
        while True:
            turns = database.turns
            try:
                await self._ask()
            except SQLAlchemyError as error:
                database.goes_on(error, turns)
            else:
                database.over(turns)
            await asyncio.sleep(FOLLOW_SECONDS)

    async def _ask(self) -> None:
        held = await asyncio.to_thread(limits_of_patients, self._engine)
        self._of_patient = {patient: self._sensible(patient, values) for patient, values in held.items()}

    def _sensible(self, patient: int, values: Mapping[str, float]) -> Limits:
        """One patient's row that makes no sense, however it came there, must not keep the others from streaming."""
        limits = sensible_limits(values)
        if limits is None:
            if patient not in self._senseless:
                log.warning("the limits of patient %d are not used, the usual ones are: %s", patient, dict(values))
            self._senseless.add(patient)
            return USUAL
        self._senseless.discard(patient)
        return limits
