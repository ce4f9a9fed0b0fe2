"""The review of beats by the API: the same deeds, rights and answers as on the result page."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from auth.audit import AuditAction
from db.edits import Act, Doer, say
from db.engine import writing
from db.store import NewRecording, NewSegment, store_batch
from db.trail import Wanted, head, lines
from ecg.labels import BeatClass
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.synthetic import SyntheticEcg, synthesise
from tests.api.house import ApiHouse
from tests.db import hearts
from tests.identities import MINE

HEART = "bigeminy"
DOCTOR = "doctor A"
RATE, GAIN, SECONDS = 250, 200.0, 40.0
MISSED = 21
"""Which of the beats nobody has detected."""


@pytest.fixture(scope="module")
def heart(house: ApiHouse) -> SyntheticEcg:
    """A recording in which the network has taken every beat for a normal one."""
    made = synthesise(VENTRICULAR_BIGEMINY, RATE, 1, SECONDS)
    samples = np.round(made.samples * GAIN).astype(np.int16)
    seen = [replace(hearts.beat(each.sample), recording=HEART) for each in made.beats if each is not made.beats[MISSED]]
    facts = NewRecording(HEART, 1, RATE, GAIN, "I", 1000)
    store_batch(house.engine, {}, [facts], [NewSegment(HEART, 0, samples)], seen)
    return made


def get(house: ApiHouse, path: str, name: str = HEART) -> Any:
    return house.ask(DOCTOR, "GET", f"/recordings/{name}/{path}").json


def edit(house: ApiHouse, name: str = HEART, who: str = DOCTOR, version: int | None = None, **body: Any) -> Any:
    """(status, answer) of a deed on what is there now, or on an older version."""
    seen = house.ask(who, "GET", f"/recordings/{name}/edits").headers["ETag"] if version is None else f'"{version}"'
    answer = house.ask(who, "POST", f"/recordings/{name}/edits", json=body, headers={"If-Match": seen})
    assert answer.status_code != 200 or answer.headers["ETag"] == f'"{answer.json["version"]}"'  # type: ignore[index]
    return answer.status_code, answer.json


def classes(house: ApiHouse, name: str = HEART) -> dict[str, int]:
    counts: dict[str, int] = get(house, "classes", name)["counts"]
    return {letter: count for letter, count in counts.items() if count}


def test_all_of_a_shape_are_named_at_once_and_that_is_undone(house: ApiHouse, heart: SyntheticEcg) -> None:
    wide = [
        each.sample
        for each in heart.beats
        if each.beat_class is BeatClass.VENTRICULAR and each is not heart.beats[MISSED]
    ]
    found = {
        each["shape"]: get(house, f"shapes/{each['shape']}/beats")["items"] for each in get(house, "shapes")["items"]
    }
    shape = max(found, key=lambda label: len({each["index"] for each in found[label]} & set(wide)))
    alike = {each["index"] for each in found[shape]}
    assert len(alike) >= len(wide) - 2 and alike <= set(wide)
    before = classes(house)
    status, told = edit(house, act="class", beat_class="V", shape=shape)
    assert (status, told["undo"], told["redo"]) == (200, True, False)
    assert classes(house) == {"N": before["N"] - len(alike), "V": len(alike)}
    assert [each["beat_class"] for each in get(house, "shapes")["items"]][shape] == "V"
    first = get(house, "corrections?limit=1")
    rest = get(house, f"corrections?cursor={first['next_cursor']}")["items"]
    assert {each["index"] for each in first["items"] + rest} == alike
    assert (first["items"][0]["said"], first["items"][0]["network_class"]) == ("V", "N")
    assert edit(house, act="undo")[1]["redo"] is True
    assert (classes(house), get(house, "corrections")["items"]) == (before, [])
    assert edit(house, act="redo")[0] == 200 and classes(house)["V"] == len(alike)
    assert edit(house, act="network", shape=shape)[0] == 200 and classes(house) == before


def test_a_beat_is_found_where_somebody_points_and_taken_away(house: ApiHouse, heart: SyntheticEcg) -> None:
    peak = heart.beats[MISSED].sample
    assert edit(house, act="add", beats=[peak + 6], beat_class="V")[0] == 200
    (added,) = get(house, "corrections")["items"]
    assert abs(added["index"] - peak) <= 2 and (added["said"], added["network_class"]) == ("V", None)
    shown = {each["index"]: each for each in get(house, "beats")["items"]}
    assert (shown[added["index"]]["by_person"], shown[added["index"]]["network_class"]) == (True, None)
    status, again = edit(house, act="add", beats=[peak])
    assert (status, again["type"]) == (409, "urn:wardbeat:problem:edit-beat-near")
    assert edit(house, act="delete", start=peak - 10, end=peak + 10)[0] == 200
    told = get(house, f"corrections/{added['index']}")
    assert [each["said"] for each in told["items"]] == ["none", "V"]
    assert told["items"][0]["person"] == "Doctor A" and told["network_class"] is None
    assert added["index"] not in {each["index"] for each in get(house, "beats")["items"]}
    assert get(house, "corrections/1") == {"index": 1, "network_class": None, "items": []}


def test_no_beat_counts_in_noise_until_it_is_lifted(house: ApiHouse) -> None:
    before = classes(house, MINE)
    assert edit(house, MINE, act="noise", start=50, end=350)[1]["noise"] == [{"start": 50, "end": 350}]
    assert classes(house, MINE) == {"N": 1}
    assert edit(house, MINE, act="lift", start=340, end=360)[1]["noise"] == []
    assert classes(house, MINE) == before
    assert edit(house, MINE, act="lift", start=340, end=360)[0] == 409


def test_nobody_is_overwritten_unseen_and_the_trail_says_who_did_what(house: ApiHouse) -> None:
    seen = get(house, "edits", MINE)["version"]
    with writing(house.engine) as connection:
        say(connection, Doer(MINE, 2, 5), Act.CLASS, {500: "S"})
    before = head(house.engine).number
    status, refused = edit(house, MINE, version=seen, act="class", beat_class="V", beats=[500])
    assert (status, refused["type"]) == (412, "urn:wardbeat:problem:changed-meanwhile")
    path = f"/recordings/{MINE}/edits"
    assert house.ask(DOCTOR, "POST", path, json={"act": "undo"}).status_code == 428
    assert edit(house, MINE, act="delete", beats=[501])[0] == 409
    assert edit(house, MINE, act="delete", beats=[500])[0] == 200
    done = [line for line in lines(house.engine, Wanted()) if line.number > before]
    told = [(line.person, line.subject, line.patient_id) for line in done if line.action == AuditAction.BEAT_CORRECTED]
    assert told == [(DOCTOR, f"{MINE}: delete - 500 (1)", 1)]
    assert classes(house, MINE) == {"N": 1, "V": 1}


def test_what_comes_between_reading_and_writing_is_seen_too(house: ApiHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    known = get(house, "edits", MINE)["version"]
    monkeypatch.setattr("dashboard.api.edits.newest_deed", lambda *_: known)
    with writing(house.engine) as connection:
        say(connection, Doer(MINE, 2, 6), Act.CLASS, {100: "S"})
    assert edit(house, MINE, version=known, act="class", beat_class="V", beats=[300])[0] == 412


def test_a_repeated_deed_is_done_once(house: ApiHouse) -> None:
    how = {"If-Match": f'"{get(house, "edits", MINE)["version"]}"', "Idempotency-Key": "once"}
    body = {"act": "class", "beat_class": "F", "beats": [300]}
    first, again = (house.ask(DOCTOR, "POST", f"/recordings/{MINE}/edits", json=body, headers=how) for _ in range(2))
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"act": "class", "beats": [300]}, "/beat_class"),
        ({"act": "class", "beat_class": "Z", "beats": [300]}, "/beat_class"),
        ({"act": "class", "beat_class": "V"}, "/act"),
        ({"act": "delete", "beats": [300], "shape": 1}, "/act"),
        ({"act": "delete", "start": 1}, "/act"),
        ({"act": "delete", "beats": [300], "beat_class": "V"}, "/beat_class"),
        ({"act": "undo", "beats": [300]}, "/act"),
        ({"act": "noise", "beats": [300]}, "/act"),
        ({"act": "burn"}, "/act"),
        ({"act": "class", "beat_class": "V", "beats": [True]}, "/beats/0"),
    ],
)
def test_what_does_not_say_what_is_meant_does_nothing(house: ApiHouse, wrong: dict[str, Any], pointer: str) -> None:
    before = get(house, "edits", MINE)
    status, told = edit(house, MINE, **wrong)
    assert (status, [each["pointer"] for each in told["errors"]]) == (422, [pointer])
    assert get(house, "edits", MINE) == before
