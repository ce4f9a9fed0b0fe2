"""A migrated database of each kind."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from db.engine import open_engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
