"""What the network knows.

OpenVINO reports its every import to its makers. A ward tells nobody that it exists: without the package that does it,
OpenVINO uses its own silent stand-in.
"""

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # the documented way to make an import fail
