"""What devices say of themselves, whether a wall may show names, and the order in which a ward's beds stand

Revision 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_OF_DEVICE = {
    "battery": sa.Integer(),
    "charging": sa.Boolean(),
    "contact": sa.String(length=8),
    "status_ms": sa.BigInteger(),
    "heard_ms": sa.BigInteger(),
}


def upgrade() -> None:
    for name, kind in _OF_DEVICE.items():
        op.add_column("device", sa.Column(name, kind, nullable=True))
    op.add_column("wall_screen", sa.Column("names", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("bed", sa.Column("place", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("bed", "place")
    op.drop_column("wall_screen", "names")
    for name in _OF_DEVICE:
        op.drop_column("device", name)
