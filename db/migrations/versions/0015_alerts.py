"""Alerts, what people did about them, and whom a ward calls next

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(length=1024), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_alert_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", "rule", "start", name="pk_alert"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_alert_act_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_act"),
    )
    op.create_index("ix_alert_act_recording_id", "alert_act", ["recording_id"])
    op.create_table(
        "ward_step",
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("after_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name="fk_ward_step_ward_id"),
        sa.PrimaryKeyConstraint("ward_id", "step", name="pk_ward_step"),
    )


def downgrade() -> None:
    op.drop_table("ward_step")
    op.drop_index("ix_alert_act_recording_id", "alert_act")
    op.drop_table("alert_act")
    op.drop_table("alert")
