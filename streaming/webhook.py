"""Notices by webhook: JSON by POST, signed so that the receiver knows that it comes from here and when it was sent."""

import hashlib
import hmac
import urllib.error
import urllib.request
from email.message import Message
from typing import IO

PATIENCE_S = 10
TIMESTAMP, SIGNATURE = "X-Wardbeat-Timestamp", "X-Wardbeat-Signature"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over "<timestamp>.<body>", hexadecimal, with its name before it."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is signed for one place is sent to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Never."""


class Webhook:
    """Where notices are posted to."""

    def __init__(self, url: str, secret: str) -> None:
        self._url, self._secret = url, secret
        self._opener = urllib.request.build_opener(_NoRedirect)

    def deliver(self, body: bytes, at_ms: int) -> None:
        """Return when the receiver has answered with 2xx. Raises OSError for any other answer and for none."""
        timestamp = str(at_ms // 1000)
        headers = {"Content-Type": "application/json", TIMESTAMP: timestamp}
        headers[SIGNATURE] = signature(self._secret, timestamp, body)
        asked = urllib.request.Request(self._url, body, headers, method="POST")
        with self._opener.open(asked, timeout=PATIENCE_S) as answer:
            answer.read(4096)
