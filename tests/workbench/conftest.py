"""What every test of a panel needs."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let faults in handlers be raised, and give the one who edits a name."""
    monkeypatch.setenv("KROKOMRSA_RAISE", "1")
    monkeypatch.setattr("krokomrsa.identity.current", lambda: "Prov Provsson")
