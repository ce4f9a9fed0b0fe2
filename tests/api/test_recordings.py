"""Recordings by the API: looked up across patients, written about, deleted and brought back; analyses of many."""

from typing import Any

import pytest

from auth.audit import AuditAction, audit_actions
from db.recording_views import RecordingState
from db.store import NewRecording, store_batch
from tests.api.house import ApiHouse
from tests.identities import MINE, OTHER

ONE = f"/recordings/{MINE}"
HOUR_MS = 3_600_000


def asked(house: ApiHouse, who: str, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = house.ask(who, method, path, **more)
    return answer.status_code, answer.json or {}


def found(house: ApiHouse, who: str, query: str = "") -> list[str]:
    return [each["id"] for each in asked(house, who, "GET", f"/recordings{query}")[1]["items"]]


def version(house: ApiHouse, path: str = ONE) -> dict[str, Any]:
    return {"headers": {"If-Match": house.ask("doctor A", "GET", path).headers["ETag"]}}


def test_they_are_looked_up_by_whom_when_and_how_they_stand(house: ApiHouse) -> None:
    later = [NewRecording(f"later-{hour}", 1, 250, 200.0, "I", hour * HOUR_MS) for hour in (1, 2, 3)]
    store_batch(house.engine, {}, later, [], [])
    newest_first = ["later-3", "later-2", "later-1", MINE]
    assert found(house, "doctor A") == found(house, "patient") == newest_first
    assert found(house, "doctor B") == [OTHER] and found(house, "new doctor") == []
    assert set(found(house, "administrator")) == {*newest_first, OTHER}
    assert found(house, "service", "?patient=2") == [OTHER] and found(house, "doctor A", "?patient=2") == []
    assert found(house, "doctor A", "?since=1970-01-01T01:30:00Z&until=1970-01-01T02:30:00Z") == ["later-2"]
    assert found(house, "doctor A", "?state=failed") == ["later-3", "later-2", "later-1"]
    for state in RecordingState:
        assert found(house, "doctor A", f"?search={MINE}&state={state}") == [MINE] * (state is RecordingState.SIGNED)
    told = asked(house, "doctor A", "GET", "/recordings?limit=3")[1]
    rest = asked(house, "doctor A", "GET", f"/recordings?limit=3&cursor={told['next_cursor']}")[1]
    assert [each["id"] for each in told["items"] + rest["items"]] == newest_first
    assert rest["next_cursor"] is None
    mine = rest["items"][0]
    facts = ("state", "source", "end", "received", "gaps", "rate", "gain")
    assert [mine[name] for name in facts] == ["signed", "live", 3000, 2000, 1, 250, 200]


def test_title_and_note_are_written_once_by_whoever_saw_the_last(house: ApiHouse) -> None:
    words = {"title": "Night", "note": "after exercise\nsupine"}
    seen = version(house)
    assert asked(house, "nurse", "PUT", f"{ONE}/details", json=words, **seen)[0] == 403
    status, told = asked(house, "doctor A", "PUT", f"{ONE}/details", json=words, **seen)
    assert (status, told["title"], told["note"]) == (200, "Night", "after exercise\nsupine")
    assert asked(house, "doctor A", "PUT", f"{ONE}/details", json=words, **seen)[0] == 412
    assert asked(house, "doctor A", "PUT", f"{ONE}/details", json={"title": "a\tb"}, **version(house))[0] == 422
    assert found(house, "doctor A", "?search=nigh") == [MINE]


def test_what_is_deleted_is_gone_and_comes_back(house: ApiHouse) -> None:
    seen = version(house)
    assert asked(house, "doctor A", "DELETE", ONE)[0] == 428
    assert asked(house, "doctor B", "DELETE", ONE, **seen)[0] == 404
    assert asked(house, "doctor A", "DELETE", ONE, **seen)[0] == 204
    assert asked(house, "administrator", "GET", ONE)[0] == 404
    assert MINE not in found(house, "administrator")
    assert found(house, "doctor A", "?state=deleted") == [MINE]
    assert found(house, "nurse", "?state=deleted") == found(house, "doctor B", "?state=deleted") == []
    assert asked(house, "nurse", "POST", f"{ONE}/restore")[0] == 403
    assert asked(house, "doctor B", "POST", f"{ONE}/restore")[0] == 404
    assert [asked(house, "doctor A", "POST", f"{ONE}/restore")[1]["id"] for _ in range(2)] == [MINE] * 2
    assert MINE in found(house, "nurse")
    told = [action for action, subject in audit_actions(house.engine) if subject == f"recording {MINE}"]
    assert told == [AuditAction.RECORDING_CHANGED, AuditAction.RECORDING_DELETED, AuditAction.RECORDING_RESTORED]


@pytest.mark.parametrize(("names", "status"), [([MINE, OTHER], 404), ([], 422), ([MINE, MINE], 201)])
def test_analyses_of_many_are_asked_for_or_none(
    house: ApiHouse, names: list[str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[str] = []
    monkeypatch.setattr("streaming.analyses.ask_run", lambda _redis, name: queued.append(name))
    got, told = asked(house, "doctor A", "POST", "/analyses", json={"recordings": names})
    assert (got, len(queued)) == (status, 1 if status == 201 else 0)
    if status == 201:
        assert [(each["recording"], each["state"]) for each in told["items"]] == [(MINE, "waiting")]
