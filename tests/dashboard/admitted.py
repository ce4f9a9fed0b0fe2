"""A small house with patients in two wards, and the browsers of those who work there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from auth.audit import AuditAction
from dashboard.app import create_app
from db.engine import open_engine, reading
from db.models_audit import AuditEntry
from db.provision import admit
from db.upserts import table_of
from settings import Settings
from tests.migrated import migrated_sqlite
from tests.people import HOST, browser_with, login_token, new_person

PORT = 8050
BASE = f"http://{HOST}:{PORT}"


class Ward:
    """The application; the browsers of an administrator, of a doctor and a nurse of 4B, of a doctor of 5C."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.engine, self.settings = engine, settings
        self.token = admit(engine, "4B", "07", "LM")
        admit(engine, "5C", "01", "KS")
        self.app: Flask = create_app(settings, engine)
        people = {"ada": ("administrator", ""), "bo": ("doctor", "4B"), "nia": ("nurse", "4B"), "cy": ("doctor", "5C")}
        self.ids = {name: new_person(engine, name, role, [ward]) for name, (role, ward) in people.items()}
        self.of = {name: browser_with(self.app, login_token(engine, user)) for name, user in self.ids.items()}

    def get(self, who: str, path: str) -> TestResponse:
        return self.of[who].get(path, base_url=BASE)

    def post(self, who: str, path: str, **fields: Any) -> TestResponse:
        fields = {name.rstrip("_"): value for name, value in fields.items()}
        return self.of[who].post(path, data=fields, base_url=BASE, headers={"Origin": BASE})

    def told(self, patient_id: int | None) -> list[str]:
        """Actions in the audit trail that are about this patient, oldest first; views and refusals left out."""
        table = table_of(AuditEntry)
        question = select(table.c.action).where(table.c.patient_id == patient_id).order_by(table.c.id)
        with reading(self.engine) as connection:
            seen = (AuditAction.VIEWED, AuditAction.REFUSED)
            return [each for each in connection.execute(question).scalars() if each not in seen]


def running(folder: Path, port: int = PORT) -> Iterator[Ward]:
    """The house, gone afterwards."""
    settings = Settings(var_dir=folder, database_url=migrated_sqlite(folder / "w.db"), web_port=port)
    engine = open_engine(settings.database_url)
    yield Ward(settings, engine)
    engine.dispose()


def hidden(page: TestResponse, name: str) -> str:
    (found,) = set(re.findall(rf'name="{name}" value="([^"]*)"', page.text))
    return str(found)
