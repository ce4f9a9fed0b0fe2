"""Details of patients, who wore which device when, pairing codes, consent

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0017"
branch_labels = None
depends_on = None

PATIENT = {
    "number": sa.String(length=32),
    "born": sa.String(length=10),
    "sex": sa.String(length=8),
    "deleted_ms": sa.BigInteger(),
    "deleted_by": sa.Integer(),
}


def upgrade() -> None:
    for name, kind in PATIENT.items():
        op.add_column("patient", sa.Column(name, kind, nullable=True))
    op.add_column("patient", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_patient_number", "patient", ["number"], unique=True)
    op.create_index("ix_patient_deleted_ms", "patient", ["deleted_ms"])
    for name in ("created_ms", "paired_ms"):
        op.add_column("device", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_table(
        "wearing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_wearing_device_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_wearing_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wearing"),
    )
    op.create_index("ix_wearing_device_id", "wearing", ["device_id"])
    op.create_index("ix_wearing_patient_id", "wearing", ["patient_id"])
    op.create_table(
        "device_code",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_device_code_device_id"),
        sa.PrimaryKeyConstraint("code_sha256", name="pk_device_code"),
    )
    op.create_index("ix_device_code_device_id", "device_code", ["device_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_consent_patient_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_consent_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_patient_id", "consent", ["patient_id"])


def downgrade() -> None:
    for table in ("consent", "device_code", "wearing"):
        op.drop_table(table)
    for name in ("paired_ms", "created_ms"):
        op.drop_column("device", name)
    op.drop_index("ix_patient_deleted_ms", "patient")
    op.drop_index("ix_patient_number", "patient")
    for name in ("version", *PATIENT):
        op.drop_column("patient", name)
