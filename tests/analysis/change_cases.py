"""Changes that could be made, for the tests of interventions, and an oracle that edits the tables itself."""

import math

import pandas as pd
from cascade_systems import IDS, systems
from hypothesis import strategies as st

from krokomrsa.analysis import cascade

CANDIDATE_COLUMNS = ["id", "kind", "dependency", "supplier", "endurance_low_h", "endurance_high_h", "cost_sek"]


def candidates(*rows):
    """Return candidates from tuples in the order of ``CANDIDATE_COLUMNS``."""
    return pd.DataFrame(rows, columns=CANDIDATE_COLUMNS)


def _floor(stands, least, unknown):
    return max(unknown if pd.isna(stands) else stands, unknown if pd.isna(least) else least)


def changed(dependencies, candidates, chosen):
    """Return the table with changes made row by row, as a person with a spreadsheet would."""
    rows = dependencies.astype(object).to_dict("records")
    by_id = {row["id"]: row for row in rows}
    for change in candidates.astype(object).to_dict("records"):
        if change["id"] not in chosen:
            continue
        row = by_id[change["dependency"]]
        if change["kind"] == "endurance":
            row["endurance_low_h"] = _floor(row["endurance_low_h"], change["endurance_low_h"], 0.0)
            row["endurance_high_h"] = _floor(row["endurance_high_h"], change["endurance_high_h"], math.inf)
            continue
        if pd.isna(row["group"]):
            row["group"] = f"ny grupp för {row['id']}"
        ends = {key: change[key] for key in ("supplier", "endurance_low_h", "endurance_high_h")}
        rows.append(row | ends | {"id": change["id"]})
    return pd.DataFrame(rows, columns=dependencies.columns)


def harm(dependencies, services, losses, weights, horizon):
    """Return the unacceptable hours (low, high) and who is unacceptable so, from failure times alone."""
    low, high, felled_low, felled_high = 0.0, 0.0, set(), set()
    for lost, weight in zip(losses, weights, strict=True):
        found = cascade.failure_times(dependencies, lost)
        for service, tolerable in zip(services["id"], services["tolerable_outage_h"], strict=True):
            if service not in found.index or pd.isna(tolerable):
                continue
            first, last = (found.loc[service, key] + tolerable for key in ("earliest_h", "latest_h"))
            low, high = low + weight * max(0.0, horizon - last), high + weight * max(0.0, horizon - first)
            felled_low |= {service} if weight and last <= horizon else set()
            felled_high |= {service} if weight and first <= horizon else set()
    return round(low, 6), round(high, 6), felled_low, felled_high


@st.composite
def cases(draw):
    """Small systems with ids, services, up to five candidates, one or two losses with weights, and a horizon."""
    dependencies, lost = draw(systems().filter(lambda system: len(system[0]) > 0))
    dependencies = dependencies.assign(id=[f"B-{number}" for number in range(len(dependencies))])
    hours = st.sampled_from([0, 1, 2, 7, 20])
    rows = []
    for number in range(draw(st.integers(0, 5))):
        row = dependencies.iloc[draw(st.integers(0, len(dependencies) - 1))]
        low, extra = draw(hours), draw(st.sampled_from([0, 5, None]))
        supplier = draw(st.sampled_from([*(set(IDS) - {row["dependent"]}), "nytt"]))
        kind = draw(st.sampled_from(["endurance", "reserve"]))
        rows.append(
            (f"Å-{number}", kind, row["id"], supplier, low, None if extra is None else low + extra, draw(st.sampled_from([None, 5, 9])))
        )
    services = pd.DataFrame(
        {"id": list(IDS[:4]), "tolerable_outage_h": draw(st.lists(st.sampled_from([0, 1, 4, None]), min_size=4, max_size=4))}
    )
    services["tolerable_outage_h"] = services["tolerable_outage_h"].astype(float)
    losses = [lost, *draw(st.lists(st.just({"A": 0}), max_size=1))]
    weights = [draw(st.sampled_from([1, 2, 0.5, 0])) for _ in losses]
    return dependencies, services, candidates(*rows), losses, weights, draw(st.sampled_from([0, 3, 12, 168]))
