"""What a hello must say. Pure. Each refusal has its close code; docs/PROTOCOL.md has the table."""

from ecg.errors import ProtocolError
from ecg.rates import MAX_DEVICE_RATE, MIN_DEVICE_RATE
from streaming.codec import RecordingFacts
from streaming.wire import CloseCode, Hello

MIN_GAIN = 1.0
MAX_GAIN = 100_000.0
"""At 100,000 units per millivolt int16 ends at a third of a millivolt: no ECG fits any more."""
MAX_TOKEN = 256
MAX_LEAD = 16
MAX_LABEL = 64
_STARTED_FROM_MS = 946_684_800_000
_STARTED_TO_MS = 4_102_444_800_000
_UUID_GROUPS = (8, 4, 4, 4, 12)


def check_hello(hello: Hello) -> None:
    """Raises ProtocolError with the close code of the first thing that is wrong."""
    if not 1 <= len(hello.token) <= MAX_TOKEN:
        raise ProtocolError(CloseCode.TOKEN_REFUSED, "this device token is unknown or revoked")
    if not MIN_DEVICE_RATE <= hello.rate <= MAX_DEVICE_RATE:
        raise ProtocolError(CloseCode.RATE_REFUSED, "the rate must be 100 to 1000 Hz")
    if not MIN_GAIN <= hello.gain <= MAX_GAIN:
        raise ProtocolError(CloseCode.GAIN_REFUSED, "the gain must be 1 to 100000 units per millivolt")
    _require(
        _is_uuid(hello.recording),
        "the recording must be a UUID in lower case with hyphens",
    )
    _require(
        1 <= len(hello.lead) <= MAX_LEAD and hello.lead.isprintable(),
        "the lead must be 1 to 16 characters",
    )
    _require(
        _STARTED_FROM_MS <= hello.started < _STARTED_TO_MS,
        "started must be milliseconds since 1970, 2000 to 2100",
    )
    _require(
        len(hello.device or "") <= MAX_LABEL,
        "the device label must be at most 64 characters",
    )


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise ProtocolError(CloseCode.BAD_MESSAGE, reason)


def _is_uuid(text: str) -> bool:
    groups = text.split("-")
    sizes = tuple(len(group) for group in groups)
    return sizes == _UUID_GROUPS and set(text) <= set("0123456789abcdef-")


def facts_of(hello: Hello, device: int) -> RecordingFacts:
    """What is kept of a hello; device: id of the one whose token it brought."""
    return RecordingFacts(hello.recording, device, hello.rate, hello.gain, hello.lead, hello.started)


def check_known(facts: RecordingFacts, known: RecordingFacts | None) -> None:
    """Raises ProtocolError when the recording began otherwise; known: how it began, None when it is new."""
    if known is None:
        return
    if known.device != facts.device:
        raise ProtocolError(CloseCode.NOT_YOUR_RECORDING, "this recording belongs to another device")
    if (known.rate, known.gain, known.lead) != (facts.rate, facts.gain, facts.lead):
        raise ProtocolError(
            CloseCode.RECORDING_DIFFERS,
            "rate, gain or lead differ from what this recording began with",
        )
