"""Defaults of limits of wards; accounts in plans of escalation; what people want to be told of, and what was sent

Revision 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ward_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(53), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_ward_limit_user_id"),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name="fk_ward_limit_ward_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ward_limit"),
    )
    op.create_index("ix_ward_limit_ward_id", "ward_limit", ["ward_id"])
    op.add_column("ward_step", sa.Column("user_id", sa.Integer(), nullable=True))
    op.create_table(
        "notice_wish",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("by_webhook", sa.Boolean(), nullable=False),
        sa.Column("least", sa.String(length=8), nullable=False),
        sa.Column("after_s", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("high_in_quiet", sa.Boolean(), nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notice_wish_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_notice_wish"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("cause", sa.String(length=8), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notice_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    keys = ["user_id", "channel", "cause", "recording_id", "rule", "start"]
    op.create_index("ix_notice_key", "notice", keys, unique=True)
    op.create_index("ix_notice_due", "notice", ["state", "due_ms"])


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("notice_wish")
    op.drop_column("ward_step", "user_id")
    op.drop_table("ward_limit")
