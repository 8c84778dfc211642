"""What rows are told from each other by: of many rows at once what it is of each."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.register.marks import all_known_by, all_parts, known_by, parts
from krokomrsa.values import Value
from krokomrsa.vocabulary import Table, load

VALUES = st.sampled_from(
    [None, True, 1, 1.0, False, 0, -0.0, date(2021, 5, 3), "", "1", "Ja", " ja", "Vet  inte", "VET INTE", "1–3", "1-3", "a|b"]
)


@pytest.mark.parametrize("table", list(load()), ids=lambda table: table.key)
@given(told=st.lists(st.lists(VALUES, min_size=8, max_size=8), max_size=6))
def test_many_rows_are_known_by_what_each_of_them_is_known_by(table: Table, told: list[list[Value]]) -> None:
    """Tell rows apart by the same words whether they are looked at together or one by one, whatever stands in them."""
    rows = [dict(zip(table.identity, values, strict=False)) for values in told]
    assert all_known_by(table, rows) == [known_by(table, row) for row in rows]
    assert [*all_parts(table, rows)] == [tuple(parts(table, row)) for row in rows]
