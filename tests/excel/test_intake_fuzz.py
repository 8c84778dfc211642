"""Forms that were mangled in every way a spreadsheet allows: nothing crashes, everything adds up, no rule is broken."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from krokomrsa import changes, scales, validation
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel import blocks, forms, intake, reading, registerbook
from krokomrsa.excel.account import Intake
from krokomrsa.excel.merge import OnConflict
from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.register import Register, frame
from krokomrsa.vocabulary import load

EXAMPLES = int(os.environ.get("KROKOMRSA_FUZZ", "200"))
MADE = {"rule_set": "LEH", "workspace": "krokom", "made_on": date(2021, 11, 15)}
FORMS = ("department", "owner", "register")
Place = tuple[int, int]
Grid = dict[Place, Cell]

VALUES = st.one_of(
    st.sampled_from(
        ["vet inte", "behövs inte", "1 dygn", "Ja", "nej", "Ändrat", "V-SOC-1", "V-BUN-1", "R-EL", "R-KOK", "B-2", "SOC", "BUN"]
    ),
    st.sampled_from(
        ["Id", "§", "§department.A", "Verksamhet", "Brist", "Elnät", "x", "", " ", "=1", "-", "2021-05-03", "7", "3,5", "1 000", "\x00"]
    ),
    st.sampled_from([0, 1, 3, 7, -1, 0.5, 3.2, 1e300, 10**400, True, False, None]),
    st.sampled_from([datetime(2021, 5, 3), datetime(1850, 1, 1), datetime(2021, 5, 3, 12), time(12), timedelta(hours=30)]),  # noqa: DTZ001 (a cell has no zone)
    st.text(max_size=8),
)


@cache
def _register() -> Register:
    told: dict[str, list[dict[str, Any]]] = {
        "organisations": [{"id": key, "name": key.title()} for key in ("SOC", "BUN", "IT")],
        "services": [
            {"id": "V-SOC-1", "organisation": "SOC", "name": "Hemtjänst", "tolerable_outage_h": 8.0, "routines": "yes"},
            {"id": "V-SOC-2", "organisation": "SOC", "name": "Trygghetslarm", "trained_on": date(2021, 3, 1)},
            {"id": "V-BUN-1", "organisation": "BUN", "name": "Förskola"},
        ],
        "resources": [
            {"id": "R-EL", "name": "Elnät", "shared": True},
            {"id": "R-IT", "name": "Kommunens nät", "owner": "IT", "shared": True, "fuel_h": 4.0},
            {"id": "R-KOK", "name": "Skolkök", "owner": "BUN", "shared": False},
        ],
        "dependencies": [
            {"id": "B-1", "dependent": "V-SOC-1", "supplier": "R-EL", "status": "needed", "endurance_low_h": 4.0, "endurance_high_h": 36.0},
            {"id": "B-2", "dependent": "R-IT", "supplier": "R-EL", "status": "needed", "group": "kraft", "needed": 2},
            {"id": "B-3", "dependent": "R-IT", "supplier": "R-KOK", "status": "needed", "group": "kraft", "needed": 2},
        ],
        "risks": [{"id": "H-1", "event": "Elavbrott"}, {"id": "H-2", "event": "Storm", "owner": "BUN"}],
        "assessments": [
            {"id": "A-1", "risk": "H-1", "judge": "SOC", "aspect": "own operations", "status": "judged", "low": 3.0, "high": 4.0},
            {"id": "A-2", "risk": "H-1", "judge": "SOC", "aspect": "likelihood", "status": "judged", "low": 2.0, "high": 2.0},
        ],
        "vulnerabilities": [{"id": "S-BUN-1", "organisation": "BUN", "description": "Skolan"}],
        "activities": [
            {"id": "U-1", "name": "Övning", "kind": "exercise", "year": 2021, "status": "done", "carried_out_on": date(2021, 5, 3)},
        ],
    }
    vocabulary = load()
    return Register({key: frame(vocabulary[key], rows) for key, rows in told.items()})


@cache
def _book(form: str) -> Book:
    severity = {level.level: level.label for level in scales.load().consequence}
    content = {
        "department": lambda: forms.department(_register(), "SOC", severity=severity, **MADE),
        "owner": lambda: forms.owner(_register(), "IT", severity=severity, **MADE),
        "register": lambda: registerbook.write(_register(), **MADE),
    }[form]()
    return reading.read(content, file="svar.xlsx")


class Mangled:
    """The sheets of a form, to be mangled, and what was done to them."""

    def __init__(self, form: str) -> None:
        """Begin with the form as it was sent out."""
        self.form = form
        self.sheets = [(sheet.name, dict(sheet.cells)) for sheet in _book(form).sheets]
        self.done: list[str] = []

    def __repr__(self) -> str:
        """Return what was done; the cells would fill pages."""
        return f"{self.form}: {'; '.join(self.done)}"

    @property
    def book(self) -> Book:
        """Return the workbook as it was read."""
        return Book(tuple(Sheet(name, hidden=False, cells=dict(sorted(grid.items()))) for name, grid in self.sheets))


def _moved(grid: Grid, where: Callable[[int, int], Place | None]) -> Grid:
    found: Grid = {}
    for (row, column), cell in grid.items():
        place = where(row, column)
        if place:
            found[place] = cell._replace(row=place[0], column=place[1])
    return found


def _put(grid: Grid, place: Place, value: object, **how: bool) -> Grid:
    left = {key: cell for key, cell in grid.items() if key != place}
    return left if value in {None, ""} and not how else left | {place: Cell(*place, value, **how)}


def _value(grid: Grid, place: Place) -> object:
    return grid[place].value if place in grid else None


def _copied(grid: Grid, row: int, to: int) -> Grid:
    for column in {place[1] for place in grid}:
        grid = _put(grid, (to, column), _value(grid, (row, column)))
    return grid


# grid, a place that holds something, another such place, any place, a value → the grid afterwards
WAYS: dict[str, Callable[[Grid, Place, Place, Place, object], Grid]] = {
    "write": lambda grid, held, other, place, value: _put(grid, place, value),  # noqa: ARG005 (one signature for all)
    "overwrite": lambda grid, held, other, place, value: _put(grid, held, value),  # noqa: ARG005 (one signature for all)
    "clear": lambda grid, held, other, place, value: _put(grid, held, None),  # noqa: ARG005 (one signature for all)
    "error": lambda grid, held, other, place, value: _put(grid, held, "#N/A", error=True),  # noqa: ARG005 (one signature for all)
    "formula": lambda grid, held, other, place, value: _put(grid, held, None if value == 0 else value, formula=True),  # noqa: ARG005 (one signature for all)
    "swap": lambda grid, held, other, place, value: _put(_put(grid, held, _value(grid, other)), other, _value(grid, held)),  # noqa: ARG005 (one signature for all)
    "copy row": lambda grid, held, other, place, value: _copied(grid, held[0], place[0]),  # noqa: ARG005 (one signature for all)
    "delete row": lambda grid, held, *_: _moved(grid, lambda r, c: None if r == held[0] else (r - (r > held[0]), c)),
    "insert row": lambda grid, held, *_: _moved(grid, lambda r, c: (r + (r >= held[0]), c)),
    "delete column": lambda grid, held, *_: _moved(grid, lambda r, c: None if c == held[1] else (r, c - (c > held[1]))),
    "insert column": lambda grid, held, *_: _moved(grid, lambda r, c: (r, c + (c >= held[1]))),
    "delete sheet": lambda grid, *_: grid,
    "rename sheet": lambda grid, *_: grid,
}
OFTEN = ["write", "write", "overwrite", *WAYS]


def _mangle(draw: st.DrawFn, mangled: Mangled) -> None:
    index = draw(st.integers(0, len(mangled.sheets) - 1))
    name, grid = mangled.sheets[index]
    if not grid:
        return
    place = (draw(st.integers(1, max(row for row, _ in grid) + 2)), draw(st.integers(1, max(column for _, column in grid) + 2)))
    held, other = draw(st.sampled_from(sorted(grid))), draw(st.sampled_from(sorted(grid)))
    value, way = draw(VALUES), draw(st.sampled_from(OFTEN))
    mangled.done.append(f"{way} {name} {held} {other} {place} {str(value)[:20]!r}")
    mangled.sheets[index] = (name.swapcase() if way == "rename sheet" else name, WAYS[way](grid, held, other, place, value))
    if way == "delete sheet" and len(mangled.sheets) > 1:
        del mangled.sheets[index]


@st.composite
def mangled_forms(draw: st.DrawFn) -> Mangled:
    """Return a form that has been through the hands of people."""
    form = draw(st.sampled_from(FORMS))
    mangled = Mangled(form)
    for _ in range(draw(st.integers(1, 6))):
        _mangle(draw, mangled)
    return mangled


def _take(book: Book, register: Register, on_conflict: OnConflict, workspace: str) -> Intake | KrokomrsaError:
    how = {"file": "svar.xlsx", "sha256": "h", "scale": scales.load(), "workspace": workspace, "on_conflict": on_conflict}
    try:
        return intake.take_in(book, register=register, **how)
    except KrokomrsaError as refused:
        return refused


def _speaks_of(problem: Problem, sheet: str, cell: str) -> bool:
    if problem.sheet != sheet or problem.kind == "notice":
        return False
    row, column = re.sub(r"\D", "", cell), re.sub(r"\d", "", cell)
    return not problem.cell or row == re.sub(r"\D", "", problem.cell) or column == re.sub(r"\d", "", problem.cell)


def _assert_accounted(read: Intake, book: Book) -> None:
    counts = read.counts
    assert counts["cells_read"] == sum(1 for _ in book) == len(read.outcomes)
    assert counts["cells_accepted"] + counts["cells_rejected"] + counts["cells_ignored"] == counts["cells_read"]
    for (sheet, cell), outcome in read.outcomes.items():
        assert outcome.status == "accepted" or outcome.reason
        assert outcome.status != "rejected" or any(_speaks_of(problem, sheet, cell) for problem in read.problems), (sheet, cell)
    for problem in read.problems:
        assert problem.problem
        assert problem.remedy
        assert problem.place
        assert not re.search(r"\{\w+\}", problem.problem + problem.remedy)


def _assert_own(read: Intake, before: Register, form: str) -> None:
    """Assert that a department or owner touched nothing of another's."""
    own = {"department": "SOC", "owner": "IT"}[form]
    columns = {
        "services": "organisation",
        "resources": "owner",
        "vulnerabilities": "organisation",
        "treatments": "owner",
        "assessments": "judge",
    }
    for change in read.changes:
        held = before.rows(change.table).get(change.id)
        if held is not None and change.table in columns:
            assert held[columns[change.table]] == own
        if held is not None and change.table == "dependencies":
            dependent = (before.rows("services") | before.rows("resources"))[str(held["dependent"])]
            assert own in {dependent.get("organisation"), dependent.get("owner")}
        assert change.table not in {"organisations", "risks", "activities", "documents", "goals", "events"}


@settings(max_examples=EXAMPLES, deadline=None)
@given(mangled_forms(), st.sampled_from(["ask", "form", "register"]), st.sampled_from(["krokom", "krokom", "en annan"]))
def test_whatever_was_done_to_a_form_it_is_accounted_for(mangled: Mangled, on_conflict: OnConflict, workspace: str) -> None:
    """Refuse it, or account for each cell, tell each fault, break no rule, touch no other's rows, and change nothing the second time."""
    form, book = mangled.form, mangled.book
    before = _register()
    read = _take(book, before, on_conflict, workspace)
    if isinstance(read, KrokomrsaError):
        assert all(problem.problem and problem.remedy and problem.kind == "refused" for problem in read.problems)
        return
    _assert_accounted(read, book)
    after = changes.apply(before, read.changes)
    known = {str(problem) for problem in validation.check(before, scales.load())}
    assert {str(problem) for problem in validation.check(after, scales.load())} <= known
    said = book.sheet(blocks.META_SHEET)
    if form != "register" and said and said.value(1, 2) == form and said.value(3, 2) in {"SOC", "IT"}:
        _assert_own(read, before, {"SOC": "department", "IT": "owner"}[said.value(3, 2)])
    again = _take(book, after, on_conflict, workspace)
    assert isinstance(again, Intake)
    assert again.changes == ()
