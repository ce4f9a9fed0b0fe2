"""The page that shows, this once, how a phone becomes a device: a QR code, and the same to be typed."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from dashboard.pages.walls import qr
from db.device_codes import CODE_MS

PHONE_PATH = "/phone"


@dataclass(frozen=True, slots=True)
class Offer:
    """Where phones reach this house. ingest_url: where they stream."""

    public_url: str
    ingest_url: str

    def link(self, code: str) -> str:
        """What the QR code says: the code stands behind the #, which no server and no log ever sees."""
        return f"{self.public_url.rstrip('/')}{PHONE_PATH}#pair={code}"


def offer_page(offer: Offer, code: str, label: str, back: str, patient: str | None) -> ResponseReturnValue:
    """The code of one device, told once."""
    shown = f"{code[:5]}-{code[5:]}"
    facts = {"code": shown, "picture": qr(offer.link(code)), "label": label, "back": back, "patient": patient}
    return render_template("device_code.html", **facts, address=offer.public_url, minutes=CODE_MS // 60_000)


def token_page(offer: Offer, token: str, label: str, back: str) -> ResponseReturnValue:
    """A new token, told once, for a device that is set up by hand."""
    return render_template("device_token.html", token=token, label=label, back=back, ingest_url=offer.ingest_url)
