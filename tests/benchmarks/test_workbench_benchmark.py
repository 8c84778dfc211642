from itertools import count
from statistics import median
from time import process_time

import pytest

from krokomrsa import identity, process, workspace
from krokomrsa.changes import Change
from krokomrsa.scales import LIKELIHOOD
from krokomrsa.store import replay
from krokomrsa.workbench.risks import Risks

RISKS, JUDGES = 500, ("SOC", "BUN", "IT", "VA", "TEK")


def _row(table, row_id, **values):
    cells = {"id": row_id, **values}
    return [Change(table=table, id=row_id, column=key, before=None, after=value) for key, value in cells.items()]


def _fastest(call, *, times=7):
    """Return the least processor time of several runs: what the machine's other work disturbs least."""
    spent = []
    for number in range(times):
        start = process_time()
        call(number)
        spent.append(process_time() - start)
    return min(spent)


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """Return a workspace where five judges have judged every aspect of 500 risks."""
    monkeypatch.setenv("KROKOMRSA_RAISE", "1")
    monkeypatch.setattr(identity, "place", lambda: tmp_path / "namn" / "vem.txt")
    folder = tmp_path / "arbetsyta"
    process.new(folder, municipality="Prov", first_year=2023, organisations=[(key, key) for key in JUDGES], who="prov", scale="femgradig")
    levels = (float(1 + number * 7 % 5) for number in count())
    with workspace.opened(folder) as place:
        made = [change for number in range(RISKS) for change in _row("risks", f"H-{number}", event=f"Händelse {number}")]
        for number in range(RISKS):
            for judge in JUDGES:
                for aspect in (LIKELIHOOD, *place.settings.scale.values):
                    facts = {
                        "risk": f"H-{number}",
                        "judge": judge,
                        "aspect": aspect,
                        "status": "judged",
                        "consolidated": judge == JUDGES[0],
                    }
                    level = next(levels)
                    made += _row("assessments", f"A-{number}-{judge}-{aspect}", low=level, high=level, **facts)
        place.store.commit(made, who="prov", source="prov")
    return folder


def test_a_judgement_among_500_risks_is_redrawn_in_a_part_of_a_reading(judged):
    """Judging one of 500 risks with five judges, stored and redrawn, takes at most a third of reading the register once."""
    panel = Risks(judged)
    panel.choose("H-250")

    def judge(number):
        panel.table._received(None, {"row": LIKELIHOOD, "key": "low", "old": "", "value": str(1 + number % 5)}, [])

    def read(_):
        replay.forget()
        with workspace.opened(judged) as place:
            place.register.held("assessments")

    ratio = _fastest(judge) / _fastest(read, times=3)

    assert panel.register.held("assessments")[f"A-250-{JUDGES[0]}-{LIKELIHOOD}"]["low"] == 2.0
    assert ratio < 1 / 3


def test_500_risks_are_redrawn_after_a_judgement_within_a_tenth_of_a_second(judged, monkeypatch):
    """Weighing, list and matrix of 500 risks with five judges take at most 100 ms of the kernel's time after a judgement, the median of 20."""
    panel, spent = Risks(judged), []
    redraw = panel.changed

    def timed():
        start = process_time()
        redraw()
        spent.append(process_time() - start)

    monkeypatch.setattr(panel, "changed", timed)
    for number in range(20):
        panel.table._received(None, {"row": LIKELIHOOD, "key": "low", "old": "", "value": str(1 + number % 5)}, [])

    assert len(spent) == 20
    assert median(spent) <= 0.1
