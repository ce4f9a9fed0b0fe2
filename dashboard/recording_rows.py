"""A recording in words, for the list, the patient's page and its own. Pure."""

from dataclasses import dataclass

from dashboard.upload_words import refusal_words
from db.recording_views import RecordingLine, RecordingSource, RecordingState
from words import t
from written import duration, instant, number


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """What a list shows; href: the recording's own page, patient_href: the patient's."""

    id: str
    href: str
    started: str
    patient: str
    patient_href: str
    title: str
    state: str
    stage: str
    why: str
    length: str
    missing: str
    device: str
    lead: str
    rate: str
    source: str


def recording_row(line: RecordingLine, now_ms: int) -> RecordingRow:
    """The words of one recording."""
    state = line.state(now_ms)
    patient = "" if line.patient_id is None else f"/patients/{line.patient_id}/recordings"
    return RecordingRow(
        line.id,
        f"/recording/{line.id}/details",
        instant(line.started_ms),
        line.patient or t("recordings.no_patient"),
        patient,
        line.title,
        state.value,
        t(f"recordings.{state}"),
        why(line, state),
        duration(line.until / line.rate) if line.until else "–",
        missing(line),
        "–" if line.source is RecordingSource.UPLOAD else line.device,
        line.lead,
        f"{number(line.rate, 0 if line.rate == round(line.rate) else 2)} Hz",
        t(f"recordings.{line.source}"),
    )


def why(line: RecordingLine, state: RecordingState) -> str:
    """The reason for a state, or what went wrong without ending it; empty for none."""
    if line.refused:
        return t("recordings.refused", count=line.refused, reason=line.reason or "")
    if state is RecordingState.FAILED:
        return refusal_words(line.refusal) if line.until else t("recordings.nothing")
    return ""


def missing(line: RecordingLine) -> str:
    """Gaps with the time that is missing, and what was purged."""
    seconds = line.missing / line.rate
    told = [t("recordings.gaps", count=line.gaps, time=_lasted(seconds))] if line.gaps else []
    if line.purged:
        told.append(t("recordings.purged", time=_lasted(line.purged / line.rate)))
    return " · ".join(told) if told else "–"


def _lasted(seconds: float) -> str:
    return duration(seconds) if seconds >= 1 else t("received.under_a_second")
