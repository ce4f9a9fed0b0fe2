"""A beat's row learns its settled rhythm, before or after the beat itself

Revision 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LEARNT = {"beat_class": sa.String(length=1), "rhythm": sa.String(length=1), "probabilities": sa.LargeBinary()}
ADDED = {
    "class_probability": sa.Float(precision=53),
    "settled_rhythm": sa.String(length=1),
    "settled_probabilities": sa.LargeBinary(),
}
KEPT = {"sqlite_with_rowid": False}
"""SQLite makes the table anew, and reflection does not tell this."""


def upgrade() -> None:
    with op.batch_alter_table("beat", table_kwargs=KEPT) as beat:
        for name, kind in LEARNT.items():
            beat.alter_column(name, existing_type=kind, nullable=True)
        for name, kind in ADDED.items():
            beat.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM beat WHERE beat_class IS NULL")
    with op.batch_alter_table("beat", table_kwargs=KEPT) as beat:
        for name in ADDED:
            beat.drop_column(name)
        for name, kind in LEARNT.items():
            beat.alter_column(name, existing_type=kind, nullable=False)
