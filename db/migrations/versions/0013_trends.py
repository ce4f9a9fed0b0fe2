"""Vital signs minute by minute, so that two weeks are drawn as fast as an hour

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MEASURES = ("heart_rate", "sdnn", "rmssd", "nn_used")
MINUTE, GRID = 15_000, 500
FILL = """
INSERT INTO trend (recording_id, minute, analysed, {columns})
SELECT recording_id, "index" / {minute},
    sum(CASE WHEN heart_rate IS NOT NULL AND "index" % {grid} = 0 THEN 1 ELSE 0 END), {numbers}
FROM vital_signs
JOIN (SELECT recording_id AS name, max("index") / {minute} AS newest FROM vital_signs GROUP BY recording_id) AS ends
    ON name = recording_id AND "index" / {minute} < newest
GROUP BY recording_id, "index" / {minute}
"""


def upgrade() -> None:
    op.create_table(
        "trend",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("analysed", sa.Integer(), nullable=False),
        *(column for measure in MEASURES for column in _columns(measure)),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_trend_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", "minute", name="pk_trend"),
        sqlite_with_rowid=False,
    )
    columns = ", ".join(f"{m}_{part}" for m in MEASURES for part in ("count", "low", "sum", "high"))
    numbers = ", ".join(f"count({m}), min({m}), sum({m}), max({m})" for m in MEASURES)
    op.execute(FILL.format(columns=columns, numbers=numbers, minute=MINUTE, grid=GRID))


def downgrade() -> None:
    op.drop_table("trend")


def _columns(measure: str) -> list[sa.Column[float]]:
    numbers = [sa.Column(f"{measure}_{part}", sa.Float(precision=53), nullable=True) for part in ("low", "sum", "high")]
    return [sa.Column(f"{measure}_count", sa.Integer(), nullable=False), *numbers]
