import subprocess
import sys
import threading

import numpy as np
import pytest
from cascade_systems import few, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade import compiled
from krokomrsa.analysis.cascade.compiled import COMPILER, Compiler, plan
from krokomrsa.analysis.cascade.failure import failing, fall
from krokomrsa.analysis.cascade.kernel import settle
from krokomrsa.analysis.cascade.network import Network, read


@pytest.fixture(scope="module")
def quick():
    """Return the compiled function, which numba is there for in a development environment."""
    assert COMPILER.load()
    return COMPILER.ready(0)


def _large(services=300, dependencies=3_000, seed=7):
    """Return a network with loops, and groups of up to some twenty rows of which any number must fail."""
    random = np.random.default_rng(seed)
    dependent, supplier = random.integers(services, size=(2, dependencies))
    order = np.argsort(supplier, kind="stable")
    dependent, supplier = dependent[order], supplier[order]
    _, group = np.unique(np.where(random.random(dependencies) < 0.7, dependent, services + np.arange(dependencies)), return_inverse=True)
    size = np.bincount(group)
    low = random.choice([0.0, 0.0, 0.1, 4.0, 24.0, np.inf], size=dependencies)
    first = np.searchsorted(supplier, np.arange(services + 1))
    slack = size - random.integers(0, size)
    return Network(np.arange(services), first, supplier, dependent, group, low, low + 0.3, np.arange(dependencies), slack)


def _plain(network, endurance, hours):
    return plan(network).by(settle, endurance, hours)


@few
@given(systems())
def test_both_ways_give_the_same_hours(quick, system):
    """On random systems the compiled function, the same function not compiled, and the plain one agree to the last bit."""
    network, hours = read(*system)
    planned = plan(network)

    for endurance in (network.low, network.high):
        expected = fall(network, endurance, hours)[0]
        assert planned.by(quick, endurance, hours).tolist() == expected.tolist()
        assert _plain(network, endurance, hours).tolist() == expected.tolist()


@few
@given(st.integers(0, 10_000))
def test_both_ways_agree_on_large_groups(quick, seed):
    """Also in groups of twenty of which several must stand, with several losses at several hours."""
    network = _large(seed=seed)
    hours = np.full(300, np.inf)
    hours[:40] = np.arange(40) % 7

    found = plan(network).by(quick, network.low, hours)

    assert found.tolist() == fall(network, network.low, hours)[0].tolist()


def test_many_failures_at_once_find_room():
    """Thousands of failures can be on their way at once."""
    count = 5_000
    network = Network(
        np.arange(count + 1), np.array([0, *[count] * (count + 1)]), np.zeros(count, dtype=np.intp), np.arange(1, count + 1), np.arange(count),
        np.arange(count, 0.0, -1), np.arange(count, 0.0, -1), np.arange(count), np.ones(count, dtype=np.intp),
    )  # fmt: skip
    hours = np.full(count + 1, np.inf)
    hours[0] = 0.0

    assert _plain(network, network.low, hours).tolist() == [0.0, *np.arange(count, 0.0, -1)]


def test_nothing_is_compiled_for_little(monkeypatch):
    """Up to the limit nothing is compiled; above it it is, behind the scenes, and the hours are the same before and after."""
    begun, may_end = threading.Event(), threading.Event()

    def compile_slowly():
        begun.set()
        may_end.wait(10)
        return settle

    monkeypatch.setattr(compiled, "_compile", compile_slowly)
    network, compiler = _large(), Compiler(much=5_000)
    hours = np.where(np.arange(300) < 3, 0.0, np.inf)
    planned = plan(network)

    assert planned.settled(network.low, hours, compiler=compiler) is None
    assert not begun.is_set()
    assert planned.settled(network.low, hours, compiler=compiler) is None
    assert begun.wait(10)
    assert planned.settled(network.low, hours, compiler=compiler) is None
    may_end.set()
    compiler.wait()
    assert planned.settled(network.low, hours, compiler=compiler).tolist() == fall(network, network.low, hours)[0].tolist()


def test_without_numba_everything_is_plain(monkeypatch):
    """Where numba is not installed nothing is ever compiled, and the answer is there all the same."""
    monkeypatch.setattr(compiled, "find_spec", lambda _: None)
    compiler = Compiler(much=0)
    network = _large()
    hours = np.where(np.arange(300) < 3, 0.0, np.inf)

    assert plan(network).settled(network.low, hours, compiler=compiler) is None
    assert not compiler.load()
    assert failing(plan(network), network.low, hours).tolist() == fall(network, network.low, hours)[0].tolist()


def test_what_cannot_be_kept_is_compiled_all_the_same(monkeypatch):
    """Where numba finds no folder to keep its work in, it compiles without keeping it."""
    asked = []

    class Numba:
        intp = float64 = type("Kind", (), {"__getitem__": lambda *_: None})()

        @staticmethod
        def void(*_):
            return "signature"

        @staticmethod
        def njit(_, **options):
            asked.append(options)
            if "cache" in options:
                message = "cannot cache function 'settle': no locator available"
                raise RuntimeError(message)
            return lambda function: function

    monkeypatch.setattr(compiled, "import_module", lambda _: Numba)

    assert compiled._compile() is settle
    assert asked == [{"nogil": True, "cache": True}, {"nogil": True}]


def test_a_municipality_never_loads_numba():
    """A table of 500 services and 2,000 dependencies, calculated ten times in a fresh process, loads no numba: nothing to wait for."""
    code = """
import sys
import numpy as np
import pandas as pd
from krokomrsa.analysis import cascade
random = np.random.default_rng(1)
table = pd.DataFrame({"dependent": random.integers(500, size=2_000), "supplier": random.integers(500, size=2_000)})
for start in range(10):
    cascade.failure_times(table, {start: 0.0})
print("numba" in sys.modules)
"""

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
