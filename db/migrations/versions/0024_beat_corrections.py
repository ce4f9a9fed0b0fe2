"""What people say of single beats

Revision 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "beat_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("beat_class", sa.String(length=1), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_beat_correction_recording_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_beat_correction_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_beat_correction"),
    )
    op.create_index("ix_beat_correction_beat", "beat_correction", ["recording_id", "index"])


def downgrade() -> None:
    op.drop_index("ix_beat_correction_beat", "beat_correction")
    op.drop_table("beat_correction")
