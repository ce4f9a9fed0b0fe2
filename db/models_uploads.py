"""Tables of files that people bring, and of what was made of recordings: every analysis, and which one is in force."""

from sqlalchemy import BigInteger, LargeBinary, Text, false
from sqlmodel import Field, SQLModel

import db.models  # noqa: F401  (the tables they refer to)


class UploadRow(SQLModel, table=True):
    """Files that belong together and become one recording. state: a word of `db.uploads.UploadState`.

    look, choice, refusal: JSON of `streaming.files`; what the files say, what a person added, why they are not read.
    started_ms: wall time of sample 0; start_known: false where neither file nor person knows it, and the recording
    stands so that it ends when it was brought.
    """

    __tablename__ = "upload"
    id: str = Field(max_length=32, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    created_ms: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=16, index=True)
    patient_id: int | None = Field(default=None, foreign_key="patient.id")
    look: str | None = Field(default=None, sa_type=Text)
    choice: str | None = Field(default=None, sa_type=Text)
    refusal: str | None = Field(default=None, sa_type=Text)
    started_ms: int | None = Field(default=None, sa_type=BigInteger)
    start_known: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    recording_id: str | None = Field(default=None, foreign_key="recording.id", index=True)
    removed_ms: int | None = Field(default=None, sa_type=BigInteger)


class UploadFileRow(SQLModel, table=True):
    """One file of an upload: how many bytes it has. How many are here, the disk knows. modified_ms: its own clock's."""

    __tablename__ = "upload_file"
    upload_id: str = Field(max_length=32, foreign_key="upload.id", primary_key=True)
    name: str = Field(max_length=128, primary_key=True)
    size: int = Field(sa_type=BigInteger)
    modified_ms: int = Field(sa_type=BigInteger)


class AnalysisRow(SQLModel, table=True):
    """One run of the pipeline over a recording. state: a word of `db.analyses.AnalysisState`; progress: 0 to 1000.

    model: SHA-256 of the network. user_id: who asked; null: the house by itself. refusal: as in `UploadRow`.
    in_force: the rows in beat, episode, vital_signs and so on are those of this analysis. tries: how often it began.
    """

    __tablename__ = "analysis"
    id: str = Field(max_length=32, primary_key=True)
    recording_id: str = Field(max_length=64, foreign_key="recording.id", index=True)
    model: str = Field(max_length=64)
    user_id: int | None = Field(default=None, foreign_key="user_account.id")
    asked_ms: int = Field(sa_type=BigInteger)
    began_ms: int | None = Field(default=None, sa_type=BigInteger)
    ended_ms: int | None = Field(default=None, sa_type=BigInteger)
    state: str = Field(max_length=16, index=True)
    progress: int = 0
    tries: int = 0
    refusal: str | None = Field(default=None, sa_type=Text)
    in_force: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class AnalysisPart(SQLModel, table=True):
    """All that the pipeline told in one step of an analysis, in order: `streaming.codec`'s events, compressed."""

    __tablename__ = "analysis_part"
    analysis_id: str = Field(max_length=32, foreign_key="analysis.id", primary_key=True)
    part: int = Field(primary_key=True)
    blob: bytes = Field(sa_type=LargeBinary)
