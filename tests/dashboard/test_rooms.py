import numpy as np

from dashboard.parts import CorrectedPart, EventPart, Part, SettledPart, TracePart, merged
from dashboard.rooms import HELD_SAMPLES, LiveWard
from ecg.findings import Finding, Quality, QualityReason
from ecg.labels import BeatClass, Rhythm
from ecg.types import AfBurden, Beat, Event, QualityChange, RhythmEpisode, SettledRhythm
from streaming.codec import LiveFrame

NOW = 1_700_000_000_000


def frame(start: int, count: int, *events: Event, received_ms: int | None = None, recording: str = "r") -> LiveFrame:
    on_time = NOW + (start + count) * 4
    trace = np.arange(start, start + count).astype(np.int16)
    return LiveFrame(recording, on_time if received_ms is None else received_ms, start, trace, events)


def beat(index: int) -> Beat:
    return Beat("r", index, 200, BeatClass.NORMAL, Rhythm.NORMAL, (1.0, 0, 0, 0, 0), (1.0, 0, 0, 0))


def settled(index: int) -> SettledRhythm:
    return SettledRhythm("r", index, Rhythm.ATRIAL_FIBRILLATION, (0.1, 0.9, 0.0, 0.0))


def signs(parts: list[Part]) -> list[tuple[int, str]]:
    return [(part.beat.index, part.beat.sign) for part in parts if isinstance(part, SettledPart)]


def traces(parts: list[Part] | None) -> list[TracePart]:
    assert parts is not None
    return [part for part in parts if isinstance(part, TracePart)]


def events(parts: list[Part] | None) -> list[Event]:
    assert parts is not None
    return [part.event for part in parts if isinstance(part, EventPart)]


def test_repeated_samples_and_events_are_dropped_by_their_index() -> None:
    ward = LiveWard()
    ward.receive(frame(0, 100, beat(50)))
    assert ward.receive(frame(0, 100, beat(50))) == []
    (rest,) = traces(ward.receive(frame(60, 100, beat(50))))
    assert (rest.start, len(rest.samples), rest.samples[0]) == (100, 60, 100)


def test_a_jump_stays_a_gap() -> None:
    ward = LiveWard()
    ward.receive(frame(0, 100))
    ward.receive(frame(600, 100))
    (room,) = ward.rooms.values()
    assert [(part.start, len(part.samples)) for part in traces(merged(room.snapshot()))] == [(0, 100), (600, 100)]


def test_a_snapshot_holds_ten_seconds_and_the_newest_facts() -> None:
    ward = LiveWard()
    poor = QualityChange("r", 0, Quality.POOR, QualityReason.NOISE)
    good = QualityChange("r", 40, Quality.GOOD, QualityReason.NONE)
    ward.receive(frame(0, 100, poor, good, beat(20)))
    for start in range(100, 100_000, 100):
        ward.receive(frame(start, 100, beat(start)))
    (room,) = ward.rooms.values()
    (held,) = traces(merged(room.snapshot()))
    assert HELD_SAMPLES <= len(held.samples) < HELD_SAMPLES + 100
    assert held.start + len(held.samples) == 100_000
    found = events(room.snapshot())
    assert [event for event in found if isinstance(event, QualityChange)] == [good]
    assert min(event.index for event in found if isinstance(event, Beat)) >= 100_000 - HELD_SAMPLES


def test_a_new_screen_gets_the_newest_burden_however_long_ago_and_every_episode_of_a_beat() -> None:
    ward = LiveWard()
    burdens = [AfBurden("r", minute * 15_000, None, None, float(minute)) for minute in (1, 2)]
    silence = [RhythmEpisode("r", finding, 200, None) for finding in (Finding.PAUSE, Finding.ASYSTOLE)]
    ward.receive(frame(0, 100, *burdens, *silence))
    ward.receive(frame(30_000, 15_000, beat(44_000)))
    (room,) = ward.rooms.values()
    found = events(room.snapshot())
    assert [event for event in found if isinstance(event, AfBurden)] == burdens[1:]
    assert [event for event in found if isinstance(event, RhythmEpisode)] == silence


def test_a_settled_rhythm_is_told_with_its_beat_once_and_whichever_comes_first() -> None:
    ward = LiveWard()
    ward.receive(frame(0, 2400, beat(50)))
    assert signs(ward.receive(frame(2400, 60, settled(50), settled(2300)))) == [(50, "A")]
    assert signs(ward.receive(frame(2460, 60, beat(50), settled(50), beat(2300)))) == [(2300, "A")]
    (room,) = ward.rooms.values()
    assert signs(room.snapshot()) == [(50, "A"), (2300, "A")]
    assert [event.index for event in events(room.snapshot()) if isinstance(event, Beat)] == [50, 2300]


def test_a_beat_is_kept_until_its_settled_rhythm_comes_in_chunks_of_two_seconds() -> None:
    ward, told = LiveWard(), []
    for start in range(0, 50_000, 500):
        due = [settled(index) for index in range(start - 2500, start - 2000, 250)]
        told += signs(ward.receive(frame(start, 500, beat(start), beat(start + 250), *due)))
    assert [index for index, _ in told] == list(range(0, 47_500, 250))
    (room,) = ward.rooms.values()
    assert len(room._events) < 2 * 15 + 4


def test_a_screen_gets_what_is_newer_than_its_place() -> None:
    ward = LiveWard()
    ward.receive(frame(0, 100))
    place = ward.serial
    assert ward.since(place) == []
    ward.receive(frame(100, 100, beat(120)))
    assert [part.start for part in traces(ward.since(place))] == [100]
    assert events(ward.since(place)) == [beat(120)]


def test_a_screen_that_fell_behind_is_told_so_and_the_log_does_not_grow() -> None:
    ward = LiveWard()
    for start in range(0, 500_000, 62):
        ward.receive(frame(start, 62, beat(start)))
    assert ward.since(1) is None
    assert traces(ward.since(ward.serial - 20))
    assert len(ward._log) < 10 * 250 / 62 * 2 + 4


def test_stored_samples_sent_after_an_outage_are_told_from_live_ones() -> None:
    ward = LiveWard()
    for start in range(0, 10_000, 100):
        (live,) = traces(ward.receive(frame(start, 100)))
    assert live.behind_ms == 0
    late = NOW + 10_100 * 4 + 30_000
    (stored,) = traces(ward.receive(frame(10_000, 100, received_ms=late)))
    assert 28_000 < stored.behind_ms < 31_000
    assert stored.at_ms == late - stored.behind_ms
    (caught_up,) = traces(ward.receive(frame(10_100, 7_500, received_ms=NOW + 17_600 * 4)))
    assert caught_up.behind_ms == 0


def test_a_device_clock_that_runs_one_percent_slow_is_not_late() -> None:
    ward = LiveWard()
    for start in range(0, 250 * 600, 250):
        received = NOW + round(start * 4 * 1.01)
        (part,) = traces(ward.receive(frame(start, 250, received_ms=received)))
        assert part.behind_ms == 0


def test_silent_recordings_on_no_bed_are_forgotten() -> None:
    ward = LiveWard()
    ward.receive(frame(0, 100, recording="shown"))
    ward.receive(frame(0, 100, recording="gone"))
    ward.keep({ward.rooms["shown"].channel}, NOW + 1_000_000)
    assert list(ward.rooms) == ["shown"]


def test_what_a_person_says_of_a_beat_is_told_and_told_again_to_who_comes_late() -> None:
    ward = LiveWard()
    ward.receive(frame(0, 500, beat(300)))
    seen = ward.serial
    ward.correct("r", 300, "V", by_person=True)
    ward.correct("not here", 300, "V", by_person=True)
    said = CorrectedPart(ward.rooms["r"].channel, 300, "V", by_person=True)
    assert ward.since(seen) == [said]
    assert ward.rooms["r"].snapshot()[-1] == said
    ward.receive(frame(500, 2 * HELD_SAMPLES))
    assert said not in ward.rooms["r"].snapshot()
