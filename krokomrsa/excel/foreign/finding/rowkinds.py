"""Say what each row under a header is: data, a category, a total, help, the header once more, or nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from krokomrsa.excel.foreign.finding.area import LONG, is_label, shape_of
from krokomrsa.excel.foreign.finding.body import Body, is_total, is_unused, lead, repeats, spreads, wide
from krokomrsa.excel.foreign.finding.nonregisters import is_level
from krokomrsa.excel.foreign.finding.words import begins, plain
from krokomrsa.excel.foreign.model import RowKind
from krokomrsa.excel.reading import Cell

_WIDE: Final = 0.6  # share of the usual number of cells above which text in columns of numbers is help
_NUMBERED: Final = 4  # columns that a row under the header numbers in turn
_SEVERAL: Final = 3  # columns that by no chance hold the same text
_RARE: Final = 0.5  # a number before a category stands where data rows mostly have none
_ENUMERATED = re.compile(r"(?:\d+(?:\.\d+)*|[A-ZÅÄÖ]|[IVX]+)[.):]\s+\S.*")
_COUNTER = re.compile(r"(?:\d+(?:\.\d+)*|[A-Za-zÅÄÖ]|[IVX]+)[.):]?")


def is_help(found: Body, row: int) -> bool:
    """Return whether a row tells how to fill in: instructions, or text where the columns hold numbers."""
    cells = found.rows[row]
    told = sum(_instructs(cell) for cell in cells.values())
    if told * 2 >= max(len(cells), 2) or _numbers_columns(list(cells.values())) or _says_one_thing(list(cells.values())):
        return True
    odd = [column for column in cells if (top := found.usual[column].most_common(1)) and top[0][0] in {"number", "date", "mark"}]
    texts = [column for column in odd if is_label(cells[column])]
    return (
        len(odd) > 1
        and len(texts) == len(odd)
        and all(is_label(cell) for cell in cells.values())
        and (told > 0 or len(cells) > _WIDE * found.typical)
    )


def is_note(found: Body, row: int) -> bool:
    """Return whether a text alone in its row, where a row begins, begins as a note does."""
    (column, cell), *others = found.rows[row].items()
    alone = not others and column in found.columns[:2] and found.typical > 2  # noqa: PLR2004 (a text may be all that a row of two holds)
    return alone and is_label(cell) and begins(plain(cell.value), "note")


def _numbers_columns(cells: list[Cell]) -> bool:
    """Return whether a row numbers the columns: 1, 2, 3, 4 and so on."""
    return [cell.value for cell in cells[:_NUMBERED]] == list(range(1, _NUMBERED + 1))


def _says_one_thing(cells: list[Cell]) -> bool:
    """Return whether columns hold the same text and nothing else does: a button or a reminder, if it is no level."""
    return (
        len(cells) >= _SEVERAL and len({plain(cell.value) for cell in cells}) == 1 and is_label(cells[0]) and not is_level(cells[0].value)
    )


def _instructs(cell: Cell) -> bool:
    text = plain(cell.value)
    if not isinstance(cell.value, str):
        return False
    enclosed = text[:1] in {"(", "[", "<"} and text[-1:] in {")", "]", ">"}
    return enclosed or begins(text, "help") or (shape_of(cell) == "number" and "-" in text.replace("–", "-")[1:])


def _marked(cell: Cell) -> bool:
    """Return whether a text looks like a heading in itself: capitals, a colon at its end, or a number before it."""
    text = str(cell.value).strip()
    return (text.isupper() and len(text) > 3) or text.endswith(":") or bool(_ENUMERATED.fullmatch(text))  # noqa: PLR2004


def _counts(found: Body, cell: Cell, following: list[int]) -> bool:
    """Return whether a cell numbers a category: data rows have none there, or number themselves under it (1 → 1.1, A → A1)."""
    text = str(cell.value).strip().rstrip(".):")
    if not _COUNTER.fullmatch(str(cell.value).strip()):
        return False
    next_one = found.rows[following[0]].get(cell.column) if following else None
    under = str(next_one.value) if next_one else ""
    numbered = under.startswith((f"{text}.", f"{text}-")) or (text.isalpha() and under.startswith(text) and under != text)
    return numbered or found.filled[cell.column] < _RARE


def _is_category(found: Body, rows: list[int], at: int, *, style: bool) -> bool:
    """Return whether a row names what the rows under it have in common. ``style``: such a row stands first in the table."""
    if len(found.rows[rows[at]]) > 2:  # noqa: PLR2004 (a number and a text)
        return False
    cells = list(found.rows[rows[at]].values())
    texts = [cell for cell in cells if is_label(cell) and not _COUNTER.fullmatch(str(cell.value).strip())]
    if len(texts) != 1:
        return False
    text, rest = texts[0], [cell for cell in cells if cell is not texts[0]]
    following = rows[at + 1 :]
    if all(cell.column < text.column for cell in rest) and spreads(found, text):
        return True
    if rest:
        return rest[0].column < text.column and _counts(found, rest[0], following)
    return _stands_alone(found, rows, at, text, style=style)


def _stands_alone(found: Body, rows: list[int], at: int, text: Cell, *, style: bool) -> bool:
    """Return whether a text alone in its row is a category, and no event that nobody has judged yet."""
    first = lead(found)
    over = at + 1 < len(rows) and wide(found, rows[at + 1])
    if text.column < first:
        return True
    if text.column == first:
        usual = found.usual[first].most_common(1)
        if usual and usual[0][0] != "text":
            return True
        gap = at > 0 and rows[at] > rows[at - 1] + 1
        return over and (style or at == 0 or gap or _marked(text))
    second = next((column for column in found.columns if column > first and found.filled[column]), None)
    return over and text.column == second and found.filled[first] == 1 and not _is_continued(found, rows, text)


def _is_continued(found: Body, rows: list[int], text: Cell) -> bool:
    """Return whether rows without their first cell go on with the row above, so that a text alone may do so too."""
    first = lead(found)
    open_rows = [row for row in rows if first not in found.rows[row] and row != text.row]
    return any(len(found.rows[row]) > 1 or text.column not in found.rows[row] for row in open_rows)


def _single(found: Body, row: int) -> bool:
    cell = found.rows[row].get(lead(found)) if len(found.rows[row]) == 1 else None
    return cell is not None and is_label(cell)


def _has_style(found: Body, rows: list[int]) -> bool:
    """Return whether the first row is a text alone, and no two such rows follow each other."""
    singles = [_single(found, row) for row in rows]
    return bool(singles) and singles[0] and not any(one and other for one, other in pairwise(singles)) and found.typical > 2  # noqa: PLR2004


def kinds(found: Body, rows: list[int], again: set[int]) -> tuple[dict[int, RowKind], dict[int, str]]:
    """Return what each row is, and for each row with data the category that it stands under. ``again``: rows that may repeat the header."""
    result: dict[int, RowKind] = {}
    under: dict[int, str] = {}
    category = ""
    data: list[int] = []
    style = _has_style(found, rows)
    for at, row in enumerate(rows):
        if data and found.regular[row]:
            kind: RowKind = "data"
        else:
            kind = "header" if row in again and repeats(found, row) else _kind(found, rows, at, data, style=style)
        result[row] = kind
        if kind == "category":
            category = _text(found, row)
        elif kind == "data":
            data.append(row)
            if category:
                under[row] = category
    return result, under


def _text(found: Body, row: int) -> str:
    texts = [cell for cell in found.rows[row].values() if is_label(cell) and shape_of(cell) != "number"]
    return " ".join(str(max(texts, key=lambda cell: len(str(cell.value))).value).split())


def _kind(found: Body, rows: list[int], at: int, data: list[int], *, style: bool) -> RowKind:
    row = rows[at]
    if not data and is_help(found, row):
        return "help"
    if data and is_total(found, row, data):
        return "total"
    if is_unused(found, row):
        return "blank"
    if data and is_note(found, row):
        return "note"
    if found.typical > 1 and _is_category(found, rows, at, style=style):
        return "note" if len(_text(found, row)) > LONG else "category"
    return "data"
