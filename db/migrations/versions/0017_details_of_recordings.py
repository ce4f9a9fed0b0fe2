"""Title, note and deletion of recordings, and their list in the order of time

Revision 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_details",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_ms", sa.BigInteger(), nullable=True),
        sa.Column("deleted_by", sa.Integer(), nullable=True),
        sa.Column("deleted_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_recording_details_recording_id"),
        sa.ForeignKeyConstraint(["deleted_by"], ["user_account.id"], name="fk_recording_details_deleted_by"),
        sa.PrimaryKeyConstraint("recording_id", name="pk_recording_details"),
    )
    op.create_index("ix_recording_details_deleted_ms", "recording_details", ["deleted_ms"])
    op.create_index("ix_recording_started_ms", "recording", ["started_ms", "id"])


def downgrade() -> None:
    op.drop_index("ix_recording_started_ms", "recording")
    op.drop_index("ix_recording_details_deleted_ms", "recording_details")
    op.drop_table("recording_details")
