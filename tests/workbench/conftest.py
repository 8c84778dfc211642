"""What every test of a panel needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from krokomrsa import identity


@pytest.fixture(autouse=True)
def loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let faults in handlers be raised, and keep the name of the one who edits in a place of the test's own."""
    monkeypatch.setenv("KROKOMRSA_RAISE", "1")
    monkeypatch.setattr(identity, "place", lambda: tmp_path / "namn" / "vem.txt")
    identity.save("Prov Provsson")
