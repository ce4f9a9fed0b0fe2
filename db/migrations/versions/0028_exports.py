"""Exports of recordings

Revision 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("recordings", sa.Text(), nullable=False),
        sa.Column("kinds", sa.String(length=128), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_export_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    for column in ("user_id", "asked_ms", "state"):
        op.create_index(f"ix_export_{column}", "export", [column])


def downgrade() -> None:
    for column in ("state", "asked_ms", "user_id"):
        op.drop_index(f"ix_export_{column}", "export")
    op.drop_table("export")
