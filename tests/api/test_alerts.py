"""Acts on an alert by the API: taken back by whoever did them, as long as nobody else has done anything since."""

from typing import Any

import pytest

from auth.audit import AuditAction, audit_actions
from tests.api.house import ApiHouse
from tests.identities import MINE

ACTS = f"/recordings/{MINE}/alerts/asystole/500/acts"


def act(house: ApiHouse, who: str, what: str, value: object = "") -> tuple[int, Any]:
    answer = house.ask(who, "POST", ACTS, json={"what": what, "value": str(value)})
    return answer.status_code, answer.json


def test_whoever_did_it_undoes_it_once_and_nobody_else(house: ApiHouse) -> None:
    status, judged = act(house, "doctor A", "verdict", "noise")
    assert (status, judged["verdict"], judged["state"]) == (200, "noise", "closed")
    assert act(house, "nurse", "undo", judged["deed"])[0] == 409
    status, undone = act(house, "doctor A", "undo", judged["deed"])
    assert (status, undone["verdict"], undone["seen_by"], undone["state"]) == (200, None, None, "latched")
    assert undone["deed"] is None
    status, refused = act(house, "doctor A", "undo", judged["deed"])
    assert (status, refused["type"]) == (409, "urn:wardbeat:problem:alert-nothing")
    told = [action for action, subject in audit_actions(house.engine) if MINE in subject]
    assert told.count(AuditAction.ALERT_UNDONE) == 1
    assert told.count(AuditAction.ALERT_ACT_REFUSED) == 2


def test_what_somebody_else_built_on_is_not_undone(house: ApiHouse) -> None:
    seen = act(house, "nurse", "acknowledge")[1]["deed"]
    assert act(house, "doctor A", "comment", "lead was off")[0] == 200
    status, refused = act(house, "nurse", "undo", seen)
    assert (status, refused["type"], "Doctor A" in refused["detail"]) == (
        409,
        "urn:wardbeat:problem:alert-changed",
        True,
    )
    assert act(house, "nurse", "withdraw")[1]["deed"] is None


@pytest.mark.parametrize(("what", "status"), [("undo", 409), ("assign", 422)])
def test_a_number_that_no_database_holds_is_no_deed_and_nobody(house: ApiHouse, what: str, status: int) -> None:
    for value in ("9" * 10, "9" * 900, "x", "²"):
        assert act(house, "doctor A", what, value)[0] == status, value
