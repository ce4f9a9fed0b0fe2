"""What tests and benches ask the patient's page in a real browser, and what of it stands in SQL."""

import struct
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import Engine

from auth.deeds import Deed
from auth.devices import offer_code, register_for, revoke
from db.device_lists import ListedDevice, devices_of_patient
from db.patients import patient
from db.queries import recordings_of_patient, segments
from db.views import RecordingView
from tests.live_page import RATE_NEAR, TILE, ink, wait_for_ink, wait_for_state
from tests.ward import Ward

STRAP = Path(__file__).parent / "dashboard" / "strap.js"
"""A strap in place of navigator.bluetooth."""
LIVES = "[data-state=recording][data-lives=yes]"
SMALL: Any = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True, "locale": "en"}
_KEPT = """() => new Promise((done) => { const asked = indexedDB.open('wardbeat-phone');
  asked.onsuccess = () => { const all = asked.result.transaction('recordings').objectStore('recordings').getAll();
    all.onsuccess = () => {
      asked.result.close(); done(Math.max(0, ...all.result.map((each) => each.end))); }; }; })"""


def polar_ecg(last_us: int, microvolts: list[int]) -> list[int]:
    """One PMD notification as Polar's technical documentation has it: type 0, time of the last sample in ns since
    2000, frame type 0, then three bytes for each sample.
    """
    body = b"".join(value.to_bytes(3, "little", signed=True) for value in microvolts)
    return list(struct.pack("<BQB", 0, last_us * 1000, 0) + body)


def code_for(engine: Engine, patient_id: int) -> str:
    """A code with which a phone of this patient connects."""
    known = patient(engine, patient_id)
    assert known is not None
    return register_for(engine, "Phone", known, _deed())[1]


def disconnect(engine: Engine, patient_id: int) -> ListedDevice:
    """Revoke the patient's newest phone."""
    known = max(devices_of_patient(engine, patient_id), key=lambda device: device.id)
    revoke(engine, known, _deed())
    return known


def code_again(engine: Engine, known: ListedDevice) -> str:
    """A new code of a device that somebody wears."""
    code = offer_code(engine, known, _deed())
    assert code
    return code


def _deed() -> Deed:
    return Deed(None, time.time_ns() // 1_000_000, "here")


def kept(page: Page) -> int:
    """Up to which sample the phone has written down the recording."""
    end: int = page.evaluate(_KEPT)
    return end


def held_to_stop(page: Page) -> None:
    """Stop the recording; return when the ward has all of it."""
    page.locator("[data-part=stop]").click(delay=1500)
    page.wait_for_selector("[data-state=ready]")
    page.wait_for_function("() => document.body.dataset.waits === '0'")


def only_recording(engine: Engine, patient_id: int) -> RecordingView:
    """The one recording of a patient."""
    (recording,) = recordings_of_patient(engine, patient_id)
    return recording


def samples_in_sql(engine: Engine, recording: RecordingView) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(places, values) of all device samples, in the order in which the database has them."""
    pieces = segments(engine, recording.id, 0, 10**9)
    places = [np.arange(piece.start, piece.start + len(piece.samples)) for piece in pieces]
    none, values = np.empty(0, np.int64), [np.asarray(piece.samples, np.int64) for piece in pieces]
    return np.concatenate([none, *places]), np.concatenate([none, *values])


def stored(engine: Engine, recording: RecordingView) -> dict[int, int]:
    """Device sample -> value; no sample is there twice."""
    places, values = samples_in_sql(engine, recording)
    found = dict(zip(places.tolist(), values.tolist(), strict=True))
    assert len(found) == len(places)
    return found


def see_on_the_wall(office: BrowserContext, ward: Ward, bed: str, who: str, labels: set[str]) -> None:
    """Until the bed lives on a wall: its patient, its heart rate, the trace in the colours of these classes alone."""
    wall = office.new_page()
    wall.goto(f"{ward.address}/wall")
    wait_for_state(wall, bed, "live")
    assert wall.text_content(f".tile[data-bed='{bed}'] .who") == who
    for label in labels:
        wait_for_ink(wall, bed, label)
    wall.wait_for_function(f"(bed) => ({RATE_NEAR})([({TILE})(bed), 71])", arg=bed)
    assert not any(ink(wall, bed, label) for label in {"normal", "v", "s", "f", "af", "other"} - labels)
    wall.close()
