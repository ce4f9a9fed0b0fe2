"""What devices say of themselves, kept in their rows."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Engine, bindparam, or_, update

from db.engine import writing
from db.models import Device
from db.store import table_of
from db.views import DeviceState


def note_states(engine: Engine, states: Mapping[int, DeviceState], heard: Collection[int], now_ms: int) -> None:
    """Device -> what it said last, and the devices that are connected at `now_ms`. What is newer in a row stays."""
    if not states and not heard:
        return
    table = table_of(Device)
    with writing(engine) as connection:
        if states:
            older = or_(table.c.status_ms.is_(None), table.c.status_ms < bindparam("at_ms"))
            said: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("battery", "charging", "contact")}
            learn = update(table).where(table.c.id == bindparam("device"), older)
            rows = [_row(device, state) for device, state in states.items()]
            connection.execute(learn.values(**said, status_ms=bindparam("at_ms")), rows)
        if heard:
            connection.execute(update(table).where(table.c.id.in_(heard)).values(heard_ms=now_ms))


def _row(device: int, state: DeviceState) -> dict[str, object]:
    said = {"new_battery": state.battery, "new_charging": state.charging, "new_contact": state.contact}
    return {"device": device, "at_ms": state.at_ms, **said}
