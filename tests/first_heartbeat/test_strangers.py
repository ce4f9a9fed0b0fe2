"""What a ward tells somebody who is not logged in: the way to the login, and nothing else."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Browser, BrowserContext
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser import be_patient
from tests.origins import foreign
from tests.servers import PATIENCE_S
from tests.ward import Ward

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("path", ["/", "/wall", "/patient/1", "/patient/999", "/no-such-page"])
def test_a_page_without_login_leads_to_the_login(
    chromium: Browser, window: BrowserContext, ward: Ward, path: str
) -> None:
    elsewhere = be_patient(chromium.new_context())
    stranger = elsewhere.new_page()
    stranger.goto(ward.address + path)
    assert stranger.url.removeprefix(ward.address).split("?")[0] == "/login"
    assert stranger.locator("[name=password]").count() == 1
    elsewhere.close()


@pytest.mark.parametrize("path", ["/live/ticket", "/patient/_dash-layout", "/patient/_dash-dependencies"])
def test_data_without_login_is_refused(ward: Ward, path: str) -> None:
    with (
        pytest.raises(urllib.error.HTTPError) as refusal,
        urllib.request.urlopen(ward.address + path, timeout=PATIENCE_S),
    ):
        pass
    assert refusal.value.code == 401
    refusal.value.close()


def test_a_socket_of_another_site_is_refused(window: BrowserContext, ward: Ward) -> None:
    origins = [None, *foreign(ward.ports["web"])]
    assert len(origins) > 20
    for origin in origins:
        named = None if origin is None else Origin(origin)
        with pytest.raises(InvalidStatus) as refusal, connect(ward.live_url, origin=named, open_timeout=PATIENCE_S):
            pass
        assert refusal.value.response.status_code == 403, origin


@pytest.mark.parametrize("hello", ['{"ticket": "made up", "beds": "all"}', "{}", "rubbish"])
def test_a_socket_without_a_ticket_is_told_nothing(ward: Ward, hello: str) -> None:
    heard: list[str | bytes] = []
    with connect(ward.live_url, origin=Origin(ward.address), open_timeout=PATIENCE_S) as line:
        line.send(hello)
        with pytest.raises(ConnectionClosed) as refusal:
            heard.append(line.recv(timeout=PATIENCE_S))
    assert heard == []
    assert refusal.value.rcvd is not None
    assert refusal.value.rcvd.code in (1008, 4401)
