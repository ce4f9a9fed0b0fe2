"""POST /devices/pair: a phone exchanges the one-time code that it scanned for the token of a device. No login."""

from flask import Blueprint, Response, jsonify, make_response, request

from auth.devices import Paired, pair
from auth.door import door
from auth.requests import address_of_request
from db.device_codes import Code
from words import t

STATUS = {Code.USED: 410, Code.EXPIRED: 410, Code.UNKNOWN: 404}
MOST_LETTERS = 32


def add_device_pairing(pages: Blueprint) -> None:
    """Add the exchange to the pages that need no login."""
    pages.add_url_rule("/devices/pair", "pair_device", pair_device, methods=["POST"])


def pair_device() -> Response:
    """{"code"} -> 200 {"token", "device", "label", "ingest"}: what to say in hello, and where.

    404 {"error": "unknown", "sentence"}: no such code; 410 "used" or "expired"; 429 "later" and Retry-After in seconds;
    400 "form": there is no code in it.
    """
    here, sent = door(), request.get_json(silent=True)
    typed = sent.get("code") if isinstance(sent, dict) else None
    if not isinstance(typed, str) or not 0 < len(typed) <= MOST_LETTERS:
        return _refusal(400, "form")
    wait_ms = here.addresses.receive(address_of_request(), here.now_ms())
    if wait_ms:
        answer = _refusal(429, "later")
        answer.headers["Retry-After"] = str(-(-wait_ms // 1000))
        return answer
    paired = pair(here.engine, typed, here.now_ms(), address_of_request())
    if not isinstance(paired, Paired):
        return _refusal(STATUS[paired], paired.value)
    facts = {
        "token": paired.token,
        "device": paired.device_id,
        "label": paired.label,
        "ingest": here.options.ingest_url,
    }
    return jsonify(facts)


def _refusal(status: int, error: str) -> Response:
    return make_response(jsonify(error=error, sentence=t(f"device.code_{error}")), status)
