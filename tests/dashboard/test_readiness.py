"""The web process loads what the first pages need when it listens, beside the requests."""

from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from dashboard import app
from settings import Settings
from tests.migrated import migrated_sqlite
from tests.servers import PATIENCE_S


def test_it_listens_first_and_has_the_pages_ready_before_anybody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, ready, made = list[str](), Event(), list[Flask]()

    def listen(of: Flask, **_options: Any) -> SimpleNamespace:
        made.append(of)
        steps.append("listens")
        return SimpleNamespace(run=lambda: ready.wait(PATIENCE_S))

    def last() -> None:
        steps.append("edits")
        ready.set()

    monkeypatch.setattr(app, "create_server", listen)
    monkeypatch.setattr("dashboard.readiness.compile_loops", lambda: steps.append("tiles"))
    monkeypatch.setattr("dashboard.readiness.compile_review", last)
    app.run(Settings(var_dir=tmp_path, database_url=migrated_sqlite(tmp_path / "w.db")))
    assert steps == ["listens", "tiles", "edits"]
    known = {name for _, name in made[0].jinja_env.cache or {}}
    assert {"result.html", "wall.html", "login.html"} <= known
