"""Alerts on real records, through the pipeline that serves live with the shipped network.

python -m tests.bench alerts        needs WARDBEAT_DATA_DIR with mitdb/ and training2017/

Found: experts noted ventricular flutter (the records have no fibrillation and no asystole), or named five beats in a
row ventricular at 100/min or faster, as the rule asks; and an alert of high priority was told within 10 s of the onset,
or lasted at it. The time is that of the signal: the network adds half a second. False: an alert of high
priority that overlaps nothing of that kind, 10 s to either side. Then how many alerts of each rule an hour brings.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import wfdb

from classifier.engine import shipped_labeller
from ecg.alert_rules import RULES, Priority
from ecg.labels import Rhythm
from ecg.pipeline import Labeller
from ecg.rates import SAMPLE_RATE
from ecg.types import Alert, Beat, VitalSigns
from streaming.analyze import analyse
from streaming.records import RecordedLead, list_records, read_record
from tests.bench.episodes import KEPT_BACK
from tests.bench.tracked import experiment
from training.sources import Source, challenge_names
from training.split import is_kept_back

REACH_S = 10.0
FAST_BEATS, FAST_S = 5, 0.6
"""As the rule asks: five ventricular beats at 100/min."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What experts marked, s from the start of the record."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Heard:
    """One record: hours of it, what experts marked, and the alerts."""

    name: str
    hours: float
    truths: list[Truth]
    alerts: list[Alert]
    told_s: dict[tuple[str, int], float]
    """When each was told, by its rule and start: s of signal."""

    @property
    def high(self) -> list[Alert]:
        """Those of high priority."""
        return [alert for alert in self.alerts if alert.priority is Priority.HIGH]

    def in_time(self, truth: Truth) -> bool:
        """Whether one of them was told soon after the onset, or lasted at it."""
        told = ((self.told_s[alert.rule, alert.start], alert.end) for alert in self.high)
        lasting = [at for at, end in told if end is None or end / SAMPLE_RATE >= truth.start]
        return any(at <= truth.start + REACH_S for at in lasting)


def main() -> None:
    """Print the figures."""
    folder = os.environ.get("WARDBEAT_DATA_DIR")
    if folder is None:
        print("alerts: skipped, set WARDBEAT_DATA_DIR to a folder with mitdb/ and training2017/")
        return
    records = [_mitdb(path) for path in list_records(Path(folder) / "mitdb")]
    _found(records)
    _false(records, "MIT-BIH, lead 0")
    _load(records, "MIT-BIH, lead 0")
    strips = list(_challenge(Path(folder) / "training2017"))
    for rhythm in Rhythm:
        mine = [heard for truth, heard in strips if truth is rhythm]
        _false(mine, f"challenge records kept back, {rhythm.value}")
        if rhythm is Rhythm.NORMAL:
            _load(mine, "challenge records kept back, N")


def _mitdb(path: Path) -> Heard:
    lead = read_record(path)
    marks = wfdb.rdann(str(path), "atr")
    seconds = [sample / lead.rate for sample in marks.sample]
    notes = list(zip(seconds, marks.symbol, marks.aux_note, strict=True))
    truths = [*_noted(notes, len(lead.samples) / lead.rate), *_fast_runs(notes)]
    return _heard(lead, shipped_labeller(), truths)


def _heard(lead: RecordedLead, labeller: Labeller, truths: list[Truth]) -> Heard:
    analysis, told_s, now = analyse(lead, labeller), dict[tuple[str, int], float](), 0
    for event in analysis.events:
        if isinstance(event, Beat | VitalSigns):
            now = max(now, event.index)
        elif isinstance(event, Alert):
            told_s.setdefault((event.rule, event.start), now / SAMPLE_RATE)
    return Heard(lead.name, len(lead.samples) / lead.rate / 3600, truths, analysis.alerts, told_s)


def _noted(notes: Sequence[tuple[float, str, str]], end: float) -> Iterator[Truth]:
    """Ventricular flutter, which the notes of rhythm tell; these records have neither fibrillation nor asystole."""
    changes = [(at, note.rstrip("\0")) for at, _, note in notes if note.startswith("(")]
    ends = [*(at for at, _ in changes[1:]), end]
    yield from (Truth("VF", at, until) for (at, note), until in zip(changes, ends, strict=True) if note == "(VFL")


def _fast_runs(notes: Sequence[tuple[float, str, str]]) -> Iterator[Truth]:
    """Ventricular tachycardia by the experts' own beats: FAST_BEATS in a row at 100/min or faster."""
    run: list[float] = []
    for at, symbol, _ in [*((a, s, n) for a, s, n in notes if s in "NLRejAaJSVEF/fQ!"), (1e9, "N", "")]:
        if symbol in ("V", "E") and (not run or at - run[-1] <= FAST_S):
            run.append(at)
            continue
        if len(run) >= FAST_BEATS:
            yield Truth("VT", run[0], run[-1])
        run = [at] if symbol in ("V", "E") else []


def _challenge(folder: Path) -> Iterator[tuple[Rhythm, Heard]]:
    config, labeller = experiment(), shipped_labeller()
    for name, truth in challenge_names(folder).items():
        if is_kept_back(Source.CHALLENGE, name, config):
            yield truth, _heard(read_record(folder / name), labeller, [])


def _near(alert: Alert, truth: Truth) -> bool:
    start = alert.start / SAMPLE_RATE
    end = start if alert.end is None else alert.end / SAMPLE_RATE
    return start <= truth.end + REACH_S and end >= truth.start - REACH_S


def _found(records: Sequence[Heard]) -> None:
    """How many marked episodes raised an alert of high priority within 10 s of their onset, and which did not."""
    print("\n| marked | episodes | alert within 10 s | later | never | records kept back: found |\n|" + " --- |" * 6)
    for kind in ("VF", "VT"):
        marked = [(one, truth) for one in records for truth in one.truths if truth.kind == kind]
        soon = [(one.name, t) for one, t in marked if one.in_time(t)]
        never = [(one.name, t) for one, t in marked if not any(_near(alert, t) for alert in one.high)]
        kept = [(one.name, t) for one, t in marked if one.name in KEPT_BACK]
        found = sum(one in soon for one in kept)
        late = len(marked) - len(soon) - len(never)
        print(f"| {kind} | {len(marked)} | {len(soon)} | {late} | {len(never)} | {found} of {len(kept)} |")
        print(
            "".join(f"  missed: {name} at {t.start:.1f} s, {t.end - t.start:.1f} s long\n" for name, t in never), end=""
        )


def _false(records: Sequence[Heard], title: str) -> None:
    wrong = [(one.name, a) for one in records for a in one.high if not any(_near(a, t) for t in one.truths)]
    hours = sum(one.hours for one in records)
    print(f"\n{title}: {len(records)} records, {hours:.2f} h; false alerts of high priority: {len(wrong)}")
    print("".join(f"  {name}: {a.rule} at {a.start / SAMPLE_RATE:.1f} s\n" for name, a in wrong), end="")


def _load(records: Sequence[Heard], title: str) -> None:
    counts = Counter(alert.rule for one in records for alert in one.alerts)
    hours = sum(one.hours for one in records)
    print(f"\n{title}: alerts per patient and hour\n\n| rule | priority | alerts | per hour |\n|" + " --- |" * 4)
    for name, rule in RULES.items():
        if counts[name]:
            print(f"| {name} | {rule.priority} | {counts[name]} | {counts[name] / hours:.1f} |")
