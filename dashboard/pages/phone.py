"""The patient's phone as an installable page: /phone, its manifest, and the worker that keeps it for when there is no
connection. Nobody logs in here: a phone is let in by its device's token (`auth.device_pairing`).
"""

import json
from collections.abc import Callable, Sequence

from flask import Flask, Response, jsonify, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from dashboard.edition import ASSETS
from db.marks import SYMPTOMS
from words import LANGUAGES, catalogue, language, t

PHONE_PATH = "/phone"
MANIFEST_PATH, WORKER_PATH = f"{PHONE_PATH}/manifest.webmanifest", f"{PHONE_PATH}/worker.js"
_SCRIPTS = (
    *("phone", "phone_clock", "phone_file", "phone_heart", "phone_link", "phone_marks"),
    *("phone_moment", "phone_movesense", "phone_outbox", "phone_picture", "phone_points", "phone_polar"),
    *("phone_recorder", "phone_screen", "phone_store", "phone_strap", "phone_watch", "phone_wire"),
    *("awake", "gain", "ink", "metronome", "playhead", "sweep", "theme", "trace", "words"),
    "written",
)
_WORKERS = ("phone_drawing", "metronome_worker")
"""A worker's script has to lie where the page's own worker may answer for it: below /phone."""
PHONE_FILES = (
    *(f"{PHONE_PATH}/{name}.js" for name in _WORKERS),
    *(f"/assets/{name}.js" for name in _SCRIPTS),
    *(f"/assets/{name}" for name in ("tokens.css", "phone.css", "phone-192.png", "phone-512.png")),
)
"""All that the page loads: open to strangers, and kept on the phone."""
PHONE_PATHS = frozenset({PHONE_PATH, MANIFEST_PATH, WORKER_PATH, *PHONE_FILES})
"""What a phone may fetch without a login. None of it says anything about anybody."""
_WORDS = ("phone.", "time.", "language.")


def add_phone(app: Flask, edition: str) -> None:
    """Add the page and what makes it installable."""

    def show() -> str:
        return render_template("phone.html", words=page_words(), edition=edition, symptoms=SYMPTOMS)

    app.add_url_rule(PHONE_PATH, "phone", show)

    def script_of(name: str) -> Callable[[], Response]:
        return lambda: send_from_directory(ASSETS, f"{name}.js", mimetype="text/javascript")

    for name in _WORKERS:
        app.add_url_rule(f"{PHONE_PATH}/{name}.js", name, script_of(name))
    app.add_url_rule(MANIFEST_PATH, "phone_manifest", _manifest)
    app.add_url_rule(WORKER_PATH, "phone_worker", lambda: _worker(edition))


def page_words() -> dict[str, str]:
    """The words of the page in the reader's language, by key: it has to speak without a connection, too."""
    return {key: text for key, text in catalogue(language()).items() if key.startswith(_WORDS)}


def _manifest() -> ResponseReturnValue:
    icons = [
        {"src": f"/assets/phone-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    facts = {"id": PHONE_PATH, "start_url": PHONE_PATH, "scope": PHONE_PATH, "display": "standalone", "icons": icons}
    names = {"name": f"{t('phone.title')} · Wardbeat", "short_name": t("phone.title"), "lang": t("language.tag")}
    answer = jsonify(**facts, **names, background_color="#0A0D11", theme_color="#0A0D11")
    answer.mimetype = "application/manifest+json"
    return answer


def _worker(edition: str) -> Response:
    """The worker, with what it keeps in front. It may serve the page itself, which lies above its own folder."""
    script = (ASSETS / "phone_worker.js").read_text("utf-8")
    answer = Response(f"{_facts(edition, PHONE_FILES)}{script}", mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = PHONE_PATH
    return answer


def _facts(edition: str, files: Sequence[str]) -> str:
    pages = [PHONE_PATH, *(f"{PHONE_PATH}?lang={each}" for each in LANGUAGES), MANIFEST_PATH]
    return f"const EDITION = {json.dumps(edition)}, PAGES = {json.dumps(pages)}, FILES = {json.dumps(list(files))};\n"
