"""A device's token is exchanged without a break, and a recording learns how true its device's clock is

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OLD = {"old_token_sha256": sa.String(length=64), "old_until_ms": sa.BigInteger()}
DRIFT = ("rate_error_ppm", "rate_error_within_ppm")


def upgrade() -> None:
    for name, kind in OLD.items():
        op.add_column("device", sa.Column(name, kind, nullable=True))
    op.create_index("ix_device_old_token_sha256", "device", ["old_token_sha256"], unique=True)
    for name in DRIFT:
        op.add_column("recording", sa.Column(name, sa.Float(precision=53), nullable=True))


def downgrade() -> None:
    for name in DRIFT:
        op.drop_column("recording", name)
    op.drop_index("ix_device_old_token_sha256", "device")
    for name in OLD:
        op.drop_column("device", name)
