"""Find the row that is a table's header, and the rows above and below that belong to it, by evidence and not by looks."""

from __future__ import annotations

from collections.abc import Collection
from statistics import fmean
from typing import Final

from krokomrsa.excel.foreign.finding.area import SAMPLE, Area, ends_with_colon, is_label, shape_of, shapes_below
from krokomrsa.excel.foreign.finding.words import Known, plain
from krokomrsa.excel.reading import Cell

LINE: Final = 0.5  # evidence that a header needs
_WEIGHTS: Final = {"contrast": 0.35, "coverage": 0.2, "use": 0.2, "width": 0.1, "known": 0.3}
_HIGHEST: Final = sum(_WEIGHTS.values())  # evidence that a row has at most
_TEXTS: Final = 0.7  # share of a header's cells that are labels
_DISTINCT: Final = 0.5  # share of different labels: current and target may hold the same ones
_LABEL: Final = 60  # signs of a usual label
_WIDE: Final = 4  # labels of a header that is wide enough
_WIDER: Final = 1.3  # a row this much wider is the header, not the narrow one above it
_BETTER: Final = 0.25  # so much more evidence outweighs standing first
_LOOK: Final = 12  # rows below a first header among which a better one is looked for
_CONTRAST: Final = {"number": 1.0, "date": 1.0, "mark": 1.0, "truth": 1.0, "long": 0.8, "code": 0.8, "other": 0.5}
_RECURRING: Final = 0.7  # share of different values under which a column chooses among few
_FAR: Final = 1000  # rows in which a first header is looked for
_GROUPED: Final = 0.75  # share of the labels of a row that stand under wide groups, if they are its labels
_TITLE: Final = 3  # cells that a title row has at most
_DEEP: Final = 2  # further header rows above the main one, and below it


def _is_sign(cell: Cell, known: Known) -> bool:
    """Return whether a cell holds a sign that is a label, as ”№” is."""
    return not cell.formula and shape_of(cell) == "other" and known(str(cell.value))


def labels(area: Area, row: int, known: Known) -> list[Cell]:
    """Return the cells of a row that may be headers; none where the row is none."""
    cells = area.rows[row].values()
    found = [cell for cell in cells if is_label(cell) or _is_sign(cell, known)]
    if len(found) < 2 or len(found) < _TEXTS * len(cells):  # noqa: PLR2004 (one text is a title)
        return []
    texts = [plain(cell.value) for cell in found]
    bad = (
        len(set(texts)) < _DISTINCT * len(texts)
        or max(map(len, texts)) == 1
        or sum(map(len, texts)) > _LABEL * len(texts)
        or sum(map(ends_with_colon, found)) * 2 >= len(found)
        or sum(shape_of(cell) == "code" for cell in found) * 2 > len(found)
    )
    return [] if bad else found


def _contrast(area: Area, cell: Cell, rows: tuple[int, ...]) -> float | None:
    shapes = shapes_below(area, cell.column, rows)
    if not shapes:
        return None
    shape = shapes.most_common(1)[0][0]
    if shape != "text":
        return _CONTRAST[shape] if shape != shape_of(cell) else 0.0
    values = [plain(area.rows[row][cell.column].value) for row in rows if cell.column in area.rows[row]]
    if plain(cell.value) in values:
        return -1.0
    if len(values) > 2 and len(set(values)) < _RECURRING * len(values):  # noqa: PLR2004 (two values do not recur)
        return 0.6
    return 0.6 if sum(map(len, values)) > 2 * len(plain(cell.value)) * len(values) else 0.2


def score(area: Area, row: int, known: Known, *, needed: float = LINE) -> float:
    """Return the evidence, from 0 to about 1, that a row is a header: what stands below is used by it, and is of another sort.

    Words are looked up only where they may lift the evidence to what is ``needed``.
    """
    found = labels(area, row, known)
    if not found:
        return 0.0
    below = area.after(row)[:SAMPLE]
    rows = tuple(number for number in below if len(area.rows[number]) > 1)
    covered = {column for cell in found for column in range(cell.column, area.last_column(cell) + 1)}
    seen = [column in covered for number in rows for column in area.rows[number]]
    used = [
        any(column in area.rows[number] for number in rows for column in range(cell.column, area.last_column(cell) + 1)) for cell in found
    ]
    contrasts = [value for cell in found if (value := _contrast(area, cell, rows)) is not None]
    evidence = {
        "contrast": fmean(contrasts) if contrasts else 0.0,
        "coverage": fmean(seen) if seen else 0.0,
        "use": fmean(used),
        "width": min(1.0, len(found) / _WIDE),
    }
    if not rows:  # a form that nobody has filled in: only its words speak
        evidence |= dict.fromkeys(("contrast", "coverage", "use"), LINE)
    share = len(found) / len(area.rows[row])
    value = share * sum(_WEIGHTS[name] * value for name, value in evidence.items())
    most = share * _WEIGHTS["known"]
    return value if value + most < needed else value + most * fmean([known(str(cell.value)) for cell in found])


def best(area: Area, known: Known) -> int | None:
    """Return the row that is the first table's header, None if there is none; the first row counts, unless a later is clearly better."""
    found: tuple[int, float, int] | None = None
    left = _LOOK
    for row in area.numbers[:_FAR]:
        if found and left == 0:
            break
        left -= found is not None
        width = len(area.rows[row])
        if width < 2:  # noqa: PLR2004 (one cell is a title)
            continue
        if found and width < _WIDER * found[2] and found[1] + _BETTER >= _HIGHEST:  # nothing could be clearly better
            continue
        value = score(area, row, known)
        wider = found and width >= _WIDER * found[2] and value > found[1]
        under = found and width >= 2 * found[2] and value >= LINE and _is_form(area, found[0], row)
        if value >= LINE and (found is None or wider or under or value > found[1] + _BETTER):
            found = (row, value, width)
    return found[0] if found else None


def _is_form(area: Area, row: int, below: int) -> bool:
    """Return whether what seemed a header is a title or a field above another row."""
    return _is_title(area, row, below) or _are_fields(area, row, below)


def _is_title(area: Area, row: int, below: int) -> bool:
    """Return whether a row is a title with a few things beside it, written over several columns, and no groups of the labels under it."""
    cells = list(area.rows[row].values())
    if len(cells) > _TITLE or below == row + 1 or not any(area.width(cell) > 2 for cell in cells):  # noqa: PLR2004 (wider than a group of two)
        return False
    return header_rows(area, row) == (row,)


def _are_fields(area: Area, row: int, below: int) -> bool:
    """Return whether all rows down to another are a label and what is filled in beside it."""
    rows = list(area.part(first=row, last=below - 1).rows.values())
    if len(rows) == 1 or len(rows[0]) != 2 or any(cells.keys() != rows[0].keys() for cells in rows):  # noqa: PLR2004 (label and value)
        return False
    names, values = zip(*(cells.values() for cells in rows), strict=True)
    return all(map(is_label, names)) and not all(map(is_label, values))


def _groups(area: Area, row: int, first: int, last: int) -> list[Cell]:
    return [cell for column, cell in area.rows.get(row, {}).items() if first <= column <= last]


def _own(area: Area, rows: Collection[int], column: int) -> Cell | None:
    """Return the lowest label that stands in a column in some header rows."""
    return next((area.rows[row][column] for row in sorted(rows, reverse=True) if column in area.rows[row]), None)


def _repeats(area: Area, row: int, column: int) -> bool:
    """Return whether the label in a column stands in the row to the left too, as the target's do to the right of the current ones."""
    under = area.rows[row].get(column)
    return under is not None and any(plain(cell.value) == plain(under.value) for cell in area.rows[row].values() if cell.column < column)


def _fill_in(area: Area, cells: list[Cell]) -> bool:
    """Return whether most cells hold a field and what is filled in, such as ”Project: the move”; half, where those are narrow."""
    fields = [cell for cell in cells if ":" in str(cell.value)]
    return len(fields) * 2 + all(area.width(cell) == 1 for cell in fields) > len(cells)


def _cut(area: Area, cells: list[Cell], below: int) -> bool:
    """Return whether one of some wide cells begins or ends amidst a label under it, as a title may and a group does not."""
    edges = [edge for cell in cells for edge in (cell.column, area.last_column(cell) + 1)]
    return any(cell.column < edge <= area.last_column(cell) for edge in edges for cell in area.rows[below].values())


def _is_stacked(area: Area, row: int, rows: tuple[int, ...]) -> bool:
    """Return whether a row is merged as the row above it, and not all over several labels: fields stacked over the header."""
    above, own = ({cell.column: area.width(cell) for cell in area.rows.get(number, {}).values()} for number in (row - 1, row))
    narrow = [column for column, width in own.items() if width == 1]
    return above == own and len(narrow) < len(own) and any(_own(area, rows, column) for column in narrow)


def _is_above(area: Area, row: int, rows: tuple[int, ...], span: range) -> bool:
    """Return whether a row holds groups of the labels under it, not a title or a form's fields."""
    start, end = span.start, span.stop
    while start - 1 in area.rows[row]:  # labels that need no group stand beside the groups
        start -= 1
    while end in area.rows[row]:
        end += 1
    span = range(start, end)
    cells = _groups(area, row, start, end - 1)
    if not cells or len(cells) < len(area.rows[row]) or not all(is_label(cell) and not ends_with_colon(cell) for cell in cells):
        return False
    if any(len(plain(cell.value)) > _LABEL for cell in cells) or _fill_in(area, cells) or _is_stacked(area, row, rows):
        return False
    wide = [cell for cell in cells if area.width(cell) > 1]
    if wide:
        return all(area.width(cell) < 0.8 * len(span) for cell in wide) and not _cut(area, wide, rows[0])
    holes = [cell for cell in cells if _own(area, rows, cell.column) is None]
    below = area.after(rows[-1])[:SAMPLE]
    if len(cells) > 1 and any(shapes_below(area, cell.column, below) for cell in holes):
        return True
    if len(cells) == 1:
        return _repeats(area, rows[0], cells[0].column)
    ends = [cell.column for cell in cells[1:]] + [span.stop]
    widths = [end - cell.column for cell, end in zip(cells, ends, strict=True)]
    return sum(width > 1 for width in widths) * 2 > len(cells)


def _levels(cells: list[Cell]) -> bool:
    """Return whether the cells number levels without a gap, such as 1 to 5."""
    values = {cell.value for cell in cells if type(cell.value) is int}
    return len(values) > 2 and len(values) == max(values) - min(values) + 1 and all(type(cell.value) is int for cell in cells)  # noqa: PLR2004


def _named_again(area: Area, rows: tuple[int, ...], cell: Cell) -> bool:
    """Return whether the header's label over a cell says the same."""
    over = _own(area, rows, cell.column)
    return over is not None and plain(over.value) == plain(cell.value)


def _tall(area: Area, row: int, to: int) -> list[Cell]:
    """Return the cells of a header row that are merged down to another row."""
    return [cell for cell in area.rows[row].values() if area.spans.get((cell.row, cell.column), (cell.row, 0))[0] >= to]


def _may_be_below(area: Area, row: int, rows: tuple[int, ...], span: range) -> list[Cell]:
    """Return the cells of a row that may be labels under groups; none where one stands under a label that needs none."""
    end = span.stop
    while end in area.rows[row]:  # the last group's labels stand to the right of its own
        end += 1
    held = _groups(area, row, span.start, end - 1)
    cells = [cell for cell in held if not cell.formula]  # a sum may stand among labels
    if not cells or len(held) < len(area.rows[row]) or len(cells) < _TEXTS * len(held):
        return []
    over = area.rows[rows[-1]].get(span.start)
    if cells[0].column == span.start and not (over and area.width(over) > 1) and not _named_again(area, rows, cells[0]):
        return []
    lengths = [len(plain(cell.value)) for cell in cells]
    usual = _LABEL if _tall(area, rows[-1], row) else _LABEL // 2
    short = fmean(lengths) <= usual and max(lengths) <= _LABEL * 2
    if not (short and all(map(is_label, cells))) and not _levels(cells):
        return []
    under = {
        column
        for row_ in rows
        for cell in area.rows[row_].values()
        for column in range(cell.column, area.last_column(cell) + 1)
        if area.width(cell) > 1
    }
    holes = {cell.column for cell in cells if _own(area, rows, cell.column) is None} | {cell.column for cell in cells} & under
    starts = {cell.column for cell in cells if cell.column + 1 in holes}
    again = {cell.column for cell in cells if _named_again(area, rows, cell)}
    placed = sum(cell.column in holes | starts | again for cell in cells)
    grouped = sum(cell.column in under for cell in cells) >= _GROUPED * len(cells)  # then a few may stand under labels of their own
    return cells if holes and (placed == len(cells) or grouped) else []


def _is_below(area: Area, row: int, rows: tuple[int, ...], span: range) -> bool:
    """Return whether a row holds the labels under groups, not help or data."""
    cells = _may_be_below(area, row, rows, span)
    if not cells:
        return False
    over = list(area.rows[rows[-1]].values())
    wide = [cell for cell in over if area.width(cell) > 1]
    tall = _tall(area, rows[-1], row)
    if tall and len(tall) + len(wide) >= len(over):  # the other labels are merged down over the row
        return True
    below = area.after(row)[:SAMPLE]
    contrasts = [value for cell in cells if (value := _contrast(area, cell, below)) is not None]
    if wide and all(sum(group.column <= cell.column <= area.last_column(group) for cell in cells) > 1 for group in wide):
        return not contrasts or sum(value > 0 for value in contrasts) * 2 >= len(contrasts)
    return not contrasts or fmean(contrasts) > 0.1  # noqa: PLR2004 (values that recur below say that the row is data)


def header_rows(area: Area, row: int) -> tuple[int, ...]:
    """Return the rows of a header of which one row is found: groups above, labels under groups below."""
    rows: tuple[int, ...] = (row,)
    cells = list(area.rows[row].values())
    for _ in range(_DEEP):
        span = range(cells[0].column, max(map(area.last_column, cells)) + 1)
        if rows[-1] + 1 in area.rows and _is_below(area, rows[-1] + 1, rows, span):
            rows = (*rows, rows[-1] + 1)
    for _ in range(_DEEP):
        columns = [column for number in rows for cell in area.rows[number].values() for column in (cell.column, area.last_column(cell))]
        span = range(min(columns), max(columns) + 1)
        if rows[0] - 1 in area.rows and _is_above(area, rows[0] - 1, rows, span):
            rows = (rows[0] - 1, *rows)
    return rows
