"""Where files come in, as every route of the application finds it."""

from typing import cast

from flask import Flask, current_app
from redis import Redis
from sqlalchemy import Engine

from classifier.networks import Networks
from streaming.analyses import SlowLane
from streaming.depot import Depot
from streaming.files.sandbox import Sandbox
from streaming.uploads import Reception
from written import wall_ms_at

_NAME, _NETWORKS = "wardbeat-reception", "wardbeat-networks"
PATIENCE_S = 3.0
"""A page that waits longer for the queue of jobs says that it does not answer."""


def hang_reception(app: Flask, engine: Engine, depot: Depot, redis_url: str, networks: Networks) -> None:
    """The application takes files in from now on."""
    redis = Redis.from_url(redis_url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)
    app.extensions[_NAME] = Reception(engine, depot, Sandbox(), redis, wall_ms_at)
    app.extensions[_NETWORKS] = networks


def reception() -> Reception:
    """Where the files of the current request go."""
    return cast(Reception, current_app.extensions[_NAME])


def networks() -> Networks:
    """The networks of this house."""
    return cast(Networks, current_app.extensions[_NETWORKS])


def slow_lane() -> SlowLane:
    """Where analyses are run."""
    return SlowLane(reception().redis, networks())
