"""Who works in a ward."""

from sqlalchemy import Engine, func, select
from sqlmodel import col

from db.engine import fetch_all
from db.models import User
from db.models_care import WardMember


def people_of_ward(engine: Engine, ward_id: int) -> list[tuple[int, str]]:
    """Number and full name of its doctors and nurses, by name."""
    members = select(col(User.id), col(User.full_name)).join(WardMember, col(WardMember.user_id) == col(User.id))
    here = members.where(col(WardMember.ward_id) == ward_id, col(User.deleted_ms).is_(None))
    return [(row[0], row[1]) for row in fetch_all(engine, here.order_by(func.lower(col(User.full_name))))]
