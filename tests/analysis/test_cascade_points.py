import itertools
import math
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pandas as pd
import pytest
from cascade_systems import HOME_CARE, IDS, NEVER, few, needs, oracle, systems
from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.analysis.cascade.single_points import COUNTS, double_points, single_points
from krokomrsa.analysis.cascade.sweep import CancelledError, spread
from krokomrsa.errors import KrokomrsaError

HORIZON = 5.0
SERVICES = pd.DataFrame({"id": list("ABCD"), "tolerable_outage_h": [0.0, 2.0, None, 4.0]})
WEIGHTS = {"A": 10.0, "C": 0.5, "D": 0.0}


def brute(dependencies, lost):
    """Return the four counts, their weights and the first hour for a loss, from the definition."""
    found = oracle(dependencies, dict.fromkeys(lost, 0))
    counts, weights, first = [0] * 4, [0.0] * 4, NEVER
    for row in SERVICES.itertuples():
        if row.id in lost or row.id not in found:
            continue
        earliest, latest = found[row.id]
        known = not math.isnan(row.tolerable_outage_h)
        moments = (latest, earliest, *((late + row.tolerable_outage_h if known else NEVER) for late in (latest, earliest)))
        first = min(first, moments[3])
        for place, moment in enumerate(moments):
            if moment <= HORIZON:
                counts[place] += 1
                weights[place] += WEIGHTS.get(row.id, 1.0)
    return (*counts, *weights, first)


def weighing(dependencies):
    """Return the services that a weight may be given for, as the functions take it."""
    return {"services": SERVICES, "weights": WEIGHTS, "horizon_h": HORIZON, "dependencies": dependencies}


@few
@given(systems())
def test_single_points_are_what_removing_each_thing_gives(system):
    """For every id the counts, weights and first hour are those of the definition, with that id lost."""
    dependencies, _ = system

    found = single_points(**weighing(dependencies))

    columns = [*COUNTS, *(f"{count}_weight" for count in COUNTS), "first_unacceptable_h"]
    assert set(found["lost"]) == set(oracle(dependencies, {}))
    for row in found.to_dict("records"):
        assert brute(dependencies, (row["lost"],)) == pytest.approx(tuple(row[column] for column in columns))


@few
@given(systems(), st.randoms())
def test_single_points_do_not_depend_on_the_order_of_rows(system, random):
    """Rows in another order give the same table, and the arguments stay as they are."""
    dependencies, _ = system
    order = list(range(len(dependencies)))
    random.shuffle(order)
    before = dependencies.copy(deep=True), SERVICES.copy(deep=True)

    one, other = single_points(**weighing(dependencies)), single_points(**weighing(dependencies.iloc[order]))

    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(before[0], dependencies)
    pd.testing.assert_frame_equal(before[1], SERVICES)


@few
@given(systems())
def test_single_points_do_not_depend_on_names(system):
    """Other names give the same counts under the other names."""
    dependencies, _ = system
    new = {key: f"Ny {key}" for key in IDS}
    renamed = dependencies.assign(dependent=dependencies["dependent"].map(new), supplier=dependencies["supplier"].map(new))
    services = SERVICES.assign(id=SERVICES["id"].map(new))

    one = single_points(dependencies, SERVICES, horizon_h=HORIZON)
    other = single_points(renamed, services, horizon_h=HORIZON)

    pd.testing.assert_frame_equal(one.assign(lost=one["lost"].map(new)), other, check_dtype=False)


@few
@given(systems())
def test_double_points_are_what_removing_both_gives(system):
    """For every pair the counts are those of the definition, and beyond are the services that neither brings down alone."""
    dependencies, _ = system
    ids = sorted(oracle(dependencies, {}))[:4]

    found = double_points(pairs=itertools.combinations(ids, 2), **weighing(dependencies))

    assert len(found) == math.comb(len(ids), 2)
    for row in found.to_dict("records"):
        pair = (row["first"], row["second"])
        assert brute(dependencies, pair)[:4] == tuple(row[count] for count in COUNTS)
        assert row["beyond"] == len(
            _unacceptable(dependencies, pair) - _unacceptable(dependencies, pair[:1]) - _unacceptable(dependencies, pair[1:])
        )


def _unacceptable(dependencies, lost):
    """Return the services that may become unacceptable, by the definition."""
    found = oracle(dependencies, dict.fromkeys(lost, 0))
    limits = dict(SERVICES.itertuples(index=False, name=None))
    return {key for key, limit in limits.items() if key in found and key not in lost and found[key][0] + limit <= HORIZON}


def test_the_worst_single_point_stands_first():
    """El stops home care and its alarms and comes before water, which only stops home care."""
    services = pd.DataFrame({"id": ["Hemtjänst", "Larm"], "tolerable_outage_h": [4, 1]})

    found = single_points(HOME_CARE, services)

    assert found["lost"].tolist()[:2] == ["El", "Larm"]
    assert found["unacceptable_high"].tolist()[:2] == [2, 1]


def test_chosen_starts_are_lost_and_nothing_else():
    """Each chosen id is lost once, however often it is chosen."""
    services = pd.DataFrame({"id": ["Hemtjänst"], "tolerable_outage_h": [4]})

    assert set(single_points(HOME_CARE, services, starts=["El", "Vatten", "El"])["lost"]) == {"El", "Vatten"}
    assert len(single_points(HOME_CARE, services, starts=[])) == 0


def test_nothing_to_lose_gives_an_empty_table_with_the_same_columns():
    """No dependencies and no pairs give no rows."""
    services = pd.DataFrame({"id": ["Hemtjänst"], "tolerable_outage_h": [4]})

    assert list(single_points(needs(), services)) == list(single_points(HOME_CARE, services))
    assert len(single_points(needs(), services)) == 0
    assert len(double_points(HOME_CARE, services, [])) == 0


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda services: single_points(HOME_CARE, services, starts=["Elnat"]), "Elnat finns inte bland beroendena"),
        (lambda services: double_points(HOME_CARE, services, [("El", "El")]), "Ett par ska vara två olika"),
        (lambda services: single_points(HOME_CARE, services, weights={"Skola": 1}), "Skola har en vikt men finns inte"),
        (lambda services: single_points(HOME_CARE, services, weights={"Hemtjänst": -1}), "Vikten för Hemtjänst"),
        (lambda services: single_points(HOME_CARE, services, horizon_h=-1), "inget antal timmar"),
    ],
)
def test_what_cannot_be_lost_or_weighed_is_refused(call, problem):
    """An id that is not there, a pair of one, a weight that is none and a horizon that is none are told."""
    with pytest.raises(KrokomrsaError, match=problem):
        call(pd.DataFrame({"id": ["Hemtjänst"], "tolerable_outage_h": [4]}))


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_gives_the_same_answer(kind):
    """Threads and processes give what one after another gives, and progress ends at the total."""
    services = pd.DataFrame({"id": ["Hemtjänst", "Larm"], "tolerable_outage_h": [4, None]})
    told = []

    with kind(2) as executor:
        found = single_points(HOME_CARE, services, executor=executor, progress=lambda done, total: told.append((done, total)))

    pd.testing.assert_frame_equal(single_points(HOME_CARE, services), found)
    assert told[-1] == (6, 6)
    assert told == sorted(told)


def test_a_cancel_stops_what_is_done_here():
    """As soon as the cancel says so nothing more is done, and the message tells how far it came."""
    done = []

    with pytest.raises(CancelledError, match="när 3 av 10 var klara"):
        spread(done.append, range(10), cancelled=lambda: len(done) == 3)

    assert done == [0, 1, 2]


class _Never(Executor):
    """An executor that never begins."""

    def __init__(self):
        self.futures = []

    def submit(self, fn, /, *args, **kwargs):  # noqa: ARG002
        self.futures.append(Future())
        return self.futures[-1]


def test_a_cancel_stops_an_executor():
    """What waits on an executor is cancelled too, also when nothing ever comes back."""
    executor = _Never()

    with pytest.raises(CancelledError, match="när 0 av 3 var klara"):
        spread(len, ["a", "b", "c"], executor=executor, cancelled=lambda: True)

    assert all(future.cancelled() for future in executor.futures)


def test_an_error_in_a_part_is_told_and_the_rest_cancelled():
    """What goes wrong on an executor goes wrong here too."""
    with ThreadPoolExecutor(1) as executor, pytest.raises(TypeError):
        spread(len, [1, 2, 3], executor=executor)
