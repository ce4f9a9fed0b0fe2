"""Serving the network tells nobody."""

import subprocess
import sys

LOOK = """
import sys
import classifier.engine
import openvino.tools.ovc.telemetry_utils as telemetry
assert telemetry.tm.__name__ == "openvino.tools.ovc.telemetry_stub", telemetry.tm
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
"""


def test_no_process_reports_to_the_makers_of_openvino() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
