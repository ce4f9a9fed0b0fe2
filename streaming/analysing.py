"""An analysis of a stored recording, by the pipeline of the live path: run, kept whole, and then put in force.

What the pipeline tells is kept as parts beside the recording, so that earlier analyses stay; the rows that pages read
are written from the parts of the one in force. All of it may be repeated: a job that died begins anew.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import zstandard
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from db.analyses import (
    analysis,
    clear_findings,
    forget_parts,
    keep_part,
    part_of,
    parts_of,
    put_in_force,
    store_findings,
    turn,
)
from db.engine import writing
from db.queries import recording, segments, stored_until
from db.upload_views import AnalysisState, AnalysisView
from db.views import RecordingView
from ecg.errors import DamagedError, SignalError
from ecg.limits import USUAL
from ecg.pipeline import Labeller, Pipeline
from ecg.types import DeviceChunk, Event, SampleChunk
from streaming.codec import decode_events, encode_events
from streaming.files.facts import Refusal
from streaming.importing import HERE

STEP_SECONDS = 300.0
"""Signal in one step: its beats are labelled together, its events are one part, and a cancellation is seen after it.

The process that does a day holds 472 MB at most; with 120 s it holds 441 and takes 12 % longer.
"""
PIPELINE_SHARE = 800
"""Of a thousand, when the pipeline is through; the rest is writing rows."""
MOST_TRIES = 3


class CancelledError(Exception):
    """Somebody has cancelled the analysis."""


@dataclass(frozen=True, slots=True)
class Analyst:
    """labeller: loads a network by the SHA-256 of its graphs; KeyError for one that is not here."""

    engine: Engine
    labeller: Callable[[str], Labeller]

    def run(self, analysis_id: str) -> AnalysisState | None:
        """Run an analysis that waits, or ran when its process died; how it ended. None where it does neither."""
        asked = analysis(self.engine, analysis_id)
        if asked is None or not self._take(asked):
            return None
        try:
            self._analyse(asked)
            self._store(asked)
        except CancelledError:
            return AnalysisState.CANCELLED
        except KeyError:
            return self._fail(asked, Refusal("analysis.no_network", {"model": asked.model[:12]}))
        except (SignalError, DamagedError) as error:
            return self._fail(asked, Refusal("analysis.signal", {"why": str(error)[:200]}))
        return self._done(asked)

    def _take(self, asked: AnalysisView) -> bool:
        if asked.tries >= MOST_TRIES:
            self._fail(asked, Refusal("analysis.died", {"tries": str(asked.tries)}))
            return False
        states = (AnalysisState.WAITING, AnalysisState.RUNNING)
        begun = {"state": AnalysisState.RUNNING.value, "began_ms": _now_ms(), "progress": 0, "tries": asked.tries + 1}
        with writing(self.engine) as connection:
            if not turn(connection, asked.id, states, **begun):
                return False
            forget_parts(connection, asked.id)
        return True

    def _analyse(self, asked: AnalysisView) -> None:
        of = recording(self.engine, asked.recording_id)
        until = stored_until(self.engine, asked.recording_id)
        if of is None or not until:
            raise SignalError("it has no samples")
        pipeline = Pipeline(self.labeller(asked.model), asked.model)
        for number, (chunks, end) in enumerate(_steps(self.engine, of, until)):
            told = pipeline.receive(chunks)
            if end >= until:
                told += pipeline.finish(of.id)
            self._keep(asked, number, [each for each in told if not isinstance(each, SampleChunk)])
            self._tell(asked, PIPELINE_SHARE * end // until)

    def _keep(self, asked: AnalysisView, number: int, events: Sequence[Event]) -> None:
        blob = zstandard.ZstdCompressor(level=3).compress(encode_events(events))
        with writing(self.engine) as connection:
            keep_part(connection, asked.id, number, blob)

    def _store(self, asked: AnalysisView) -> None:
        numbers = parts_of(self.engine, asked.id)
        clear_findings(self.engine, asked.recording_id)
        for done, number in enumerate(numbers, start=1):
            store_findings(self.engine, events_of_part(self.engine, asked.id, number))
            self._tell(asked, PIPELINE_SHARE + (1000 - PIPELINE_SHARE) * done // len(numbers))

    def _tell(self, asked: AnalysisView, progress: int) -> None:
        with writing(self.engine) as connection:
            if not turn(connection, asked.id, (AnalysisState.RUNNING,), progress=progress):
                raise CancelledError

    def _done(self, asked: AnalysisView) -> AnalysisState:
        now_ms, patient_id = _now_ms(), self._patient(asked)
        deed = Deed(asked.user_id, now_ms, HERE)
        with writing(self.engine) as connection:
            if not put_in_force(connection, asked.recording_id, asked.id, now_ms):
                return AnalysisState.CANCELLED
            deed.tell(connection, AuditAction.ANALYSIS_DONE, asked.recording_id, patient_id)
        return AnalysisState.DONE

    def _patient(self, asked: AnalysisView) -> int | None:
        found = recording(self.engine, asked.recording_id)
        return found.patient_id if found else None

    def _fail(self, asked: AnalysisView, refusal: Refusal) -> AnalysisState:
        now_ms, why = _now_ms(), msgspec.json.encode(refusal).decode()
        deed, patient_id = Deed(asked.user_id, now_ms, HERE), self._patient(asked)
        states = (AnalysisState.WAITING, AnalysisState.RUNNING)
        with writing(self.engine) as connection:
            turn(connection, asked.id, states, state=AnalysisState.FAILED.value, ended_ms=now_ms, refusal=why)
            deed.tell(connection, AuditAction.ANALYSIS_FAILED, asked.recording_id, patient_id)
        return AnalysisState.FAILED


def events_of_part(engine: Engine, analysis_id: str, number: int) -> list[Event]:
    """What the pipeline told in one step of an analysis."""
    blob = part_of(engine, analysis_id, number)
    return decode_events(zstandard.ZstdDecompressor().decompress(blob)) if blob else []


def events_of(engine: Engine, analysis_id: str) -> Iterator[Event]:
    """All that an analysis told, in order, part by part."""
    for number in parts_of(engine, analysis_id):
        yield from events_of_part(engine, analysis_id, number)


def _steps(engine: Engine, of: RecordingView, until: int) -> Iterator[tuple[list[DeviceChunk], int]]:
    """The stored samples in steps: (chunks, the device sample at which the step ends)."""
    size = round(STEP_SECONDS * of.rate)
    for start in range(0, until, size):
        end = min(start + size, until)
        stored = segments(engine, of.id, start, end)
        cut = [(max(each.start, start), each.samples[max(start - each.start, 0) : end - each.start]) for each in stored]
        yield [DeviceChunk(of.id, at, part, of.rate, of.gain, USUAL) for at, part in cut if len(part)], end


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
