"""What questions about the list of recordings are asked and answered with. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from db.upload_views import OPEN_STATES, AnalysisState

STILL_MS = 60_000
"""A recording whose newest sample is older than this is not being received."""


class RecordingState(StrEnum):
    """How far a recording has come. COMPLETE: with what was found while it came. ANALYSED: as a whole, too."""

    RECEIVING = "receiving"
    COMPLETE = "complete"
    ANALYSED = "analysed"
    FAILED = "failed"
    DELETED = "deleted"


class RecordingSource(StrEnum):
    """Where a recording comes from."""

    LIVE = "live"
    UPLOAD = "upload"


class RecordingOrder(StrEnum):
    """By what a list is ordered."""

    STARTED = "started"
    PATIENT = "patient"
    DEVICE = "device"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Among:
    """Whose recordings somebody may see: of these wards (by name) and patients; both None: all there are."""

    wards: frozenset[str] | None = None
    patients: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which recordings are looked for; None: any. search: part of a patient's name or initials, a device's label, a
    title, any case, or a whole id. patient_id: of one patient. state: `DELETED` are shown when asked for only.
    """

    among: Among
    search: str | None = None
    patient_id: int | None = None
    state: RecordingState | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    order: RecordingOrder = RecordingOrder.STARTED
    falling: bool = True


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """A recording in a list. rate in Hz; gain in units per millivolt; started_ms: wall ms; until, missing, late,
    purged: device samples.

    gaps: how many stretches are missing. refused: entries of it that could not be used, with the first one's reason.
    person: who deleted it. patient: name, else initials. brought: it was a file. analyses: the states that they are in.
    refusal: why the newest of those that failed did, as `db.models_uploads.AnalysisRow` has it.
    """

    id: str
    patient_id: int | None
    patient: str
    device_id: int
    device: str
    rate: float
    gain: float
    lead: str
    started_ms: int
    until: int
    missing: int
    late: int
    purged: int
    title: str
    note: str
    version: int
    deleted_ms: int | None
    person: str | None
    gaps: int
    refused: int
    reason: str | None
    brought: bool
    analyses: frozenset[AnalysisState]
    refusal: str | None

    @property
    def end_ms(self) -> float:
        """Wall ms after the newest sample."""
        return self.started_ms + 1000 * self.until / self.rate

    @property
    def source(self) -> RecordingSource:
        """Where it comes from."""
        return RecordingSource.UPLOAD if self.brought else RecordingSource.LIVE

    def state(self, now_ms: int) -> RecordingState:
        """How far it has come."""
        if self.deleted_ms is not None:
            return RecordingState.DELETED
        if now_ms - self.end_ms < STILL_MS and not self.brought:
            return RecordingState.RECEIVING
        if self.until and AnalysisState.DONE in self.analyses:
            return RecordingState.ANALYSED
        waits = not self.analyses.isdisjoint(OPEN_STATES)
        refused = AnalysisState.FAILED in self.analyses and not waits
        return RecordingState.FAILED if refused or not self.until else RecordingState.COMPLETE
