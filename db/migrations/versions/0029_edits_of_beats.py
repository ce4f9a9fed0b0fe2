"""What people say of a recording's beats as deeds that can be taken back: classes, added and deleted beats, noise

Revision 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edit_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_edit_deed_recording_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_edit_deed_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_edit_deed"),
    )
    op.create_index("ix_edit_deed_recording", "edit_deed", ["recording_id", "id"])
    op.create_table(
        "noise_stretch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("deed_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_noise_stretch_recording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_noise_stretch"),
    )
    op.create_index("ix_noise_stretch_recording", "noise_stretch", ["recording_id", "start"])
    op.add_column("beat_correction", sa.Column("deed_id", sa.Integer(), nullable=True))
    op.create_index("ix_beat_correction_deed", "beat_correction", ["deed_id"])


def downgrade() -> None:
    op.execute("DELETE FROM beat_correction WHERE beat_class = 'x'")
    op.drop_index("ix_beat_correction_deed", "beat_correction")
    op.drop_column("beat_correction", "deed_id")
    op.drop_index("ix_noise_stretch_recording", "noise_stretch")
    op.drop_table("noise_stretch")
    op.drop_index("ix_edit_deed_recording", "edit_deed")
    op.drop_table("edit_deed")
