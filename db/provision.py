"""Putting patients with their devices into beds: one by one, and the invented ones of the demo ward.

Of a token only the SHA-256 is kept; whoever asks for a device is told its token once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select, update

from db.engine import writing
from db.models import Bed, Device, Patient, Ward
from db.store import table_of
from db.tokens import new_token, sha256
from ecg.errors import ConfigurationError

DEMO_WARD = "Demo ward"
Note = Callable[[Connection, int, int], None]
"""Writes a patient and a device, by their ids, into the audit trail."""
_FIRST = "ABCDEFGHIJKLMNOPRSTVWYZ"
_LAST = "MKSBTHRDLWGFNPC"


@dataclass(frozen=True, slots=True)
class DemoDevice:
    """A demo bed's device. `token` is known to nobody else: the database has only its SHA-256."""

    bed: str
    initials: str
    device_id: int
    token: str


def admit(engine: Engine, ward: str, bed: str, initials: str, note: Note = lambda *_: None) -> str:
    """A new patient in this bed, with a new device; ward and bed are made where they are missing. Returns the token.

    note: called in that transaction. Raises ConfigurationError when somebody lies in the bed: two people's recordings
    must never meet.
    """
    token, beds = new_token(), table_of(Bed)
    with writing(engine) as connection:
        ward_id = _present(connection, Ward, {"name": ward}, {})
        bed_id = _present(connection, Bed, {"ward_id": ward_id, "label": bed}, {})
        taken = connection.execute(select(beds.c.patient_id).where(beds.c.id == bed_id)).scalar_one()
        if taken is not None:
            raise ConfigurationError(f"Somebody lies in bed {bed} of {ward}. Choose another bed.")
        patient_id = _made(connection, Patient, {"name": "", "initials": initials})
        connection.execute(update(beds).where(beds.c.id == bed_id).values(patient_id=patient_id))
        device: dict[str, str | int] = {
            "label": f"{ward} {bed}",
            "patient_id": patient_id,
            "token_sha256": sha256(token),
            "revoked": False,
        }
        note(connection, patient_id, _made(connection, Device, device))
    return token


def provision_demo(engine: Engine, beds: int, note: Callable[[Connection], None] = lambda _: None) -> list[DemoDevice]:
    """The first `beds` demo beds, patients and devices, made where they are missing. Tokens of earlier calls end.

    note: called in that transaction.
    """
    with writing(engine) as connection:
        ward_id = _present(connection, Ward, {"name": DEMO_WARD}, {})
        note(connection)
        return [_demo_device(connection, ward_id, number) for number in range(1, beds + 1)]


def demo_initials(number: int) -> str:
    """Invented initials of demo bed `number` (from 1); no two alike among the first 345."""
    return f"{_FIRST[number * 5 % len(_FIRST)]}{_LAST[number * 4 % len(_LAST)]}"


def _demo_device(connection: Connection, ward_id: int, number: int) -> DemoDevice:
    label, initials, token = f"{number:02d}", demo_initials(number), new_token()
    patient_id = _present(connection, Patient, {"name": f"Demo patient {label}"}, {"initials": initials})
    _present(
        connection,
        Bed,
        {"ward_id": ward_id, "label": label},
        {"patient_id": patient_id},
    )
    device: dict[str, str | int] = {"label": f"Demo device {label}", "patient_id": patient_id}
    device_id = _present(connection, Device, device, {"token_sha256": sha256(token), "revoked": False})
    devices = table_of(Device)
    connection.execute(update(devices).where(devices.c.id == device_id).values(token_sha256=sha256(token)))
    return DemoDevice(label, initials, device_id, token)


def _present(
    connection: Connection,
    model: type[Ward] | type[Patient] | type[Bed] | type[Device],
    known_by: Mapping[str, str | int],
    more: Mapping[str, str | int | bool],
) -> int:
    """Id of the row with these values; it is made, with `more`, when there is none."""
    table = table_of(model)
    same = [table.c[name] == value for name, value in known_by.items()]
    found = connection.execute(select(table.c.id).where(*same).order_by(table.c.id)).scalars().first()
    return _made(connection, model, {**known_by, **more}) if found is None else int(found)


def _made(
    connection: Connection,
    model: type[Ward] | type[Patient] | type[Bed] | type[Device],
    values: Mapping[str, str | int | bool],
) -> int:
    """Id of a new row."""
    table = table_of(model)
    return int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
