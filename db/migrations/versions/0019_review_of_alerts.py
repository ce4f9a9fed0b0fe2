"""What people say of alerts: verdict, whose task it is, when it was seen first; longer notes

Revision 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None

STANDING = {
    "seen_ms": sa.BigInteger(),
    "verdict": sa.String(length=8),
    "judged_by": sa.Integer(),
    "judged_ms": sa.BigInteger(),
    "assignee_id": sa.Integer(),
}
INDEXES = {
    "ix_alert_verdict": ["verdict", "recording_id", "rule", "start", "end", "began_ms"],
    "ix_alert_began": ["began_ms"],
    "ix_alert_judged": ["judged_ms"],
    "ix_alert_assignee": ["assignee_id"],
}


def upgrade() -> None:
    for name, kind in STANDING.items():
        op.add_column("alert", sa.Column(name, kind, nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(name, "alert", columns)
    with op.batch_alter_table("alert_act") as table:
        table.alter_column("note", existing_type=sa.String(length=200), type_=sa.String(length=1000))
        table.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("deed", sa.BigInteger(), nullable=True))
    same = " AND ".join(f"alert_act.{name} = alert.{name}" for name in ("recording_id", "rule", "start"))
    first = f"SELECT min(at_ms) FROM alert_act WHERE alert_act.what = 'acknowledge' AND {same}"
    op.execute(f"UPDATE alert SET seen_ms = ({first})")


def downgrade() -> None:
    with op.batch_alter_table("alert_act") as table:
        table.drop_column("deed")
        table.drop_column("person_id")
        table.alter_column("note", existing_type=sa.String(length=1000), type_=sa.String(length=200))
    for name in INDEXES:
        op.drop_index(name, "alert")
    for name in STANDING:
        op.drop_column("alert", name)
