"""Marks at moments of a recording

Revision 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("symptom", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=128), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("deleted_ms", sa.BigInteger(), nullable=True),
        sa.Column("deleted_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_event_mark_recording_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_event_mark_user_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_event_mark_device_id"),
        sa.ForeignKeyConstraint(["deleted_by"], ["user_account.id"], name="fk_event_mark_deleted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_event_mark"),
        sa.UniqueConstraint("origin", name="uq_event_mark_origin"),
    )
    op.create_index("ix_event_mark_recording_id", "event_mark", ["recording_id"])


def downgrade() -> None:
    op.drop_table("event_mark")
