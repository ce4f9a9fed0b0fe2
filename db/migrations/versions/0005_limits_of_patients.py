"""What people set for a patient: who, when, why

Revision 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_patient_limit_patient_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_patient_limit_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patient_limit"),
    )
    op.create_index("ix_patient_limit_patient_id", "patient_limit", ["patient_id"])


def downgrade() -> None:
    op.drop_table("patient_limit")
