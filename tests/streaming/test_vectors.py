"""docs/protocol-vectors.json: what any client or server of the protocol can be tested with, ours both."""

import asyncio
import json
from collections import deque
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from ecg.errors import ProtocolError
from streaming import wire
from streaming.codec import RecordingFacts
from streaming.intake import Action, Admission, Durable, Finish, Intake, LookUp, Send, Store
from streaming.own_place import free_port
from streaming.phone import Phone
from streaming.wire import CloseCode, Data, Hello
from tests.servers import PATIENCE_S

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "protocol-vectors.json").read_text())
HELLO = msgspec.convert(VECTORS["hello"], Hello)
Vector = dict[str, Any]


def named(kind: str, side: str = "") -> pytest.MarkDecorator:
    chosen = [each for each in VECTORS[kind] if not side or side in each["for"]]
    return pytest.mark.parametrize("vector", chosen, ids=[each["name"] for each in chosen])


def samples(start: int, count: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    return (np.arange(start, start + count) * 37 % 2001 - 1000).astype(np.int16)


@named("frames")
def test_frames_are_read_and_written_as_they_say(vector: Vector) -> None:
    frame = bytes.fromhex(vector["hex"])
    if "close" in vector:
        with pytest.raises(ProtocolError) as caught:
            wire.decode_phone(frame)
        assert caught.value.code == vector["close"]
        return
    told = vector["is"]
    data = wire.decode_data(frame)
    assert (data.sequence, data.start, data.samples.tolist()) == (told["sequence"], told["first"], told["samples"])
    assert data.leaps == (told["type"] == 2)
    again = Data(told["sequence"], told["first"], np.array(told["samples"], np.int16), told["type"] == 2)
    assert wire.encode_data(again) == frame


@named("texts")
def test_texts_are_read_or_refused_as_they_say(vector: Vector) -> None:
    if "close" not in vector:
        read = json.loads(wire.encode_text(wire.decode_phone(vector["text"])))  # type: ignore[arg-type]
        said = json.loads(vector["text"])
        assert {name: read[name] for name in said if name in read} == {n: v for n, v in said.items() if n in read}
        return
    with pytest.raises(ProtocolError) as caught:
        wire.decode_phone(vector["text"])
    assert caught.value.code == vector["close"]


@named("hellos")
def test_wrong_hellos_have_their_code(vector: Vector) -> None:
    with pytest.raises(ProtocolError) as caught:
        Intake().receive(wire.decode_phone(json.dumps(VECTORS["hello"] | vector["change"])))
    assert caught.value.code == vector["close"]


@named("statuses")
def test_a_status_is_taken_or_refused_as_it_says(vector: Vector) -> None:
    intake, message = Intake(), json.dumps({"type": "status"} | vector["status"])
    intake.receive(wire.decode_phone(json.dumps(VECTORS["hello"])))
    intake.receive(Admission(1, 0, None))
    if "close" not in vector:
        assert intake.receive(wire.decode_phone(message)) == []
        return
    with pytest.raises(ProtocolError) as caught:
        intake.receive(wire.decode_phone(message))
    assert caught.value.code == vector["close"]
    assert "battery must be" in caught.value.reason or "contact must be" in caught.value.reason


class _Server:
    """The Intake, and an edge that makes durable what it is told when an answer is waited for."""

    def __init__(self, durable: Vector) -> None:
        self._intake = Intake()
        self._durable = durable
        self._next = durable["next"]
        self._answers: deque[str] = deque()
        self._waiting: deque[Store] = deque()
        self.stored: deque[list[int]] = deque()
        self.finished = False

    def hear(self, message: str | bytes) -> None:
        self._do(self._intake.receive(wire.decode_phone(message)))

    def says(self) -> Vector:
        """The next answer; stores become durable one by one until there is one."""
        while not self._answers:
            store = self._waiting.popleft()
            self._next = max(self._next, store.chunk.start + len(store.chunk.samples))
            self._do(self._intake.receive(Durable(self._next, store.sequence)))
        return dict(json.loads(self._answers.popleft()))

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case LookUp():
                    self._do(self._intake.receive(self._admission()))
                case Store():
                    self._waiting.append(action)
                    self.stored.append([action.chunk.start, action.chunk.start + len(action.chunk.samples)])
                    assert (
                        action.chunk.samples.tolist() == samples(action.chunk.start, len(action.chunk.samples)).tolist()
                    )
                case Send():
                    self._answers.append(action.text)
                case Finish():
                    self.finished = True

    def _admission(self) -> Admission:
        known = self._durable["known"]
        facts = known and RecordingFacts(
            HELLO.recording, known["device"], known["rate"], known["gain"], known["lead"], HELLO.started
        )
        holes = tuple((start, end) for start, end in self._durable["holes"])
        return Admission(self._durable["device"], self._next, facts, holes)


@named("conversations", "server")
def test_the_server_answers_as_it_should(vector: Vector) -> None:
    server = _Server(vector["durable"])
    last = vector["steps"][-1]
    for step in vector["steps"][: -1 if "close" in last else None]:
        if last.get("close", 1000) != CloseCode.DONE and step is vector["steps"][-2]:
            with pytest.raises(ProtocolError) as caught:
                server.hear(_said(step))
            assert caught.value.code == last["close"]
        elif "phone" in step or "phone_frame" in step:
            server.hear(_said(step))
        elif "stored" in step:
            assert server.stored.popleft() == step["stored"]
        elif "server" in step:
            assert server.says() == step["server"]
    assert not server.stored
    assert server.finished == (last.get("close") == CloseCode.DONE)


def _said(step: Vector) -> str | bytes:
    return bytes.fromhex(step["phone_frame"]) if "phone_frame" in step else json.dumps(step["phone"])


@named("conversations", "client")
def test_the_reference_client_says_what_it_should(vector: Vector) -> None:
    async def scenario() -> None:
        played: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        port = free_port()
        behind = vector["behind"] and vector["behind"] / HELLO.rate
        phone = Phone(f"ws://127.0.0.1:{port}", HELLO, jitter=lambda: 0.0, behind_seconds=behind)

        async def play(socket: ServerConnection) -> None:
            try:
                await _play(vector["steps"], phone, socket)
            except Exception as error:
                played.set_exception(error)
            else:
                played.set_result(None)

        for step in vector["steps"]:
            if "record" not in step:
                break
            phone.record(step["record"][0], samples(*step["record"]))
        async with serve(play, "127.0.0.1", port):
            running = asyncio.create_task(phone.run())
            await asyncio.wait_for(played, PATIENCE_S)
            code = vector["steps"][-1]["close"]
            if code == CloseCode.DONE:
                await asyncio.wait_for(running, PATIENCE_S)
                assert phone.unacknowledged == 0
            else:
                with pytest.raises(ProtocolError) as caught:
                    await asyncio.wait_for(running, PATIENCE_S)
                assert caught.value.code == code

    asyncio.run(scenario())


async def _play(steps: list[Vector], phone: Phone, socket: ServerConnection) -> None:
    """The server's part, word for word."""
    is_first = True
    for step in steps:
        if "record" in step and not is_first:
            phone.record(step["record"][0], samples(*step["record"]))
        elif "server" in step:
            await socket.send(json.dumps(step["server"]))
        elif "silence" in step:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.recv(), step["silence"])
        elif "close" in step:
            await socket.close(step["close"], "as the vector says")
        elif "phone" in step or "phone_frame" in step:
            is_first = False
            if step.get("phone", {}).get("type") == "end":
                phone.finish()
            await _expect(step, await asyncio.wait_for(socket.recv(), PATIENCE_S))


async def _expect(step: Vector, heard: str | bytes) -> None:
    if "phone_frame" in step:
        assert isinstance(heard, bytes)
        assert heard.hex() == step["phone_frame"], step["means"]
    else:
        told = json.loads(heard)
        assert {name: told.get(name) for name in step["phone"]} == step["phone"]
