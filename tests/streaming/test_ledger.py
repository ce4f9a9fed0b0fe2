"""`wardbeat ledger` on the command line."""

import numpy as np
import pytest
from sqlalchemy import Engine

from db.store import NewRecording, NewSegment, store_batch
from ecg.errors import ConfigurationError
from streaming.ledger import main


def test_recordings_are_listed_and_what_is_missing_is_told(
    engine: Engine, device: int, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    facts = [NewRecording(name, device, 100.0, 200.0, "I", 1_700_000_000_000) for name in ("a", "b", "silent")]
    samples = np.zeros(5000, np.int16)
    segments = [NewSegment("a", 0, samples), NewSegment("a", 5123, samples), NewSegment("b", 0, samples)]
    store_batch(engine, {}, facts, segments, [])
    assert main([]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["recording", "share"]
    assert first.split() == ["a", "98.78", "100.000", "1.230", "0.000", "0.000", "0.000"]
    assert second.split() == ["b", "100.00", "50.000", "0.000", "0.000", "0.000", "0.000"]
    assert main(["a"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "missing from 50.000 s to 51.230 s: 1.230 s"
    with pytest.raises(ConfigurationError, match="Nothing is stored of a recording silent"):
        main(["silent"])
