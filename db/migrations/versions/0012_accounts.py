"""Contacts, language and versions of people; where a login came from; codes and invitations

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PERSON = {"email": sa.String(length=254), "phone": sa.String(length=16), "language": sa.String(length=8)}
ORIGIN = {"address": sa.String(length=64), "agent": sa.String(length=200)}


def upgrade() -> None:
    for name, kind in PERSON.items():
        op.add_column("user_account", sa.Column(name, kind, nullable=True))
    op.add_column("user_account", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("user_account", sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("user_account", sa.Column("deleted_ms", sa.BigInteger(), nullable=True))
    for name in ("email", "phone"):
        op.create_index(f"ix_user_account_{name}", "user_account", [name], unique=True)
    for name, kind in ORIGIN.items():
        op.add_column("login", sa.Column(name, kind, nullable=False, server_default=""))
    op.create_table(
        "pending_code",
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "purpose", name="pk_pending_code"),
    )
    op.create_table(
        "invitation",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_invitation_user_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_invitation"),
    )


def downgrade() -> None:
    op.drop_table("invitation")
    op.drop_table("pending_code")
    for name in ORIGIN:
        op.drop_column("login", name)
    for name in ("email", "phone"):
        op.drop_index(f"ix_user_account_{name}", "user_account")
    for name in (*PERSON, "version", "must_change", "deleted_ms"):
        op.drop_column("user_account", name)
