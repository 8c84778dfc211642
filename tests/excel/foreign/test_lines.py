"""A sender's lines: those of a table are taken together, as if one came after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import sheet

from krokomrsa import scales
from krokomrsa.changes import apply_rows
from krokomrsa.excel import intake
from krokomrsa.excel.account import Intake
from krokomrsa.excel.foreign import answers
from krokomrsa.excel.foreign.lines import Lines
from krokomrsa.excel.placing import Placing
from krokomrsa.excel.reading import Book
from krokomrsa.register import Register
from krokomrsa.register.marks import all_known_by
from krokomrsa.register.snapshot import Snapshot

HEADER = ("Nr", "Händelse", "Orsaker", "Sannolikhet", "Konsekvens", "Åtgärd", "Ansvarig")
MEANT = {"Sannolikhet": "samma", "Konsekvens": "samma", "Åtgärd": "treatments.measure", "Ansvarig": "treatments.responsible"}
SAID = [
    {"kind": "scale" if answer == "samma" else "column", "sheet": "Blad1", "header": header, "value": "", "answer": answer}
    for header, answer in MEANT.items()
]
TWO = Register({"organisations": pd.DataFrame({"id": ["SOC", "IT"], "name": ["Socialförvaltningen", "It-enheten"]})})
LINE = st.tuples(
    st.sampled_from(["R1", "R2", "R 2", "R3", ""]),
    st.sampled_from(["Långvarigt elavbrott", "långvarigt  elavbrott", "Skyfall över centrum", "Brand i arkivet", ""]),
    st.sampled_from(["Storm", "Is", ""]),
    st.sampled_from(["1", "3", "vet inte", "5", ""]),
    st.sampled_from(["2", "4", "3-4", ""]),
    st.sampled_from(["Köp reservkraft", "Rensa brunnar", "Öva personalen", ""]),
    st.sampled_from(["Socialförvaltningen", "It-enheten", "Pelle", ""]),
)
TABLE = st.lists(LINE, min_size=3, max_size=9)
MERGED = st.sampled_from(["", "B3:B4", "A2:A3 B2:B3", "G2:G4"])


def _book(lines: Sequence[Sequence[str]], merged: str) -> Book:
    return Book((sheet("\n".join(map(" | ".join, (HEADER, *lines))), merged=merged),))


def _taken(book: Book, into: Register, sender: str | None) -> Intake:
    told: dict[str, Any] = {"file": "x.xlsx", "sha256": "h", "scale": scales.load(), "workspace": "w"}
    return intake.take_in(book, register=into, answers=answers.of(SAID, sender), **told)


def _plainly(book: Book, into: Register, sender: str | None) -> Intake:
    """Take a workbook in line by line, and tell of each row by itself where its values stand."""
    together = Lines.take
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lines, "take", lambda self, lines: [together(self, [line]) for line in lines])
        patch.setattr(Placing, "places", Placing._places)
        return _taken(book, into, sender)


def _same(one: Intake, other: Intake) -> bool:
    return (one.row_changes, one.problems, dict(one.outcomes)) == (other.row_changes, other.problems, dict(other.outcomes))


@settings(deadline=None, max_examples=60)
@given(first=TABLE, second=TABLE, merged=MERGED, sender=st.sampled_from(["SOC", "SOC", None]))
def test_lines_taken_together_become_what_they_become_one_by_one(
    first: Sequence[Sequence[str]], second: Sequence[Sequence[str]], merged: str, sender: str | None
) -> None:
    """The same rows, told of in the same order, from the same cells, into a register without them and into one that has some."""
    into = TWO
    for lines in (first, second):
        read = _taken(_book(lines, merged), into, sender)
        assert _same(read, _plainly(_book(lines, merged), into, sender))
        into = apply_rows(into, read.row_changes)


def test_an_id_that_the_sender_gave_before_goes_before_a_name() -> None:
    """A line with the first line's id and the second line's event speaks of the first line's risk, and is told that it says otherwise."""
    lines = [
        (name, event, "", "3", "4", "Rensa brunnar", "") for name, event in (("R1", "Elavbrott"), ("R2", "Skyfall"), ("R1", "Skyfall"))
    ]
    read = _taken(_book(lines, ""), TWO, "SOC")
    assert [one.id for one in read.row_changes if one.table == "risks"] == ["H-SOC-R1", "H-SOC-R2"]
    assert [(one.cell, one.value) for one in read.problems if one.kind == "rejected"] == [("B4", "Skyfall")]


def test_the_register_is_asked_only_for_what_the_lines_speak_of() -> None:
    """Of a table that no line becomes rows of, nothing is asked, so that another file's rows there change nothing for this one."""
    snapshot = Snapshot(TWO)
    told: dict[str, Any] = {"file": "x.xlsx", "sha256": "h", "scale": scales.load(), "removed": frozenset()}
    lines = [(f"R{number}", f"Elavbrott {number}", "", "", "", "", "") for number in range(3)]
    intake.take_in_own(_book(lines, ""), register=snapshot, answers=answers.of(SAID, "SOC"), **told)
    assert {table for table, mark in snapshot.asked.marks if mark is all_known_by} == {"risks"}
