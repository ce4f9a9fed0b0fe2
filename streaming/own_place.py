"""Where a ward runs that has nothing to do with the user's own: a folder and ports of its own, and its environment."""

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path

PORTS = ("web", "gateway", "ingest")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _free_ports() -> dict[str, int]:
    return {name: free_port() for name in PORTS}


@dataclass(slots=True)
class OwnPlace:
    """Addresses of a ward that keeps everything in `folder`; each of `PORTS` has a port."""

    folder: Path
    ports: dict[str, int] = field(default_factory=_free_ports, kw_only=True)

    @property
    def var_dir(self) -> Path:
        """All that it keeps."""
        return self.folder / "var"

    @property
    def log(self) -> Path:
        """All that its processes say."""
        return self.folder / "log"

    @property
    def database_url(self) -> str:
        """Its SQLite file."""
        return f"sqlite:///{self.var_dir / 'wardbeat.db'}"

    @property
    def address(self) -> str:
        """Its web pages."""
        return f"http://127.0.0.1:{self.ports['web']}"

    @property
    def live_url(self) -> str:
        """The gateway's socket."""
        return f"ws://127.0.0.1:{self.ports['gateway']}/live"

    @property
    def phone_url(self) -> str:
        """Where phones connect."""
        return f"ws://127.0.0.1:{self.ports['ingest']}/v1/stream"

    def environment(self) -> dict[str, str]:
        """For `wardbeat up`: this place, no demo ward, and none of the user's own settings."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("WARDBEAT_")}
        for key in ("REDIS_URL", "DATABASE_URL"):
            kept.pop(key, None)
        ports = {f"WARDBEAT_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return {**kept, **ports, "WARDBEAT_VAR_DIR": str(self.var_dir), "WARDBEAT_DEMO_BEDS": "0"}
