"""The phone's pure modules, in a browser: frames, outbox, what straps and files say, the made-up heart, the picture."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

from tests.phone_page import polar_ecg
from tests.streaming.test_vectors import VECTORS, Vector, named, samples

pytestmark = pytest.mark.timeout(300)

US_2026 = 26 * 365 * 86_400_000_000


def views(packets: list[list[int]]) -> str:
    return f"{json.dumps(packets)}.map((bytes) => new DataView(new Uint8Array(bytes).buffer))"


HEX = "const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');"
PLAY = """const kept = new Set(), sent = [], gone = (keys) => keys.forEach((key) => kept.delete(key));
  let credit = 0;
  const says = {
    welcome: (told) => { credit = told.credit; gone(box.resume(told.next, told.holes)); },
    ack: (told) => { credit = told.credit; gone(box.acknowledge(told.sequence)); },
    ended: (told) => gone(box.resume(told.next)),
  };
  for (const step of steps) {
    if (step.record) { kept.add(step.record[0]); box.add(step.record[0], Int16Array.from(step.samples)); }
    if (step.phone_frame) { const data = box.take(credit); sent.push(data && hex(pw.encodeData(data))); }
    if (step.silence && box.take(credit)) sent.push('spoke');
    if (step.server) says[step.server.type](step.server);
  }
  return [sent, [...kept]];"""


def test_frames_are_written_as_the_protocol_says(run: Any) -> None:
    good = [vector for vector in VECTORS["frames"] if "is" in vector]
    found = run(f"""{HEX} return {json.dumps([vector["is"] for vector in good])}.map((is) => hex(pw.encodeData({{
      sequence: is.sequence, start: is.first, samples: Int16Array.from(is.samples), leaps: is.type === 2 }})));""")
    assert found == [vector["hex"] for vector in good]


@named("conversations", "client")
def test_the_outbox_sends_what_the_vectors_say(run: Any, vector: Vector) -> None:
    wanted = [step["phone_frame"] for step in vector["steps"] if "phone_frame" in step]
    steps = [
        step | ({"samples": samples(*step["record"]).tolist()} if "record" in step else {}) for step in vector["steps"]
    ]
    behind = json.dumps(vector["behind"])
    sent, held = run(f"{HEX} const steps = {json.dumps(steps)}, box = new po.Outbox(1e9, {behind}); {PLAY}")
    assert sent == wanted
    assert held == []


def test_an_outbox_that_is_full_gives_up_its_oldest(run: Any) -> None:
    found = run("""const box = new po.Outbox(300, 1250);
      const gone = [0, 100, 200, 300].map((start) => box.add(start, new Int16Array(100)));
      box.resume(0); const data = box.take();
      return [gone, data.start, data.samples.length, box.samples, box.dropped];""")
    assert found == [[[], [], [], [0]], 100, 300, 300, 100]


def test_a_day_without_a_line_is_few_pieces_and_every_sample_once(run: Any) -> None:
    count, sizes, sent, keys = run("""const box = new po.Outbox(1e9, 1250);
      for (let k = 0; k < 1000; k++) box.add(62 * k + (k < 500 ? 0 : 100), new Int16Array(62).fill(k));
      while (box.gather());
      const count = box.live.length, sizes = box.live.map((piece) => piece.samples.length), sent = [], keys = [];
      box.resume(0);
      for (let data = box.take(); data; data = box.take()) {
        data.samples.forEach((value, k) => sent.push([data.start + k, value]));
        keys.push(...box.acknowledge(data.sequence));
      }
      return [count, sizes, sent.sort((one, two) => one[0] - two[0]), keys];""")
    assert count < 60 and max(sizes) <= 2000
    assert sent == [[62 * k + (0 if k < 500 else 100) + i, k] for k in range(1000) for i in range(62)]
    assert sorted(keys) == [62 * k + (0 if k < 500 else 100) for k in range(1000)]


def test_an_ecg_frame_is_read_as_an_independent_encoder_wrote_it(run: Any) -> None:
    microvolts = [0, 1, -1, 255, -256, 8191, -8192, 32767, -32767, 40_000, -(2**23)]
    damaged = [polar_ecg(1, [1])[:-1], [], [2, *polar_ecg(1, [1])[1:]], polar_ecg(1, [])]
    read, refused = run(f"""const read = pp.readEcg({views([polar_ecg(US_2026, microvolts)])}[0]);
      return [[read.atUs, [...read.samples]], {views(damaged)}.map((view) => pp.readEcg(view))];""")
    assert read == [US_2026, [*microvolts[:-2], -32768, -32768]]
    assert refused == [None] * 4


def movesense_ecg(ms: int, values: list[int]) -> list[int]:
    """One notification of the GATT SensorData Protocol: data, our reference, uint32 ms, int32 each."""
    return list(struct.pack(f"<BBI{len(values)}i", 2, 99, ms, *values))


def test_a_movesense_is_asked_and_read_as_its_protocol_says(run: Any) -> None:
    values = [0, 1, -1, 2621, -2621, 32767, -32767, 78_643, -(2**31)]
    damaged = [movesense_ecg(1, [1])[:-1], [], movesense_ecg(1, []), [2, 98, *movesense_ecg(1, [1])[2:]]]
    answers = [[1, 99, 200, 0], [1, 99, 0x94, 1], [1, 98, 200, 0], movesense_ecg(1, values)]
    asked, stop, read, refused, told = (
        run(f"""const read = pm.readEcg({views([movesense_ecg(4_000_000_000, values)])}[0]);
      return [[...pm.startEcg(125)], [...pm.STOP_ECG], [read.atUs, [...read.samples]],
        {views(damaged)}.map((view) => pm.readEcg(view)), {views(answers)}.map((view) => pm.readAnswer(view))];""")
    )
    assert bytes(asked) == b"\x01\x63/Meas/ECG/125"
    assert stop == [2, 99]
    assert read == [4_000_000_000_000, [*values[:-2], -32768, -32768]]
    assert refused == [None] * 4
    assert told == [True, False, None, None]


def chosen(folder: Path) -> str:
    """The files of a folder as the page hands them on."""
    files = [{"name": each.name, "bytes": list(each.read_bytes())} for each in sorted(folder.iterdir())]
    return f"{json.dumps(files)}.map((file) => ({{ name: file.name, bytes: Uint8Array.from(file.bytes) }}))"


@pytest.mark.parametrize("storage", ["16", "212"])
def test_a_wfdb_record_is_read_as_wfdb_wrote_it(run: Any, tmp_path: Path, storage: str) -> None:
    wave = (900 * np.sin(np.arange(2000) / 20)).astype(np.int64)
    digital = np.stack([wave + 24, np.arange(2000) % 100], axis=1)
    digital[700, 0] = {"16": -32768, "212": -2048}[storage]
    facts = {"fs": 360, "units": ["mV", "mV"], "sig_name": ["MLII", "V1"], "fmt": [storage] * 2}
    wfdb.wrsamp("file", d_signal=digital, adc_gain=[200.0] * 2, baseline=[24, 0], write_dir=str(tmp_path), **facts)
    rate, gain, samples = run(
        f"const read = pf.readFiles({chosen(tmp_path)}); return [read.rate, read.gain, [...read.samples]];"
    )
    assert (rate, gain) == (360, 200)
    assert samples == [*wave[:700], -32768, *wave[701:]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("s,mV\n" + "".join(f"{k / 250:.3f},{k / 100:.2f}\n" for k in range(300)), [250, 1000, [0, 10, 20]]),
        ("ms;uV\r\n" + "".join(f"{4 * k};{k}\r\n" for k in range(300)), [250, 1000, [0, 1, 2]]),
        ("nothing here", "file_kind"),
        ("".join(f"{k * k},1\n" for k in range(300)), "file_time"),
        ("".join(f"{k / 10},1\n" for k in range(300)), "file_rate"),
        ("0,1\n0.004,2\n", "file_short"),
    ],
)
def test_a_table_is_read_or_said_to_be_none(run: Any, tmp_path: Path, text: str, found: Any) -> None:
    (tmp_path / "ecg.csv").write_text(text)
    told = run(f"""try {{
        const read = pf.readFiles({chosen(tmp_path)});
        return [read.rate, read.gain, [...read.samples.slice(0, 3)]];
      }} catch (error) {{ return error.trouble; }}""")
    assert told == found


def test_the_heart_rate_service_tells_rate_contact_and_rr(run: Any) -> None:
    packets = [[0x06, 72], [0x04, 0], [0x00, 61], list(struct.pack("<BHHHH", 0x1D, 180, 7, 1024, 512))]
    found = run(f"return {views(packets)}.map((view) => pp.readHeartRate(view));")
    assert [(each["heartRate"], each["contact"], each["rr"]) for each in found] == [
        (72, "yes", []),
        (None, "no", []),
        (61, "unknown", []),
        (180, "no", [1000, 500]),
    ]


def clocked(run: Any, frames: list[tuple[int, int]], anchor: str = "null") -> Any:
    """frames: (µs of the last sample, wall ms), of 73 samples each."""
    return run(f"""const clock = new pc.SampleClock({anchor}, 130), told = [];
      for (const [us, ms] of {json.dumps(frames)}) told.push(clock.receive(us, 73, ms));
      return told.map((each) => each === undefined ? 'restarted' : each);""")


@pytest.mark.parametrize("error_ppm", [0, 300, -2000])
def test_what_the_radio_lost_is_a_gap_true_to_one_sample(run: Any, error_ppm: int) -> None:
    true_rate = 130 * (1 + error_ppm / 1e6)
    lost = {*range(500, 510), *range(1500, 4500)}  # 5.6 s and 28 min
    kept = [number for number in range(6000) if number not in lost]
    frames = [(US_2026 + round((73 * number + 72) * 1e6 / true_rate), round(number * 73e3 / 130)) for number in kept]
    found = clocked(run, frames)
    assert max(abs(first - 73 * number) for first, number in zip(found, kept, strict=True)) <= 1


def test_a_frame_told_twice_counts_once_and_a_strap_that_began_again_is_noticed(run: Any) -> None:
    step = round(73e6 / 130)
    twice = [(US_2026, 0), (US_2026 + step, 562), (US_2026 + step, 563)]
    assert clocked(run, twice) == [0, 73, None]
    assert clocked(run, [(US_2026, 0), (5 * step, 562)]) == [0, "restarted"]
    day_back = [(US_2026, 86_400_000), (US_2026 + step, 562)]
    assert clocked(run, day_back) == [0, "restarted"]


def test_a_sample_of_the_made_up_heart_hangs_on_its_number_only(run: Any) -> None:
    whole, parts, peaks = run("""const whole = [...ph.heart(1000, 2500, 250)];
      const parts = [0, 100, 1000].flatMap((at, k) => [...ph.heart(1000 + at, [100, 900, 1500][k], 250)]);
      const isPeak = (value, k) => value > 900 && value >= whole[k - 1] && value > whole[k + 1];
      const tall = whole.map((value, k) => isPeak(value, k) ? k : -1).filter((k) => k > 0);
      return [whole, parts, tall.slice(1).map((k, n) => 15000 / (k - tall[n]))];""")
    assert whole == parts
    assert all(68 < rate < 76 for rate in peaks)
    assert len(peaks) >= 10


def test_the_picture_has_the_samples_where_they_belong_and_nothing_in_a_gap(run: Any) -> None:
    found = run("""const points = new px.Points(125, 1000), told = [];
      points.levels = (samples) => Array.from(samples, (value) => value === -32768 ? NaN : value / 1000);
      for (const [first, values] of [[0, [0, 100, 200]], [3, [300, 400]], [10, [0, -32768, 50]]]) {
        const { start, values: drawn } = points.receive(first, Int16Array.from(values));
        told.push([start, Array.from(drawn, (value) => Number.isNaN(value) ? null : Math.round(value * 1000))]);
      }
      return told;""")
    assert found == [[0, [0, 50, 100, 150, 200]], [5, [250, 300, 350, 400]], [20, [0, None, None, None, 50]]]
