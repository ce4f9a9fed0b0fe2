"""The replay of records, through a real ingest."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import wfdb

from db import queries
from ecg.errors import ConfigurationError
from streaming import replay
from tests.servers import PATIENCE_S
from tests.streaming.ingest_server import open_site
from tests.streaming.test_simulate import command


class Said(NamedTuple):
    """What a command came to."""

    returncode: int
    output: str
    errors: str


def said(words: Sequence[str], database_url: str) -> Said:
    process = command(*words, database_url=database_url)
    output, errors = process.communicate(timeout=PATIENCE_S)
    return Said(process.returncode, output, errors)


def record(folder: Path) -> tuple[Path, np.ndarray]:
    samples = np.random.default_rng(2).integers(-900, 900, (3_000, 1))
    samples[40] = -2048
    wfdb.wrsamp(
        "r",
        360,
        ["mV"],
        ["MLII"],
        d_signal=samples,
        fmt=["212"],
        adc_gain=[200.0],
        baseline=[24],
        write_dir=str(folder),
    )
    expected = samples[:, 0] - 24
    expected[40] = -32768
    return folder / "r", expected


@pytest.mark.parametrize("pace", [["--fast"], ["--speed", "20"]])
def test_a_replayed_record_arrives_bit_for_bit(
    valkey_url: str, sqlite_url: str, tmp_path: Path, pace: list[str]
) -> None:
    async def body() -> None:
        path, expected = record(tmp_path)
        name = "3f2b8a52-7d0e-4c1b-9a64-0e6f2c1d9b11"
        async with open_site(valkey_url, sqlite_url) as site:
            token = site.devices[0].token
            told = ["replay", str(path), "--url", site.url, "--token", token, "--recording", name, *pace]
            process = command(*told, database_url=sqlite_url)
            output, errors = await asyncio.to_thread(process.communicate, timeout=PATIENCE_S)
            assert process.returncode == 0, errors
            assert "all 3000 samples acknowledged" in output
            index, samples = await site.signal(name)
            np.testing.assert_array_equal(index, np.arange(3_000))
            np.testing.assert_array_equal(samples, expected)
            assert queries.device_by_token(site.engine, token, 0) is None, "only digests are kept"

    asyncio.run(body())


def test_a_refused_replay_exits_with_1(
    valkey_url: str, sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def body() -> None:
        path, _ = record(tmp_path)
        async with open_site(valkey_url, sqlite_url) as site:
            process = command("replay", str(path), "--url", site.url, "--token", "wrong", database_url=sqlite_url)
            _, errors = await asyncio.to_thread(process.communicate, timeout=PATIENCE_S)
            assert process.returncode == 1
            assert "4401" in errors

    asyncio.run(body())


def test_an_admitted_patients_token_opens_ingest_once_it_was_told(
    valkey_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    words = ("admit", "--ward", "4B", "--bed", "07", "--initials", "LM")

    async def body() -> None:
        path, _ = record(tmp_path)
        async with open_site(valkey_url, sqlite_url) as site:
            admitted = await asyncio.to_thread(said, words, sqlite_url)
            again = await asyncio.to_thread(said, words, sqlite_url)
            assert (admitted.returncode, again.returncode) == (0, 2)
            assert "Somebody lies in bed 07 of 4B" in again.errors
            process = command(
                "replay",
                str(path),
                "--url",
                site.url,
                "--token",
                admitted.output.strip(),
                "--fast",
                database_url=sqlite_url,
            )
            await asyncio.to_thread(process.communicate, timeout=PATIENCE_S)
            assert process.returncode == 0

    asyncio.run(body())


def test_a_bad_record_is_one_line_and_exit_code_2(sqlite_url: str, tmp_path: Path) -> None:
    process = command("replay", str(tmp_path / "gone"), "--token", "t", database_url=sqlite_url)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert "gone.hea" in errors
    assert len(errors.strip().splitlines()) == 1


def test_replay_refuses_an_absurd_speed() -> None:
    with pytest.raises(ConfigurationError):
        replay.options_of(["r", "--token", "t", "--speed", "0"])


@pytest.mark.parametrize("url", ["banana", "http://127.0.0.1:8052/v1/stream", "ws://", "ws://h:99999/v1/stream"])
def test_an_address_that_can_never_answer_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigurationError, match="not the address"):
        replay.options_of(["r", "--token", "t", "--url", url])
