"""What the wall sounds like, measured from the samples that the browser draws, and when it may be quiet."""

import base64
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytestmark = pytest.mark.timeout(300)

DRAW = """const audio = await s.drawn('%s');
  const samples = Int16Array.from(audio.getChannelData(0), (value) => 32767 * value);
  let text = ''; for (const byte of new Uint8Array(samples.buffer)) text += String.fromCharCode(byte);
  return [audio.sampleRate, btoa(text)];"""
PITCHES = {
    "high": [262, 330, 392, 392, 523] * 2,
    "medium": [262, 330, 392],
    "low": [330, 262],
    "cut": [523, 262, 262],
    "technical": [523, 262],
}
"""Hz. The melodies of IEC 60601-1-8 annex F: cardiac, low, equipment failure."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was measured of one pulse, in seconds and Hz. harmonics: dB against the strongest, from the second on."""

    begins: float
    ends: float
    rise: float
    pitch: float
    harmonics: list[float]
    peak: float


def heard(run: Any, priority: str) -> tuple[list[Pulse], float]:
    """The pulses of a burst, and how long it is to the next one."""
    rate, text = run(DRAW % priority)
    samples = np.frombuffer(base64.b64decode(text), np.int16) / 32767.0
    envelope = _envelope(samples, rate)
    loud = np.flatnonzero(np.diff(np.r_[0, envelope > 0.05, 0].astype(int)))
    pulses = [_measured(samples, envelope, first, end, rate) for first, end in loud.reshape(-1, 2)]
    return pulses, len(samples) / rate


def _envelope(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """The greatest height within a period of the deepest pitch (4 ms) around each sample."""
    half = round(0.002 * rate)
    padded = np.pad(np.abs(samples), half)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).max(axis=1))


def _measured(samples: NDArray[np.float64], envelope: NDArray[np.float64], first: int, end: int, rate: int) -> Pulse:
    part = envelope[first:end]
    strong = np.flatnonzero(part > 0.9 * part.max())
    faint = np.flatnonzero(part > 0.1 * part.max())
    begins, ends = first + strong[0], first + strong[-1]
    spectrum = np.abs(np.fft.rfft(samples[begins:ends] * np.hanning(ends - begins), 1 << 17))
    hertz = rate / (1 << 17)
    pitch = float(hertz * np.argmax(spectrum))
    levels = [20 * np.log10(spectrum[round(k * pitch / hertz)] / spectrum.max()) for k in range(2, 7)]
    rise = (strong[0] - faint[0]) / rate
    return Pulse(begins / rate, ends / rate, rise, pitch, levels, float(part.max()))


def gaps(pulses: list[Pulse]) -> NDArray[np.float64]:
    """Seconds between the end of a pulse and the beginning of the next, each at 90 % of its height."""
    return np.array([later.begins - sooner.ends for sooner, later in pairwise(pulses)])


@pytest.mark.parametrize("priority", list(PITCHES))
def test_a_burst_has_the_pulses_that_the_standard_asks_for(run: Any, priority: str) -> None:
    pulses, _ = heard(run, priority)
    assert [round(pulse.pitch) for pulse in pulses] == pytest.approx(PITCHES[priority], abs=2)
    shortest, longest = (0.075, 0.2) if priority == "high" else (0.125, 0.25)
    for pulse in pulses:
        lasts = pulse.ends - pulse.begins
        assert shortest <= lasts <= longest
        assert 0.1 * lasts <= pulse.rise <= 0.2 * lasts
        assert 150 <= pulse.pitch <= 1000
        in_band = [level for k, level in enumerate(pulse.harmonics, 2) if 300 <= k * pulse.pitch <= 4000]
        assert sum(level >= -15 for level in in_band) >= 4
        assert pulse.peak == pytest.approx(pulses[0].peak, rel=0.2)


def test_a_high_burst_is_three_and_two_and_again(run: Any) -> None:
    pulses, every = heard(run, "high")
    between = gaps(pulses)
    x, lasts = between[0], pulses[0].ends - pulses[0].begins
    assert 0.05 <= x <= 0.125
    assert 0.35 <= between[4] <= 1.3
    assert np.delete(between, [2, 4, 7]) == pytest.approx(x, rel=0.2)
    assert between[[2, 7]] == pytest.approx(2 * x + lasts, rel=0.2)
    assert 2.5 <= every - (pulses[-1].ends - pulses[0].begins) <= 15


@pytest.mark.parametrize(
    ("priority", "least", "most"), [("medium", 2.5, 30), ("cut", 2.5, 30), ("low", 15, 60), ("technical", 15, 60)]
)
def test_the_others_are_slower_and_rarer(run: Any, priority: str, least: float, most: float) -> None:
    pulses, every = heard(run, priority)
    assert 0.125 <= gaps(pulses).min() <= gaps(pulses).max() <= 0.25
    assert least < every - (pulses[-1].ends - pulses[0].begins) <= most


def test_a_pause_ends_after_two_minutes_and_at_once_for_what_is_graver(run: Any) -> None:
    told = run("""const hush = new h.Hush(), told = [];
      const left = (second) => ' ' + Math.ceil(hush.leftMs(1000 * second) / 1000);
      const say = (priority, second) => told.push(hush.heard(priority, 1000 * second) + left(second));
      hush.toggle(null, 0); say('low', 0);
      hush.toggle('medium', 0); say('medium', 0); say('low', 60); say('medium', 119); say('medium', 120);
      hush.toggle('low', 200000); say('low', 201); say('high', 202); say('low', 203);
      hush.toggle('low', 210000); hush.toggle('low', 211000); say('low', 212);
      return told;""")
    assert told == [
        "low 0",
        *("null 120", "null 60", "null 1", "medium 0"),
        *("null 119", "high 0", "low 0"),
        "low 0",
    ]


def test_trouble_of_the_wall_itself_is_told_aloud_after_ten_seconds(run: Any) -> None:
    told = run("""return [[null, []], [null, [9999]], [null, [3, 1e4]], [{ forMs: 9999 }, [9e9]], [{ forMs: 1e4 }, []]]
      .map(([trouble, silences]) => d.technical(trouble, silences));""")
    assert told == [None, None, "technical", None, "cut"]


def test_the_louder_of_two_wins_and_nothing_is_the_quietest(run: Any) -> None:
    assert run(
        "return [b.louder('cut', 'medium'), b.louder(null, 'low'), b.louder('high', 'cut'), b.louder(null, null)];"
    ) == [
        "cut",
        "low",
        "high",
        None,
    ]
