"""Files that people bring, and the analyses of recordings

Revision 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("look", sa.Text(), nullable=True),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("started_ms", sa.BigInteger(), nullable=True),
        sa.Column("start_known", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=True),
        sa.Column("removed_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_upload_user_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_upload_patient_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_upload_recording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
    )
    for name in ("user_id", "state", "recording_id"):
        op.create_index(f"ix_upload_{name}", "upload", [name])
    op.create_table(
        "upload_file",
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name="fk_upload_file_upload_id"),
        sa.PrimaryKeyConstraint("upload_id", "name", name="pk_upload_file"),
    )
    op.create_table(
        "analysis",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("in_force", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_analysis_recording_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_analysis_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_analysis"),
    )
    for name in ("recording_id", "state"):
        op.create_index(f"ix_analysis_{name}", "analysis", [name])
    op.create_table(
        "analysis_part",
        sa.Column("analysis_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name="fk_analysis_part_analysis_id"),
        sa.PrimaryKeyConstraint("analysis_id", "part", name="pk_analysis_part"),
    )


def downgrade() -> None:
    for name in ("analysis_part", "analysis", "upload_file", "upload"):
        op.drop_table(name)
