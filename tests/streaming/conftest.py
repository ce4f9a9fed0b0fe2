"""A migrated database of each kind, with a device."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from db.engine import open_engine
from db.provision import provision_demo


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def device(engine: Engine) -> int:
    """A device that recordings may come from."""
    return provision_demo(engine, 1)[0].device_id
