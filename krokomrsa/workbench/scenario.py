"""Show the scenario card of a risk as it is printed, and write it as Word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from krokomrsa.charts.style import PALETTE
from krokomrsa.report.elements import Element, Paragraph, Row, Table
from krokomrsa.workbench import markup


def html(elements: Iterable[Element]) -> str:
    r"""Return what stands on a card as HTML: facts side by side with their names, tables with their notes.

    >>> html([Paragraph(text="Orsaker\tStorm", look="card_fact")]).count("<td")
    2
    """
    return f'<div style="overflow-x:auto">{"".join(_parts(elements))}</div>'


def _parts(elements: Iterable[Element]) -> Iterator[str]:
    for kind, together in groupby(elements, key=type):
        if kind is Paragraph:
            yield markup.table((), (one.text.split("\t", 1) for one in together if isinstance(one, Paragraph)))
        else:
            yield from (_table(one) for one in together if isinstance(one, Table))


def _table(table: Table) -> str:
    heads = [head.header for head in table.heads]
    told = markup.table(heads, [_cells(row, len(heads)) for row in table.rows], caption=table.caption)
    return told + str(markup.note(table.note).value)


def _cells(row: Row, count: int) -> Sequence[markup.Cell]:
    if len(row.cells) == 1 < count:
        return [markup.Marked(row.cells[0], PALETTE["ink"]), *[""] * (count - 1)]
    return row.cells
