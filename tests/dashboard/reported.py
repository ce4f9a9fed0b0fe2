"""A house with one analysed recording of a heart in bigeminy, and whoever writes, reads or gets its report."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.receiving import reception
from db.analyses import ask_analysis
from db.engine import writing
from db.queries import recording
from db.views import RecordingView
from ecg.scripts import VENTRICULAR_BIGEMINY
from ecg.synthetic import synthesise
from settings import Settings
from streaming.files.sandbox import Sandbox
from tests.people import BASE, HOST, browser_with, login_token, new_person
from tests.streaming.file_writers import write_wfdb
from tests.streaming.uploading import GAIN, NOW, RATE, WARD, open_desk
from tests.streaming.wfdb_records import early

SECONDS = 40
STARTED = datetime(2026, 1, 8, 2, 14)


@dataclass(slots=True)
class Reported:
    """The application, the recording, and a browser for each person."""

    folder: Path
    engine: Engine
    app: Flask
    recording: str
    browsers: dict[str, FlaskClient]

    @property
    def of(self) -> RecordingView:
        found = recording(self.engine, self.recording)
        assert found is not None
        return found

    @property
    def path(self) -> str:
        return f"/recording/{self.recording}/report"

    def get(self, who: str, path: str = "") -> TestResponse:
        return self.browsers[who].get(self.path + path, base_url=BASE)

    def post(self, who: str, path: str = "", **typed: str) -> TestResponse:
        return self.browsers[who].post(self.path + path, base_url=BASE, headers={"Origin": BASE}, data=typed)

    def do(self, act: str, version: int, who: str = "doctor", **typed: str) -> TestResponse:
        """What the form of the version's page sends."""
        shown = self.get(who, f"?version={version}").text
        hidden = {name: re.findall(f'name="{name}" value="([^"]+)"', shown)[0] for name in ("revision", "sha256")}
        return self.post(who, f"/{version}/{act}", **hidden | typed)


@contextmanager
def reported_house(folder: Path) -> Iterator[Reported]:
    """Sample 0 was at 02:14 by UTC."""
    sandbox = Sandbox()
    with open_desk(folder, lambda _model: early(), sandbox) as desk:
        ecg = synthesise(VENTRICULAR_BIGEMINY, RATE, seed=3, seconds=SECONDS)
        digital = (ecg.samples * GAIN).round().astype("int16")
        asked = desk.bring(write_wfdb(folder, digital, base_date=STARTED.date(), base_time=STARTED.time()))
        name = desk.importer.take_in(asked.id, NOW)
        assert name is not None
        with writing(desk.engine) as connection:
            run = ask_analysis(connection, name, "c0ffee" * 10, None, NOW)
        desk.analyst.run(run)
        settings = Settings(var_dir=folder, database_url=str(desk.engine.url), redis_url="redis://127.0.0.1:1")
        app = create_app(settings, desk.engine)
        people = {
            "doctor": desk.user,
            "nurse": new_person(desk.engine, "nora", "nurse", [WARD]),
            "patient": new_person(desk.engine, "pat", "patient", patients=[1]),
            "administrator": new_person(desk.engine, "ada", "administrator"),
        }
        browsers = {who: browser_with(app, login_token(desk.engine, user)) for who, user in people.items()}
        for browser in browsers.values():
            browser.set_cookie("wardbeat-zone", "Asia/Shanghai", domain=HOST)
        yield Reported(folder, desk.engine, app, name, browsers)
        with app.app_context():
            reception().sandbox.close()
            reception().redis.close()
    sandbox.close()
