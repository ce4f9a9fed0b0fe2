"""The audit trail becomes a chain: a code in each entry, and where the trail ends

Entries that are there already keep no code: they are sealed, as they are, by the first entry that comes after them.

Revision 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COLUMNS = {"person": sa.String(length=64), "patient_id": sa.Integer(), "mac": sa.String(length=64)}
_INDICES = ("user_id", "patient_id")


def upgrade() -> None:
    for name, kind in _COLUMNS.items():
        op.add_column("audit", sa.Column(name, kind, nullable=True))
    for name in _INDICES:
        op.create_index(f"ix_audit_{name}", "audit", [name])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.execute("INSERT INTO audit_head (id, number, mac) SELECT 1, coalesce(max(id), 0), '' FROM audit")


def downgrade() -> None:
    op.drop_table("audit_head")
    for name in _INDICES:
        op.drop_index(f"ix_audit_{name}", "audit")
    for name in _COLUMNS:
        op.drop_column("audit", name)
