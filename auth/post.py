"""How a code reaches people: by e-mail over SMTP, as a text message over a webhook, or in the log where nothing is set.

Sending happens beside the request: an answer that waits for it would tell whether there is an account.
"""

import json
import logging
import smtplib
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)

Send = Callable[[str, str, str], None]
"""(contact, subject, text) -> nothing; never raises, never waits."""
PATIENCE_S = 20


def say_in_log(contact: str, subject: str, text: str) -> None:
    """For development: whoever reads the log reads the code."""
    log.warning("Nothing is set to reach %s (WARDBEAT_SMTP_URL, WARDBEAT_SMS_URL): %s – %s", contact, subject, text)


class Mailer:
    """Sends e-mails. smtp_url: smtp://user:password@host:port, with smtps:// over TLS from the start; else STARTTLS
    where the server has it.
    """

    def __init__(self, smtp_url: str, mail_from: str) -> None:
        self._smtp_url, self._mail_from = smtp_url, mail_from

    def deliver(self, contact: str, subject: str, text: str) -> None:
        """Return when the server has taken it. Raises OSError or smtplib.SMTPException."""
        parts = urlsplit(self._smtp_url)
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._mail_from, contact, subject
        message.set_content(text)
        kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        with kind(parts.hostname or "", parts.port or 0, timeout=PATIENCE_S) as server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


class Post:
    """Sends what its addresses allow.

    smtp_url: as `Mailer` takes it. sms_url: takes {"to", "text"} as JSON by POST, with `sms_token` as bearer.
    """

    def __init__(self, smtp_url: str | None, mail_from: str, sms_url: str | None, sms_token: str) -> None:
        self._mailer = Mailer(smtp_url, mail_from) if smtp_url else None
        self._sms_url, self._sms_token = sms_url, sms_token
        self._works = ThreadPoolExecutor(2, "post")

    def send(self, contact: str, subject: str, text: str) -> None:
        """Begin to send; what goes wrong is in the log."""
        mails = self._mailer.deliver if self._mailer else None
        way = mails if "@" in contact else self._text if self._sms_url else None
        if way is None:
            say_in_log(contact, subject, text)
            return
        self._works.submit(way, contact, subject, text).add_done_callback(_complain)

    def _text(self, contact: str, _subject: str, text: str) -> None:
        body = json.dumps({"to": contact, "text": text}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._sms_token}"}
        asked = urllib.request.Request(self._sms_url or "", body, headers, method="POST")
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            answer.read()


def _complain(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        log.error("A code could not be sent: %s", error)
