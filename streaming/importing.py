"""Reading a file in: from an upload that says all to a recording like any other, with samples and overview."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, TypeVar

import msgspec
import numpy as np
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from db.engine import writing
from db.settle import Window, settle, window_at
from db.upload_views import UploadState, UploadView
from db.uploaded import add_samples, begin_recording, upload_device
from db.uploads import rewrite, upload
from db.views import NewSegment, RecordingView
from streaming.depot import Depot
from streaming.files.facts import Choice, FileRefusedError, ReadLead
from streaming.files.sandbox import Sandbox

WINDOWS_AT_ONCE = 12
"""An hour of signal in one transaction: a tenth of a second, in which the recorder waits."""
T = TypeVar("T")
HERE = "jobs"
"""Where the audit trail says that it was done."""
OUT = ".samples"
"""In the upload's folder; no file that people bring may begin with a dot."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads uploads in; what it needs for that."""

    engine: Engine
    depot: Depot
    sandbox: Sandbox

    def take_in(self, upload_id: str, now_ms: int) -> str | None:
        """Make a recording of an upload that waits; its id. None where it does not wait, or cannot be read."""
        waiting = upload(self.engine, upload_id)
        if waiting is None or waiting.state is not UploadState.WAITING or waiting.choice is None:
            return None
        place = self.depot.place(upload_id)
        try:
            choice = msgspec.json.decode(waiting.choice, type=Choice)
            lead = self.sandbox.read(place, [file.name for file in waiting.files], choice, OUT)
            with (place / OUT).open("rb") as samples:
                return self._keep(waiting, lead, samples, now_ms)
        except FileRefusedError as error:
            self._refuse(waiting, error, now_ms)
            return None
        finally:
            for left in (place / OUT, (place / OUT).with_suffix(".values")):
                left.unlink(missing_ok=True)

    def _keep(self, waiting: UploadView, lead: ReadLead, samples: BinaryIO, now_ms: int) -> str:
        name = f"u-{waiting.id}"
        seconds = (lead.runs[-1].start + lead.runs[-1].count) / lead.rate
        started = waiting.started_ms if waiting.started_ms is not None else waiting.created_ms - round(1000 * seconds)
        with writing(self.engine) as connection:
            device = upload_device(connection)
            facts = (device, waiting.patient_id, lead.rate, lead.gain, lead.lead_name, started)
            begin_recording(connection, RecordingView(name, *facts))
        for segments in _grouped(_segments(name, lead, samples)):
            with writing(self.engine) as connection:
                add_samples(connection, segments)
        for windows in _grouped(_windows(name, lead)):
            settle(self.engine, windows)
        with writing(self.engine) as connection:
            values = {"state": UploadState.IMPORTED.value, "recording_id": name, "started_ms": started}
            rewrite(connection, waiting.id, **values, refusal=None)
            Deed(waiting.user_id, now_ms, HERE).tell(connection, AuditAction.UPLOAD_IMPORTED, name, waiting.patient_id)
        return name

    def _refuse(self, waiting: UploadView, error: FileRefusedError, now_ms: int) -> None:
        refusal = msgspec.json.encode(error.refusal).decode()
        with writing(self.engine) as connection:
            rewrite(connection, waiting.id, state=UploadState.QUARANTINED.value, refusal=refusal)
            Deed(waiting.user_id, now_ms, HERE).tell(
                connection, AuditAction.UPLOAD_REFUSED, waiting.id, waiting.patient_id
            )


def _grouped(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while group := list(islice(left, WINDOWS_AT_ONCE)):
        yield group


def _segments(name: str, lead: ReadLead, samples: BinaryIO) -> Iterator[NewSegment]:
    """The samples cut at the windows that the house settles, so that nothing has to be joined afterwards."""
    for run in lead.runs:
        start, end = run.start, run.start + run.count
        while start < end:
            until = min(window_at(name, lead.rate, start).end, end)
            yield NewSegment(name, start, np.fromfile(samples, "<i2", until - start))
            start = until


def _windows(name: str, lead: ReadLead) -> Iterator[Window]:
    window = window_at(name, lead.rate, 0)
    end = lead.runs[-1].start + lead.runs[-1].count
    while window.start < end:
        yield window
        window = window_at(name, lead.rate, window.end)
