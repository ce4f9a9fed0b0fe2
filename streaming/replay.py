"""A WFDB record streamed as a phone would: `wardbeat replay RECORD --url --token`. The reference device."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import uvloop

from ecg.errors import ConfigurationError, ProtocolError
from streaming import wire
from streaming.phone import Phone, check_url, hello_for, sentence
from streaming.records import RecordedLead, read_record

URL = f"ws://127.0.0.1:8052{wire.PATH}"
CHUNK_SECONDS = 0.25
FAST_CHUNKS = 64
"""With --fast so many chunks may wait for their acknowledgement."""
PROGRESS_SECONDS = 5.0


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def replay(record: RecordedLead, phone: Phone, speed: float | None) -> None:
    """Stream the whole record, `speed` times as fast as it was taken, None: as fast as acknowledgements come.

    Returns when all of it is acknowledged. Raises ProtocolError when the server refuses.
    """
    running = asyncio.create_task(phone.run())
    beside = [asyncio.create_task(part) for part in (_play(record, phone, speed), _tell(record, phone))]
    try:
        await running
    finally:
        for task in (running, *beside):
            task.cancel()
        await asyncio.gather(running, *beside, return_exceptions=True)


async def _play(record: RecordedLead, phone: Phone, speed: float | None) -> None:
    clock = asyncio.get_running_loop().time
    began, chunk = clock(), max(1, round(CHUNK_SECONDS * record.rate))
    for start in range(0, len(record.samples), chunk):
        samples = record.samples[start : start + chunk]
        if speed is None:
            await phone.room(FAST_CHUNKS * chunk)
        else:
            await asyncio.sleep(began + (start + len(samples)) / record.rate / speed - clock())
        phone.record(start, samples)
    phone.finish()


async def _tell(record: RecordedLead, phone: Phone) -> None:
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        share = 100 * phone.acknowledged / len(record.samples)
        say(f"{record.name}: {phone.acknowledged / record.rate:.0f} s acknowledged ({share:.0f} %)")


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="wardbeat replay", description="Stream a WFDB record as a phone would.")
    parser.add_argument("record", type=Path, help="path of the record without extension")
    parser.add_argument("--url", default=URL, help=f"address of ingest (default {URL})")
    parser.add_argument("--token", required=True, help="the device's token; - reads it from standard input")
    parser.add_argument("--lead", type=int, default=0, help="which lead, from 0 (default 0)")
    parser.add_argument("--recording", default="", help="UUID, to go on with a recording that was broken off")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--speed", type=float, default=1.0, help="times real time (default 1)")
    pace.add_argument("--fast", action="store_true", help="as fast as acknowledgements come")
    options = parser.parse_args(arguments)
    if not 0 < options.speed <= 1000:
        raise ConfigurationError("--speed must be above 0 and at most 1000")
    check_url(options.url)
    return options


def main(arguments: Sequence[str]) -> int:
    """The command; 0 when all is acknowledged, 1 when the server refused. Raises RecordError (exit code 2)."""
    options = options_of(arguments)
    record = read_record(options.record, options.lead)
    token = sys.stdin.readline().strip() if options.token == "-" else options.token
    recording = options.recording or str(uuid4())
    started_ms = round(time.time() * 1000)
    hello = hello_for(token, recording, record.rate, record.gain, record.lead_name[:16], started_ms)
    say(f"{record.name}: recording {recording}")
    try:
        uvloop.run(_replay(record, options, hello))
    except ProtocolError as error:
        sys.stderr.write(f"wardbeat: {sentence(error)}\n")
        return 1
    say(f"{record.name}: all {len(record.samples)} samples acknowledged")
    return 0


async def _replay(record: RecordedLead, options: argparse.Namespace, hello: wire.Hello) -> None:
    phone = Phone(options.url, hello, kept_samples=len(record.samples))
    await replay(record, phone, None if options.fast else options.speed)
