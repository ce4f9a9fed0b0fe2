"""The walls, for administrators: offer a code for a screen, let it show names, rename it, end it."""

from collections.abc import Callable

import segno
from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from pydantic import ValidationError
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.door import door
from auth.forms import complaints
from auth.permission import deed_of, require
from auth.roles import Action, ObjectKind, Thing
from auth.wall_forms import MAX_NAME, WallForm
from auth.walls import (
    CODE_MS,
    UNUSED_MS,
    Wall,
    allow_names,
    forbid_names,
    offer_wall,
    rename_wall,
    revoke_wall,
    walls,
)
from db.bed_order import wards
from ecg.errors import ConfigurationError
from words import t
from written import moment

LARGEST_ID = 2**31 - 1
ON_MS = 180_000
"""A wall that was seen within this is on: it is written down once a minute."""
PAIR_PATH = "/wall/pair"


def add_walls(app: Flask, engine: Engine, public_url: str) -> None:
    """Add /walls. Every act needs a login that may change wards, and is in the audit trail with it."""
    address = public_url.rstrip("/") + PAIR_PATH

    def show() -> ResponseReturnValue:
        require(Action.CHANGE, ObjectKind.WALL, Thing(ObjectKind.WALL))
        return _page(engine)

    def offer() -> ResponseReturnValue:
        return _offer(engine, address)

    def rename(wall: int) -> ResponseReturnValue:
        deed = deed_of_request(ObjectKind.WALL)
        try:
            form = WallForm.model_validate({"name": request.form.get("name", "")})
        except ValidationError as error:
            return _page(engine, wrong={f"name-{wall}": complaints(error)["name"]}), 400
        return _done(lambda: rename_wall(engine, wall, form.name, deed))

    def change(wall: int, deed_name: str) -> ResponseReturnValue:
        deed = deed_of_request(ObjectKind.WALL)
        act = {"allow-names": allow_names, "forbid-names": forbid_names, "revoke": revoke_wall}.get(deed_name)
        if act is None:
            abort(404)
        return _done(lambda: act(engine, wall, deed))

    app.add_url_rule("/walls", "walls", show, methods=["GET"])
    app.add_url_rule("/walls", "offer_wall", offer, methods=["POST"])
    app.add_url_rule(f"/walls/<int(max={LARGEST_ID}):wall>/rename", "rename_wall", rename, methods=["POST"])
    app.add_url_rule(f"/walls/<int(max={LARGEST_ID}):wall>/<deed_name>", "change_wall", change, methods=["POST"])


def deed_of_request(kind: ObjectKind) -> Deed:
    """Who does something here to an object of this kind, when and from where; ends the request of who may not."""
    return deed_of(require(Action.CHANGE, kind, Thing(kind)))


def _offer(engine: Engine, address: str) -> ResponseReturnValue:
    deed = deed_of_request(ObjectKind.WALL)
    typed = {"ward": request.form.get("ward", ""), "name": request.form.get("name", "")}
    try:
        form = WallForm.model_validate(typed)
        code = offer_wall(engine, typed["ward"], form.name, deed)
    except ValidationError as error:
        return _page(engine, typed=typed, wrong=complaints(error)), 400
    except ConfigurationError:
        return _page(engine, typed=typed, wrong={"ward": t("walls.no_ward")}), 400
    offered = {"code": f"{code[:4]}-{code[4:]}", "address": address, "picture": qr(address), **typed}
    return _page(engine, offered=offered)


def _done(act: Callable[[], Wall]) -> ResponseReturnValue:
    try:
        act()
    except ConfigurationError:
        abort(404)
    return redirect("/walls", 303)


def _page(engine: Engine, **more: object) -> str:
    now_ms, known = door().now_ms(), walls(engine)
    here = [(wall, _state(wall, now_ms)) for wall in known if wall.revoked_ms is None]
    gone = [(wall, moment(wall.revoked_ms)) for wall in reversed(known) if wall.revoked_ms is not None]
    minutes = CODE_MS // 60_000
    facts = {"walls": here, "gone": gone, "wards": wards(engine), "most_letters": MAX_NAME, "minutes": minutes}
    return render_template("walls.html", **facts, **more)


def _state(wall: Wall, now_ms: int) -> str:
    """Whether a wall is on, or what keeps it from being so."""
    if wall.seen_ms is None:
        waits = now_ms - wall.created_ms < CODE_MS
        return t("walls.waits", until=moment(wall.created_ms + CODE_MS)) if waits else t("walls.code_over")
    if now_ms - wall.seen_ms > UNUSED_MS:
        return t("walls.unused", at=moment(wall.seen_ms))
    return t("walls.on") if now_ms - wall.seen_ms < ON_MS else t("walls.last_on", at=moment(wall.seen_ms))


def qr(address: str) -> Markup:
    """Black on white whatever the theme: cameras read nothing else."""
    return Markup(segno.make(address, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))
