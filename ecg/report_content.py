"""What a report says of a recording, before any word of it is written in a language: the content that is signed.

Two reports say the same where their contents are equal. Numbers are rounded as they are told; None is a number that is
not known, or withheld.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from ecg.edited_variability import At
from ecg.findings import Finding
from ecg.labels import BEAT_CLASSES, BeatClass
from ecg.rates import to_samples
from ecg.types import Beat

STRIP = to_samples(6.8)
"""House samples in a strip: with the pulse before it 180 mm at 25 mm/s."""
STRIP_GAIN = 200.0
"""Units per millivolt of a strip's samples."""
MOST_STRIPS = 12
LEAST_ANALYSED_S = 60.0
UNTOLD = ("strips", "course", "beats_sha256", "corrections")
"""Parts that are not told apart where two contents differ: they follow from the others, or are told as beats."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the report is about, as the house knew it then. born: as 1957-03-08."""

    name: str
    initials: str
    number: str | None
    born: str | None
    sex: str | None
    place: str


@dataclass(frozen=True, slots=True)
class Source:
    """What was recorded. started_ms: wall ms of sample 0, None where nobody knows it. seconds: from first to last
    sample; received, usable: share of the recording that came, and of what came that is good, percent.
    """

    recording: str
    device: str
    lead: str
    rate: float
    started_ms: int | None
    seconds: float
    received: float | None
    usable: float | None


@dataclass(frozen=True, slots=True)
class RRNumbers:
    """ms, of all RR intervals of good signal; the index is that of the beat that ends the interval."""

    mean: float
    shortest: At
    longest: At


@dataclass(frozen=True, slots=True)
class NNNumbers:
    """ms, pnn50 and used (share of the RR intervals) in percent; None where too little counts. hours: that count for
    SDANN. As `ecg.edited_variability` makes them.
    """

    used: float | None
    hours: float
    sdnn: float | None = None
    sdann: float | None = None
    rmssd: float | None = None
    pnn50: float | None = None


@dataclass(frozen=True, slots=True)
class EpisodeSum:
    """All episodes of one finding: how many, how long together, and the longest, [start, end) in house samples."""

    finding: Finding
    count: int
    seconds: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReportBeat:
    """A beat of a strip. by_person: a doctor has said what it is."""

    index: int
    rr: int | None
    sign: str
    by_person: bool


@dataclass(frozen=True, slots=True)
class ReportStrip:
    """`STRIP` house samples from `start` on, int16 little-endian at `STRIP_GAIN`, -32768 for none.

    shows: names of what it is there for: a number ("lowest_rate"), a finding or a class. index: where it is.
    poor: (house sample, whether the signal is good from there on).
    """

    shows: tuple[str, ...]
    index: int
    start: int
    samples: bytes
    beats: tuple[ReportBeat, ...]
    poor: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class RateStep:
    """Heart rate of a step of the whole, /min; None: none was known."""

    low: float | None
    mean: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Course:
    """Heart rate over the whole recording, step by step from house sample `start` on; marks: sign, start, end."""

    start: int
    step: int
    rates: tuple[RateStep, ...]
    marks: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """All that is signed. counts: as `BEAT_CLASSES`; beats_sha256: of every beat's place and sign, so that no beat
    changes unnoticed. corrections: (index, class) where a doctor's word holds. rhythms: (rhythm, share of the beats).
    af_burden: percent of the analysed time. models: SHA-256 of the networks. conclusion: the doctor's words.
    """

    subject: Subject
    source: Source
    analysed_s: float
    counts: tuple[int, ...]
    beats_sha256: str
    corrections: tuple[tuple[int, str], ...]
    mean_rate: float | None
    lowest_rate: At | None
    highest_rate: At | None
    rr: RRNumbers | None
    nn: NNNumbers
    rhythms: tuple[tuple[str, float], ...]
    af_burden: float | None
    episodes: tuple[EpisodeSum, ...]
    course: Course | None
    strips: tuple[ReportStrip, ...]
    models: tuple[str, ...]
    conclusion: str

    @property
    def total(self) -> int:
        """All beats."""
        return sum(self.counts)

    def count(self, kind: BeatClass) -> int:
        """Beats of one class."""
        return self.counts[BEAT_CLASSES.index(kind)]

    def per_hour(self, kind: BeatClass) -> float | None:
        """Beats of a class in an hour of analysed time; None where too little was analysed."""
        return None if self.analysed_s < LEAST_ANALYSED_S else self.count(kind) * 3600 / self.analysed_s

    def of(self, finding: Finding) -> EpisodeSum | None:
        """The episodes of a finding, where there are any."""
        return next((each for each in self.episodes if each.finding is finding), None)

    def strip_of(self, *shown: str) -> int | None:
        """Number of the first strip, from 1, that shows one of these."""
        places = enumerate(self.strips, start=1)
        return next((number for number, each in places if set(shown) & set(each.shows)), None)


@dataclass(frozen=True, slots=True)
class Changes:
    """How one content differs from the one before: names of parts, and beats of which another class is said."""

    parts: tuple[str, ...]
    beats: int


def beats_digest(beats: Sequence[Beat]) -> str:
    """SHA-256 of every beat's place and sign, as people are shown them."""
    signs = "".join(beat.sign for beat in beats)
    places = np.array([beat.index for beat in beats], "<i8").tobytes()
    return hashlib.sha256(places + signs.encode()).hexdigest()


def changes(before: ReportContent, now: ReportContent) -> Changes:
    """What is different in `now`."""
    parts = [each.name for each in fields(ReportContent) if getattr(before, each.name) != getattr(now, each.name)]
    said, says = dict(before.corrections), dict(now.corrections)
    beats = sum(said.get(index) != says.get(index) for index in said.keys() | says.keys())
    return Changes(tuple(name for name in parts if name not in UNTOLD), beats)
