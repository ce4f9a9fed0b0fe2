"""The bedside page of one patient: the live strip is a canvas (assets/bedside.js), what is explored is Plotly."""

from collections.abc import Sequence
from typing import Any, cast

from dash import Dash
from flask import Flask, render_template, request
from sqlalchemy import Engine

from auth.permission import require_patient
from auth.roles import Action, ObjectKind
from dashboard.dash_parts import scripts_without
from dashboard.pages.charts import PREFIX, add_callbacks, layout, patient_of
from dashboard.palette import read_palette
from db.limits import defaults_of_patient
from db.patients import patient
from db.queries import bed_of_patient
from ecg.limits import USUAL, sensible_limits


class BedsideDash(Dash):
    """Dash inside the house's own page: head, bar and strip are the server's, Dash fills the rest."""

    def __init__(self, server: Flask, engine: Engine, gateway_url: str) -> None:
        super().__init__(
            __name__,
            server=cast(Any, server),
            requests_pathname_prefix=PREFIX,
            routes_pathname_prefix=PREFIX,
            include_assets_files=False,
            serve_locally=True,
            update_title="",
            title="Bedside",
        )
        self._engine = engine
        self._gateway_url = gateway_url

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # Dash calls it by keywords
        """The page of the patient in the address, with Dash's parts in their places."""
        patient_id = patient_of(request.path) or 0
        parts["scripts"] = scripts_without(parts["scripts"], "dash_ag_grid")
        bed = bed_of_patient(self._engine, patient_id)
        default = sensible_limits(defaults_of_patient(self._engine, patient_id)) or USUAL
        usual = f"{default.hr_low:.0f}–{default.hr_high:.0f}"
        facts = {"bed": bed, "patient_id": patient_id, "gateway_url": self._gateway_url, "usual_limits": usual}
        alone = None if bed else patient(self._engine, patient_id)
        return render_template("bedside.html", **facts, alone=alone, dash=parts)


def add_bedside(app: Flask, engine: Engine, gateway_url: str, tokens_css: str) -> Sequence[str]:
    """Add the page and its callbacks; returns the content-security hashes of Dash's own inline scripts."""
    palettes = {theme: read_palette(tokens_css, theme) for theme in ("dark", "light")}
    dash = BedsideDash(app, engine, gateway_url)
    dash.layout = layout
    add_callbacks(dash, engine, palettes)
    return list(dash.csp_hashes())


def refuse_unknown_patients(app: Flask) -> None:
    """Answer 404 for patients that are not there for whoever asks. Call it after the login's gate."""
    app.before_request(_refuse_unknown)


def _refuse_unknown() -> None:
    """404 for /patient/… that is neither a patient whom one may see nor a part of Dash."""
    if not request.path.startswith(PREFIX) or request.path.startswith((PREFIX + "_", PREFIX + "assets")):
        return
    require_patient(Action.VIEW, ObjectKind.PATIENT, patient_of(request.path) or 0)
