"""Which network labelled the beats of each recording, and the data sets that were built

Revision 0030.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

SHIPPED = "7a98cc7298d3d5ade95263b46b8e265c913f0a2e3a50160ed89b72227d3a1a62"
"""SHA-256 of the one network that there was before."""


def upgrade() -> None:
    op.create_table(
        "recording_network",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_recording_network_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", "index", name="pk_recording_network"),
        sqlite_with_rowid=False,
    )
    op.execute(
        'INSERT INTO recording_network (recording_id, "index", model) SELECT r.id, 0, COALESCE('
        "(SELECT MAX(a.model) FROM analysis a WHERE a.recording_id = r.id AND a.in_force), "
        f"'{SHIPPED}') FROM recording r WHERE EXISTS (SELECT 1 FROM beat b WHERE b.recording_id = r.id)"
    )
    op.create_table(
        "dataset_build",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_build"),
    )


def downgrade() -> None:
    op.drop_table("dataset_build")
    op.drop_table("recording_network")
