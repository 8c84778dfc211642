"""Columns of which one is crossed in each row (”X” under VL, L, M, H or VH) are one column with options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from krokomrsa.excel.foreign.finding.area import Area
from krokomrsa.excel.foreign.finding.spans import is_constant
from krokomrsa.excel.foreign.finding.words import plain, words
from krokomrsa.excel.foreign.model import Column

_FEWEST: Final = 3  # options without a common group: two columns with crosses are two questions of yes and no
_FEWEST_GROUPED: Final = 2


def _may_be_crossed(area: Area, column: Column, data: tuple[int, ...]) -> bool:
    """Return whether a column holds only crosses, or nothing where its label is a level that nobody chose."""
    empty = not any(column.number in area.rows[row] for row in data)
    chosen = len(column.parts) > 1 or plain("".join(column.parts)) in words("level")
    return bool(column.parts) and (chosen if empty else is_constant(area, column.number, data, "mark"))


def _follows(run: list[Column], column: Column) -> bool:
    """Return whether a column may be one more option: of the same group, and no option again."""
    return run[-1].parts[:-1] == column.parts[:-1] and plain(column.parts[-1]) not in {plain(other.parts[-1]) for other in run}


def _runs(area: Area, columns: tuple[Column, ...], data: tuple[int, ...]) -> Iterator[tuple[Column, ...]]:
    """Go through the columns; those that hold only crosses come together, as far as one group reaches and no option repeats."""
    run: list[Column] = []
    for column in columns:
        crossed = _may_be_crossed(area, column, data)
        if run and not (crossed and _follows(run, column)):
            yield tuple(run)
            run = []
        if crossed:
            run.append(column)
        else:
            yield (column,)
    if run:
        yield tuple(run)


def _is_choice(area: Area, run: tuple[Column, ...], data: tuple[int, ...]) -> bool:
    """Return whether just one of the columns is crossed in a row, and not the same one in all."""
    grouped = len(run[0].parts) > 1
    if len(run) < (_FEWEST_GROUPED if grouped else _FEWEST):
        return False
    crossed = [tuple(column.number for column in run if column.number in area.rows[row]) for row in data]
    return max(map(len, crossed), default=0) == 1 and (len(run) >= _FEWEST or len(set(crossed) - {()}) > 1)


def _joined(run: tuple[Column, ...]) -> Column:
    options = tuple(column.parts[-1] for column in run)
    parts = run[0].parts[:-1] or (" / ".join(options),)
    return Column(cell=run[0].cell, header=" / ".join(parts), parts=parts, numbers=tuple(column.number for column in run), options=options)


def join(area: Area, columns: tuple[Column, ...], data: tuple[int, ...]) -> tuple[Column, ...]:
    """Return the columns, those of which one is crossed in each row joined into one."""
    found: list[Column] = []
    for run in _runs(area, columns, data):
        found += [_joined(run)] if _is_choice(area, run, data) else run
    return tuple(found)
