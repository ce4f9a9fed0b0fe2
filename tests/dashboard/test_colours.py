"""The palette keeps its promises: contrast on the ground, and classes that colour-blind eyes tell apart.

Protanopia, deuteranopia and tritanopia after Machado, Oliveira and Fernandes (2009), severity 1.0, applied to linear
RGB. Distance: CIEDE2000 (Sharma, Wu and Dalal 2005).
"""

import itertools
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.palette import read_tokens

TOKENS = (Path(__file__).parents[2] / "assets" / "tokens.css").read_text("utf-8")
SMALLEST_DISTANCE = 10.0
SMALLEST_CONTRAST = 4.45
"""4.5 : 1 (WCAG 2.2, 1.4.3), less what rounding a colour to 8 bits takes away."""
VISIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
Vector = NDArray[np.float64]


def linear(colour: str) -> Vector:
    encoded = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(one: str, two: str) -> float:
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) + 0.05 for colour in (one, two))
    return light / dark


def lab(colour: str, vision: str) -> Vector:
    ratio = TO_XYZ @ np.clip(VISIONS[vision] @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seventh(chroma: float) -> float:
    return float(np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))


def ciede2000(one: Vector, two: Vector) -> float:
    stretch = 1.5 - 0.5 * seventh(float(np.hypot(one[1], one[2]) + np.hypot(two[1], two[2])) / 2)
    a, b = np.array([one[1], two[1]]) * stretch, np.array([one[2], two[2]])
    chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360
    turn = 0.0 if chroma.prod() == 0 else (hue[1] - hue[0] + 180) % 360 - 180
    across = 2 * np.sqrt(chroma.prod()) * np.sin(np.radians(turn / 2))
    lightness, middle = (one[0] + two[0]) / 2, float(chroma.mean())
    angle = np.radians(hue.sum() if chroma.prod() == 0 else hue[0] + turn / 2)
    waves = ((1, 30, -0.17), (2, 0, 0.24), (3, -6, 0.32), (4, 63, -0.20))
    t = 1 + sum(height * np.cos(times * angle - np.radians(shift)) for times, shift, height in waves)
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    blue = 60 * np.exp(-((((np.degrees(angle) % 360) - 275) / 25) ** 2))
    x, y = (two[0] - one[0]) / s_l, (chroma[1] - chroma[0]) / (1 + 0.045 * middle)
    z = across / (1 + 0.015 * middle * t)
    return float(np.sqrt(x * x + y * y + z * z - 2 * seventh(middle) * np.sin(np.radians(blue)) * y * z))


def test_the_distance_agrees_with_published_pairs() -> None:
    assert ciede2000(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000(np.array([50, 2.5, 0]), np.array([58, 24, 15])) == pytest.approx(19.4535, abs=1e-4)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_signs_and_words_stand_out_from_the_ground(theme: str) -> None:
    tokens = read_tokens(TOKENS, theme)
    inks = [name for name in tokens if name.startswith("class-") or name in ("text", "text-2", "text-3", "pending")]
    assert len(inks) == 12
    assert {
        name: contrast(tokens[name], tokens["bg"])
        for name in inks
        if contrast(tokens[name], tokens["bg"]) < SMALLEST_CONTRAST
    } == {}
    for level in ("high", "medium", "low"):
        assert contrast(tokens[f"alert-{level}-fill"], tokens[f"on-alert-{level}"]) >= SMALLEST_CONTRAST


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("vision", list(VISIONS))
def test_no_two_classes_look_alike_and_no_class_looks_like_an_alert(theme: str, vision: str) -> None:
    tokens = read_tokens(TOKENS, theme)
    classes = {name for name in tokens if name.startswith("class-")}
    alerts = {"alert-high", "alert-medium", "alert-low"}
    pairs = [pair for pair in itertools.combinations(sorted(classes | alerts), 2) if not set(pair) <= alerts]
    assert len(pairs) == 28 + 24
    near = {pair: ciede2000(*(lab(tokens[name], vision) for name in pair)) for pair in pairs}
    assert {pair: distance for pair, distance in near.items() if distance < SMALLEST_DISTANCE} == {}
