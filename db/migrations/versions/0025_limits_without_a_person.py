"""A program that discharges a patient puts limits back, too; the trail is looked through by what was done

Revision 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("patient_limit") as table:
        table.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
    op.create_index("ix_audit_action", "audit", ["action", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_action", "audit")
    op.execute("DELETE FROM patient_limit WHERE user_id IS NULL")
    with op.batch_alter_table("patient_limit") as table:
        table.alter_column("user_id", existing_type=sa.Integer(), nullable=False)
