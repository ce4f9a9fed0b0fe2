"""The burden of atrial fibrillation, minute by minute

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SHARES = ("hour", "day", "whole")


def upgrade() -> None:
    op.create_table(
        "af_burden",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Float(precision=53), nullable=True) for name in SHARES),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_af_burden_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", "index", name="pk_af_burden"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("af_burden")
