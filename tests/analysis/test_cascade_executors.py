import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from threading import Event

import pandas as pd
import pytest
from distributed import Client, LocalCluster

from krokomrsa.analysis.cascade.compiled import COMPILER
from krokomrsa.analysis.cascade.single_points import single_points
from krokomrsa.analysis.cascade.sweep import CancelledError, spread

CHAIN = pd.DataFrame(
    {"dependent": [f"V-{n}" for n in range(1, 41)], "supplier": [f"V-{n // 2}" for n in range(40)], "endurance_low_h": 1.0}
).assign(endurance_high_h=2.0)
SERVICES = pd.DataFrame({"id": [f"V-{n}" for n in range(41)], "tolerable_outage_h": 1.0})


def _slow(number):
    """Take a moment, in whatever process."""
    time.sleep(0.05)
    return number


@pytest.fixture
def client(tmp_path):
    """Return a client of a cluster on this machine, with one process as worker."""
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None, local_directory=str(tmp_path)) as cluster,
        Client(cluster) as found,
    ):
        yield found


def test_a_cluster_takes_the_work_as_it_is(client):
    """The executor of a Dask client gives the same single points as this process, and tells how far it is."""
    told = []

    found = single_points(CHAIN, SERVICES, executor=client.get_executor(), progress=lambda *done: told.append(done))

    pd.testing.assert_frame_equal(found, single_points(CHAIN, SERVICES))
    assert told[-1] == (41, 41)


@pytest.mark.parametrize("pool", [lambda: ThreadPoolExecutor(2), lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn"))])
def test_threads_and_processes_give_the_same(pool):
    """Python's own executors give the same single points as no executor."""
    with pool() as executor:
        found = single_points(CHAIN, SERVICES, executor=executor)

    pd.testing.assert_frame_equal(found, single_points(CHAIN, SERVICES))


@pytest.mark.parametrize("limit", [0, 10**9])
def test_only_an_enormous_sweep_begins_with_loading(monkeypatch, limit):
    """A sweep above the limit loads what is compiled before its first loss, one below does not; both give the same."""
    loaded, plain = [], single_points(CHAIN, SERVICES)
    monkeypatch.setattr(import_module("krokomrsa.analysis.cascade.sweep"), "ENORMOUS", limit)
    monkeypatch.setattr(COMPILER, "load", lambda: loaded.append("loaded"))

    pd.testing.assert_frame_equal(single_points(CHAIN, SERVICES), plain)
    assert bool(loaded) == (limit == 0)


def test_a_cancel_drops_what_is_not_begun():
    """After a cancel the executor is free within a moment, and what was not begun is never done."""
    stop, told = Event(), []

    def progress(done, total):
        told.append((done, total))
        stop.set()

    with ThreadPoolExecutor(1) as executor:
        begun = time.monotonic()
        with pytest.raises(CancelledError, match="avbröts"):
            spread(_slow, range(400), executor=executor, progress=progress, cancelled=stop.is_set)

    assert time.monotonic() - begun < 400 * 0.05 / 2
    assert told[-1][0] < 400


def test_a_cancel_here_stops_before_the_next():
    """Without an executor a cancel is seen before each item."""
    seen = []

    with pytest.raises(CancelledError, match="3 av 10"):
        spread(seen.append, range(10), cancelled=lambda: len(seen) == 3)

    assert seen == [0, 1, 2]
