"""The pure modules of the bedside strip, in a browser: time line, viewport, calipers."""

from typing import Any

import pytest

pytestmark = pytest.mark.timeout(300)

TWO = """[{ recording: 'b', lead: 'I', started_ms: 10000, until: 1000, gaps: [[250, 500]], deleted: [] },
  { recording: 'a', lead: 'I', started_ms: 0, until: 2000, gaps: [[20, 60], [1300, 1400]], deleted: [[0, 125]] },
  { recording: 'c', lead: 'I', started_ms: 6000, until: 250, gaps: [], deleted: [] },
  { recording: 'empty', lead: 'I', started_ms: 5000, until: 0, gaps: [], deleted: [] }]"""


def test_recordings_lie_on_one_line_and_the_later_one_counts(run: Any) -> None:
    found = run(f"""const line = new tl.Timeline({TWO});
      const places = [500, 6500, 7500, 9000, 10400, 99000].map((ms) => line.placeAt(ms));
      return [line.pieces.map((piece) => [piece.recording, piece.fromMs, piece.toMs]), places,
        [line.beginMs, line.endMs], [line.msOf('b', 100), line.msOf('x', 1)]];""")
    assert found[0] == [["a", 0, 6000], ["c", 6000, 7000], ["a", 7000, 8000], ["b", 10000, 14000]]
    assert found[1] == [
        {"recording": "a", "index": 125},
        {"recording": "c", "index": 125},
        {"recording": "a", "index": 1875},
        None,
        {"recording": "b", "index": 100},
        None,
    ]
    assert found[2:] == [[0, 14000], [10400, None]]


def test_what_is_missing_is_told_with_its_ends_and_why(run: Any) -> None:
    found = run(f"""const line = new tl.Timeline({TWO});
      const told = (from, to) => line.absent(from, to).map((gap) => [gap.fromMs, gap.toMs, gap.why].map(String));
      return [told(-10, 99000), told(1000, 5000), told(10500, 11500), new tl.Timeline().absent(0, 9).length];""")
    before, after = ["-Infinity", "0", "between"], ["14000", "Infinity", "between"]
    inside = [
        ["0", "500", "deleted"],
        ["5200", "5600", "missing"],
        ["8000", "10000", "between"],
        ["11000", "12000", "missing"],
    ]
    assert found == [[before, *inside, after], [], [["11000", "12000", "missing"]], 1]


def test_the_view_keeps_what_is_under_the_hand_and_never_leaves_what_there_is(run: Any) -> None:
    found = run("""const view = new vp.Viewport();
      view.fit(1000, 4); view.reach(0, 600000); view.takeSpeed(25); view.show(300000);
      const speed = [view.span, view.speed], under = view.msAt(200);
      view.zoom(3, 200);
      const kept = view.msAt(200) - under;
      view.pan(-1e9); const first = view.middle; view.pan(1e9); const last = view.middle;
      view.zoom(1e-9); const least = view.span; view.zoom(1e9); const most = view.span;
      view.takeSpeed(50); view.fit(2000, 4);
      return [speed, kept, first, last, least, most, view.speed];""")
    assert found == [[10000, 25], 0, 0, 600000, 3000, 624000, 50]


def test_steps_of_zoom_pass_all_paper_speeds_from_three_seconds_to_everything(run: Any) -> None:
    speeds, spans = run("""const view = new vp.Viewport();
      view.fit(1600, 4); view.reach(0, 7 * 86400000); view.zoom(1e-9); view.show(86400000);
      const speeds = [], spans = [];
      for (let k = 0; k < 20; k++) { speeds.push(view.speed); spans.push(view.span); view.step(1); }
      for (let k = 0; k < 20; k++) view.step(-1);
      return [speeds, [...spans, view.span]];""")
    assert [round(speed, 4) for speed in speeds[1:5]] == [50, 25, 12.5, 6.25]
    assert spans[0] == spans[-1] == 3000
    hour = 3_600_000
    assert spans[5:11] == [300_000, 900_000, hour, 6 * hour, 24 * hour, 7 * 24 * hour]
    assert spans[11] == spans[19] > 7 * 24 * hour


def test_the_scale_has_room_for_its_words_at_every_zoom(run: Any) -> None:
    gaps = run("""const view = new vp.Viewport(), gaps = [];
      view.fit(1600, 4); view.reach(0, 20 * 86400000); view.show(86400000 * 3);
      for (const span of [3000, 10000, 60000, 3600000, 86400000, 7 * 86400000, 20 * 86400000]) {
        view.span = span;
        const { at } = view.ticks(110);
        gaps.push([at.length, view.x(at[1]) - view.x(at[0])]);
      }
      return gaps;""")
    assert all(2 <= count <= 15 and gap >= 110 for count, gap in gaps)


def test_the_rr_caliper_measures_marches_and_is_moved_by_leg_or_whole(run: Any) -> None:
    found = run("""const rr = new cal.RrCaliper('r', 1000, 1200);
      const told = [rr.milliseconds, rr.perMinute, rr.march(500, 1700), rr.march(500, 1700, 300)];
      rr.move('to', -50); const shorter = [rr.from, rr.to, rr.perMinute];
      rr.move('whole', 10); rr.put('whole', 2000); const whole = [rr.from, rr.to];
      rr.put('to', 2000); const none = [rr.milliseconds, rr.perMinute, rr.march(0, 9000).length];
      const parts = [0, 1, 2].map(() => { rr.turn(); return rr.part; });
      const other = new cal.RrCaliper('r', 1000, 1200), x = (index) => index === 5000 ? null : index / 10;
      const grips = [100, 119, 110, 90.5, 300].map((at) => other.at(at, x, 5));
      const near = [cal.snapped(1005, [900, 1000, 1011], 8), cal.snapped(950, [900, 1000], 8)];
      return [told, shorter, whole, none, parts, grips, ...near];""")
    assert found[0] == [800, 75, [600, 800, 1000, 1200, 1400, 1600], []]
    assert found[1] == [1000, 1150, 100]
    assert found[2] == [2000, 2150]
    assert found[3] == [0, None, 0]
    assert found[4] == ["whole", "from", "to"]
    assert found[5] == ["from", "to", "whole", None, None]
    assert found[6:] == [1000, 950]


def test_the_amplitude_caliper_measures_millivolts(run: Any) -> None:
    found = run("""const level = new cal.AmplitudeCaliper(0.2, 1.5);
      const told = level.millivolts; level.move('from', -0.1); level.move('whole', 1);
      const y = (mv) => 100 - mv * 40;
      return [told, level.from, level.to, [y(1.1), y(2.5), 75].map((at) => level.at(at, y, 6))];""")
    assert [round(value, 6) for value in found[:3]] == [1.3, 1.1, 2.5]
    assert found[3] == ["from", "to", None]


def test_a_frozen_copy_of_a_trace_stays_while_the_trace_goes_on(run: Any) -> None:
    found = run("""const trace = new t.Trace(1024);
      trace.receive(0, new Int16Array(1000).fill(200), 1 / 200);
      trace.receiveBeat({ index: 500, rr: 200, sign: 'N' });
      const still = trace.copy();
      trace.receive(1000, new Int16Array(1000).fill(400), 1 / 200);
      trace.settle(500, 'A'); trace.receiveBeat({ index: 1500, rr: 200, sign: 'V' });
      const held = [still.at(500), still.end, still.beats.map((beat) => beat.sign)];
      return [...held, Number.isNaN(trace.at(500)), trace.at(1999), trace.start];""")
    assert found == [1, 1000, ["N"], True, 2, 976]


def test_what_the_next_key_may_need_is_asked_for_one_by_one_when_nothing_else_is(run: Any) -> None:
    found = run("""const asked = [], told = [], real = window.fetch;
      window.fetch = (path) => new Promise((come) => asked.push({ path, come }));
      const note = () => told.push(asked.map((each) => each.path).join());
      const answers = new an.Answers(() => told.push('news')), take = (path) => answers.take(path, () => 1);
      const come = async (status) => {
        const { path, come } = asked.at(-1);
        come(Response.json({}, { status }));
        while (answers.flying.has(path)) await new Promise((go) => setTimeout(go));
        note();
      };
      const paint = (shown, next) => {
        answers.begin(); shown.forEach(take); answers.end();
        answers.foresee(() => next.forEach(take));
      };
      paint(['/a'], ['/a', '/b', '/c', '/d']); note();
      await come(200);                                 // a: somebody waits for it
      paint(['/a'], ['/b', '/c', '/d']); note();
      await come(200);                                 // b: nobody looks, so nothing is drawn; c is asked for
      paint(['/c'], ['/d']); note();                   // c is on its way, and now somebody waits for it
      await come(200);
      paint(['/c'], ['/d']);
      await come(404);                                 // d: nobody asked
      told.push(String(answers.trouble));
      window.fetch = real;
      return told;""")
    assert found == ["/a", "news", "/a", "/a,/b", "/a,/b,/c", "/a,/b,/c", "news", "/a,/b,/c", "/a,/b,/c,/d", "null"]


def test_the_neighbours_of_a_view_are_where_the_keys_lead(run: Any) -> None:
    found = run("""const view = new vp.Viewport();
      view.fit(1000, 4); view.reach(0, 600000); view.takeSpeed(25); view.show(300000);
      return [view, ...view.neighbours()].map((each) => [each.middle, each.span]);""")
    assert found == [[300000, 10000], [310000, 10000], [290000, 10000], [300000, 20000], [300000, 5000]]


def test_the_end_of_a_recording_is_asked_for_again_only_while_more_may_come(run: Any) -> None:
    found = run("""const real = performance.now.bind(performance), asked = (startedMs, until) => {
        const stored = new sd.Stored(1, () => {}, 'a'), supply = new sd.Supply(stored, () => {});
        stored.timeline = new tl.Timeline([{ recording: 'a', started_ms: startedMs, until, gaps: [], deleted: [] }]);
        supply.answers.keep(supply.path('strip', 'a') + '/0', { from: 0, to: 5000, until: 4000 });
        performance.now = () => real() + 60000;
        supply.begin(); supply.tiles('a', 0, 5000);
        performance.now = real;
        return supply.answers.wanted.size;
      };
      return [asked(0, 4000), asked(0, 4500), asked(Date.now() - 20000, 4000)];""")
    assert found == [0, 1, 1]
