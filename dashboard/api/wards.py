"""Wards and their beds."""

from pydantic import BaseModel

from auth.door import door
from auth.needs import Need
from auth.roles import Action, ObjectKind, Thing, may
from dashboard.api.asking import nothing, who_asks
from dashboard.api.operations import AnyOperation, Call, Nothing, Operation, Reply, Route
from db.bed_order import wards
from db.queries import beds


class Bed(BaseModel):
    """A bed and who lies in it."""

    id: int
    label: str
    patient: int | None
    device: int | None


class Ward(BaseModel):
    """A ward with its beds, in their order."""

    id: int
    name: str
    beds: list[Bed]


class Wards(BaseModel):
    """The wards that the token reaches."""

    items: list[Ward]


def _list(_call: Call[None, Nothing, Nothing]) -> Reply:
    who, engine = who_asks(), door().engine
    mine = [ward for ward in wards(engine) if may(who, Action.VIEW, Thing(ObjectKind.WARD, ward.name))]
    placed: dict[str, list[Bed]] = {}
    for each in beds(engine):
        bed = Bed(id=each.bed_id, label=each.bed, patient=each.patient_id, device=each.device_id)
        placed.setdefault(each.ward, []).append(bed)
    return Reply(Wards(items=[Ward(id=ward.id, name=ward.name, beds=placed.get(ward.name, [])) for ward in mine]))


OPERATIONS: list[AnyOperation] = [
    Operation(
        Route("GET", "/wards", "list_wards", "patients", "List wards and beds"),
        Need(Action.VIEW, ObjectKind.WARD),
        nothing,
        _list,
        Wards,
        Nothing,
        Nothing,
    ),
]
