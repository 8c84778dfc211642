"""How long a what-if over 500 services takes to redraw, and a step of its slider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

import pandas as pd
import pytest

from krokomrsa import workspace
from krokomrsa.analysis import cascade
from krokomrsa.register import Register
from krokomrsa.workbench.dependencies import Dependencies
from krokomrsa.workbench.outages import HORIZON_H

SERVICES, RESOURCES, DEPENDENCIES, TIMES = 500, 25, 2_000, 20


def _register() -> Register:
    """Return 500 services with 2,000 dependencies on 25 resources and each other, with groups and spread endurance, the same each time."""
    random = Random(2021)  # noqa: S311 (an example, no secret)
    resources = [f"R-{number}" for number in range(RESOURCES)]
    ids = [f"V-{number}" for number in range(SERVICES)]
    rows = []
    for number in range(DEPENDENCIES):
        low = random.choice([0.0, 2.0, 4.0, 24.0])
        ends = random.choice(ids), random.choice([*resources, *resources, *resources, *ids])
        rows.append((f"B-{number}", *ends, random.choice([None, None, "reserv"]), low, low + random.choice([0.0, 4.0, 48.0])))
    tables = {
        "services": {"id": ids, "organisation": [f"O-{number % 10}" for number in range(SERVICES)], "name": ids},
        "resources": {"id": resources, "name": resources, "provision": "external", "restoration_low_h": 1.0, "restoration_high_h": 6.0},
    }
    tables["services"]["tolerable_outage_h"] = [2.0, 24.0, 72.0, 8.0] * (SERVICES // 4)
    columns = ["id", "dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"]
    return Register({**{key: pd.DataFrame(held) for key, held in tables.items()}, "dependencies": pd.DataFrame(rows, columns=columns)})


@pytest.fixture
def panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dependencies:
    """Return the panel on the register, with two resources lost for a day and more."""
    register = _register()
    workspace.create(tmp_path, municipality="Stor", first_year=2023)
    monkeypatch.setattr("krokomrsa.store.database.Store.register", lambda _: register)
    monkeypatch.setenv("KROKOMRSA_RAISE", "1")
    made = Dependencies(tmp_path)
    made.losing.lost.value = ("R-0", "R-1")
    made.losing.lines["R-0"][0].back.value = "24"
    made.losing.lines["R-1"][0].back.value = "30"
    return made


def _typical(call: Callable[[int], object]) -> float:
    """Return the median processor time of a number of runs."""
    spent = []
    for number in range(TIMES):
        start = process_time()
        call(number)
        spent.append(process_time() - start)
    return median(spent)


def test_a_what_if_over_500_services_is_redrawn_while_nobody_waits(panel: Dependencies) -> None:
    """A redraw with its tables, sentences and chart takes at most 25 times as long as following the outage; a step of the slider a fifth of it."""
    hours = [hour for _, hour in panel.clock.slider.options]
    found, resources = panel.outcome, panel.register.resources

    follow = _typical(lambda _: cascade.outages(found.dependencies, found.scenario.lost, restart=resources, horizon_h=HORIZON_H))
    redraw = _typical(lambda _: panel.draw())
    step = _typical(lambda number: setattr(panel.clock.slider, "value", hours[number % len(hours)]))
    print(f"follow {1000 * follow:.1f} ms, redraw {1000 * redraw:.1f} ms, step {1000 * step:.1f} ms")  # noqa: T201 (the figures that were measured)

    assert len(found.services) > SERVICES / 4
    assert redraw < 25 * follow
    assert step < redraw / 5
