"""Reports of recordings, version by version

Revision 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

PEOPLE = ("made_by", "approved_by", "signed_by", "released_by")


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_ms", sa.BigInteger(), nullable=True),
        sa.Column("approved_sha256", sa.String(length=64), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_ms", sa.BigInteger(), nullable=True),
        sa.Column("signer", sa.String(length=128), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_report_recording_id"),
        *(sa.ForeignKeyConstraint([name], ["user_account.id"], name=f"fk_report_{name}") for name in PEOPLE),
        sa.PrimaryKeyConstraint("recording_id", "version", name="pk_report"),
    )
    op.create_index("ix_report_state", "report", ["state"])


def downgrade() -> None:
    op.drop_index("ix_report_state", "report")
    op.drop_table("report")
