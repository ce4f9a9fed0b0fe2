"""The wall's pure modules, in a browser: order, pages, settings in the address, automatic gain."""

from typing import Any

import pytest

from ecg.priority import HIGH_CONCERN, PRIORITY
from words import t
from written import duration

pytestmark = pytest.mark.timeout(300)

CONCERN = [finding.value for finding in HIGH_CONCERN]
REST = [finding.value for finding in PRIORITY if finding not in HIGH_CONCERN]
SEVERITY = f"const severity = new o.Severity({CONCERN}, {REST});"
BEDS = "const beds = Array.from({ length: 64 }, (_, k) => ({ bed_id: k + 1, patient_id: k + 1, initials: 'P' + k }));"


def test_graver_findings_come_first_and_a_missing_signal_before_a_poor_one(run: Any) -> None:
    ranks = run(f"""{SEVERITY} return [['live', 'ventricular fibrillation'], ['poor', 'ventricular run'],
      ['live', 'pause'], ['nosignal', ''], ['poor', ''], ['live', 'bigeminy'], ['live', 'atrial fibrillation'],
      ['live', 'sinus rhythm'], ['live', ''], ['empty', '']]
      .map(([state, finding]) => severity.rank(state, finding)).map((rank) => rank === Infinity ? 999 : rank);""")
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks) - 1  # without a finding as with sinus rhythm


def test_a_bed_that_got_better_keeps_its_rank_for_a_minute(run: Any) -> None:
    told = run(f"""{SEVERITY} const told = [];
      const story = [['pause', 0], ['', 20], ['', 59], ['asystole', 60], ['pause', 110], ['pause', 121], ['', 182]];
      for (const [finding, second] of story) {{
        severity.receive(1, 'live', finding, 1000 * second);
        told.push([severity.of(1), severity.troubled(1)]);
      }}
      return told;""")
    pause, asystole = (3 + CONCERN.index(finding) for finding in ("pause", "asystole"))
    well = 3 + len(CONCERN) + 3 + len(REST)
    troubled = [pause, pause, pause, asystole, asystole, pause]
    assert told == [*([rank, True] for rank in troubled), [well, False]]


def test_beds_in_trouble_are_on_every_page_and_no_bed_is_on_none(run: Any) -> None:
    pages = run(f"""{SEVERITY} {BEDS}
      for (const bed of beds) severity.receive(bed.bed_id, [40, 50].includes(bed.bed_id) ? 'nosignal' : 'live', '', 0);
      return o.pagesOf(beds, 32, severity).map((page) => page.map((bed) => bed.bed_id));""")
    assert all(page[:2] == [40, 50] and len(set(page)) == 32 for page in pages)
    assert pages[-1] == [40, 50, 63, 64, *range(1, 29)]
    assert {bed for page in pages for bed in page} == set(range(1, 65))


def test_a_ward_in_trouble_still_turns_its_pages(run: Any) -> None:
    pages = run(f"""{SEVERITY} {BEDS}
      for (const bed of beds) severity.receive(bed.bed_id, bed.bed_id > 60 ? 'live' : 'nosignal', 'asystole', 0);
      return o.pagesOf(beds, 32, severity).map((page) => page.map((bed) => bed.bed_id));""")
    assert [len(page) for page in pages] == [32, 32, 32]
    assert {bed for page in pages for bed in page} == set(range(1, 65))
    assert all(page[-4:] == [61, 62, 63, 64] or page[12:16] == [61, 62, 63, 64] for page in pages)


def test_names_sort_by_the_alphabet_with_empty_beds_last(run: Any) -> None:
    names = run(f"""{SEVERITY}
      const bed = ([id, initials], k) => ({{ bed_id: k, patient_id: id, initials: initials }});
      const beds = [[1, 'Z'], [null, null], [2, 'Ä'], [3, 'B']].map(bed);
      return o.inOrder(beds, 'name', severity).map((bed) => bed.initials);""")
    assert names == ["Ä", "B", "Z", None]


def test_a_held_page_goes_on_by_itself(run: Any) -> None:
    told = run("""const turning = new n.Turning(), told = [turning.words(2)], pass = (seconds) => {
        for (let k = 0; k < seconds; k++) turning.advance(1, 2);
        told.push(turning.page + ' ' + turning.words(2));
      };
      pass(11); pass(1);
      turning.hold(); pass(10); pass(110); pass(12);
      turning.hold(); turning.hold(); turning.go(1, 2); pass(1);
      return told;""")
    assert told == [
        "Page 1 of 2 · turns in 12 s",
        "0 Page 1 of 2 · turns in 1 s",
        "1 Page 2 of 2 · turns in 12 s",
        "1 Page 2 of 2 · held 1:50",
        "1 Page 2 of 2 · turns in 12 s",
        "0 Page 1 of 2 · turns in 12 s",
        "1 Page 2 of 2 · turns in 11 s",
    ]


def test_settings_live_in_the_address(run: Any) -> None:
    told = run("""const choices = new c.Choices('?sort=nonsense&mode=scroll&ward=A&bed=01,%209');
      const beds = [['A', '01'], ['A', '02'], ['B', '01']].map(([ward, bed]) => ({ ward, bed }));
      const told = [choices.get('sort'), choices.get('mode'), choices.chosen(beds), choices.unknown(beds)];
      choices.next('sort'); choices.next('mode');
      const [stranger, free] = [new c.Choices('?ward=X'), new c.Choices('')];
      return [...told, choices.search(), stranger.unknown(beds), free.chosen(beds).length];""")
    assert told[:4] == ["bed", "scroll", [{"ward": "A", "bed": "01"}], "No bed 9"]
    assert told[4:] == ["?sort=severity&ward=A&bed=01%2C+9", "No ward X", 3]


def test_automatic_gain_fits_the_trace_and_does_not_flutter(run: Any) -> None:
    gains = run("""const told = [], beats = [[1, 0.2, 10], [4, 0.5, 10], [0.3, 0.1, 10], [0.3, 0.1, 20], [0.9, 0.2, 5]];
      for (const [high, low, before] of [...beats, [9, 0, 10], [0, 0, 20]]) {
        const trace = new t.Trace(), shape = (_, k) => k % 200 === 0 ? high * 200 : k % 200 === 9 ? -low * 200 : 0;
        trace.receive(0, Int16Array.from({ length: 2000 }, shape), 1 / 200);
        told.push(g.fittingGain(trace, 20, 8, before));
      }
      return told;""")
    assert gains == [10, 5, 20, 20, 10, 2.5, 20]


def test_words_and_numbers_are_written_as_the_servers_pages_write_them(run: Any) -> None:
    found = run("""const beds = [1, 3].map((count) => w.t('wall.beds', { count: count })), missing = [];
      addEventListener('error', (event) => { missing.push(event.message); event.preventDefault(); });
      const shown = [w.t('wall.nonsense'), f.runningTime(3723000), f.shownNumber(97843.24, 1), f.shownNumber(null, 0)];
      return [beds, shown, [48, 372, 7500].map(f.duration), missing];""")
    assert found[0] == [t("wall.beds", count=1), t("wall.beds", count=3)] == ["1 bed", "3 beds"]
    assert found[1] == ["wall.nonsense", "1:02:03", "97\u2009843.2", "–"]
    assert found[2] == [duration(each) for each in (48, 372, 7500)]
    assert 'no "wall.nonsense" in en' in found[3][0]
