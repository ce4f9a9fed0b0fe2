"""What may go wrong on a patient's phone: each has a sentence and a way out, and nothing that was recorded is lost."""

import json
from typing import Any

import pytest

from tests.test_bare_words import PHONE_TROUBLES
from words import LANGUAGES, catalogue

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_trouble_has_a_name_and_a_way_out_of_its_own(language: str) -> None:
    texts = [text for key, text in catalogue(language).items() if key.startswith("phone.trouble_")]
    assert len(texts) == len(set(texts)) == 2 * len(PHONE_TROUBLES)


def test_bluetooth_that_is_not_given_says_why(run: Any) -> None:
    cases = {
        "NotFoundError: User cancelled the requestDevice() chooser.": "not_chosen",
        "NotFoundError: Bluetooth adapter not available.": "bluetooth_off",
        "NotFoundError: User denied the browser permission to scan for Bluetooth devices.": "not_allowed",
        "SecurityError: Access to the feature is disallowed.": "not_allowed",
        "NetworkError: nobody": "not_reached",
    }
    told = run(f"""const cases = {json.dumps([case.split(": ", 1) for case in cases])}, told = [];
      for (const [name, words] of [...cases, []]) {{
        const value = name && {{ async requestDevice() {{ throw new DOMException(words, name); }} }};
        Object.defineProperty(navigator, 'bluetooth', {{ value: value, configurable: true }});
        await ps.chooseStrap().catch((error) => told.push(error.trouble));
      }}
      return told;""")
    assert told == [*cases.values(), "no_bluetooth"]


def test_a_clock_that_is_set_back_is_noticed_and_makes_nothing_new(run: Any) -> None:
    found = run("""const wall = Date.now, page = performance.now, watch = new pk.ClockWatch(), then = pk.moment();
      const told = [], tell = (wallMs, pageMs) => {
        Date.now = () => then.wallMs + wallMs; performance.now = () => then.pageMs + pageMs;
        watch.look(); told.push([Math.round(pk.msSince(then)), watch.setBack]);
      };
      try {
        tell(5000, 5000); tell(3605000, 6000); tell(3600000, 7000); tell(-82800000, 9000);
        told.push([pk.earlier(then.wallMs), pk.msSince(pk.earlier(then.wallMs - 86400000))]);
      } finally { Date.now = wall; performance.now = () => page.call(performance); }
      return told;""")
    assert found == [[5000, False], [3605000, False], [3600000, False], [9000, True], [None, 3600000]]


RECORDING = """const log = [], rows = new Set(), wait = () => new Promise((next) => setTimeout(next, 20));
  const store = {
    full: false, async recordings() { return []; }, async note() { }, async finish() { },
    async drop(id, keys) { keys.forEach((key) => rows.delete(key)); store.full = false; },
    async keep(recording, start, samples, gone) {
      if (store.full) throw new DOMException('', 'QuotaExceededError');
      gone.forEach((key) => rows.delete(key)); rows.add(start);
    },
  };
  globalThis.WebSocket = class { constructor() { globalThis.line = this; } send() { } close() { } };
  const source = {
    kind: 'x', rate: 130, gain: 1000, lead: 'I', anchor: null,
    async start(recording, on) { source.on = on; }, async stop() { log.push('stopped'); },
  };
  const on = { samples() { }, trouble: (name) => log.push(name), refused: (code) => log.push(code) };
  const recorder = new pr.Recorder(store, { token: 't', ingest: 'ws://nowhere.test' }, on);
  await recorder.begin(source);
  const say = async (first) => { source.on.samples(first, new Int16Array(100)); await wait(); };
  const hear = async (message) => { line.onmessage({ data: JSON.stringify(message) }); await wait(); };
  await say(0); await say(100);"""


def test_a_full_phone_gives_up_its_oldest_and_says_so(run: Any) -> None:
    log, rows, held = run(f"""{RECORDING}
      store.full = true; await say(200); await say(300);
      return [log, [...rows], recorder.held[0].outbox.live.map((piece) => piece.start)];""")
    assert log == ["store_full", None]
    assert rows == held == [100, 200, 300]


def test_a_phone_that_the_ward_disconnects_stops_and_keeps_what_waits(run: Any) -> None:
    log, waits, rows = run(f"""{RECORDING}
      line.onclose({{ code: 4401 }}); await wait(); await say(200);
      return [log, recorder.held.map((one) => one.outbox.samples), [...rows]];""")
    assert (log, waits, rows) == (["stopped", 4401], [200], [0, 100])


def test_what_the_ward_has_leaves_the_phone_and_nothing_else(run: Any) -> None:
    told = run(f"""{RECORDING}
      await hear({{ type: 'welcome', next: 0, holes: [], credit: 20000 }});
      await say(200); const before = [...rows];
      await hear({{ type: 'ack', sequence: 0, credit: 20000 }});
      await say(300); const after = [...rows];
      await hear({{ type: 'ack', sequence: 1, credit: 20000 }});
      await recorder.interrupt(); await wait();
      return [before, after, [...rows]];""")
    assert told == [[0, 100, 200], [200, 300], [300]]
