from random import Random
from time import perf_counter

import pandas as pd

from krokomrsa.analysis import cascade


def _system(services, dependencies):
    """Return random needs with groups, loops and spread endurance; the same each time."""
    random = Random(2021)  # noqa: S311 (an example, no secret)
    rows = []
    for _ in range(dependencies):
        low = random.choice([0.0, 0.0, 4.0, 24.0, 72.0])
        ends = random.randrange(services), random.randrange(services)
        rows.append((*(f"V-{end}" for end in ends), random.choice([None, None, "reserv"]), low, low + random.choice([0.0, 20.0, 96.0])))
    return pd.DataFrame(rows, columns=["dependent", "supplier", "group", "endurance_low_h", "endurance_high_h"])


def _fastest(call, *, times=5):
    """Return the shortest of several runs: what the machine's other work disturbs least."""
    spent = []
    for _ in range(times):
        start = perf_counter()
        call()
        spent.append(perf_counter() - start)
    return min(spent)


def test_failure_times_of_500_services(benchmark):
    """One loss among 500 services and 2,000 dependencies, table to table."""
    dependencies = _system(500, 2_000)

    found = benchmark(cascade.failure_times, dependencies, {"V-0": 0.0})

    assert found.loc["V-0", "earliest_h"] == 0.0


def test_all_losses_of_25_resources(benchmark):
    """The loss of each of 25 external resources among 500 services and 2,000 dependencies."""
    dependencies = _system(500, 2_000)
    resources = pd.DataFrame({"id": [f"V-{n}" for n in range(25)], "provision": "external"})

    found = benchmark(cascade.external_losses, dependencies, resources)

    assert found["lost"].nunique() == 25


def test_four_times_the_size_takes_about_four_times_as_long():
    """The time grows about linearly: at most 12 times as long for a system 4 times as large, measured in one run."""
    small, large = _system(1_000, 4_000), _system(4_000, 16_000)

    ratio = _fastest(lambda: cascade.failure_times(large, {"V-0": 0.0})) / _fastest(lambda: cascade.failure_times(small, {"V-0": 0.0}))

    assert ratio < 12
