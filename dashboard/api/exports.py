"""A recording as files, in one archive."""

import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from auth.audit import AuditAction
from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind
from dashboard.api.asking import deed, seen_recording
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from db.engine import writing
from db.views import RecordingView
from streaming.export_files import ExportKind
from streaming.exporting import archive_one

ZIP = "application/zip"
NAMED = "^(wfdb|edf|csv|signal|json)(,(wfdb|edf|csv|signal|json))*$"


def _no_more(kinds: str) -> str:
    """Each kind once is enough."""
    return ",".join(dict.fromkeys(kinds.split(",")))


class Kinds(BaseModel):
    """What the recording is written as."""

    model_config = ConfigDict(extra="forbid")

    kinds: Annotated[str, Field(pattern=NAMED, max_length=64), AfterValidator(_no_more)] = Field(
        "wfdb,csv", description="Of wfdb, edf, csv, signal (every sample as CSV) and json, with commas between."
    )


def _export(call: Call[RecordingView, Kinds, Nothing]) -> Reply:
    of, engine, kinds = call.found, door().engine, frozenset(map(ExportKind, call.query.kinds.split(",")))
    with tempfile.TemporaryDirectory(prefix="wardbeat-") as folder:
        target = Path(folder) / "export.zip"
        archive_one(engine, of, kinds, target)
        with writing(engine) as connection:
            subject = f"recording {of.id}: {' '.join(sorted(kinds))}"
            deed().tell(connection, AuditAction.EXPORTED, subject, of.patient_id)
        return Reply(target.read_bytes(), media=ZIP)


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route(
            "GET", "/recordings/{recording}/export", "export_recording", "recordings", "A recording as files, zipped"
        ),
        Need(Action.VIEW, ObjectKind.RECORDING),
        seen_recording,
        _export,
        None,
        Kinds,
        Nothing,
        media=ZIP,
    ),
]
