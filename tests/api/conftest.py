"""One house for the tests of a module."""

from collections.abc import Iterator

import pytest

from tests.api.house import ApiHouse, make_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    made = make_house(tmp_path_factory.mktemp("api"))
    made.app.extensions["wardbeat-door"].requests.burst = 1_000_000
    yield made
    made.close()
