"""The bytes of docs/PROTOCOL.md."""

import json
import re
import struct
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg.errors import ProtocolError
from streaming import wire
from streaming.wire import Ack, CloseCode, Data, End, Ended, Heartbeat, Hello, Welcome

PROTOCOL = Path(__file__).parents[2] / "docs" / "PROTOCOL.md"
RECORDING = "3f2b8a52-7d0e-4c1b-9a64-0e6f2c1d9b11"
HELLO = Hello(1, "secret", RECORDING, 250.0, 1000.0, "I", 1_764_000_000_000)
EXAMPLE = Data(7, 500, np.array([1, -2, -32768], np.int16))


def refusal(message: str | bytes) -> int:
    with pytest.raises(ProtocolError) as caught:
        wire.decode_phone(message)
    return caught.value.code


def sealed(body: bytes) -> bytes:
    return body + struct.pack("<I", crc32(body))


def test_the_documented_frame_is_what_is_sent() -> None:
    text = PROTOCOL.read_text()
    documented = re.search(r"^e1 01 .*$", text, re.MULTILINE)
    assert documented is not None
    assert wire.encode_data(EXAMPLE).hex() == documented.group().replace(" ", "")


def test_the_documented_close_codes_are_the_codes() -> None:
    documented = {
        int(code): line for line in PROTOCOL.read_text().splitlines() for code in re.findall(r"^\| (\d{4}) \|", line)
    }
    assert set(documented) == set(CloseCode)
    reconnecting = {code for code, line in documented.items() if line.rstrip(" |").endswith("reconnects")}
    assert reconnecting == set(CloseCode) - wire.FATAL_CODES


def test_the_documented_messages_are_read() -> None:
    blocks = re.findall(r"```json\n(.*?)```", PROTOCOL.read_text(), re.DOTALL)
    kinds = {json.loads(text)["type"] for block in blocks for text in re.findall(r"\{.*?\}", block, re.DOTALL)}
    assert kinds == {"hello", "welcome", "ack", "heartbeat", "status", "end", "ended"}
    hello = wire.decode_phone(blocks[0])
    assert isinstance(hello, Hello)
    assert (hello.rate, hello.gain, hello.lead, hello.device) == (250, 1000, "I", "patch 7")


@given(
    sequence=st.integers(0, 2**32 - 1),
    start=st.integers(0, wire.MAX_INDEX - wire.MAX_SAMPLES),
    samples=st.lists(st.integers(-32768, 32767), min_size=1, max_size=300),
)
def test_a_data_frame_comes_back_as_it_went(sequence: int, start: int, samples: list[int]) -> None:
    data = wire.decode_phone(wire.encode_data(Data(sequence, start, np.array(samples, np.int16))))
    assert isinstance(data, Data)
    assert (data.sequence, data.start, data.samples.tolist()) == (sequence, start, samples)
    assert data.end == start + len(samples)


@given(st.data())
def test_any_changed_bit_is_refused(data: st.DataObject) -> None:
    frame = bytearray(wire.encode_data(EXAMPLE))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(bytes(frame)) in (CloseCode.BAD_FRAME, CloseCode.BAD_CRC)


@given(st.binary(max_size=200))
def test_rubbish_bytes_are_refused(frame: bytes) -> None:
    assert refusal(frame) in (CloseCode.BAD_FRAME, CloseCode.BAD_CRC)


@given(st.text(max_size=200))
def test_rubbish_text_is_refused(text: str) -> None:
    assert refusal(text) == CloseCode.BAD_MESSAGE


@pytest.mark.parametrize(
    ("sequence", "start", "count", "given_count"),
    [(0, 0, 0, 0), (0, 0, 3, 2), (0, 0, 2, 3), (0, wire.MAX_INDEX, 1, 1), (0, 0, 10_001, 10_001)],
)
def test_a_frame_whose_numbers_are_wrong_is_refused(sequence: int, start: int, count: int, given_count: int) -> None:
    body = struct.pack("<BBIQH", 0xE1, 1, sequence, start, count) + bytes(2 * given_count)
    assert refusal(sealed(body)) == CloseCode.BAD_FRAME


@pytest.mark.parametrize(("magic", "kind"), [(0xE2, 1), (0, 1), (0xE1, 3), (0xE1, 0)])
def test_another_magic_or_type_is_refused(magic: int, kind: int) -> None:
    assert refusal(sealed(struct.pack("<BBIQHh", magic, kind, 0, 0, 1, 5))) == CloseCode.BAD_FRAME


@pytest.mark.parametrize("version", [0, 2, 99, None])
def test_another_version_is_refused_whatever_else_it_says(version: int | None) -> None:
    assert refusal(json.dumps({"type": "hello", "version": version, "new": {}})) == CloseCode.WRONG_VERSION


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60_000,
        '{"type":"hello","version":1' + ',"x":{"a":' * 2000,
        '{"type":"hello","version":"1"}',
        '{"type":"hello","version":1,"token":7}',
        '{"type":"ack","next":1}',
        '{"type":"hello","version":1,"rate":1e999}',
        "null",
        '"hello"',
        "\ud800",
    ],
)
def test_text_of_a_wrong_shape_is_refused(text: str) -> None:
    assert refusal(text) == CloseCode.BAD_MESSAGE


def test_no_refusal_repeats_what_was_sent() -> None:
    with pytest.raises(ProtocolError) as caught:
        wire.decode_phone('{"type":"hello","version":1,"token":"very-secret","rate":"very-secret"}')
    assert "very-secret" not in caught.value.reason


@pytest.mark.parametrize("message", [HELLO, Heartbeat(), End()])
def test_text_of_a_phone_comes_back(message: Hello | Heartbeat | End) -> None:
    assert wire.decode_phone(wire.encode_text(message)) == message


@pytest.mark.parametrize("message", [Welcome(RECORDING, 5, ((1, 3),)), Ack(7, -1), Heartbeat(), Ended(9)])
def test_text_of_the_server_comes_back(message: wire.ServerMessage) -> None:
    assert wire.decode_server(wire.encode_text(message)) == message


def test_the_short_cut_for_acks_writes_the_same() -> None:
    assert wire.decode_server(wire.encode_ack(2**40, 9)) == Ack(2**40, 9)


def test_a_frame_that_does_not_fit_is_not_made() -> None:
    with pytest.raises(ProtocolError):
        wire.encode_data(Data(0, 0, np.zeros(0, np.int16)))
    with pytest.raises(ProtocolError):
        wire.encode_data(Data(1 << 32, 0, np.zeros(1, np.int16)))


def test_the_longest_frame_fits_a_message() -> None:
    assert len(wire.encode_data(Data(0, 0, np.zeros(wire.MAX_SAMPLES, np.int16)))) <= wire.MAX_MESSAGE_BYTES
