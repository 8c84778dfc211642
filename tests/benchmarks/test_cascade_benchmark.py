from dataclasses import replace
from random import Random
from time import perf_counter, process_time

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from cascade_cases import random_system, sweden
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.compiled import COMPILER, plan
from krokomrsa.analysis.cascade.network import read
from krokomrsa.analysis.cascade.single_points import single_points
from krokomrsa.analysis.cascade.sweep import sweep


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


@pytest.fixture(scope="module")
def large():
    """Return 100,000 services and 1,000,000 dependencies with groups, read, and what is lost at the start."""
    network, hours = read(random_system(100_000, 1_000_000), {0: 0.0})
    assert COMPILER.load()
    return network, plan(network), hours


def _spent(call, *, times=3):
    """Return the least processor time of several runs: what the machine's other work disturbs least."""
    spent = []
    for _ in range(times):
        start = process_time()
        call()
        spent.append(process_time() - start)
    return min(spent)


def _start(hours):
    return np.flatnonzero(hours < np.inf).tolist()


def _matrix(network):
    """Return a network as a matrix of shortest paths, without its groups; 0 would be no edge."""
    ends = network.dependent.astype(np.int32), network.first.astype(np.int32)
    return csr_array((network.low + 1e-3, *ends), shape=(len(network.ids),) * 2)


def test_one_start_of_a_million_takes_at_most_a_tenth_of_networkx(large):
    """Compiled, with groups: at most 0.1 × networkx's multi-source Dijkstra on the same graph without groups."""
    network, planned, hours = large
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(network.supplier.tolist(), network.dependent.tolist(), network.low.tolist(), strict=True))

    theirs = _spent(lambda: nx.multi_source_dijkstra_path_length(graph, set(_start(hours))), times=1)

    assert _spent(lambda: planned.settled(network.low, hours)) <= 0.1 * theirs


def test_one_start_of_a_million_takes_at_most_three_times_scipy(large):
    """Compiled, with groups: at most 3 × scipy's Dijkstra on the same graph without groups."""
    network, planned, hours = large
    matrix = _matrix(network)

    theirs = _spent(lambda: dijkstra(matrix, indices=_start(hours), min_only=True), times=5)

    assert _spent(lambda: planned.settled(network.low, hours), times=5) <= 3 * theirs


def test_without_groups_the_shortest_paths_are_those_of_scipy(large):
    """What is measured against does the same work: without groups the hours are the lengths of shortest paths."""
    network, _, hours = large
    alone = replace(network, group=np.arange(len(network.group)), slack=np.ones(len(network.group), dtype=np.intp), low=network.low + 1e-3)

    found = plan(alone).settled(alone.low, hours)

    np.testing.assert_allclose(found, dijkstra(_matrix(network), indices=_start(hours), min_only=True))


def test_500_single_losses_take_at_most_a_quarter_when_compiled(large, monkeypatch):  # noqa: ARG001 (it has compiled)
    """The loss of each of 500 services with 2,000 dependencies, table to table: at most 0.25 of the time in plain Python."""
    dependencies = random_system(500, 2_000)
    services = pd.DataFrame({"id": range(500), "tolerable_outage_h": 4.0})

    quick = _spent(lambda: single_points(dependencies, services))
    monkeypatch.setattr(COMPILER, "ready", lambda _: None)

    assert quick <= 0.25 * _spent(lambda: single_points(dependencies, services))


def test_losses_among_10_000_take_at_most_six_times_scipy(large):  # noqa: ARG001 (it has compiled)
    """Each of 50 losses among 10,000 services and 50,000 dependencies, earliest and latest: at most 6 × one bound in scipy."""
    network, _ = read(random_system(10_000, 50_000), {})
    matrix = _matrix(network)

    theirs = _spent(lambda: [dijkstra(matrix, indices=[start], min_only=True) for start in range(50)])

    assert _spent(lambda: sweep(network, [(start,) for start in range(50)], lambda *_: None)) <= 6 * theirs


@pytest.fixture(scope="module")
def country():
    """Return a made-up Sweden of 42 municipalities with five services each."""
    return sweden(municipalities=42, services=5)


def test_a_local_loss_stays_in_its_municipality(country):
    """When one municipality's power is gone, nothing of another's stops."""
    found = cascade.failure_times(country, {"elnät 7": 0.0})["earliest_h"]
    stopped = found.index[found < np.inf]

    assert len(stopped) > 5
    assert all(name.split(".")[0].endswith(" 7") for name in stopped)


def test_a_national_loss_reaches_everywhere_in_time(country):
    """When the national grid is gone, all power is; telecom follows after 4 to 8 hours, and in the end every service."""
    found = cascade.failure_times(country, {"Svenska kraftnät": 0.0})

    assert (found.loc[[f"elnät {n}" for n in range(42)], "latest_h"] == 0).all()
    assert (found.loc[[f"tre {n}" for n in range(21)], ["earliest_h", "latest_h"]] == [4, 8]).all(axis=None)
    assert (found.loc[found.index.str.startswith("verksamhet"), "latest_h"] < np.inf).all()


def test_the_whole_country_is_the_same_compiled_and_not(large, country, monkeypatch):  # noqa: ARG001 (it has compiled)
    """Both ways give the same table."""
    quick = cascade.failure_times(country, {"Svenska kraftnät": 0.0})
    monkeypatch.setattr(COMPILER, "ready", lambda _: None)

    pd.testing.assert_frame_equal(quick, cascade.failure_times(country, {"Svenska kraftnät": 0.0}))
