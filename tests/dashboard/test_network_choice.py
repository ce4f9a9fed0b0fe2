"""With more than one network in the house, people choose which one analyses; with one there is nothing to choose."""

import re
import shutil
from pathlib import Path

from classifier.engine import SHIPPED, shipped_model
from db.analyses import analyses
from tests.dashboard.reported import reported_house
from tests.people import BASE

OTHER = "1" * 64
PAGES = ("/recording/{recording}", "/recordings/", "/patients/1/recordings")


def test_an_analysis_is_asked_of_the_network_that_was_chosen(tmp_path: Path) -> None:
    with reported_house(tmp_path) as house:
        doctor, headers = house.browsers["doctor"], {"Origin": BASE}
        pages = [page.format(recording=house.recording) for page in PAGES]
        for page in pages:
            assert 'name="model"' not in doctor.get(page, base_url=BASE).text
        shutil.copytree(SHIPPED, tmp_path / "networks" / OTHER)
        for page in pages:
            offered = re.findall(r'<option value="([0-9a-f]{64})">([^<]*)', doctor.get(page, base_url=BASE).text)
            assert [model for model, _ in offered] == [shipped_model(), OTHER]
            assert [name.endswith("in service") for _, name in offered] == [True, False]
        for path in (f"/recording/{house.recording}/analyses", "/analyses"):
            fields = {"recording": house.recording, "model": OTHER}
            doctor.post(path, data=fields, base_url=BASE, headers=headers)
        asked = [run.model for run in analyses(house.engine, house.recording)]
        assert asked.count(OTHER) == 2
        stranger = {"recording": house.recording, "model": "2" * 64}
        assert doctor.post("/analyses", data=stranger, base_url=BASE, headers=headers).status_code == 400
        assert len(analyses(house.engine, house.recording)) == len(asked)
