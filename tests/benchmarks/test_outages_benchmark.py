"""How long it takes to follow outages that end, and how that grows."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import perf_counter

import pandas as pd
from pytest_benchmark.fixture import BenchmarkFixture

from krokomrsa.analysis.cascade.deadlock import deadlocks
from krokomrsa.analysis.cascade.need import against_need
from krokomrsa.analysis.cascade.restoration import outages

LOST = {f"V-{n}": [(10.0 * n, 10.0 * n + 24.0), (200.0, 260.0)] for n in range(5)}


def _system(services: int, dependencies: int, *, loops: bool) -> pd.DataFrame:
    """Return random needs with groups and spread endurance, the same each time; without loops everything comes back."""
    random = Random(2021)  # noqa: S311 (an example, no secret)
    rows = []
    for _ in range(dependencies):
        low = random.choice([0.0, 0.0, 4.0, 24.0])
        ends = [random.randrange(services) for _ in range(2)]
        dependent, supplier = ends if loops else sorted(ends, reverse=True)
        if loops or dependent != supplier:
            rows.append((f"V-{dependent}", f"V-{supplier}", random.choice([None, None, "reserv"]), low, low + random.choice([0.0, 4.0])))
    return pd.DataFrame(rows, columns=["dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"])


def _restart(services: int) -> pd.DataFrame:
    low = pd.Series([float(n % 3) for n in range(services)])
    return pd.DataFrame({"id": [f"V-{n}" for n in range(services)], "restoration_low_h": low, "restoration_high_h": low + 2})


def _fastest(call: Callable[[], object], *, times: int = 5) -> float:
    """Return the shortest of several runs: what the machine's other work disturbs least."""
    spent = []
    for _ in range(times):
        start = perf_counter()
        call()
        spent.append(perf_counter() - start)
    return min(spent)


def test_outages_of_500_services(benchmark: BenchmarkFixture) -> None:
    """Five resources lost twice among 500 services and 2,000 dependencies, with restart times, table to table."""
    system, restart = _system(500, 2_000, loops=False), _restart(500)

    found = benchmark(outages, system, LOST, restart=restart)

    assert found["id"].nunique() > 200
    assert found["end_h"].max() < 1_000


def test_deadlocks_and_needs_of_500_services(benchmark: BenchmarkFixture) -> None:
    """What an outage in a system full of loops leaves down for ever, and what that means for 500 services."""
    system = _system(500, 2_000, loops=True)
    services = pd.DataFrame({"id": [f"V-{n}" for n in range(500)], "tolerable_outage_h": [1.0, 24.0] * 250})

    def call() -> tuple[pd.DataFrame, pd.DataFrame]:
        found = outages(system, LOST)
        return deadlocks(system, found, LOST), against_need(found, services)

    stuck, need = benchmark(call)

    assert len(stuck) > 400
    assert (need["breaks"] == "yes").sum() > 400


def test_four_times_the_size_takes_about_four_times_as_long() -> None:
    """The time grows about linearly: at most 12 times as long for a system 4 times as large, measured in one run."""
    small, large = _system(1_000, 4_000, loops=False), _system(4_000, 16_000, loops=False)
    few, many = _restart(1_000), _restart(4_000)

    ratio = _fastest(lambda: outages(large, LOST, restart=many)) / _fastest(lambda: outages(small, LOST, restart=few))

    assert ratio < 12
