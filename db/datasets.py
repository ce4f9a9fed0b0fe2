"""What doctors said of beats, who said it and when, for the training of networks; and data sets that were built."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select
from sqlmodel import col

from db.deleted import not_deleted
from db.engine import fetch_all, fetch_first
from db.models import Patient, Recording
from db.models_corrections import Correction
from db.models_networks import DatasetBuild
from db.models_reports import ReportRow
from db.report_views import ReportState, read_content
from db.upserts import table_of
from db.views import NO_BEAT, RecordingView
from ecg.labels import BeatClass

Content = dict[str, dict[str, int]]
"""Pseudonym of a patient -> pseudonym of a recording -> its labelled beats."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person's newest word on a beat says, where it holds. beat_class: None for no beat."""

    index: int
    beat_class: BeatClass | None
    user_id: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a recording's report last; beats_sha256: of the beats as they were then (`ecg.report_content`)."""

    user_id: int
    at_ms: int
    beats_sha256: str


@dataclass(frozen=True, slots=True)
class Build:
    """A data set that was built: see `db.models_networks.DatasetBuild`."""

    version: str
    folder: str
    at_ms: int
    content: Content


def recordings_of(engine: Engine, patient_id: int) -> list[RecordingView]:
    """All recordings of a patient but deleted ones, whether their moment is known or not."""
    facts = (col(Recording.id), col(Recording.device_id), col(Recording.patient_id), col(Recording.rate))
    every = select(*facts, col(Recording.gain), col(Recording.lead), col(Recording.started_ms))
    mine = every.where(col(Recording.patient_id) == patient_id, not_deleted()).order_by(col(Recording.id))
    return [RecordingView(*row) for row in fetch_all(engine, mine)]


def patients_known(engine: Engine) -> int:
    """How many patients are in the house."""
    row = fetch_first(engine, select(func.count()).select_from(Patient).where(col(Patient.deleted_ms).is_(None)))
    return int(row[0]) if row else 0


def words_on(engine: Engine, recording: str) -> list[Word]:
    """Every word on a beat that holds, in order of time."""
    newest = select(func.max(col(Correction.id))).where(col(Correction.recording_id) == recording)
    facts = (col(Correction.index), col(Correction.beat_class), col(Correction.user_id), col(Correction.at_ms))
    each = select(*facts).where(col(Correction.id).in_(newest.group_by(col(Correction.index))))
    held = each.where(col(Correction.beat_class).is_not(None)).order_by(col(Correction.index))
    return [
        Word(index, None if letter == NO_BEAT else BeatClass(letter), user_id, at_ms)
        for index, letter, user_id, at_ms in fetch_all(engine, held)
    ]


def signature_of(engine: Engine, recording: str) -> Signature | None:
    """The newest signature under a report of this recording."""
    facts = (col(ReportRow.signed_by), col(ReportRow.signed_ms), col(ReportRow.content))
    signed = (col(ReportRow.recording_id) == recording, col(ReportRow.state) == ReportState.SIGNED.value)
    row = fetch_first(engine, select(*facts).where(*signed).order_by(col(ReportRow.version).desc()).limit(1))
    if row is None or row[0] is None or row[1] is None or row[2] is None:
        return None
    return Signature(row[0], row[1], read_content(bytes(row[2])).beats_sha256)


def note_build(connection: Connection, build: Build) -> None:
    """Write down that a data set was built."""
    content = msgspec.json.encode(build.content, order="sorted").decode()
    row = {"version": build.version, "folder": build.folder, "at_ms": build.at_ms, "content": content}
    connection.execute(insert(table_of(DatasetBuild)).values(**row))


def builds(engine: Engine) -> list[Build]:
    """All that was ever built, in order."""
    facts = (col(DatasetBuild.version), col(DatasetBuild.folder), col(DatasetBuild.at_ms), col(DatasetBuild.content))
    rows = fetch_all(engine, select(*facts).order_by(col(DatasetBuild.id)))
    return [Build(row[0], row[1], row[2], msgspec.json.decode(row[3], type=Content)) for row in rows]
