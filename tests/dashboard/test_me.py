"""A patient's own page: the day in words, what was felt, own recordings, and reports that were released."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dashboard.day_summary import Day, day_of, day_words
from db.engine import writing
from db.marks import PatientMark, set_patient_mark
from db.trend_views import Band, Trend
from ecg.rates import to_samples
from tests.dashboard.reported import Reported, reported_house
from tests.people import BASE
from words import speaking
from written import clock

NONE = np.full(4, np.nan)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Reported]:
    with reported_house(tmp_path) as house:
        yield house


def page(house: Reported, language: str = "en") -> str:
    return house.browsers["patient"].get(f"/me?lang={language}", base_url=BASE).text


def test_the_page_has_what_is_ones_own_and_what_the_doctor_gave(house: Reported) -> None:
    mark = PatientMark(
        "one", house.recording, to_samples(60.0), "dizzy", house.of.device_id, time.time_ns() // 1_000_000
    )
    with writing(house.engine) as connection:
        set_patient_mark(connection, mark)
    seen = page(house)
    assert "Nothing has been received from you today." in seen
    assert "Your doctor has not released a report yet." in seen
    assert "Dizzy</td>" in seen and "8 Jan 10:15" in seen  # a minute after 02:14 by UTC, in Shanghai
    house.post("doctor")
    assert house.do("write", 1, conclusion="Bigeminy.").status_code == 303
    assert house.do("sign", 1).status_code == 303
    assert "report?version=1" not in page(house)  # signed, and not given to the patient yet
    assert house.do("release", 1).status_code == 303
    seen = page(house)
    assert f'href="{house.path}?version=1"' in seen
    assert "released a report yet" not in seen
    assert "医生的报告" in page(house, "zh")


def test_a_page_for_others_leads_a_patient_back_to_the_own_one(house: Reported) -> None:
    answer = house.browsers["patient"].get("/wall", base_url=BASE)
    assert answer.status_code == 403
    assert 'href="/me"' in answer.text
    assert 'href="/wall"' not in answer.text


def test_a_day_is_told_in_numbers_that_the_monitor_had() -> None:
    rates = np.array([np.nan, 60.0, 90.0, 120.0])
    minutes = Trend(
        3_600_000, 60_000, np.array([0.0, 60.0, 60.0, 30.0]), Band(rates, rates, rates), *[Band(*[NONE] * 3)] * 3
    )
    day = day_of(minutes)
    assert day == Day(150.0, 84.0, (60.0, 3_660_000), (120.0, 3_780_000))
    with speaking("en"):
        assert day_words(day, 1) == [
            "Your heart rate could be read for 2 min 30 s today.",
            "On average your heart beat 84 times a minute.",
            f"Slowest was 60 a minute at {clock(3_660_000)[:5]}, fastest 120 at {clock(3_780_000)[:5]}.",
            "You noted once that you felt something.",
        ]
