"""Who works where and who is in whose care; the role of whoever did what

Until now everybody saw everything: whoever is here already becomes a member of every ward that is here already.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OTHERS = {"ward_member": "ward", "care": "patient"}


def upgrade() -> None:
    for table, other in OTHERS.items():
        op.create_table(
            table,
            sa.Column("user_id", sa.Integer(), nullable=False),
            sa.Column(f"{other}_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=f"fk_{table}_user_id"),
            sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=f"fk_{table}_{other}_id"),
            sa.PrimaryKeyConstraint("user_id", f"{other}_id", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_{other}_id", table, [f"{other}_id"])
    op.execute(
        "INSERT INTO ward_member (user_id, ward_id) SELECT user_account.id, ward.id FROM user_account CROSS JOIN ward"
        " WHERE user_account.role IN ('doctor', 'nurse')"
    )
    op.add_column("audit", sa.Column("role", sa.String(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("audit", "role")
    for table in OTHERS:
        op.drop_table(table)
