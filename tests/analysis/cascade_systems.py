"""Systems of dependencies for the tests of the cascade, and an oracle that shares nothing with its engine."""

import math

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

from krokomrsa.analysis import cascade

COLUMNS = ["dependent", "supplier", "group", "needed", "endurance_low_h", "endurance_high_h"]
NEVER = math.inf
IDS = "ABCDEFG"
few = settings(max_examples=60, deadline=None)


def needs(*rows):
    """Return dependencies from tuples in the order of ``COLUMNS``."""
    return pd.DataFrame(rows, columns=COLUMNS)


def times(dependencies, lost):
    """Return failure times as id → (earliest, latest)."""
    found = cascade.failure_times(dependencies, lost)
    return {key: (row.earliest_h, row.latest_h) for key, row in zip(found.index, found.itertuples(), strict=True)}


HOME_CARE = needs(
    ("Mobil", "El", None, 1, 4, 6), ("Fast", "El", None, 1, 8, 8), ("Larm", "Mobil", "tele", 1, 0, 2), ("Larm", "Fast", "tele", 1, 0, 2),
    ("Hemtjänst", "Larm", None, 1, 12, 24), ("Hemtjänst", "Vatten", None, 1, 0, 0),
)  # fmt: skip


def _one_bound(rows, lost, endurance):
    """Iterate the definition downwards from "nothing ever fails" until nothing changes."""
    groups = {}
    for number, row in enumerate(rows):
        groups.setdefault((row["dependent"], row["group"] or number), []).append(row)
    ids = {row[end] for row in rows for end in ("dependent", "supplier")} | set(lost)
    found = dict.fromkeys(ids, NEVER)
    while True:
        then = {key: lost.get(key, NEVER) for key in ids}
        for (dependent, _), members in groups.items():
            arrivals = sorted(found[row["supplier"]] + endurance(row) for row in members)
            then[dependent] = min(then[dependent], arrivals[len(members) - int(members[0]["needed"] or 1)])
        if then == found:
            return found
        found = then


def oracle(dependencies, lost):
    """Return what the definition says, as id → (earliest, latest)."""
    rows = [
        {key: None if pd.isna(value) else value for key, value in row.items()}
        for row in dependencies.astype(object).to_dict("records")
        if row.get("status") != "not needed"
    ]
    earliest = _one_bound(rows, lost, lambda row: 0.0 if row["endurance_low_h"] is None else row["endurance_low_h"])
    latest = _one_bound(rows, lost, lambda row: NEVER if row["endurance_high_h"] is None else row["endurance_high_h"])
    return {key: (earliest[key], latest[key]) for key in earliest}


@st.composite
def systems(draw):
    """Small systems with loops, groups, several needed, zero and unknown endurance, and what is lost."""
    hours = st.sampled_from([0, 0, 0, 0.5, 1, 2, 3, 7, 0.1, None])
    rows = []
    for _ in range(draw(st.integers(0, 14))):
        low, extra = draw(hours), draw(hours)
        high = None if extra is None else (low or 0) + extra
        rows.append([draw(st.sampled_from(IDS)), draw(st.sampled_from(IDS)), draw(st.sampled_from([None, "x", "y"])), None, low, high])
    sizes = pd.Series([tuple(row[:3:2]) for row in rows if row[2]], dtype=object).value_counts().to_dict()
    needed = {pair: draw(st.integers(1, size)) for pair, size in sizes.items()}
    for row in rows:
        row[3] = needed.get((row[0], row[2]))
    lost = draw(st.dictionaries(st.sampled_from(IDS), st.sampled_from([0, 0, 1, 2.5, 30, NEVER]), max_size=4))
    return pd.DataFrame(rows, columns=COLUMNS), lost
