"""What a soak says in the end: for people as text, for machines as JSON. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import inf

import msgspec
import numpy as np

from ecg.rates import SAMPLE_RATE
from streaming.soak.check import Verdict, total
from streaming.soak.run import Kill, Plan, Run
from streaming.soak.wall import Sign
from streaming.soak.way import Tally

NEXT_BEAT_S = 1.0
"""Only hearts that beat within this time after a kill say how soon the wall shows beats again."""
WORST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from a kill to the next sign of life, over all kills and patients; count: how many such signs."""

    count: int
    p50_s: float
    p99_s: float
    max_s: float
    missing: int
    """Patients of whom nothing more was seen after a kill."""

    @classmethod
    def of(cls, signs: Iterable[Sign]) -> "Recovery":
        """All zero where there was nothing to recover from."""
        took_s = [sign.took_s for sign in signs]
        seen = [each for each in took_s if each < inf]
        p50, p99, most = np.percentile(seen, [50, 99, 100]).round(2).tolist() if seen else (0.0, 0.0, 0.0)
        return cls(len(seen), p50, p99, most, len(took_s) - len(seen))


@dataclass(frozen=True, slots=True)
class Report:
    """All that a soak found. counts: `check.total`; slowest: per process killed, the longest time to the next ack."""

    command: str
    patients: int
    seconds: float
    seed: int
    kills: Sequence[Kill]
    way: Tally
    counts: Mapping[str, int]
    refused: Sequence[str]
    wall_beats: int
    acknowledged: Recovery
    shown: Recovery
    slowest: Mapping[str, float]
    bad: Sequence[Verdict]

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled, misordered, different or refused."""
        return not self.bad and not self.refused

    def as_json(self) -> bytes:
        """Everything but the R peaks."""
        plain = {**asdict(self), "clean": self.clean, "counts": dict(self.counts), "slowest": dict(self.slowest)}
        plain["bad"] = [
            {name: value for name, value in each.items() if name != "beat_indices"} for each in plain["bad"]
        ]
        return msgspec.json.format(msgspec.json.encode(plain))


def of_beating(signs: Sequence[Sign], verdicts: Sequence[Verdict]) -> list[Sign]:
    """The signs of hearts that beat soon after the kill: a heart that pauses shows no beat either."""
    peaks = {verdict.recording: verdict.beat_indices for verdict in verdicts}
    return [sign for sign in signs if _beats_soon(peaks[sign.recording], sign.mark)]


def _beats_soon(peaks: Sequence[int], mark: int) -> bool:
    place = bisect_right(peaks, mark)
    return place < len(peaks) and peaks[place] - mark <= NEXT_BEAT_S * SAMPLE_RATE


def slowest(signs: Sequence[Sign], kills: Sequence[Kill]) -> dict[str, float]:
    """Process -> the longest that anybody waited for an acknowledgement after it was killed."""
    process = {kill.number: kill.process for kill in kills}
    longest: dict[str, float] = {}
    for sign in signs:
        name = process[sign.kill]
        longest[name] = max(longest.get(name, 0.0), round(sign.took_s, 2))
    return dict(sorted(longest.items()))


def told(report: Report) -> str:
    """For a person."""
    counts: Counter[str] = Counter(report.counts)
    killed = Counter(kill.process for kill in report.kills)
    different = {name: count for name, count in counts.items() if name.startswith("different")}
    lines = [
        f"{report.command}",
        f"{report.patients} patients, {report.seconds:.0f} s, seed {report.seed}",
        f"killed: {', '.join(f'{name} ×{times}' for name, times in sorted(killed.items())) or 'nothing'}",
        f"way: {_way(report.way)}",
        f"{counts['samples']} samples sent, {counts['beats']} beats to be found, {report.wall_beats} seen on the wall",
        "",
        f"samples   lost {counts['lost']}, duplicated {counts['duplicated']}, misordered {counts['misordered']}, "
        f"never acknowledged {counts['unacknowledged']}",
        f"events    {', '.join(f'{name} {count}' for name, count in different.items())}",
        f"recovery  kill → next sample acknowledged: {_recovery(report.acknowledged)}",
        f"          kill → next beat on the wall:     {_recovery(report.shown)}",
        f"          longest to the next acknowledgement after killing: {_slowest(report.slowest)}",
        *(f"refused   {reason}" for reason in report.refused[:WORST_SHOWN]),
        *(f"wrong     {_wrong(verdict)}" for verdict in report.bad[:WORST_SHOWN]),
        "",
        "CLEAN: nothing lost, doubled, misordered or different." if report.clean else "NOT CLEAN.",
    ]
    return "\n".join(lines) + "\n"


def _way(way: Tally) -> str:
    what = {"dropped": way.dropped, "delayed": way.delayed, "repeated": way.repeated, "swapped": way.swapped}
    shares = ", ".join(f"{count} {name} ({100 * count / max(1, way.frames):.1f} %)" for name, count in what.items())
    return f"{way.frames} frames, {shares}; {way.cut} lines cut"


def _recovery(times: Recovery) -> str:
    missing = f", {times.missing} not seen again" if times.missing else ""
    return f"p50 {times.p50_s:.2f} s, p99 {times.p99_s:.2f} s, max {times.max_s:.2f} s ({times.count}{missing})"


def _slowest(times: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {seconds:.2f} s" for name, seconds in times.items()) or "nothing"


def _wrong(verdict: Verdict) -> str:
    different = ", ".join(f"{name} {count}" for name, count in verdict.different.items() if count)
    return (
        f"{verdict.recording}: lost {verdict.lost}, duplicated {verdict.duplicated}, misordered {verdict.misordered}, "
        f"never acknowledged {verdict.unacknowledged}; different: {different or 'nothing'}"
    )


def report_of(command: str, plan: Plan, run: Run, verdicts: Sequence[Verdict]) -> Report:
    """What was planned, done and found, put together."""
    acknowledged, shown = run.acknowledged.all_signs(), of_beating(run.shown.all_signs(), verdicts)
    return Report(
        command=command,
        patients=len(verdicts),
        seconds=plan.seconds,
        seed=plan.seed,
        kills=run.kills,
        way=run.way,
        counts=dict(total(verdicts)),
        refused=run.refused,
        wall_beats=run.wall_beats,
        acknowledged=Recovery.of(acknowledged),
        shown=Recovery.of(shown),
        slowest=slowest(acknowledged, run.kills),
        bad=[verdict for verdict in verdicts if not verdict.clean],
    )
