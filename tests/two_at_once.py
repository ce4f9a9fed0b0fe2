"""How the suite is shared between two processes (`pytest -n 2`): what needs a whole house to itself stays in a row.

Tests at the root of tests/ and in first_heartbeat/ start a ward with all its processes, and measure its promises about
time. One process runs them one after the other, from the first minute on, while the other goes through the rest file by
file: so never do two wards run beside each other, and what one file starts for its tests is started once.
"""

from pathlib import PurePosixPath

from pytest import Config
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

WHOLE = "the whole house"
WHOLE_FOLDERS = (PurePosixPath("tests"), PurePosixPath("tests/first_heartbeat"))


def scope_of(nodeid: str) -> str:
    """What the test must share a process with: all of the whole house, or its file."""
    file = nodeid.split("::", 1)[0]
    return WHOLE if PurePosixPath(file).parent in WHOLE_FOLDERS else file


class WholeHouseFirst(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Scopes in the order of collection, the whole house before them all: it takes the longest."""

    def __init__(self, config: Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)
