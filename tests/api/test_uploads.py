"""Recordings that programs bring: in pieces, with breaks and repetitions, and never another's."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.api.house import ApiHouse, make_house

FACTS = {"patient": 1, "lead": "I", "rate": 250, "gain": 200, "started_at": "2026-11-27T08:00:00.250+08:00"}
SAMPLES = np.tile(np.arange(-100, 100, dtype="<i2"), 10)


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[ApiHouse]:
    made = make_house(tmp_path_factory.mktemp("uploads"), redis_url=valkey_url)
    yield made
    made.close()


def begin(house: ApiHouse, who: str = "patient", **more: Any) -> dict[str, Any]:
    answer = house.ask(who, "POST", "/recordings", json=FACTS | {"count": len(SAMPLES)} | more)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json or {}
    assert answer.headers["Location"] == f"/api/v1/uploads/{told['id']}"
    return told


def piece(house: ApiHouse, upload: str, start: int, end: int, who: str = "patient") -> tuple[int, dict[str, Any]]:
    how = {"data": SAMPLES[start:end].tobytes(), "content_type": "application/octet-stream"}
    answer = house.ask(who, "PUT", f"/uploads/{upload}/samples?start={start}", **how)
    return answer.status_code, answer.json or {}


def test_pieces_may_break_off_overlap_and_be_repeated(house: ApiHouse) -> None:
    upload = begin(house)["id"]
    assert piece(house, upload, 0, 700)[1]["received"] == 700
    status, told = piece(house, upload, 900, 1000)
    assert (status, "sample 700" in told["detail"]) == (409, True)
    assert piece(house, upload, 0, 700)[1]["received"] == 700
    assert piece(house, upload, 500, 1200)[1]["received"] == 1200
    assert (house.ask("patient", "GET", f"/uploads/{upload}").json or {})["state"] == "receiving"
    assert piece(house, upload, 1200, 2000)[1]["state"] == "waiting"
    stored = (house.settings.uploads_dir / upload / "api.dat").read_bytes()
    assert stored == SAMPLES.tobytes()
    listed = (house.ask("patient", "GET", "/uploads").json or {})["items"]
    assert [each["id"] for each in listed if each["count"]] == [upload]


def test_a_short_one_comes_in_one_request(house: ApiHouse) -> None:
    assert begin(house, "doctor A", samples=SAMPLES.tolist())["state"] == "waiting"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"patient": 2}, 404),
        ({"patient": 77}, 404),
        ({"rate": 20}, 422),
        ({"lead": "I\nII"}, 422),
        ({"started_at": "2026-11-27T08:00:00"}, 422),
        ({"count": None}, 422),
        ({"samples": [1, 2, 3]}, 422),
        ({"samples": [40_000]}, 422),
    ],
)
def test_what_cannot_be_brought_is_said(house: ApiHouse, wrong: dict[str, Any], status: int) -> None:
    answer = house.ask("patient", "POST", "/recordings", json=FACTS | {"count": len(SAMPLES)} | wrong)
    assert answer.status_code == status


def test_nobody_else_sees_it_or_adds_to_it(house: ApiHouse) -> None:
    upload = begin(house)["id"]
    for who in ("doctor B", "new doctor", "service B"):
        assert house.ask(who, "GET", f"/uploads/{upload}").status_code == 404
    assert piece(house, upload, 0, 700, "doctor B")[0] == 404
    assert house.ask("doctor A", "GET", f"/uploads/{upload}").status_code == 200
    assert house.ask("patient", "PUT", f"/uploads/{upload}/samples?start=0", data=b"abc").status_code == 400


def test_without_a_queue_the_last_piece_is_sent_again(house: ApiHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begin(house)["id"]
    with monkeypatch.context() as broken:
        broken.setattr("streaming.uploads.ask_import", refuse)
        status, told = piece(house, upload, 0, 2000)
    assert (status, told["type"]) == (503, "urn:wardbeat:problem:no-queue")
    assert piece(house, upload, 1900, 2000)[1]["state"] == "waiting"


def refuse(*_: object) -> None:
    raise RedisConnectionError
