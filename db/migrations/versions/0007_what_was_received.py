"""What was received of each recording, its overview, and dead letters

Revision 0007. The ledgers of recordings that are there already are counted from their segments; the recorder makes
their overviews bit by bit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTS = ("until", "missing", "late", "repeated", "purged", "settled")

HOLES = """
INSERT INTO missing (recording_id, start, "end")
SELECT recording_id, since, start FROM (
    SELECT recording_id, start, LAG(start + count, 1, 0) OVER (PARTITION BY recording_id ORDER BY start) AS since
    FROM segment
) AS neighbours WHERE start > since
"""

LEDGERS = """
INSERT INTO ledger (recording_id, until, missing, late, repeated, purged, settled)
SELECT recording_id, MAX(start + count), MAX(start + count) - SUM(count), 0, 0, 0, 0 FROM segment GROUP BY recording_id
"""


def upgrade() -> None:
    _of_recording("ledger", [], [sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS])
    _of_recording("missing", [_number("start")], [_number("end")])
    cells = sa.Column("cells", sa.LargeBinary(), nullable=False)
    _of_recording("overview", [sa.Column("level", sa.Integer(), nullable=False), _number("block")], [cells])
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=256), nullable=False),
        sa.Column("stream", sa.String(length=128), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        _number("at_ms"),
        sa.Column("reason", sa.String(length=1024), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
        sa.UniqueConstraint("origin", name="uq_dead_letter_origin"),
    )
    op.create_index("ix_dead_letter_recording_id", "dead_letter", ["recording_id"])
    op.execute(HOLES)
    op.execute(LEDGERS)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _of_recording(table: str, keys: list[sa.Column], values: list[sa.Column]) -> None:
    op.create_table(
        table,
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        *keys,
        *values,
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=f"fk_{table}_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", *(key.name for key in keys), name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("dead_letter", "overview", "missing", "ledger"):
        op.drop_table(table)
