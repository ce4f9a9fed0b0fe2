"""Recordings as files: one at once, many as an archive that a job writes.

GET /recording/<name>/export and …/export.zip?kind=; GET /exports, POST /exports; GET /exports/<id>.zip, POST …/remove
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from auth.audit import AuditAction
from auth.deeds import Deed
from auth.door import door
from auth.identities import export_thing, recording_thing
from auth.permission import deed_of, require, require_list
from auth.requests import address_of_request
from auth.roles import Action, Identity, ObjectKind, Thing
from dashboard.receiving import reception
from db.engine import writing
from db.exports import KEPT_MS, ExportState, ExportView, export, exports_of
from db.queries import recording_shown
from db.views import RecordingView
from ecg.errors import ConfigurationError
from streaming.export_files import ExportKind
from streaming.exporting import MOST_RECORDINGS, Exporter, archive_one, start_export
from words import t
from written import moment, number


@dataclass(frozen=True, slots=True)
class ShownExport:
    """An archive in the list. percent: how far it is."""

    id: str
    asked: str
    what: str
    words: str
    percent: int
    is_open: bool
    is_done: bool


def add_exports(app: Flask, engine: Engine, folder: Path) -> None:
    """Add the routes. folder: of the archives."""
    pages = ExportPages(engine, Exporter(engine, folder))
    app.add_url_rule("/recording/<name>/export", "export", pages.choose)
    app.add_url_rule("/recording/<name>/export.zip", "export_now", pages.now)
    app.add_url_rule("/exports", "exports", pages.show)
    app.add_url_rule("/exports", "ask_export", pages.ask, methods=["POST"])
    app.add_url_rule("/exports/<name>.zip", "fetch_export", pages.fetch)
    app.add_url_rule("/exports/<name>/remove", "remove_export", pages.remove, methods=["POST"])


@dataclass(frozen=True, slots=True)
class ExportPages:
    """The views."""

    engine: Engine
    exporter: Exporter

    def choose(self, name: str) -> ResponseReturnValue:
        """What the recording is to be written as."""
        of, _ = self._recording(name)
        return render_template("export.html", recording=of, kinds=_kinds())

    def now(self, name: str) -> ResponseReturnValue:
        """The recording as one archive, made now."""
        of, identity = self._recording(name)
        kinds = _chosen(request.args.getlist("kind")) or abort(400)
        folder = tempfile.mkdtemp(prefix="wardbeat-")
        target = Path(folder) / "export.zip"
        try:
            archive_one(self.engine, of, kinds, target)
            self._tell(identity, [of], kinds)
        except BaseException:
            shutil.rmtree(folder)
            raise
        named = f'attachment; filename="wardbeat-{of.id}.zip"'
        answer = Response(_pieces(target), mimetype="application/zip", headers={"Content-Disposition": named})
        answer.content_length = target.stat().st_size
        answer.call_on_close(partial(shutil.rmtree, folder, ignore_errors=True))
        return answer

    def show(self) -> ResponseReturnValue:
        """One's own archives."""
        identity = require_list(ObjectKind.EXPORT)
        rows = [_shown(each) for each in exports_of(self.engine, identity.user_id or 0) if not _is_over(each)]
        return render_template("exports.html", rows=rows, working=any(row.is_open for row in rows))

    def ask(self) -> ResponseReturnValue:
        """Ask for an archive of the recordings that are ticked."""
        identity = require(Action.CHANGE, ObjectKind.EXPORT, self._own())
        deed, names = deed_of(identity), list(dict.fromkeys(request.form.getlist("recording")))
        kinds = _chosen(request.form.getlist("kind"))
        if not kinds or not 0 < len(names) <= MOST_RECORDINGS:
            return self._refused(t("export.choose", most=MOST_RECORDINGS), 400)
        chosen = [self._recording(name)[0] for name in names]
        try:
            start_export(self.engine, reception().redis, chosen, sorted(kinds), deed)
        except ConfigurationError:
            return self._refused(t("export.not_asked"), 400)
        return redirect("/exports", 303)

    def fetch(self, name: str) -> ResponseReturnValue:
        """An archive that is done; every recording in it is asked for once more."""
        identity, found = self._archive(name, Action.VIEW)
        if found.state is not ExportState.DONE or _is_over(found) or not self.exporter.place(name).is_file():
            abort(404)
        there = [each for each in found.recordings if recording_shown(self.engine, each) is not None]
        if len(there) + found.left_out < len(found.recordings):
            abort(404)  # something in it was deleted meanwhile
        inside = [self._recording(each)[0] for each in there]
        self._tell(identity, inside, frozenset(map(ExportKind, found.kinds)))
        return send_file(self.exporter.place(name), "application/zip", as_attachment=True, download_name="wardbeat.zip")

    def remove(self, name: str) -> ResponseReturnValue:
        """Delete an archive; one that is being written ends."""
        identity, _ = self._archive(name, Action.CHANGE)
        deed_of(identity)
        self.exporter.drop(name)
        return redirect("/exports", 303)

    def _own(self) -> Thing:
        identity = require_list(ObjectKind.EXPORT)
        return Thing(ObjectKind.EXPORT, user=identity.user_id)

    def _archive(self, name: str, action: Action) -> tuple[Identity, ExportView]:
        identity = require(action, ObjectKind.EXPORT, export_thing(self.engine, name))
        return identity, export(self.engine, name) or abort(404)

    def _recording(self, name: str) -> tuple[RecordingView, Identity]:
        identity = require(Action.VIEW, ObjectKind.RECORDING, recording_thing(self.engine, ObjectKind.RECORDING, name))
        found = recording_shown(self.engine, name)
        if found is None:
            abort(404)
        return found, identity

    def _tell(self, identity: Identity, inside: list[RecordingView], kinds: frozenset[ExportKind]) -> None:
        who = Deed(identity.user_id, door().now_ms(), address_of_request())
        with writing(self.engine) as connection:
            for of in inside:
                who.tell(
                    connection, AuditAction.EXPORTED, f"recording {of.id}: {' '.join(sorted(kinds))}", of.patient_id
                )

    def _refused(self, sentence: str, status: int) -> ResponseReturnValue:
        return render_template("exports.html", rows=[], working=False, error=sentence), status


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 16):
            yield piece


def _chosen(names: list[str]) -> frozenset[ExportKind]:
    return frozenset(ExportKind(name) for name in names if name in list(ExportKind))


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, t(f"export.{kind}")) for kind in ExportKind]


def _is_over(of: ExportView) -> bool:
    return door().now_ms() - of.asked_ms > KEPT_MS


def _shown(of: ExportView) -> ShownExport:
    words = t(f"export.state_{of.state}", size=number(max(of.size / 1e6, 0.1), 1))
    if of.left_out:
        words = f"{words} · {t('export.left_out', count=of.left_out)}"
    what = t("export.what", count=len(of.recordings), kinds=", ".join(t(f"export.{kind}") for kind in of.kinds))
    is_open = of.state in (ExportState.WAITING, ExportState.RUNNING)
    return ShownExport(
        of.id, moment(of.asked_ms), what, words, of.progress // 10, is_open, of.state is ExportState.DONE
    )
