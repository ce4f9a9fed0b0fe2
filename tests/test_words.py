"""The catalogue: two languages that say the same things, every text in use, and no word on a screen beside it."""

import json
import re
from collections.abc import Iterator

import pytest

import written
from words import CATALOGUE, LANGUAGES, catalogue, speaking, t

PLACES = re.compile(r"\{(\w+)\}")
LATIN = re.compile("[A-Za-z]{2,}")
ONE = ".one"
LANGUAGE_NAMES = frozenset({"language.tag", "language.other", "language.other_tag", "language.switch"})
NAMES = frozenset(
    [
        *("RR", "NN", "SD", "SDNN", "SDANN", "RMSSD", "pNN", "LF", "HF", "VLF", "QRS", "ms", "mm", "mV", "Hz"),
        *("Poincar", "Lomb", "Scargle", "Dash", "Zong", "MIT", "BIH"),
        *("Wardbeat", "wardbeat", "walls", "pair", "ward", "name"),
        *("WFDB", "EDF", "BDF", "CSV", "TSV", "MATLAB", "MB", "hea", "dat", "mat"),
        *("Webhook", "WARDBEAT", "WEBHOOK", "SMTP", "URL", "ICU", "PLoS", "ONE"),
        *("Polar", "Movesense", "MiB", "PDF", "SHA", "JSON", "ZIP"),
    ]
)
"""What has no other name on a Chinese ward: units, numbers of variability, authors, records, commands."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def own_zone() -> Iterator[None]:
    """The machine's zone again for the next test."""
    yield
    written.stand_in("")


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    english, chinese = (
        {key: sorted(set(PLACES.findall(text))) for key, text in catalogue(each).items() if not key.endswith(ONE)}
        for each in ("en", "zh")
    )
    assert english == chinese


def test_a_text_for_one_stands_beside_a_text_for_several(language: str) -> None:
    texts = catalogue(language)
    for key in texts:
        if key.endswith(ONE):
            assert "{count}" in texts[key.removesuffix(ONE)]


def test_the_files_are_sorted_so_that_two_people_can_add_to_them(language: str) -> None:
    text = (CATALOGUE / f"{language}.json").read_text("utf-8")
    assert text == json.dumps(dict(sorted(json.loads(text).items())), ensure_ascii=False, indent=1) + "\n"
    assert all(value.strip() == value and value for value in json.loads(text).values())


def test_chinese_is_chinese_but_for_what_has_no_other_name() -> None:
    left = {
        key: LATIN.findall(PLACES.sub("", text)) for key, text in catalogue("zh").items() if key not in LANGUAGE_NAMES
    }
    assert not {key: words for key, words in left.items() if not NAMES.issuperset(words)}
    english = {key: text for key, text in catalogue("en").items() if key not in LANGUAGE_NAMES}
    assert not {key: text for key, text in english.items() if re.search("[\u3000-\u9fff]", text)}


def test_a_place_takes_its_value_and_one_is_said_as_one() -> None:
    assert t("form.between", least="0.1", most="3.9", unit="s") == "Type 0.1 to 3.9 s."
    with speaking("zh"):
        assert t("form.between", least="0.1", most="3.9", unit="s") == "请输入 0.1 到 3.9 s。"


def test_a_key_that_is_missing_is_shown_and_complained_about() -> None:
    with pytest.warns(UserWarning, match="no 'wall.nonsense' in 'en'"):
        assert t("wall.nonsense") == "wall.nonsense"


NOON_MS = 1_795_780_800_000
"""27 November 2026, 12:00 UTC."""


def test_times_are_written_in_the_readers_zone_and_language() -> None:
    written.stand_in("Asia/Shanghai")
    assert (written.clock(NOON_MS), written.moment(NOON_MS)) == ("20:00:00", "27 Nov 20:00")
    with speaking("zh"):
        assert written.moment(NOON_MS) == "11月27日 20:00"
        assert [written.duration(each) for each in (0, 0.48, 48, 372, 7500)] == [
            *("0 秒", "0.5 秒", "48 秒", "6 分 12 秒", "2 小时 5 分")
        ]
    written.stand_in("UTC")
    assert written.clock(NOON_MS) == "12:00:00"


@pytest.mark.parametrize(
    "name", ["", "Nowhere/Land", "../../etc/passwd", "America", "/etc/localtime", "a" * 5000, "\0"]
)
def test_a_zone_that_is_none_is_the_machines_own(name: str) -> None:
    written.stand_in("UTC")
    written.stand_in(name)
    assert re.fullmatch(r"\d\d:00:00", written.clock(NOON_MS))


def test_numbers_have_thin_spaces() -> None:
    assert (written.number(97843), written.number(1234.56, 1), written.number(-5)) == (
        "97\u2009843",
        "1\u2009234.6",
        "-5",
    )
