"""Names that mean nothing to anybody without the house's key, and are the same in every build. Pure."""

import hashlib
import hmac
from dataclasses import dataclass

LENGTH = 16
"""Hexadecimal digits: of a million patients two share one with a chance of one in 37 million."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """key: the house's; whoever has it can tell who is who by trying all who are known to the house."""

    key: bytes

    def patient(self, patient_id: int) -> str:
        """P and digits."""
        return "p" + self._of("patient", str(patient_id))

    def recording(self, recording: str) -> str:
        """R and digits."""
        return "r" + self._of("recording", recording)

    def labeller(self, user_id: int) -> str:
        """D and digits."""
        return "d" + self._of("labeller", str(user_id))

    def _of(self, kind: str, name: str) -> str:
        return hmac.new(self.key, f"{kind}:{name}".encode(), hashlib.sha256).hexdigest()[:LENGTH]
