"""Every error Wardbeat raises on purpose.

WardbeatError
├── SignalError        samples or their description cannot be used
├── RecordError        a file cannot be read
├── StreamError        bytes in a stream cannot be read
├── DamagedError       bytes in the database are not what was written
├── ProtocolError      a phone broke the wire protocol (streaming/wire.py gives it a close code)
├── ArtifactError      a network does not fit this house
└── ConfigurationError a setting or the machine needs a person
"""


class WardbeatError(Exception):
    """Root of all errors raised on purpose; its text is a sentence for the person who meets it."""


class SignalError(WardbeatError):
    """Samples, a rate or a gain cannot be used."""


class RecordError(WardbeatError):
    """A record on disk cannot be read. The text names the file and what is wrong with it."""


class StreamError(WardbeatError):
    """Bytes in Valkey are not what their key promises. The text says what they were taken for."""


class DamagedError(WardbeatError):
    """Bytes in the database are not what was written: a disk or a memory that lies. The text says what they were."""


class ProtocolError(WardbeatError):
    """A peer broke the protocol; the connection is closed with `code` and this text."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ArtifactError(WardbeatError):
    """A network's classes, rate, window or band differ from the house's."""


class ConfigurationError(WardbeatError):
    """A setting, a port or the machine is not as needed. The text says what to change."""
