"""Vital signs learn SD1, SD2, the triangular index, the spectrum, and the variability of 24 hours

Revision 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDED = (
    "sd1",
    "sd2",
    "triangular_index",
    "lf",
    "hf",
    "total_power",
    "sdnn_24h",
    "sdann_24h",
    "sdnn_index_24h",
    "triangular_index_24h",
    "nn_used_24h",
    "hours_24h",
)


def upgrade() -> None:
    for name in ADDED:
        op.add_column("vital_signs", sa.Column(name, sa.Float(precision=53), nullable=True))


def downgrade() -> None:
    for name in reversed(ADDED):
        op.drop_column("vital_signs", name)
