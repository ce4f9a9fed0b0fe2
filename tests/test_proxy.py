"""deploy/nginx.conf with a real nginx in front of a real ward: pages, screens and phones under one TLS address."""

import asyncio
import http.client
import json
import shutil
import sqlite3
import ssl
import subprocess
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from auth.tokens import new_token
from streaming import wire
from streaming.own_place import free_port
from streaming.phone import hello_for
from tests.servers import PATIENCE_S, wait_until
from tests.ward import PASSWORD, PERSON, ROOT, Ward

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
NAME = "ward.example.org"
CLAIMED = "203.0.113.7"
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(NGINX is None, reason="no nginx: sudo apt-get install nginx-light"),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: str


def _asked(
    connection: http.client.HTTPConnection, method: str, path: str, body: str, headers: dict[str, str]
) -> Answer:
    with closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())


@dataclass(frozen=True, slots=True)
class Front:
    """nginx on `port` for `ward`; `trust` takes its certificate for NAME."""

    ward: Ward
    port: int
    plain_port: int
    trust: ssl.SSLContext

    @property
    def authority(self) -> str:
        """Host and port as a browser types them."""
        return f"{NAME}:{self.port}"

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """One request from 127.0.0.3 that claims to come from elsewhere."""
        context, source = self.trust, ("127.0.0.3", 0)
        connection = _Named("127.0.0.1", self.port, context=context, source_address=source, timeout=PATIENCE_S)
        fixed = {"Host": self.authority, "X-Forwarded-For": CLAIMED, "Origin": f"https://{self.authority}"}
        return _asked(connection, method, path, body, {**fixed, **headers})


class _Named(http.client.HTTPSConnection):
    """To an address, checked against the certificate's name, as if the network's names led there."""

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=NAME)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """A ward with one demo bed that knows its proxy."""
    folder = tmp_path_factory.mktemp("proxy")
    port, plain = free_port(), free_port()
    public = f"{NAME}:{port}"
    addresses = {"WARDBEAT_PUBLIC_URL": f"https://{public}", "WARDBEAT_GATEWAY_URL": f"wss://{public}/live"}
    ward = Ward(folder, 1, {**addresses, "WARDBEAT_PROXY": "127.0.0.1"})
    nginx: subprocess.Popen[bytes] | None = None
    try:
        ward.start()
        nginx = subprocess.Popen([str(NGINX), "-c", str(_configuration(folder, ward, port, plain)), "-p", str(folder)])
        trust = ssl.create_default_context(cafile=folder / "fullchain.pem")
        seen = Front(ward, port, plain, trust)
        wait_until(lambda: _answers(seen), "nginx answers")
        yield seen
    finally:
        if nginx is not None:
            nginx.terminate()
            nginx.wait(timeout=PATIENCE_S)
        ward.end()


def _answers(front: Front) -> bool:
    try:
        return front.ask("GET", "/health").status == 200
    except ConnectionRefusedError:
        return False


def _configuration(folder: Path, ward: Ward, port: int, plain: int) -> Path:
    """The file as it is delivered, with the lines changed that it tells people to change, and the test's ports."""
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(folder / "key.pem")]
    certificate = ["openssl", "req", "-x509", *key, "-days", "2", "-out", str(folder / "fullchain.pem"), *names]
    subprocess.run(certificate, check=True, capture_output=True)
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    changes = {"listen 80;": f"listen 127.0.0.1:{plain};", "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;"}
    changes |= {"/etc/ssl/wardbeat": str(folder), "server_name ward.example.org": f"server_name {NAME}"}
    own = {"8050": ward.ports["web"], "8051": ward.ports["gateway"], "8052": ward.ports["ingest"]}
    changes |= {f"127.0.0.1:{usual}": f"127.0.0.1:{there}" for usual, there in own.items()}
    for usual, there in changes.items():
        assert usual in text, usual
        text = text.replace(usual, there)
    (folder / "wardbeat.conf").write_text(text)
    frame = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
    whole = folder / "nginx.conf"
    whole.write_text(frame + f"http {{ access_log off; include {folder}/wardbeat.conf; }}\n")
    return whole


def _log_in(front: Front) -> str:
    """Make the first administrator through the proxy; returns the cookies to send."""
    path = "/setup/" + front.ward.said.rsplit(f"https://{front.authority}/setup/", 1)[1].split()[0]
    page = front.ask("GET", path)
    form_token = page.body.split('name="form_token" value="')[1].split('"')[0]
    form = {**PERSON, "password": PASSWORD, "password_again": PASSWORD, "form_token": form_token}
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _cookies(page)}
    done = front.ask("POST", path, urllib.parse.urlencode(form), **kind)
    assert (done.status, done.headers["Location"]) == (303, "/")
    return _cookies(done)


def _cookies(answer: Answer) -> str:
    set_cookies = answer.headers.get_all("Set-Cookie") or []
    assert all(each.startswith("__Host-") and "Secure" in each and "HttpOnly" in each for each in set_cookies)
    return "; ".join(each.split(";")[0] for each in set_cookies)


def test_pages_screens_and_phones_come_through(front: Front) -> None:
    cookies = _log_in(front)
    with sqlite3.connect(front.ward.var_dir / "wardbeat.db") as database:
        told = {address for (address,) in database.execute("SELECT address FROM audit")}
    addresses = {address for address in told if not address.startswith("shell: ")}  # commands have no address
    assert addresses == {"127.0.0.3"}, "the client's own address, not the proxy's and not the one it claims"
    ticket = json.loads(front.ask("GET", "/live/ticket", Cookie=cookies).body)["ticket"]
    first = asyncio.run(_screen(front, ticket))
    assert {"clock", "beds"} <= {message.get("type") for message in first if isinstance(message, dict)}
    assert any(isinstance(message, bytes) for message in first), "the demo bed's trace is seen"
    assert asyncio.run(_phone(front)) == 4401


async def _screen(front: Front, ticket: str) -> list[object]:
    """What a wall hears until the first trace."""
    uri = f"wss://{front.authority}/live"
    place = {"host": "127.0.0.1", "port": front.port}
    heard: list[object] = []
    async with connect(uri, ssl=front.trust, origin=Origin(f"https://{front.authority}"), **place) as socket:  # type: ignore[arg-type]
        await socket.send(json.dumps({"ticket": ticket, "beds": "all"}))
        async with asyncio.timeout(PATIENCE_S):
            while not (heard and isinstance(heard[-1], bytes)):
                message = await socket.recv()
                heard.append(message if isinstance(message, bytes) else json.loads(message))
    return heard


async def _phone(front: Front) -> int | None:
    """How ingest ends the connection of a device that it does not know."""
    uri = f"wss://{front.authority}{wire.PATH}"
    async with connect(uri, ssl=front.trust, host="127.0.0.1", port=front.port) as socket:
        await socket.send(
            wire.encode_text(hello_for(new_token(), str(uuid.uuid4()), 250.0, 200.0, "I", 1_790_000_000_000))
        )
        async with asyncio.timeout(PATIENCE_S):
            await socket.wait_closed()
    return socket.close_code


def test_what_does_not_belong_here_stays_outside(front: Front) -> None:
    moved = http.client.HTTPConnection("127.0.0.1", front.plain_port, timeout=PATIENCE_S)
    assert _asked(moved, "GET", "/wall", "", {"Host": NAME}).headers["Location"] == f"https://{NAME}/wall"
    assert front.ask("POST", "/login", "x" * 70_000).status == 413
    assert "max-age=31536000" in front.ask("GET", "/health").headers["Strict-Transport-Security"]
    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(_foreign(front))
    assert refused.value.response.status_code == 403
    statuses = [front.ask("GET", "/login").status for _ in range(60)]
    assert statuses[:20] == [200] * 20
    assert 429 in statuses, "who asks for the login page without end is slowed down"


async def _foreign(front: Front) -> None:
    uri, place = f"wss://{front.authority}/live", {"host": "127.0.0.1", "port": front.port}
    async with connect(uri, ssl=front.trust, origin=Origin(f"https://{NAME}.evil.example"), **place):  # type: ignore[arg-type]
        pytest.fail("a foreign page came in")


def test_what_a_stranger_says_of_its_address_counts_for_nothing(front: Front) -> None:
    def straight(method: str, body: str = "", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", front.ward.ports["web"], PATIENCE_S, ("127.0.0.4", 0))
        return _asked(connection, method, "/login", body, {"X-Forwarded-For": CLAIMED, **headers})

    page = straight("GET")
    form_token = page.body.split('name="form_token" value="')[1].split('"')[0]
    form = urllib.parse.urlencode({"name": "nobody", "password": "wrong", "form_token": form_token})
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _cookies(page)}
    assert straight("POST", form, **kind).status == 401
    with sqlite3.connect(front.ward.var_dir / "wardbeat.db") as database:
        refused = database.execute("SELECT address FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert refused == ("127.0.0.4",)
