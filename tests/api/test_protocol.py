"""What every operation has in common: problems, pages, versions, repeated requests, how often one may ask."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from auth.allowance import Buckets
from auth.audit import AuditAction, audit_actions
from db.store import NewRecording, store_batch
from db.trail import all_lines
from tests.api.house import SAMPLES, ApiHouse, make_house
from tests.identities import MINE

MARKS = f"/recordings/{MINE}/marks"
NEW_USER = {"name": "eve.n", "full_name": "Eve North", "role": "nurse", "password": "many warm days in may"}


@pytest.mark.parametrize(
    ("who", "method", "path", "more", "status", "kind"),
    [
        ("none", "GET", "/me", {}, 401, "about:blank"),
        ("nurse", "GET", "/users", {}, 403, "about:blank"),
        ("nurse", "GET", "/recordings/nothing", {}, 404, "about:blank"),
        ("nurse", "GET", "/recordings/%00", {}, 400, "about:blank"),
        ("nurse", "GET", "/recordings/%3Cscript%3E", {}, 404, "about:blank"),
        ("nurse", "GET", "/nothing/at/all", {}, 404, "about:blank"),
        ("nurse", "PATCH", "/me", {}, 405, "about:blank"),
        ("nurse", "POST", MARKS, {"data": "{", "content_type": "application/json"}, 400, "no-json"),
        ("nurse", "POST", MARKS, {"data": "a=b", "content_type": "text/plain"}, 415, "about:blank"),
        ("nurse", "POST", MARKS, {"data": b"x" * 5_000_000, "content_type": "application/json"}, 413, "about:blank"),
        ("nurse", "POST", MARKS, {"json": {"index": 1, "words": ""}}, 422, "invalid"),
        ("nurse", "POST", MARKS, {"json": {"index": 1, "words": "a\0b"}}, 422, "invalid"),
        ("nurse", "POST", MARKS, {"json": {}, "headers": {"Idempotency-Key": "é"}}, 400, "key-invalid"),
        ("nurse", "GET", f"/recordings/{MINE}/beats?cursor=bm90IG91cnM=", {}, 422, "invalid"),
        ("nurse", "GET", f"/recordings/{MINE}/beats?colour=red", {}, 422, "invalid"),
        ("administrator", "DELETE", "/users/1", {}, 428, "version-missing"),
        ("administrator", "DELETE", "/users/1", {"headers": {"If-Match": '"99"'}}, 412, "changed-meanwhile"),
    ],
)
def test_every_error_is_a_problem(
    house: ApiHouse, who: str, method: str, path: str, more: dict[str, Any], status: int, kind: str
) -> None:
    answer = house.ask(who, method, path, **more)
    told = answer.json or {}
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (told["status"], told["type"].rpartition("problem:")[2]) == (status, kind)
    assert told["title"]
    assert told["detail"]
    assert status != 401 or answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_what_fails_inside_is_a_problem_that_tells_nothing(house: ApiHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("dashboard.api.recordings.recording_line", fall)
    answer = house.ask("nurse", "GET", f"/recordings/{MINE}")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret" not in answer.text


def test_a_wrong_field_is_named(house: ApiHouse) -> None:
    answer = house.ask("nurse", "POST", MARKS, json={"index": -1, "words": "a", "colour": 1})
    assert [each["pointer"] for each in (answer.json or {})["errors"]] == ["/index", "/colour"]
    answer = house.ask("administrator", "POST", "/users", json={**NEW_USER, "password": "short", "phone": "12"})
    assert {each["pointer"] for each in (answer.json or {})["errors"]} == {"/password", "/phone"}


def pages(house: ApiHouse, who: str, path: str) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        told = (
            house.ask(who, "GET", path, query_string={"limit": 2} | ({"cursor": cursor} if cursor else {})).json or {}
        )
        yield told
        cursor = told["next_cursor"]
        if cursor is None:
            return


@pytest.mark.parametrize(
    ("path", "key"), [("/users", "id"), ("/audit", "number"), (f"/recordings/{MINE}/beats", "index")]
)
def test_pages_give_everything_once(house: ApiHouse, path: str, key: str) -> None:
    house.ask("administrator", "GET", "/me")
    whole = [each[key] for each in (house.ask("administrator", "GET", path).json or {})["items"]]
    paged = [each[key] for page in pages(house, "administrator", path) for each in page["items"]]
    assert len(whole) >= 3
    assert [each for each in paged if each in whole] == whole
    assert len(set(paged)) == len(paged)


def test_a_repeated_request_does_nothing_twice(house: ApiHouse) -> None:
    how = {"json": NEW_USER, "headers": {"Idempotency-Key": "one"}}
    first, again = (house.ask("administrator", "POST", "/users", **how) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_data() == first.get_data()
    assert (again.headers["ETag"], again.headers["Location"]) == (first.headers["ETag"], first.headers["Location"])
    assert again.headers["Idempotency-Replayed"] == "true"
    added = [subject for action, subject in audit_actions(house.engine) if action is AuditAction.PERSON_ADDED]
    assert added == ["eve.n: nurse"]
    other = house.ask("administrator", "POST", "/users", json={**NEW_USER, "name": "x"}, headers=how["headers"])
    assert (other.status_code, (other.json or {})["type"]) == (422, "urn:wardbeat:problem:key-reused")
    assert house.ask("administrator", "POST", "/users", json=NEW_USER).status_code == 409
    assert house.ask("nurse", "POST", MARKS, json={"index": 1, "words": "a"}, headers=how["headers"]).status_code == 201


def test_what_two_edit_is_not_overwritten(house: ApiHouse) -> None:
    seen = house.ask("administrator", "GET", "/users/5")
    same = house.ask("administrator", "GET", "/users/5", headers={"If-None-Match": seen.headers["ETag"]})
    assert same.status_code == 304
    change = {"full_name": "Lena Moss", "role": "patient", "patients": [1]}
    how = {"json": change, "headers": {"If-Match": seen.headers["ETag"]}}
    first, second = (house.ask("administrator", "PUT", "/users/5", **how) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 412)
    assert first.headers["ETag"] != seen.headers["ETag"]
    gone = house.ask("administrator", "DELETE", "/users/5", headers={"If-Match": first.headers["ETag"]})
    assert gone.status_code == 204
    assert house.ask("administrator", "GET", "/users/5").status_code == 404
    assert house.ask("patient", "GET", "/me").status_code == 401


def test_samples_are_the_devices_own_and_nothing_is_filled_in(house: ApiHouse) -> None:
    path = f"/recordings/{MINE}/samples?start=990&end=2010"
    runs = (house.ask("nurse", "GET", path).json or {})["runs"]
    assert runs == [
        {"start": 990, "samples": SAMPLES[990:].tolist()},
        {"start": 2000, "samples": SAMPLES[:10].tolist()},
    ]
    raw = house.ask("nurse", "GET", path, headers={"Accept": "application/octet-stream"})
    assert len(raw.get_data()) == 2 * 1020
    assert raw.get_data()[20:22] == b"\x00\x80"
    assert house.ask("nurse", "GET", f"/recordings/{MINE}/samples?start=0&end=100001").status_code == 422


def test_results_are_what_was_found(house: ApiHouse) -> None:
    found = {
        name: house.ask("doctor A", "GET", f"/recordings/{MINE}/{name}").json or {}
        for name in ("beats", "classes", "rr", "heart-rate", "vital-signs", "episodes", "summary")
    }
    assert [(each["index"], each["beat_class"], each["rhythm"]) for each in found["beats"]["items"]] == [
        (100, "N", "N"),
        (300, "V", "A"),
        (500, "N", "N"),
    ]
    assert found["classes"] == {"total": 3, "counts": {"N": 3, "S": 0, "V": 0, "F": 0, "Q": 0} | {"N": 2, "V": 1}}
    assert [each["rr_ms"] for each in found["rr"]["items"]] == [800.0, 800.0]
    assert [(each["at_s"], each["heart_rate"]) for each in found["heart-rate"]["items"]] == [(1.0, 74.5)]
    assert [each["sdnn"] for each in found["vital-signs"]["items"]] == [41.5, 41.5]
    assert found["summary"]["heart_rate"] == {"lowest": 74.5, "median": 74.5, "highest": 74.5}
    assert (found["summary"]["variability"]["sdnn"], found["summary"]["received_share"]) == (41.5, 0.6667)
    assert found["episodes"]["gaps"] == [{"start": 600, "end": 900}]
    assert [(each["start"], each["end"]) for each in found["episodes"]["items"]] == [(400, None)]


def test_views_and_deeds_are_in_the_trail_with_their_token(house: ApiHouse) -> None:
    house.ask("service", "GET", f"/recordings/{MINE}/rr")
    house.ask("nurse", "GET", "/audit")
    told = {
        (line.action, line.subject, line.address.partition(" ")[2], line.patient_id) for line in all_lines(house.engine)
    }
    service = (house.ask("service", "GET", "/me").json or {})["token"]
    nurse = (house.ask("nurse", "GET", "/me").json or {})["token"]
    assert ("viewed", f"GET /api/v1/recordings/{MINE}/rr", f"token {service}", 1) in told
    assert ("refused", "GET /api/v1/audit", f"token {nurse}", None) in told


def test_a_bucket_fills_again() -> None:
    buckets = Buckets(burst=2, per_minute=60)
    assert [buckets.receive(1, 0).wait_ms > 0 for _ in range(3)] == [False, False, True]
    assert buckets.receive(2, 0).wait_ms == 0
    assert buckets.receive(1, 1_100).wait_ms == 0
    assert buckets.receive(1, 1_100).wait_ms > 0


def test_who_asks_too_often_waits(house: ApiHouse) -> None:
    budget = house.app.extensions["wardbeat-door"].requests
    usual = budget.burst, budget.per_minute
    budget.burst, budget.per_minute = 3, 1
    try:
        answers: list[TestResponse] = [house.ask("service B", "GET", "/me") for _ in range(5)]
    finally:
        budget.burst, budget.per_minute = usual
    late = answers[-1]
    assert (late.status_code, late.mimetype) == (429, "application/problem+json")
    assert int(late.headers["Retry-After"]) >= 1
    assert late.headers["RateLimit"] == '"token";r=0'


def test_on_postgresql_too(tmp_path: Any, postgres_url: str) -> None:
    house = make_house(tmp_path, postgres_url)
    how = {"json": {"index": 5, "words": "ok"}, "headers": {"Idempotency-Key": "a"}}
    assert [house.ask("nurse", "POST", MARKS, **how).status_code for _ in range(2)] == [201, 201]
    for path in (
        "/users?search=a",
        "/audit?person=d",
        f"/recordings/{MINE}/beats",
        f"/recordings/{MINE}/shapes",
        "/wards",
        "/me",
    ):
        assert house.ask("administrator", "GET", path).status_code == 200
    for act in ({"act": "class", "beat_class": "F", "start": 0, "end": 400}, {"act": "undo"}):
        version = house.ask("doctor A", "GET", f"/recordings/{MINE}/edits").headers["ETag"]
        edited = house.ask("doctor A", "POST", f"/recordings/{MINE}/edits", json=act, headers={"If-Match": version})
        assert edited.status_code == 200
    nobody = {"what": "assign", "value": "9" * 12}
    assert house.ask("nurse", "POST", f"/recordings/{MINE}/alerts/asystole/500/acts", json=nobody).status_code == 422
    assert house.ask("administrator", "GET", "/users?search=%00").status_code == 400
    assert json.loads(house.ask("service A", "GET", "/me").text)["wards"] == ["Demo ward"]
    house.close()


def test_an_alert_is_acknowledged_once_and_waits_for_nobody_then(house: ApiHouse) -> None:
    path = f"/recordings/{MINE}/alerts"
    assert [each["recording"] for each in (house.ask("doctor A", "GET", "/alerts").json or {})["items"]] == [MINE]
    assert len((house.ask("administrator", "GET", "/alerts").json or {})["items"]) == 2
    acts = f"{path}/asystole/500/acts"
    assert house.ask("service A", "POST", acts, json={"what": "acknowledge"}).status_code == 403
    done = house.ask("nurse", "POST", acts, json={"what": "acknowledge"})
    assert (done.status_code, (done.json or {})["seen_by"], (done.json or {})["state"]) == (200, "Nurse", "closed")
    twice = house.ask("doctor A", "POST", acts, json={"what": "acknowledge"})
    assert (twice.status_code, "Nurse" in (twice.json or {})["detail"]) == (409, True)
    assert (house.ask("doctor A", "GET", "/alerts").json or {})["items"] == []
    judged = house.ask("doctor A", "POST", acts, json={"what": "verdict", "value": "noise"}).json or {}
    assert (judged["verdict"], judged["judged_by"]) == ("noise", "Doctor A")
    assert house.ask("doctor A", "POST", acts, json={"what": "verdict", "value": "perhaps"}).status_code == 422
    assert house.ask("nurse", "POST", acts, json={"what": "comment", "value": "lead was off"}).status_code == 200
    told = (house.ask("service A", "GET", path).json or {})["items"]
    assert [(each["rule"], each["value"], each["limit"], each["unit"]) for each in told] == [
        ("asystole", 2.4, 2.0, "s")
    ]
    assert house.ask("nurse", "POST", f"{path}/nonsense/500/acts", json={"what": "acknowledge"}).status_code == 404


def test_a_patients_recordings_are_listed_in_pages(house: ApiHouse) -> None:
    more = [NewRecording(f"later-{number}", 1, 250, 200.0, "I", 1000 * number) for number in (1, 2, 2, 3)]
    store_batch(house.engine, {}, more, [], [])
    listed = [each["id"] for page in pages(house, "nurse", "/patients/1/recordings") for each in page["items"]]
    assert listed == ["later-3", "later-2", "later-1", MINE]
