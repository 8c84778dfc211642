"""Large systems of dependencies, the same each time: random ones, and a synthetic Sweden."""

from __future__ import annotations

import numpy as np
import pandas as pd

MUNICIPALITIES = 290
COUNTIES = 21
AREAS = 4  # electricity areas, SE1 to SE4
OPERATORS = ("telia", "tele2", "telenor", "tre")


def random_system(services, dependencies, *, seed=2021):
    """Return random needs with loops, groups in a third of the rows, and spread endurance; ids are whole numbers."""
    random = np.random.default_rng(seed)
    low = random.choice([0.0, 0.0, 4.0, 24.0, 72.0], size=dependencies)
    grouped = random.random(dependencies) < 1 / 3
    return pd.DataFrame(
        {
            "dependent": random.integers(services, size=dependencies),
            "supplier": random.integers(services, size=dependencies),
            "group": pd.Series(np.where(grouped, "reserv", None), dtype=object),
            "endurance_low_h": low,
            "endurance_high_h": low + random.choice([0.0, 20.0, 96.0], size=dependencies),
        }
    )


def _backbone():
    """Go through what all share: power, telecom and roads of areas and counties, which need each other."""
    for area in range(AREAS):
        yield f"stamnät SE{area + 1}", "Svenska kraftnät", None, 1, 0, 0
    yield "Svenska kraftnät", "driftcentral tele", None, 1, 24, 72
    yield "driftcentral tele", "stamnät SE3", None, 1, 48, 96
    for county in range(COUNTIES):
        yield f"regionnät {county}", f"stamnät SE{county % AREAS + 1}", "matning", 1, 0, 0
        yield f"regionnät {county}", f"stamnät SE{(county + 1) % AREAS + 1}", "matning", 1, 0, 0
        yield f"väg {county}", f"regionnät {county}", None, 1, 48, 168
        for operator in OPERATORS:
            yield f"{operator} {county}", f"regionnät {county}", None, 1, 4, 8
            yield f"{operator} {county}", "driftcentral tele", None, 1, 12, 24


def _municipality(number, services, random):
    """Go through a municipality: its networks and water works, and services that need them and each other."""
    county, power, it, water, staff = number % COUNTIES, f"elnät {number}", f"it {number}", f"vatten {number}", f"personal {number}"
    yield power, f"regionnät {county}", None, 1, 0, 0
    yield it, power, "kraft", 1, 1, 4
    yield it, f"diesel {number}", "kraft", 1, 24, 72
    yield f"diesel {number}", f"väg {county}", None, 1, 48, 96
    yield water, power, None, 1, 8, 24
    yield water, it, None, 1, 72, 168
    yield staff, f"väg {county}", None, 1, 8, 24
    for place in range(services):
        name = f"verksamhet {number}.{place}"
        for supplier, low, high in ((power, 0, 4), (it, 4, 24), (water, 24, 48), (staff, 12, 24)):
            if random.random() < 0.8:
                yield name, supplier, None, 1, low, high
        for operator in OPERATORS[:3]:
            yield name, f"{operator} {county}", "tele", 1, 0, 2
        if place:
            yield name, f"verksamhet {number}.{random.integers(place)}", None, 1, 24, 72


def sweden(*, municipalities=MUNICIPALITIES, services=200, seed=290):
    """Return the dependencies of a made-up Sweden: municipalities with services, and the power, telecom and roads that they share."""
    random = np.random.default_rng(seed)
    rows = [*_backbone(), *(row for number in range(municipalities) for row in _municipality(number, services, random))]
    return pd.DataFrame(rows, columns=["dependent", "supplier", "group", "needed", "endurance_low_h", "endurance_high_h"])
