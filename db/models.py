"""The tables. `*_ms` are wall-clock milliseconds since 1970 UTC; indices count house samples unless said otherwise.

Table classes do not validate: what people type is checked by the schema classes in `auth.forms` first. Natural keys are
primary keys, so that writing the same thing twice changes nothing.
"""

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, false
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, because a later migration can only change what it can name."""


class User(SQLModel, table=True):
    """A person who may log in. `name` and `email` are kept in lower case, `phone` as E.164, `language` of `words`.

    version: counts changes, so that two people who edit at once see it. must_change: the password was set by another.
    """

    __tablename__ = "user_account"
    __table_args__ = tuple(Index(f"ix_user_account_{name}", name, unique=True) for name in ("email", "phone"))
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    full_name: str = Field(max_length=128)
    role: str = Field(max_length=32)
    password_hash: str = Field(max_length=256)
    active: bool = True
    created_ms: int = Field(sa_type=BigInteger)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=16)
    language: str | None = Field(default=None, max_length=8)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    must_change: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    deleted_ms: int | None = Field(default=None, sa_type=BigInteger)


class Login(SQLModel, table=True):
    """One browser that is logged in. Only the SHA-256 of the cookie is kept; `revoked_ms` ends it for good."""

    __tablename__ = "login"
    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(max_length=64, unique=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    created_ms: int = Field(sa_type=BigInteger)
    seen_ms: int = Field(sa_type=BigInteger)
    revoked_ms: int | None = Field(default=None, sa_type=BigInteger)
    address: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    agent: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})


class Ward(SQLModel, table=True):
    """A ward."""

    __tablename__ = "ward"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)


class Patient(SQLModel, table=True):
    """A patient. The wall shows the initials only. number: the hospital's own; born: as 1957-03-08; version: as in
    `User`; deleted_ms: nobody sees the patient any more, and some time later all of it is purged.
    """

    __tablename__ = "patient"
    __table_args__ = (Index("ix_patient_number", "number", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    initials: str = Field(max_length=8)
    name: str = Field(max_length=128)
    number: str | None = Field(default=None, max_length=32)
    born: str | None = Field(default=None, max_length=10)
    sex: str | None = Field(default=None, max_length=8)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    deleted_ms: int | None = Field(default=None, sa_type=BigInteger, index=True)
    deleted_by: int | None = None


class Bed(SQLModel, table=True):
    """A bed and who lies in it. place: where it stands among the ward's beds; null: where its label puts it."""

    __tablename__ = "bed"
    __table_args__ = (UniqueConstraint("ward_id", "label"),)
    id: int | None = Field(default=None, primary_key=True)
    ward_id: int = Field(foreign_key="ward.id")
    label: str = Field(max_length=16)
    patient_id: int | None = Field(default=None, foreign_key="patient.id", unique=True)
    place: int | None = None


class Device(SQLModel, table=True):
    """A phone or patch that may send. Of its tokens only the SHA-256 (hexadecimal) is kept. One that was exchanged is
    good until the new one is used, at the latest until `old_until_ms`.

    battery (percent), charging, contact ("yes", "no", "unknown"): what it said of itself last, at `status_ms`; null is
    not known. `heard_ms`: when it was connected last. `patient_id`: who wears it now; who did before: `Wearing`.
    `created_ms`, `paired_ms`: when it was registered, and when its token was fetched.
    """

    __tablename__ = "device"
    id: int | None = Field(default=None, primary_key=True)
    patient_id: int | None = Field(default=None, foreign_key="patient.id", index=True)
    token_sha256: str = Field(max_length=64, unique=True)
    label: str = Field(max_length=64)
    revoked: bool = False
    old_token_sha256: str | None = Field(default=None, max_length=64, index=True, unique=True)
    old_until_ms: int | None = Field(default=None, sa_type=BigInteger)
    battery: int | None = None
    charging: bool | None = None
    contact: str | None = Field(default=None, max_length=8)
    status_ms: int | None = Field(default=None, sa_type=BigInteger)
    heard_ms: int | None = Field(default=None, sa_type=BigInteger)
    created_ms: int | None = Field(default=None, sa_type=BigInteger)
    paired_ms: int | None = Field(default=None, sa_type=BigInteger)


class Recording(SQLModel, table=True):
    """One recording: rate in Hz, gain in units per millivolt, `started_ms` the wall time of sample 0.

    `patient_id` is who wore the device when the recording began; it never follows the device to another patient.
    `rate_error_ppm`: how much faster than `rate` the device samples by the server's clock, in parts per million, right
    within `rate_error_within_ppm`; null while too little is known.
    """

    __tablename__ = "recording"
    __table_args__ = (
        Index("ix_recording_patient_started", "patient_id", "started_ms"),
        Index("ix_recording_device_started", "device_id", "started_ms"),
        Index("ix_recording_started_ms", "started_ms", "id"),
    )
    id: str = Field(max_length=64, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    rate: float = Field(sa_type=Float(53))
    gain: float = Field(sa_type=Float(53))
    lead: str = Field(max_length=32)
    started_ms: int = Field(sa_type=BigInteger)
    rate_error_ppm: float | None = Field(default=None, sa_type=Float(53))
    rate_error_within_ppm: float | None = Field(default=None, sa_type=Float(53))


def of_recording() -> tuple[ForeignKeyConstraint, dict[str, bool]]:
    """Table arguments of everything that belongs to a recording: rows lie in the order of their key."""
    return ForeignKeyConstraint(["recording_id"], ["recording.id"]), {"sqlite_with_rowid": False}


class Segment(SQLModel, table=True):
    """Raw samples as the device sent them, packed by `db.packing`. `start` and `count` are device samples."""

    __tablename__ = "segment"
    recording_id: str = Field(max_length=64, primary_key=True, foreign_key="recording.id")
    start: int = Field(sa_type=BigInteger, primary_key=True)
    count: int
    blob: bytes = Field(sa_type=LargeBinary)


class BeatRow(SQLModel, table=True):
    """A labelled beat, and later its settled rhythm: the row learns both once, in whatever order they come.

    `probabilities`: nine little-endian float32, five beat classes, then four rhythms. `class_probability`: the highest
    of the five. `settled_probabilities`: four rhythms. Null is not known; without `beat_class` the row is no beat yet.
    """

    __tablename__ = "beat"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    index: int = Field(sa_type=BigInteger, primary_key=True)
    rr: int | None = None
    beat_class: str | None = Field(default=None, max_length=1)
    rhythm: str | None = Field(default=None, max_length=1)
    probabilities: bytes | None = Field(default=None, sa_type=LargeBinary)
    class_probability: float | None = Field(default=None, sa_type=Float(53))
    settled_rhythm: str | None = Field(default=None, max_length=1)
    settled_probabilities: bytes | None = Field(default=None, sa_type=LargeBinary)


class EpisodeRow(SQLModel, table=True):
    """A rhythm episode; `end` is null while it goes on."""

    __tablename__ = "episode"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    finding: str = Field(max_length=32, primary_key=True)
    start: int = Field(sa_type=BigInteger, primary_key=True)
    end: int | None = Field(default=None, sa_type=BigInteger)


class GapRow(SQLModel, table=True):
    """Nothing was received in [start, end)."""

    __tablename__ = "gap"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    start: int = Field(sa_type=BigInteger, primary_key=True)
    end: int = Field(sa_type=BigInteger)


class QualityRow(SQLModel, table=True):
    """From `index` on the signal has this quality."""

    __tablename__ = "quality"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    index: int = Field(sa_type=BigInteger, primary_key=True)
    quality: str = Field(max_length=16)
    reason: str = Field(max_length=16)


class VitalSignsRow(SQLModel, table=True):
    """Numbers true at `index`, in the units of `ecg.types.VitalSigns`. Null: none was shown, or none known then."""

    __tablename__ = "vital_signs"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    index: int = Field(sa_type=BigInteger, primary_key=True)
    heart_rate: float | None = Field(default=None, sa_type=Float(53))
    rr_last: float | None = Field(default=None, sa_type=Float(53))
    rr_mean: float | None = Field(default=None, sa_type=Float(53))
    sdnn: float | None = Field(default=None, sa_type=Float(53))
    rmssd: float | None = Field(default=None, sa_type=Float(53))
    pnn50: float | None = Field(default=None, sa_type=Float(53))
    nn_used: float | None = Field(default=None, sa_type=Float(53))
    finding: str = Field(max_length=32)
    sd1: float | None = Field(default=None, sa_type=Float(53))
    sd2: float | None = Field(default=None, sa_type=Float(53))
    triangular_index: float | None = Field(default=None, sa_type=Float(53))
    lf: float | None = Field(default=None, sa_type=Float(53))
    hf: float | None = Field(default=None, sa_type=Float(53))
    total_power: float | None = Field(default=None, sa_type=Float(53))
    sdnn_24h: float | None = Field(default=None, sa_type=Float(53))
    sdann_24h: float | None = Field(default=None, sa_type=Float(53))
    sdnn_index_24h: float | None = Field(default=None, sa_type=Float(53))
    triangular_index_24h: float | None = Field(default=None, sa_type=Float(53))
    nn_used_24h: float | None = Field(default=None, sa_type=Float(53))
    hours_24h: float | None = Field(default=None, sa_type=Float(53))


class AfBurdenRow(SQLModel, table=True):
    """Shares of the analysed time in atrial fibrillation, percent, as `ecg.types.AfBurden`."""

    __tablename__ = "af_burden"
    __table_args__ = of_recording()
    recording_id: str = Field(max_length=64, primary_key=True)
    index: int = Field(sa_type=BigInteger, primary_key=True)
    hour: float | None = Field(default=None, sa_type=Float(53))
    day: float | None = Field(default=None, sa_type=Float(53))
    whole: float | None = Field(default=None, sa_type=Float(53))
