"""How the API tells what was found in a recording. Indices count samples at 250 Hz from its start."""

from pydantic import BaseModel, Field


class FoundBeat(BaseModel):
    """A beat. The rhythm is the settled one where that is known, else the one told when the beat came."""

    index: int = Field(description="Its R peak, in samples at 250 Hz.")
    at_s: float = Field(description="Seconds from the start of the recording.")
    rr_ms: float | None = Field(description="Since the beat before; null at the start and after a gap.")
    beat_class: str = Field(description="ANSI/AAMI EC57: N, S, V, F or Q; as a person said, where one did.")
    network_class: str | None = Field(description="What the network said; null where it saw no beat.")
    by_person: bool = Field(description="Whether a person has said what it is.")
    beat_sure: bool = Field(description="False: the network is not sure, and the beat counts as Q.")
    rhythm: str = Field(description="CinC 2017: N, A (atrial fibrillation), O (other), ~ (too noisy).")
    rhythm_sure: bool
    class_probabilities: dict[str, float]
    rhythm_probabilities: dict[str, float]


class Interval(BaseModel):
    """An RR interval that ends at the beat at `index`."""

    index: int
    at_s: float
    rr_ms: float
    beat_class: str


class Rate(BaseModel):
    """A heart rate as the monitor showed it."""

    index: int
    at_s: float
    heart_rate: float = Field(description="Per minute.")


class Signs(BaseModel):
    """Numbers true at `index`; null where the signal does not carry them.

    heart_rate per minute; rr_last, rr_mean, sdnn, rmssd, sd1, sd2 and so on in ms; pnn50, nn_used in percent; lf, hf,
    total_power in ms². Of the last 5 minutes, `_24h` of the last day, of which `hours_24h` count.
    """

    index: int
    at_s: float
    finding: str
    heart_rate: float | None
    rr_last: float | None
    rr_mean: float | None
    sdnn: float | None
    rmssd: float | None
    pnn50: float | None
    nn_used: float | None
    sd1: float | None
    sd2: float | None
    triangular_index: float | None
    lf: float | None
    hf: float | None
    lf_hf: float | None
    total_power: float | None
    sdnn_24h: float | None
    sdann_24h: float | None
    sdnn_index_24h: float | None
    triangular_index_24h: float | None
    nn_used_24h: float | None
    hours_24h: float | None


class Classes(BaseModel):
    """How many beats of each class a recording has, those that the network is not sure of under Q."""

    total: int
    counts: dict[str, int]


class Episode(BaseModel):
    """A finding that lasts over [start, end), in samples at 250 Hz; end null: it goes on."""

    finding: str
    start: int
    end: int | None
    start_s: float
    end_s: float | None


class Gap(BaseModel):
    """Nothing was received in [start, end), in samples at 250 Hz."""

    start: int
    end: int


class Episodes(BaseModel):
    """The episodes of a stretch and what is missing of it."""

    items: list[Episode]
    gaps: list[Gap]
