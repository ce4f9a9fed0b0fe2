"""The table of marks at moments of a recording: pinned by people of the ward, and by patients on their phones."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables it refers to)


class EventMark(SQLModel, table=True):
    """A mark at house sample `index`, with `words` of whoever set it ("" for none).

    `user_id`: who of the ward set it; a patient's own has `device_id` instead, `symptom` (a name of the phone's list)
    and `origin`, the phone's key of it, by which it is kept once however often it is sent. `at_ms`: when it was set.
    A mark that was deleted stays, with `deleted_ms` and `deleted_by`, so that this can be undone.
    """

    __tablename__ = "event_mark"
    id: int | None = Field(default=None, primary_key=True)
    recording_id: str = Field(max_length=64, foreign_key="recording.id", index=True)
    index: int = Field(sa_type=BigInteger)
    words: str = Field(max_length=200)
    symptom: str | None = Field(default=None, max_length=32)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    device_id: int | None = Field(default=None, foreign_key="device.id")
    origin: str | None = Field(default=None, max_length=128, unique=True)
    at_ms: int = Field(sa_type=BigInteger)
    deleted_ms: int | None = Field(default=None, sa_type=BigInteger)
    deleted_by: int | None = Field(default=None, foreign_key="user_account.id")
