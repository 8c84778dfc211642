"""Rows: the ids that rows without an id are given."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from krokomrsa.excel import rows
from krokomrsa.excel.rows import id_for, new_id
from krokomrsa.register import Register


def test_two_rows_whose_hashes_begin_alike_get_ids_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the second a longer id, the same whenever it is read, whether the first is in the register or comes in the same file."""
    monkeypatch.setattr(rows, "_SIGNS", 4)  # with ten, one would look long for two alike
    seen: dict[str, str] = {}
    for number in range(10_000):
        said = f"händelse {number}"
        first = seen.setdefault(hashlib.sha256(said.encode()).hexdigest()[:4], said)
        if first != said:
            break
    one = new_id(Register(), "risks", {"event": first})
    held = Register({"risks": pd.DataFrame({"id": [one], "event": [first]})})
    assert new_id(Register(), "risks", {"event": said}) == one
    longer = new_id(held, "risks", {"event": said})
    assert (len(longer), longer.startswith(one)) == (len(one) + 4, True)
    assert id_for(Register().vocabulary["risks"], {}, said, {one: first}) == longer
    assert new_id(held, "risks", {"event": first}) == one


def test_a_row_that_is_called_something_else_since_keeps_its_id() -> None:
    """Know a row by the id that its first name gave, also when the coordinator has renamed it."""
    one = new_id(Register(), "risks", {"event": "Elavbrott"})
    renamed = Register({"risks": pd.DataFrame({"id": [one], "event": ["Längre elavbrott"]})})
    assert new_id(renamed, "risks", {"event": "Elavbrott"}) == one
