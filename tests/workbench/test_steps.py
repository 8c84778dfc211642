"""How far each step is, and what is left in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from panel_hands import empty

import krokomrsa as kr
from krokomrsa import workspace
from krokomrsa.changes import Change
from krokomrsa.values import Value
from krokomrsa.workbench import desk, steps

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SOC = {"organisations": {"SOC": {"name": "Socialförvaltningen"}}}
SERVICE = {"organisation": "SOC", "name": "Hemtjänst"}
EXAMINED = {"condition_1": "yes", "condition_1_grounds": "Liv", "condition_2": "no", "condition_2_grounds": "Nej"}
MEASURE = {"measure": "Reservkraft", "vulnerabilities": "S-1"}
PLANNED = {"owner": "SOC", "budget_year": 2024, "status": "decided"}
LEVELS = {"confidentiality": 1, "integrity": 1, "availability": 1}
JUDGED = {"risk": "H-1", "judge": "SOC", "status": "judged", "low": 3.0, "high": 3.0}
NEED = {"dependent": "V-1", "supplier": "R-1", "status": "needed"}

Rows = Mapping[str, Mapping[str, Mapping[str, Value]]]


def made(folder: Path, rows: Rows) -> Path:
    """Return a workspace with these rows."""
    found = [
        Change(table=table, id=row_id, column=key, before=None, after=value)
        for table, held in rows.items()
        for row_id, row in held.items()
        for key, value in ({"id": row_id} | dict(row)).items()
    ]
    with workspace.opened(empty(folder)) as place:
        place.store.commit(found, who="prov", source="prov", kind="edit")
    return folder


@pytest.mark.parametrize(
    ("number", "rows", "state", "said"),
    [
        ("00", {}, "väntar", "Det här saknas: organisationer."),
        ("00", SOC, "klart", ""),
        ("01", SOC, "pågår", "Det här saknas: verksamheter och bedömningar."),
        ("02", SOC | {"services": {"V-1": SERVICE}}, "pågår", "Kvar: en verksamhet är inte prövad eller har svaret ”vet inte”."),
        ("02", SOC | {"services": {"V-1": SERVICE | {"condition_1": "yes"}}}, "pågår", "Kvar: en verksamhet saknar skäl."),
        ("02", SOC | {"services": {"V-1": SERVICE | EXAMINED}}, "klart", ""),
        (
            "03",
            SOC | {"services": {"V-1": SERVICE, "V-2": SERVICE}, "resources": {"R-1": {"name": "El"}}, "dependencies": {"B-1": NEED}},
            "pågår",
            "Kvar: en verksamhet har inga beroenden och ett beroende saknar uppgift om hur länge det går utan.",
        ),
        ("04", SOC | {"risks": {"H-1": {"event": "Elavbrott"}}}, "pågår", "Det här saknas: bedömningar."),
        (
            "04",
            SOC
            | {
                "risks": {"H-1": {"event": "Elavbrott"}, "H-2": {"event": "Storm"}},
                "assessments": {"A-1": JUDGED | {"aspect": "likelihood"}, "A-2": JUDGED | {"aspect": "life_health"}},
            },
            "pågår",
            "Kvar: en risk saknar bedömning.",
        ),
        (
            "04",
            SOC | {"risks": {"H-1": {"event": "Elavbrott"}}, "assessments": {"A-2": JUDGED | {"aspect": "life_health"}}},
            "klart",
            "",
        ),
        (
            "05",
            SOC | {"vulnerabilities": {"S-1": {"description": "Ett"}, "S-2": {"description": "Två"}}, "treatments": {"T-1": MEASURE}},
            "pågår",
            "Kvar: en sårbarhet saknar åtgärd och en åtgärd saknar ansvarig, budgetår eller läge.",
        ),
        ("05", SOC | {"vulnerabilities": {"S-1": {"description": "Ett"}}, "treatments": {"T-1": MEASURE | PLANNED}}, "klart", ""),
        ("06", SOC, "pågår", "Det här saknas: utbildning och övning."),
        ("07", SOC | {"information_assets": {"I-1": {"name": "Journal"}}}, "pågår", "Kvar: en informationstillgång är inte klassad."),
        ("07", SOC | {"information_assets": {"I-1": {"name": "Journal"} | LEVELS}}, "klart", ""),
        ("08", {"goals": {"M-1": {"goal": "Öva"}}, "documents": {"D-1": {"title": "Plan"}}}, "pågår", "Kvar: ett mål saknar läge."),
        ("08", {"goals": {"M-1": {"goal": "Öva", "status": "met"}}, "documents": {"D-1": {"title": "Plan"}}}, "klart", ""),
    ],
)
def test_a_step_is_done_only_when_nothing_is_left_in_it(tmp_path: Path, number: str, rows: Rows, state: str, said: str) -> None:
    """A step waits without rows, goes on while something is left, which one sentence says, and is done when nothing is."""
    found = kr.workbench.step(number, made(tmp_path, rows))
    assert (found.state, found.left) == (state, said)


def test_the_example_says_what_is_left_in_every_step(example: Path) -> None:
    """With the example no step waits, and those that go on say how much is left."""
    found = steps.every(desk.opened(example))
    assert [one.number for one in found] == [f"0{number}" for number in range(10)]
    assert {one.state for one in found} == {"klart", "pågår"}
    assert all(bool(one.left) == (one.state == "pågår") for one in found)
    assert "krav och mål är inte uppfyllda" in found[6].left
    assert "rubriker saknar egen text" in found[9].left


def test_without_a_workspace_every_step_waits_and_says_where_to_begin(tmp_path: Path) -> None:
    """In an empty folder every step waits for 00 Start, and is shown as plain words."""
    found = kr.workbench.step("04", tmp_path)
    assert str(found) == "Steg 04: väntar. Det finns ingen arbetsyta ännu. Börja i 00 Start."
    assert found._repr_html_().count("Steg 04: väntar.") == 1
    assert "'" not in str(found)


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("0*.ipynb")), ids=lambda path: path.stem)
def test_every_notebook_ends_by_showing_its_own_step(notebook: Path) -> None:
    """The last cell of a notebook asserts that its step is in a known state, and shows it."""
    cells = [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    first, second, last = "".join(cells[-1]["source"]).splitlines()
    assert first == f'step = kr.workbench.step("{notebook.name[:2]}")'
    assert second.startswith("assert step.state in ")
    assert last == "step"
