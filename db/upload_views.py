"""Uploads and analyses as queries answer with them: small frozen records, and the words of their states."""

from dataclasses import dataclass
from enum import StrEnum


class UploadState(StrEnum):
    """RECEIVING: bytes are missing. ASKING: a person has to say something. WAITING: to be read in. IMPORTED: a
    recording like any other. QUARANTINED: not readable, with the reason.
    """

    RECEIVING = "receiving"
    ASKING = "asking"
    WAITING = "waiting"
    IMPORTED = "imported"
    QUARANTINED = "quarantined"


class AnalysisState(StrEnum):
    """How far an analysis is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (AnalysisState.WAITING, AnalysisState.RUNNING)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that comes, or came: its own name, its bytes, and when it was changed last (wall ms)."""

    name: str
    size: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload with its files. See `db.models_uploads.UploadRow`."""

    id: str
    user_id: int
    created_ms: int
    state: UploadState
    patient_id: int | None
    look: str | None
    choice: str | None
    refusal: str | None
    started_ms: int | None
    start_known: bool
    recording_id: str | None
    files: tuple[NewFile, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysisView:
    """An analysis; person: the full name of who asked, None for the house. See `db.models_uploads.AnalysisRow`."""

    id: str
    recording_id: str
    model: str
    user_id: int | None
    asked_ms: int
    began_ms: int | None
    ended_ms: int | None
    state: AnalysisState
    progress: int
    tries: int
    refusal: str | None
    in_force: bool
    person: str | None = None
