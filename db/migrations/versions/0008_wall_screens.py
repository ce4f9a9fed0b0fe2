"""Walls: screens with a credential of their own, bound to a ward

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wall_screen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=True),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name="fk_wall_screen_ward_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wall_screen"),
        sa.UniqueConstraint("code_sha256", name="uq_wall_screen_code_sha256"),
        sa.UniqueConstraint("token_sha256", name="uq_wall_screen_token_sha256"),
    )


def downgrade() -> None:
    op.drop_table("wall_screen")
