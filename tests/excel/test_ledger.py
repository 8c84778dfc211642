"""The account of a file's cells: one outcome each, which adds up, and which survives being kept small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from krokomrsa.errors import Problem
from krokomrsa.excel import account
from krokomrsa.excel.ledger import Ledger, Outcome, accepted
from krokomrsa.excel.reading import Book, Cell, Sheet

PLACES = [(row, column) for row in range(1, 4) for column in range(1, 4)]
PROBLEM = Problem(problem="Det är inget tal.", remedy="Skriv ett tal.", table="risks", id="H2", column="event")
KEPT = {"after": None, "sha256": "", "form": "", "organisation": ""}


def _book() -> Book:
    return Book(tuple(Sheet(name, False, {place: Cell(*place, "x") for place in PLACES}) for name in ("A", "B")))


def _note(ledger: Ledger, sheet: Sheet, cell: Cell, how: str) -> None:
    match how:
        case "accepted":
            ledger.accept(sheet, cell, accepted("risks", f"H{cell.row}"), "event")
        case "rejected":
            ledger.reject(sheet, cell, PROBLEM)
        case "fallen":
            ledger.reject_with(sheet, cell, PROBLEM)
        case "ignored":
            ledger.ignore(sheet, cell, "blank")


STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(PLACES), st.sampled_from(["accepted", "rejected", "fallen", "ignored"])), max_size=20
)


@given(STEPS)
def test_the_outcomes_of_cells_add_up_to_what_was_read(steps: list[tuple[int, tuple[int, int], str]]) -> None:
    """Count each cell once, as what became of it last; what is ignored keeps the outcome that it has."""
    ledger, last = Ledger("f.xlsx", book := _book()), dict[tuple[int, tuple[int, int]], str]()
    for number, place, how in steps:
        sheet = book.sheets[number]
        _note(ledger, sheet, sheet.cells[place], how)
        last[number, place] = last.get((number, place), how) if how == "ignored" else {"fallen": "rejected"}.get(how, how)
    ledger.close()
    read = account.taken_in(ledger, [], **KEPT)
    told = [*last.values(), *["ignored"] * (2 * len(PLACES) - len(last))]
    kinds = ("accepted", "rejected", "ignored")
    assert read.counts == {"cells_read": 2 * len(PLACES)} | {f"cells_{kind}": told.count(kind) for kind in kinds}
    assert sorted(outcome.status for outcome in read.outcomes.values()) == sorted(told)
    assert read.rows == ({"risks": len({row for (_, (row, _)), how in last.items() if how == "accepted"})} if "accepted" in told else {})


@given(STEPS)
def test_outcomes_that_are_kept_small_are_what_they_were(steps: list[tuple[int, tuple[int, int], str]]) -> None:
    """Give every cell the outcome that it had, in the same order."""
    ledger = Ledger("f.xlsx", book := _book())
    for number, place, how in steps:
        _note(ledger, book.sheets[number], book.sheets[number].cells[place], how)
    read = account.taken_in(ledger, [], **KEPT)
    kept = account.light(read).outcomes
    assert list(kept.items()) == list(read.outcomes.items())
    assert (len(kept), list(kept)) == (len(read.outcomes), list(read.outcomes))
    assert all(isinstance(outcome, Outcome) for outcome in kept.values())
