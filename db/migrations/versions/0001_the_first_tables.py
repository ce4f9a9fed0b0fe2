"""The first tables

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "user_account",
    "login_token",
    "login",
    "audit",
    "ward",
    "patient",
    "bed",
    "device",
    "recording",
    "segment",
    "stream_position",
    "beat",
    "episode",
    "gap",
    "quality",
    "vital_signs",
)


def upgrade() -> None:
    _create_people()
    _create_beds()
    _create_recordings()
    _create_findings()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("full_name", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("name", name=op.f("uq_user_account_name")),
    )
    op.create_table(
        "login_token",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_login_token")),
    )
    op.create_index(op.f("ix_login_token_purpose"), "login_token", ["purpose"], unique=False)
    op.create_table(
        "login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_login_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_token_sha256")),
    )
    op.create_index(op.f("ix_login_user_id"), "login", ["user_id"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at_ms"), "audit", ["at_ms"], unique=False)


def _create_beds() -> None:
    op.create_table(
        "ward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ward")),
        sa.UniqueConstraint("name", name=op.f("uq_ward_name")),
    )
    op.create_table(
        "patient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("initials", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
    )
    op.create_table(
        "bed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_bed_patient_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_bed_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bed")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_bed_patient_id")),
        sa.UniqueConstraint("ward_id", "label", name=op.f("uq_bed_ward_id")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_device_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_device_token_sha256")),
    )
    op.create_index(op.f("ix_device_patient_id"), "device", ["patient_id"], unique=False)


def _create_recordings() -> None:
    op.create_table(
        "recording",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("rate", sa.Float(precision=53), nullable=False),
        sa.Column("gain", sa.Float(precision=53), nullable=False),
        sa.Column("lead", sa.String(length=32), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_recording_device_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_recording_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index(
        "ix_recording_device_started",
        "recording",
        ["device_id", "started_ms"],
        unique=False,
    )
    op.create_index(
        "ix_recording_patient_started",
        "recording",
        ["patient_id", "started_ms"],
        unique=False,
    )
    op.create_table(
        "segment",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_segment_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "start", name=op.f("pk_segment")),
    )
    op.create_table(
        "stream_position",
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_stream_position")),
    )


def _create_findings() -> None:
    op.create_table(
        "beat",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("rr", sa.Integer(), nullable=True),
        sa.Column("beat_class", sa.String(length=1), nullable=False),
        sa.Column("rhythm", sa.String(length=1), nullable=False),
        sa.Column("probabilities", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_beat_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "index", name=op.f("pk_beat")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "episode",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_episode_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "finding", "start", name=op.f("pk_episode")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gap",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_gap_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "start", name=op.f("pk_gap")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quality",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_quality_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "index", name=op.f("pk_quality")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vital_signs",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("heart_rate", sa.Float(precision=53), nullable=True),
        sa.Column("rr_last", sa.Float(precision=53), nullable=True),
        sa.Column("rr_mean", sa.Float(precision=53), nullable=True),
        sa.Column("sdnn", sa.Float(precision=53), nullable=True),
        sa.Column("rmssd", sa.Float(precision=53), nullable=True),
        sa.Column("pnn50", sa.Float(precision=53), nullable=True),
        sa.Column("nn_used", sa.Float(precision=53), nullable=True),
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_vital_signs_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "index", name=op.f("pk_vital_signs")),
        sqlite_with_rowid=False,
    )
