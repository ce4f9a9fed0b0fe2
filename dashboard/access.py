"""Who may look from where. Pure."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from websockets.typing import Origin

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def allowed_origins(web_port: int, public_url: str) -> list[Origin]:
    """Origins whose pages may open the gateway's socket: ours at its public address and on this machine."""
    public = urlsplit(public_url)
    local = [f"{scheme}://{name}:{web_port}" for scheme in ("http", "https") for name in LOOPBACK]
    return [Origin(origin) for origin in (f"{public.scheme}://{public.netloc}", *local)]


def address_of(peer: str, forwarded: Sequence[str], proxy: str | None) -> str:
    """Where a browser is: `peer`, or what the trusted proxy says (its X-Forwarded-For, the last that it added)."""
    said = forwarded[-1].rsplit(",", 1)[-1].strip() if forwarded and peer == proxy else ""
    return said or peer


def socket_source(gateway_url: str) -> str:
    """The gateway's WebSocket as a source in a content security policy."""
    parts = urlsplit(gateway_url)
    return f"{parts.scheme}://{parts.netloc}"
