"""Whom a ward calls when nobody has seen an alert."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlmodel import col

from db.alert_views import PlanStep
from db.engine import fetch_all
from db.models import Ward
from db.models_alerts import WardStep
from db.upserts import table_of

_STEP = (col(WardStep.person), col(WardStep.after_s), col(WardStep.user_id))
_ORDER = (col(WardStep.after_s), col(WardStep.step))


def ward_plans(engine: Engine) -> dict[str, list[PlanStep]]:
    """Ward -> whom it calls, in order. Wards without a plan are missing."""
    steps = select(col(Ward.name), *_STEP).join_from(WardStep, Ward, col(WardStep.ward_id) == col(Ward.id))
    plans: dict[str, list[PlanStep]] = {}
    for ward, *step in fetch_all(engine, steps.order_by(*_ORDER)):
        plans.setdefault(ward, []).append(PlanStep(*step))
    return plans


def plan_of_ward(connection: Connection, ward_id: int) -> list[PlanStep]:
    """Its steps in order; until the transaction ends nobody else can change them."""
    ward = table_of(Ward)
    connection.execute(select(ward.c.id).where(ward.c.id == ward_id).with_for_update())
    mine = select(*_STEP).where(col(WardStep.ward_id) == ward_id).order_by(*_ORDER)
    return [PlanStep(*row) for row in connection.execute(mine)]


def set_plan(connection: Connection, ward_id: int, steps: Sequence[PlanStep]) -> None:
    """From now on the ward calls these, and nobody else."""
    table = table_of(WardStep)
    connection.execute(delete(table).where(table.c.ward_id == ward_id))
    rows = [
        {"ward_id": ward_id, "step": number, "person": step.person, "after_s": step.after_s, "user_id": step.user_id}
        for number, step in enumerate(steps, 1)
    ]
    if rows:
        connection.execute(insert(table), rows)
