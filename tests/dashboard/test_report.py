"""A report says what the recording says, is signed as it was seen, and never changes after that."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from auth.audit import AuditAction, audit_actions
from db.corrections import beat_counts, correct_beat, shown_beats
from db.engine import writing
from ecg.labels import BeatClass
from tests.dashboard.reported import Reported, reported_house
from tests.people import BASE


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Reported]:
    with reported_house(tmp_path) as opened:
        yield opened


def correct(house: Reported, place: int, beat_class: BeatClass) -> None:
    """A doctor says what the beat is."""
    beat = shown_beats(house.engine, house.recording, 0, 10**9)[place]
    with writing(house.engine) as connection:
        correct_beat(connection, house.recording, beat.index, beat_class, 1, 1)


def signed(house: Reported, version: int, conclusion: str) -> None:
    assert house.post("doctor").status_code == 303
    assert house.do("write", version, conclusion=conclusion).status_code == 303
    assert house.do("sign", version).status_code == 303


def numbers(page: str) -> dict[str, str]:
    """Name of a class -> how many beats the page says."""
    rows = re.findall(r'data-sign="([NSVFQ])".*?<b>([^<]*)</b><i>(?:<a[^>]*>)?[\d.]+', page)
    return {sign: count.replace("\u2009", "") for sign, count in rows}


def test_what_was_not_seen_is_not_signed(house: Reported) -> None:
    house.post("doctor")
    assert house.do("sign", 1).status_code == 409  # without a conclusion
    house.do("write", 1, conclusion="Bigeminy.")
    shown = house.get("doctor").text
    hidden = {name: re.findall(f'name="{name}" value="([^"]+)"', shown)[0] for name in ("revision", "sha256")}
    correct(house, 5, BeatClass.FUSION)
    refused = house.post("doctor", "/1/sign", **hidden)
    assert refused.status_code == 409 and "not those that you saw" in refused.text
    assert numbers(refused.text) == {
        kind.value: str(count) for kind, count in beat_counts(house.engine, house.recording).items()
    }
    first, second = house.do("sign", 1), house.post("doctor", "/1/sign", **hidden)
    assert (first.status_code, second.status_code) == (303, 409)
    told = [action for action, _ in audit_actions(house.engine)]
    assert told.count(AuditAction.REPORT_SIGNED) == 1


def test_a_signed_report_stands_and_the_next_one_says_what_is_different(house: Reported) -> None:
    signed(house, 1, "Bigeminy.\n二联律。")
    before = [house.get("doctor", f".pdf?version=1&lang={lang}").data for lang in ("en", "zh")]
    page = house.get("doctor", "?version=1&lang=en").text
    assert before[0] != before[1] and all(each.startswith(b"%PDF") for each in before)
    for place in (5, 9):
        correct(house, place, BeatClass.FUSION)
    assert [house.get("doctor", f".pdf?version=1&lang={lang}").data for lang in ("en", "zh")] == before
    assert numbers(house.get("nurse", "?version=1&lang=en").text) == numbers(page)
    signed(house, 2, "Bigeminy, two beats corrected.")
    told = house.get("doctor", "?version=2&lang=en").text
    assert "2 beats" in told and "conclusion" in told and numbers(told) != numbers(page)
    assert "2026-01-08 10:14" in told  # the doctor's zone is eight hours ahead of the recording's UTC


def test_two_who_write_at_once_see_it_and_nothing_is_lost(house: Reported) -> None:
    house.post("doctor"), house.post("doctor")  # sent twice
    assert house.do("write", 1, conclusion="One.").status_code == 303
    late = house.post("doctor", "/1/write", revision="1", conclusion="<script>window.hit = 1</script> Other.")
    assert late.status_code == 409
    assert "&lt;script&gt;window.hit = 1&lt;/script&gt; Other." in late.text and "One." in late.text
    strange = house.do("write", 1, conclusion="Fine \U0001f600")
    assert strange.status_code == 400 and "Fine \U0001f600" in strange.text
    assert house.do("approve", 1).status_code == 303
    correct(house, 3, BeatClass.FUSION)
    assert 'data-state="draft"' in house.get("doctor").text  # something changed since it was pre-approved
    assert house.do("withdraw", 1, who="administrator").status_code == 303
    assert house.post("doctor", "/1/write", revision="4", conclusion="Late.").status_code == 409


def test_a_patient_sees_what_was_released_only(house: Reported) -> None:
    signed(house, 1, "Bigeminy.")
    house.post("doctor")
    assert "Bigeminy." not in house.get("patient").text
    assert [house.get("patient", f"{way}?version=1").status_code for way in ("", ".pdf")] == [404, 404]
    mine = f"{house.path}?version=1"
    assert mine not in house.browsers["patient"].get("/me", base_url=BASE).text
    assert house.do("release", 1).status_code == 303
    assert mine in house.browsers["patient"].get("/me", base_url=BASE).text
    assert house.get("patient", ".pdf?version=1").status_code == 200
    seen = house.get("patient").text
    assert 'data-version="1"' in seen and "version=2" not in seen
    assert house.get("patient", "?version=2").status_code == 404
    assert [house.do("retract", 1).status_code for _ in range(2)] == [303, 303]
    assert mine not in house.browsers["patient"].get("/me", base_url=BASE).text
    assert [house.get("patient", f"{way}?version=1").status_code for way in ("", ".pdf")] == [404, 404]
    assert house.do("release", 1).status_code == 303 and house.get("patient", ".pdf?version=1").status_code == 200
    told = [action for action, _ in audit_actions(house.engine) if "released" in action or "retracted" in action]
    assert told == [AuditAction.REPORT_RELEASED, AuditAction.REPORT_RETRACTED, AuditAction.REPORT_RELEASED]
