"""What a status of a phone may say. Pure; docs/PROTOCOL.md has the table."""

from ecg.errors import ProtocolError
from streaming.wire import CloseCode, Status

CONTACTS = ("yes", "no", "unknown")


def check_status(status: Status) -> None:
    """Raises ProtocolError, and says what is wrong."""
    if status.battery is not None and not 0 <= status.battery <= 100:
        raise ProtocolError(CloseCode.BAD_MESSAGE, "the battery must be 0 to 100 percent")
    if status.contact not in CONTACTS:
        raise ProtocolError(CloseCode.BAD_MESSAGE, "the contact must be yes, no or unknown")
