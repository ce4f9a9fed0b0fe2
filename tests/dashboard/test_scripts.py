"""The browser's pure modules, in a browser: the trace's store, the pen, what a tile says."""

from typing import Any

import pytest

from dashboard.components import FINDING_SIGNS
from ecg.findings import Finding

pytestmark = pytest.mark.timeout(300)


def test_repeats_are_dropped_and_jumps_stay_empty(run: Any) -> None:
    found = run("""const trace = new t.Trace();
      trace.receive(0, new Int16Array([200, 400, -32768]), 1 / 200);
      trace.receive(1, new Int16Array([9, 9, 600]), 1 / 200);
      trace.receive(6, new Int16Array([800]), 1 / 200);
      const held = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => trace.at(index));
      return held.map((value) => Number.isNaN(value) ? null : value);""")
    assert found == [1, 2, None, 3, None, None, 4, None]


def test_a_trace_is_pending_until_its_beat_is_known(run: Any) -> None:
    found = run("""const trace = new t.Trace();
      trace.receive(0, new Int16Array(1000), 1);
      trace.receiveBeat({ index: 200, rr: null, sign: 'N' });
      const early = trace.runs(0, 1000).map((run) => run.sign);
      trace.receiveBeat({ index: 400, rr: 200, sign: 'V' });
      trace.receiveQuality(600, false);
      return [early, trace.runs(0, 1000)];""")
    assert found[0] == ["", "N", ""]
    ventricular = {"from": 335, "to": 520, "sign": "V"}
    assert found[1] == [
        {"from": 0, "to": 135, "sign": ""},
        {"from": 135, "to": 335, "sign": "N"},
        ventricular,
        {"from": 520, "to": 600, "sign": ""},
        {"from": 600, "to": 1000, "sign": "~"},
    ]


def test_a_settled_rhythm_repaints_its_beat_for_good(run: Any) -> None:
    found = run("""const bed = new v.Bedside();
      bed.receiveTrace({ start: 0, samples: new Int16Array(2000), atMs: 8000, behindMs: 0 });
      for (const index of [200, 400, 600]) bed.receiveEvent({ kind: 'beat', index: index, rr: 200, sign: 'N' });
      const settle = (index, sign) => bed.receiveEvent({ kind: 'settled', index: index, sign: sign });
      const dirty = [settle(400, 'A'), settle(400, 'A'), settle(999, 'A')];
      bed.receiveEvent({ kind: 'beat', index: 400, rr: 200, sign: 'N' });
      bed.receiveEvent({ kind: 'beat', index: 600, rr: 200, sign: 'O' });
      return [dirty, bed.trace.runs(135, 720).map((run) => [run.from, run.to, run.sign])];""")
    assert found[0] == [[135, 720], None, None]
    assert found[1] == [[135, 335, "N"], [335, 535, "A"], [535, 720, "O"]]


def test_what_a_person_said_of_a_beat_outlasts_what_the_network_says_later(run: Any) -> None:
    found = run("""const bed = new v.Bedside();
      bed.receiveTrace({ start: 0, samples: new Int16Array(2000), atMs: 8000, behindMs: 0 });
      for (const index of [200, 400]) bed.receiveEvent({ kind: 'beat', index: index, rr: 200, sign: 'N' });
      const say = (kind, sign, more) => bed.receiveEvent({ kind: kind, index: 400, rr: 200, sign: sign, ...more });
      const sign = () => bed.trace.beats[1].sign, told = [say('corrected', 'V', { by_person: true }), sign()];
      say('settled', 'A'); say('beat', 'N'); told.push(sign());
      say('corrected', 'A', { by_person: false }); told.push(sign());
      say('settled', 'O'); told.push(sign());
      return told;""")
    assert found == [[135, 520], "V", "V", "A", "O"]


def test_inside_a_run_only_the_first_and_the_last_letter_speak(run: Any) -> None:
    letters = run("""const trace = new t.Trace();
      trace.receive(0, new Int16Array(2000), 1);
      [...'NVVVVNS'].forEach((sign, place) => trace.receiveBeat({ index: 200 + place * 200, rr: 200, sign: sign }));
      return trace.letters(0, 2000).map((beat) => beat.sign + beat.index);""")
    assert letters == ["V400", "V1000", "S1400"]


def test_the_pen_moves_evenly_while_chunks_come_four_times_a_second(run: Any) -> None:
    steps = run("""const pen = new p.Playhead(), steps = [];
      let end = 250, before = null;
      for (let frame = 0; frame < 1200; frame++) {
        if (frame % 15 === 0) end += frame % 30 ? 62 : 63;
        const now = pen.advance(1 / 60, end);
        if (before !== null) steps.push(now - before);
        before = now;
      }
      return steps;""")
    assert min(steps) > 250 / 60 * 0.85
    assert max(steps) < 250 / 60 * 1.15


def test_the_pen_waits_without_samples_and_jumps_when_far_behind(run: Any) -> None:
    found = run("""const pen = new p.Playhead();
      pen.advance(0.1, 1000);
      for (let frame = 0; frame < 60; frame++) pen.advance(1 / 60, 1000);
      const waiting = pen.position;
      return [waiting, pen.advance(1 / 60, 3000)];""")
    assert found == [1000, 2925]


def test_a_tile_without_a_number_says_why(run: Any) -> None:
    said = run("""const bed = new v.Bedside(), told = [bed.finding(0).words];
      bed.receiveTrace({ start: 0, samples: new Int16Array(250), atMs: 1000, behindMs: 0 });
      told.push(bed.finding(1100).words);
      bed.receiveEvent({ kind: 'vitals', index: 240, heart_rate: null, finding: 'unknown' });
      told.push(bed.finding(1100).words, bed.finding(9000).words);
      bed.receiveEvent({ kind: 'quality', index: 245, quality: 'unusable', reason: 'flat' });
      told.push(bed.finding(1100).words);
      return told;""")
    assert said == ["", "Measuring", "Measuring", "", "Flat line: check the lead"]


def test_a_poor_signal_hides_a_rhythm_but_no_ventricular_run(run: Any) -> None:
    said = run("""const bed = new v.Bedside(), told = [];
      bed.receiveTrace({ start: 0, samples: new Int16Array(250), atMs: 1000, behindMs: 0 });
      bed.receiveEvent({ kind: 'quality', index: 230, quality: 'poor', reason: 'motion' });
      for (const finding of ['sinus rhythm', 'ventricular run', 'ventricular tachycardia']) {
        bed.receiveEvent({ kind: 'vitals', index: 240, heart_rate: null, finding: finding });
        told.push(bed.finding(1100).words);
      }
      return [...told, bed.shown(1100)];""")
    assert said == ["Movement: beats unclear", "Ventricular run", "Ventricular tachycardia", None]


def test_the_burden_is_three_shares_in_words(run: Any) -> None:
    told = run("""const bed = new v.Bedside(), told = [bed.burdenWords()];
      for (const shares of [[100, 49.6, 0], [null, 0.2, 99.7]]) {
        bed.receiveEvent({ kind: 'burden', index: 15000, hour: shares[0], day: shares[1], whole: shares[2] });
        told.push(bed.burdenWords());
      }
      bed.clear();
      return [...told, bed.burdenWords()];""")
    assert told == ["–", "100 · 50 · 0", "– · <1 · >99", "–"]


def test_every_finding_has_words_and_not_sure_its_sign(run: Any) -> None:
    said = run(f"""const bed = new v.Bedside(), told = {{}};
      bed.receiveTrace({{ start: 0, samples: new Int16Array(250), atMs: 1000, behindMs: 0 }});
      for (const finding of {[finding.value for finding in Finding]}) {{
        bed.receiveEvent({{ kind: 'vitals', index: 240, heart_rate: 70, finding: finding }});
        told[finding] = bed.finding(1100);
      }}
      return told;""")
    assert all(each["words"] for each in said.values())
    assert said["not sure"] == {"sign": "Q", "words": "Not sure"}
    signs = {finding.value: FINDING_SIGNS.get(finding, "") for finding in Finding}
    assert {finding: each["sign"] for finding, each in said.items()} == signs
