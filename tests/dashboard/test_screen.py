import json
from dataclasses import replace

import numpy as np
import pytest

from dashboard.access import allowed_origins, socket_source
from dashboard.parts import EventPart, SettledPart, ShownEvent, TracePart
from dashboard.rooms import LiveWard
from dashboard.screen import BLOCK_HEADER, Clock, Links, RateLimits, as_bytes, as_text, messages, read_hello
from dashboard.seats import seats
from db.views import BedView
from ecg.errors import ProtocolError
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.types import VITAL_NUMBERS, AfBurden, Beat, QualityChange, RhythmEpisode, SignalGap, VitalSigns
from streaming.codec import LiveFrame, RecordingFacts

BEAT = Beat("r", 90, None, BeatClass.VENTRICULAR, Rhythm.OTHER, (0.0, 0, 1, 0, 0), (0.0, 0, 1, 0))
EVENTS: list[ShownEvent] = [
    BEAT,
    VitalSigns("r", 90, 72.5, 800.0, None, 41.0, 34.0, 9.0, 98.0, Finding.BIGEMINY, lf=400.0, hf=200.0),
    QualityChange("r", 5, Quality.POOR, QualityReason.NOISE),
    SignalGap("r", 10, 20),
    RhythmEpisode("r", Finding.PAUSE, 30, None),
    AfBurden("r", 15_000, 12.5, None, 3.0),
]


def test_blocks_are_laid_out_as_documented() -> None:
    parts = [TracePart(7, 500, 1_700_000_000_123, 0, np.array([1, -2, 300], np.int16)) for _ in range(2)]
    data = as_bytes(parts)
    assert len(data) == 2 * (24 + 8)
    assert BLOCK_HEADER.unpack_from(data, 32) == (7, 500, 1_700_000_000_123.0, 3, 0)
    assert np.frombuffer(data, "<i2", 3, 24).tolist() == [1, -2, 300]


def test_every_kind_of_event_reaches_the_screen() -> None:
    (text,) = messages([EventPart(3, event) for event in EVENTS])
    news = json.loads(text)
    assert news["type"] == "events"
    assert [event["kind"] for event in news["events"]] == ["beat", "vitals", "quality", "gap", "episode", "burden"]
    assert news["events"][0] == {"kind": "beat", "channel": 3, "index": 90, "rr": None, "sign": "V"}
    assert news["events"][1]["finding"] == "bigeminy"
    assert (news["events"][1]["heart_rate"], news["events"][1]["lf_hf"]) == (72.5, 2.0)
    assert {*VITAL_NUMBERS, "lf_hf"} <= set(news["events"][1])
    burden = {"kind": "burden", "channel": 3, "index": 15_000, "hour": 12.5, "day": None, "whole": 3.0}
    assert news["events"][-1] == burden


def test_a_settled_beat_is_one_letter() -> None:
    fibrillates = replace(BEAT, beat_class=BeatClass.NORMAL, rhythm=Rhythm.ATRIAL_FIBRILLATION)
    not_sure = replace(fibrillates, rhythm_probabilities=(0.4, 0.45, 0.15, 0.0))
    (text,) = messages([SettledPart(3, beat) for beat in (BEAT, fibrillates, not_sure)])
    news = json.loads(text)["events"]
    assert news[0] == {"kind": "settled", "channel": 3, "index": 90, "sign": "V"}
    assert [event["sign"] for event in news] == ["V", "A", "Q"]


def test_the_clock_says_how_the_links_are() -> None:
    assert json.loads(as_text(Clock(5, Links(False, 1700, 0, 0), "0123456789ab"))) == {
        "type": "clock",
        "now": 5,
        "links": {"store": False, "store_lost_ms": 1700, "store_full_ms": 0, "alerts_lost_ms": 0},
        "edition": "0123456789ab",
    }


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"ticket": 1, "beds": "all"}', '{"ticket": "x", "beds": "some"}', "\xff"]
)
def test_a_first_message_that_is_no_ticket_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        read_hello(text)


def test_a_first_message_names_all_beds_or_some() -> None:
    assert read_hello('{"ticket": "t", "beds": "all"}').beds == "all"
    assert read_hello(b'{"ticket": "t", "beds": [1, 2]}').beds == [1, 2]


def test_a_bed_shows_the_newest_recording_of_its_patient_by_the_device() -> None:
    ward, begun = LiveWard(), {"new": 2000, "old": 1000, "of another": 3000, "of nobody": 4000}
    for name in begun:
        ward.receive(LiveFrame(name, 5, 0, np.zeros(4, np.int16), ()))
    facts = [RecordingFacts(name, 4, 250.0, 200.0, "I", begun_ms) for name, begun_ms in begun.items()]
    whose = {"new": 1, "old": 1, "of another": 2, "of nobody": None}
    beds = [BedView("A", "01", 11, 1, "LM", 4), BedView("A", "02", 12, None, None, None)]
    shown = seats(beds, facts, ward.rooms, {1: {"hr_low": 45.0, "of a later version": 3.0}}, 0, whose)
    assert [seat.channel for seat in shown] == [ward.rooms["new"].channel, None]
    assert (shown[1].patient_id, shown[0].lead) == (None, "I")
    assert [seat.limits for seat in shown] == [RateLimits(45.0, 120.0), None]
    (senseless,) = seats(beds[:1], facts, ward.rooms, {1: {"hr_low": 150.0}}, 0, whose)
    assert senseless.limits == RateLimits(50.0, 120.0)


def test_only_our_own_pages_may_open_the_socket() -> None:
    origins = allowed_origins(8050, "https://ward.example/x")
    assert "https://ward.example" in origins
    assert "http://localhost:8050" in origins
    assert not {"null", "http://localhost", "https://ward.example.org", "http://127.0.0.1:8051"} & set(origins)
    assert socket_source("ws://127.0.0.1:8051/live") == "ws://127.0.0.1:8051"
