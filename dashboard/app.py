"""The web application: one Flask, behind one login, with the wall as a plain page and the bedside as Dash."""

import logging
from threading import Thread

from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from waitress.server import create_server

from auth.door import LoginOptions
from auth.login import init_login
from auth.post import Post
from auth.requests import current_login, current_wall
from auth.roles import Role
from classifier.networks import Networks
from dashboard.access import socket_source
from dashboard.api.pages import NEEDS as API_NEEDS
from dashboard.api.pages import OPEN_PATHS as API_PATHS
from dashboard.api.pages import add_api
from dashboard.edition import ASSETS, read_edition
from dashboard.errors import add_errors
from dashboard.method_words import method_words
from dashboard.pages.alert_statistics import add_alert_statistics
from dashboard.pages.alerts import add_alert_acts
from dashboard.pages.analyses import add_analyses
from dashboard.pages.audit import add_audit
from dashboard.pages.bed_order import add_bed_order
from dashboard.pages.bedside import add_bedside, refuse_unknown_patients
from dashboard.pages.corrections import add_corrections
from dashboard.pages.device_offer import Offer
from dashboard.pages.devices import add_devices
from dashboard.pages.edits import add_edits
from dashboard.pages.exports import add_exports
from dashboard.pages.limits import add_limits
from dashboard.pages.marks import add_marks
from dashboard.pages.me import add_me
from dashboard.pages.notices import NoticeWays, add_notice_page
from dashboard.pages.overview import add_overview
from dashboard.pages.patient_acts import add_patient_acts
from dashboard.pages.patient_recordings import add_patient_recordings
from dashboard.pages.patients import add_patients
from dashboard.pages.phone import PHONE_PATHS, add_phone
from dashboard.pages.phone_marks import MARKS_PATH, add_phone_marks
from dashboard.pages.recording import add_recording
from dashboard.pages.recordings import add_recordings, guard_list
from dashboard.pages.report import add_report
from dashboard.pages.results import add_results
from dashboard.pages.review import add_review
from dashboard.pages.strip import add_strip
from dashboard.pages.uploads import add_uploads
from dashboard.pages.walls import add_walls
from dashboard.pages.ward_rules import add_ward_rules
from dashboard.pages.why import add_why
from dashboard.palette import read_palette
from dashboard.readiness import make_ready
from dashboard.receiving import hang_reception
from dashboard.rights import NEEDS
from db.engine import open_engine
from ecg.priority import HIGH_CONCERN, PRIORITY
from settings import Settings
from streaming.depot import Depot

log = logging.getLogger(__name__)

THREADS = 6
"""Callbacks take 0.1 s every 2 s for each bedside page; the wall needs none of them."""
BY_PROXY = frozenset({"x-forwarded-for", "x-forwarded-proto"})
"""Headers that count when the trusted proxy sends them; waitress takes them away from everybody else."""
PAGES = (
    *(add_recording, add_patient_recordings, add_why, add_limits, add_alert_acts, add_alert_statistics, add_overview),
    *(add_corrections, add_me, add_strip, add_marks, add_bed_order, add_audit, add_ward_rules, add_patients),
    *(add_analyses, add_phone_marks, add_edits, add_report),
)
"""What needs nothing but the application and the database."""
OPEN_PATHS = frozenset({"/health", "/favicon.ico", "/assets/tokens.css", "/assets/theme.js"})


def create_app(settings: Settings, engine: Engine) -> Flask:
    """All routes, closed by the login. The schema must be migrated."""
    app = Flask(__name__, static_folder=ASSETS, static_url_path="/assets")
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/health", "health", lambda: "ok")
    app.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))
    _add_wall(app, settings.gateway_url, read_edition())
    app.jinja_env.globals["method"] = method_words
    add_errors(app)
    add_api(app)
    tokens_css = (ASSETS / "tokens.css").read_text("utf-8")
    script_hashes = add_bedside(app, engine, settings.gateway_url, tokens_css)
    script_hashes = [*script_hashes, *add_recordings(app, engine)]
    for add_page in PAGES:
        add_page(app, engine)
    _add_files(app, engine, settings, tokens_css)
    add_review(app, engine, settings.gateway_url)
    add_phone(app, read_edition())
    _add_management(app, engine, settings)
    ways = NoticeWays(settings.smtp_url is not None, settings.webhook_url is not None, settings.notice_names)
    add_notice_page(app, engine, ways)
    options = LoginOptions(
        settings.secret_key.get_secret_value(),
        settings.public_url,
        script_hashes,
        tuple(map(socket_source, (settings.gateway_url, settings.ingest_url))),
        NEEDS | API_NEEDS,
        OPEN_PATHS | API_PATHS | PHONE_PATHS | {MARKS_PATH},
        registration=settings.self_registration,
        send=_post(settings).send,
        ingest_url=settings.ingest_url,
    )
    init_login(app, engine, options)
    refuse_unknown_patients(app)
    guard_list(app)
    return app


def _add_management(app: Flask, engine: Engine, settings: Settings) -> None:
    """The pages of those who look after walls, patients and devices."""
    add_walls(app, engine, settings.public_url)
    offer = Offer(settings.public_url, settings.ingest_url)
    add_patient_acts(app, engine, offer)
    add_devices(app, engine, offer)


def _add_files(app: Flask, engine: Engine, settings: Settings, tokens_css: str) -> None:
    depot = Depot(settings.uploads_dir, settings.upload_mb << 20, settings.uploads_keep_free_mb << 20)
    hang_reception(app, engine, depot, settings.redis_url, Networks(settings.networks_dir))
    add_uploads(app, engine)
    add_exports(app, engine, settings.exports_dir)
    add_results(app, engine, {theme: read_palette(tokens_css, theme) for theme in ("dark", "light")})


def _post(settings: Settings) -> Post:
    smtp, token = settings.smtp_url, settings.sms_token.get_secret_value()
    return Post(smtp.get_secret_value() if smtp else None, settings.mail_from, settings.sms_url, token)


def _add_wall(app: Flask, gateway_url: str, edition: str) -> None:
    concern = [finding.value for finding in HIGH_CONCERN]
    rest = [finding.value for finding in PRIORITY if finding not in HIGH_CONCERN]
    facts = {"gateway_url": gateway_url, "edition": edition, "concern": concern, "rest": rest}

    def show() -> str:
        return render_template("wall.html", alone=current_wall() is not None, **facts)

    app.add_url_rule("/wall", "wall", show)
    app.add_url_rule("/wall/edition", "wall-edition", lambda: (edition, {"Content-Type": "text/plain"}))


def _home() -> ResponseReturnValue:
    login = current_login()
    return redirect("/me" if login is not None and login.role == Role.PATIENT else "/wall")


def run(settings: Settings) -> None:
    """The web process."""
    app = create_app(settings, open_engine(settings.database_url))
    proxy = str(settings.proxy) if settings.proxy else None
    server = create_server(
        app,
        host=settings.host,
        port=settings.web_port,
        threads=THREADS,
        ident=None,
        trusted_proxy=proxy,
        trusted_proxy_headers=BY_PROXY if proxy else frozenset(),
    )
    log.info("The web application listens on %s:%d.", settings.host, settings.web_port)
    Thread(target=make_ready, args=(app,), daemon=True).start()
    server.run()
