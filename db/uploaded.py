"""Uploaded recordings: rows like those of any device, written by the one who reads the file in."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from db.models import Device, Recording, Segment
from db.models_recorder import LedgerRow, MissingRow, OverviewRow
from db.received import store_segments
from db.rows import Row
from db.upserts import insert_new, table_of
from db.views import NewSegment, RecordingView

UPLOAD = "upload"
"""Label of the device that stands for files. It has no token: no SHA-256 reads so; and it is revoked."""


def upload_device(connection: Connection) -> int:
    """Id of the device that stands for files; made where it is missing."""
    devices = table_of(Device)
    known = select(devices.c.id).where(devices.c.token_sha256 == UPLOAD)
    found = connection.execute(known).scalar()
    if found is None:
        row = {"token_sha256": UPLOAD, "label": UPLOAD, "revoked": True, "patient_id": None}
        insert_new(connection, Device, [row])
        found = connection.execute(known).scalar_one()
    return int(found)


def begin_recording(connection: Connection, recording: RecordingView) -> None:
    """The recording anew, without samples; what an attempt before left of it is gone."""
    for model in (Segment, LedgerRow, MissingRow, OverviewRow):
        table = table_of(model)
        connection.execute(delete(table).where(table.c.recording_id == recording.id))
    table = table_of(Recording)
    facts: Row = {"device_id": recording.device_id, "patient_id": recording.patient_id, "rate": recording.rate}
    facts |= {"gain": recording.gain, "lead": recording.lead[:32], "started_ms": recording.started_ms}
    known = connection.execute(select(table.c.id).where(table.c.id == recording.id)).scalar()
    if known is None:
        connection.execute(insert(table).values(id=recording.id, **facts))


def add_samples(connection: Connection, segments: Sequence[NewSegment]) -> None:
    """The next samples of a recording, in order."""
    store_segments(connection, segments)
