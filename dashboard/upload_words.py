"""Uploads and analyses as pages tell them, in the words of whoever asks. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from db.upload_views import AnalysisState, AnalysisView, UploadState, UploadView
from db.views import PatientPlace
from streaming.files.facts import Look, Refusal
from streaming.files.questions import Questions, questions
from words import t


class ShownFile(msgspec.Struct, frozen=True):
    """A file: bytes that it has, bytes that are here, when it was changed last (wall ms)."""

    name: str
    size: int
    received: int
    modified_ms: int


class ShownAnalysis(msgspec.Struct, frozen=True):
    """An analysis; progress in thousandths; before: how many are done before it; words: how it stands."""

    id: str
    state: str
    progress: int
    words: str
    open: bool


class ShownUpload(msgspec.Struct, frozen=True):
    """An upload. words: how it stands, or why it is not read. look, asks: while a person is asked."""

    id: str
    state: str
    words: str
    created_ms: int
    patient: int | None
    recording: str | None
    files: list[ShownFile]
    look: Look | None
    asks: Questions | None
    analysis: ShownAnalysis | None


def shown_upload(
    known: UploadView, received: Mapping[str, int], analysis: AnalysisView | None, before: int
) -> ShownUpload:
    """received: name of each file -> bytes that are here; before: analyses that come before `analysis`."""
    asking = known.state is UploadState.ASKING and known.look is not None
    look = msgspec.json.decode(known.look or "", type=Look) if asking else None
    return ShownUpload(
        known.id,
        known.state.value,
        refusal_words(known.refusal) or t(f"upload.is_{known.state.value}"),
        known.created_ms,
        known.patient_id,
        known.recording_id,
        [ShownFile(file.name, file.size, received.get(file.name, 0), file.modified_ms) for file in known.files],
        look,
        questions(look) if look else None,
        shown_analysis(analysis, before) if analysis else None,
    )


def shown_analysis(analysis: AnalysisView, before: int) -> ShownAnalysis:
    """before: analyses that come before it."""
    state = analysis.state
    words = refusal_words(analysis.refusal) or t(f"analysis.is_{state.value}")
    if state is AnalysisState.WAITING:
        words = t("analysis.before", count=before)
    is_open = state in (AnalysisState.WAITING, AnalysisState.RUNNING)
    return ShownAnalysis(analysis.id, state.value, analysis.progress, words, is_open)


def refusal_words(refusal: str | None) -> str:
    """Why a file or an analysis was given up; "" where it was not."""
    if not refusal:
        return ""
    known = msgspec.json.decode(refusal, type=Refusal)
    return t(known.key, **known.facts)


def choices_of_patients(patients: Sequence[PatientPlace]) -> list[tuple[int, str]]:
    """(id, words) of each patient to be chosen."""
    return [(each.id, " · ".join(filter(None, (_bed(each), each.initials, each.name)))) for each in patients]


def _bed(patient: PatientPlace) -> str:
    return f"{patient.ward} {patient.bed}" if patient.ward and patient.bed else ""
