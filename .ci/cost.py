"""Measure what the cascade costs on this machine, print it, and draw docs/pictures/kaskadens-kostnad.png.

``--all`` also measures what takes minutes: every single loss of 10,000 / 50,000, here and on two threads and two processes.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Process, get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.compiled import COMPILER, plan
from krokomrsa.analysis.cascade.failure import fall
from krokomrsa.analysis.cascade.network import read
from krokomrsa.analysis.cascade.single_points import single_points
from krokomrsa.charts.style import PALETTE

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))
from cascade_cases import random_system, sweden  # noqa: E402 (it lies among the tests)

SIZES = ((100, 1_000), (1_000, 10_000), (10_000, 100_000), (100_000, 1_000_000))
PICTURE = ROOT / "docs" / "pictures" / "kaskadens-kostnad.png"


def spent(call: Callable[[], object], *, times: int = 3) -> float:
    """Return the least processor time of several runs, in seconds."""
    found = []
    for _ in range(times):
        start = process_time()
        call()
        found.append(process_time() - start)
    return min(found)


def sizes() -> Iterator[tuple[int, float, float, float]]:
    """Measure one start in four sizes: rows, seconds compiled, in plain Python, and from table to table compiled."""
    for services, rows in SIZES:
        table = random_system(services, rows)
        network, hours = read(table, {0: 0.0})
        planned = plan(network)
        quick = spent(lambda: planned.settled(network.low, hours), times=5)  # noqa: B023 (called at once)
        plain = spent(lambda: fall(network, network.low, hours), times=2)  # noqa: B023
        whole = spent(lambda: cascade.failure_times(table, {0: 0.0}), times=2)  # noqa: B023
        yield rows, quick, plain, whole


def drawn(found: list[tuple[int, float, float, float]]) -> None:
    """Draw seconds by size, both on logarithmic scales."""
    figure, axes = plt.subplots(figsize=(7.5, 4), dpi=150, layout="constrained")
    rows = [one[0] for one in found]
    lines = (
        ("kr.cascade.failure_times,\ntabell till tabell", 3, "ink", 12),
        ("bara kaskaden, ren Python", 2, "missing", -8),
        ("bara kaskaden, kompilerad", 1, "accent", 0),
    )
    for label, place, colour, up in lines:
        axes.plot(rows, [one[place] for one in found], marker="o", color=PALETTE[colour])
        where = {"xytext": (9, up), "textcoords": "offset points", "va": "center", "color": PALETTE[colour]}
        axes.annotate(label, (rows[-1], found[-1][place]), annotation_clip=False, **where)
    axes.set(xscale="log", yscale="log", xlabel="beroenden (tio per verksamhet)", ylabel="sekunder processortid", ylim=(5e-6, 5))
    axes.set_xticks(rows, [f"{size:,}".replace(",", "\u202f") for size in rows])
    axes.set_yticks([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1], ["0,00001", "0,0001", "0,001", "0,01", "0,1", "1"])
    axes.minorticks_off()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color=PALETTE["rule"], linewidth=0.5)
    figure.savefig(PICTURE)
    plt.close(figure)


def peak(work: Callable[[], Any]) -> float:
    """Return the most memory that a process of its own has had, in MB; where the system does not say, it fails."""
    import resource  # noqa: PLC0415 (not on Windows)

    answer: Any = multiprocessing.SimpleQueue()

    def run() -> None:
        work()
        answer.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    process = Process(target=run)
    process.start()
    process.join()
    return float(answer.get())


def country() -> None:
    """Measure the largest case: a made-up Sweden where the national grid is lost."""
    table = sweden()
    ids = pd.unique(table[["dependent", "supplier"]].to_numpy().ravel())
    seconds = spent(lambda: cascade.failure_times(table, {"Svenska kraftnät": 0.0}), times=2)
    network, hours = read(table, {"Svenska kraftnät": 0.0})
    settled = spent(lambda: plan(network).settled(network.low, hours))
    base, whole = peak(lambda: None), peak(lambda: cascade.failure_times(table, {"Svenska kraftnät": 0.0}))
    size = table.memory_usage(deep=True).sum() / 2**20
    print(f"Sverige: {len(ids)} id, {len(table)} beroenden; {seconds:.2f} s tabell till tabell, {settled:.3f} s per gräns;")
    print(f"  tabellen {size:.0f} MB, därutöver {whole - base:.0f} MB som mest under beräkningen")


def losses(services: int, rows: int, executor: Executor | None, *, some: int | None = None) -> float:
    """Return how many seconds by the clock all single losses take, or some of them."""
    table, needs = random_system(services, rows), pd.DataFrame({"id": range(services), "tolerable_outage_h": 4.0})
    start = perf_counter()
    single_points(table, needs, starts=range(some) if some else None, executor=executor)
    return perf_counter() - start


def executors() -> None:
    """Measure every single loss of 10,000 / 50,000 one after another, on two threads and on two processes."""
    kinds: dict[str, Callable[[], Executor | None]] = {
        "i tur och ordning": lambda: None,
        "två trådar": lambda: ThreadPoolExecutor(2),
        "två processer": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    }
    for label, made in kinds.items():
        executor = made()
        before = process_time()
        seconds = losses(10_000, 50_000, executor)
        print(
            f"10 000 bortfall av 10 000/50 000, {label}: {seconds:.1f} s, varav {process_time() - before:.1f} s processortid här",
            flush=True,
        )
        if executor is not None:
            executor.shutdown()


def main() -> int:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also what takes minutes")
    options = parser.parse_args()
    start = process_time()
    if not COMPILER.load():
        print("numba is not installed")
        return 1
    print(f"numba läst på {process_time() - start:.1f} s processortid")
    found = list(sizes())
    for rows, *seconds in found:
        print(f"{rows:>9} beroenden: kompilerat {seconds[0]:.5f} s, ren Python {seconds[1]:.5f} s, tabell till tabell {seconds[2]:.5f} s")
    drawn(found)
    print(f"500 bortfall av 500/2 000: {spent(lambda: losses(500, 2_000, None)):.3f} s processortid")
    country()
    if options.all:
        executors()
    return 0


if __name__ == "__main__":
    sys.exit(main())
