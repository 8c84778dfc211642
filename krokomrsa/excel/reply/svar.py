"""The sheet that answers the sender: what was read, and every problem with its place, linked and grouped by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lxml import etree

from krokomrsa.errors import Problem
from krokomrsa.excel.account import Intake
from krokomrsa.excel.reply.comments import SPACE
from krokomrsa.excel.reply.marks import COMMENT_LIMIT, ORDER, look, place, plain, said, shortened
from krokomrsa.excel.reply.parts import new
from krokomrsa.excel.reply.styles import FILLS
from krokomrsa.excel.workbook import HEADER_FOOTER_LIMIT, colour, literal, text_height
from krokomrsa.vocabulary import load, text_of

WIDTHS: Final = (26.0, 30.0, 38.0, 74.0)
MAX_LINKS: Final = 65_000  # Excel takes 65,530 in a sheet
_TALLEST: Final = 400.0  # points; Excel takes 409
_LOWEST: Final = 17.0
_SHOWN: Final = 1_000  # characters of what stands in a cell
_WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the sheet says, and the sheets of the workbook: name that the reader gave → (its name there, whether it is hidden)."""

    read: Intake
    sheets: Mapping[str, tuple[str, bool]]
    notes: Sequence[str] = ()
    made_on: date | None = None
    marked: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[tuple[str, str], ...]  # text and look, from the first column
    merged: bool = False
    link: str = ""


@dataclass(slots=True)
class _Laid:
    rows: list[_Row] = field(default_factory=list)
    header: int = 0  # the row that stays in sight, 0 for none


def _line(text: str, key: str) -> _Row:
    return _Row(((text, key), *((("", key),) * (len(WIDTHS) - 1))), merged=True)


def _counted(key: str, count: int) -> str:
    return text_of(f"reply.{key}_one") if count == 1 else text_of(f"reply.{key}_many", count=count)


def result(read: Intake) -> str:
    """Return how it went in a sentence or two; that there are no problems is said outright."""
    notices = sum(problem.kind == "notice" for problem in read.problems)
    problems = len(read.problems) - notices
    parts = [text_of("reply.refused")] if read.refused else []
    parts.append(_counted("problems", problems))
    if notices:
        parts.append(_counted("notices", notices))
    if read.problems:
        parts.append(text_of("reply.below"))
    elif not read.counts["cells_rejected"]:
        parts.append(text_of("reply.nothing"))
    return " ".join(parts)


def _head(answer: Answer) -> Iterator[_Row]:
    counts = {key: f"{count:,}".replace(",", "\u00a0") for key, count in answer.read.counts.items()}
    made = text_of("reply.made_on", date=answer.made_on.isoformat()) if answer.made_on else ""
    yield _line(text_of("reply.title", file=answer.read.file), "title")
    yield _line(" ".join(part for part in (made, text_of("reply.counts", **counts)) if part), "meta")
    yield _line(result(answer.read), "result")
    for note in answer.notes:
        yield _line(note, "meta")


def _legend() -> Iterator[_Row]:
    """Yield what the colours mean: four of them beside each other, then that of cells that fell with others."""
    looks = [key for key in FILLS if key != "fallen"]
    yield _Row(tuple((text_of(f"reply.legend.{key}"), f"legend_{key}") for key in looks))
    yield _line(text_of("reply.legend.fallen"), "legend_fallen")


def _ours(problem: Problem) -> str:
    """Return our name of the field that a problem is about, and the row's id."""
    table_key, _, key = problem.column.rpartition(".")
    table = load().tables.get(table_key or problem.table)
    header = next((column.title for column in table or () if column.key == key), "")
    named = ": ".join(part for part in (table.sheet if table else "", header) if part)
    return f"{named} ({problem.id})" if problem.id and named else named or problem.id


def _yours(problem: Problem, read: Intake) -> str:
    """Return the sender's header of the column in which a problem stands, nothing where it is in none of the tables found."""
    where = place(problem.cell)
    for one in read.understood if where else ():
        rows = (*one.table.header_rows, *one.table.kinds)
        if where and one.table.sheet.name == problem.sheet and min(rows, default=0) <= where[0] <= max(rows, default=0):
            found = next((column.header for column in one.table.columns if where[1] in column.numbers), "")
            if found:
                return text_of("reply.yours", header=found)
    return ""


def _field(problem: Problem, read: Intake) -> str:
    return "\n".join(part for part in (_ours(problem), _yours(problem, read)) if part)


def _row(problem: Problem, answer: Answer) -> _Row:
    name, hidden = answer.sheets.get(problem.sheet, ("", False))
    cell = problem.cell if place(problem.cell) else ""
    kind = "" if cell else f"{text_of(f'reply.kinds.{problem.kind}')}: "  # the list's group does not say it
    where = f"{problem.sheet}!{problem.cell}" if problem.sheet and problem.cell else problem.sheet or text_of("reply.whole_file")
    link = "'{}'!{}".format(name.replace("'", "''"), cell or "A1") if name and not hidden else ""
    return _Row(
        (
            (text_of("reply.hidden", place=where) if hidden else where, "link" if link else "text"),
            (shortened(_field(problem, answer.read), _SHOWN), "text"),
            (shortened(problem.value, _SHOWN), "text"),
            (shortened(kind + said(problem), COMMENT_LIMIT), "text"),
        ),
        link=link,
    )


def _groups(read: Intake) -> Iterator[tuple[str, str, list[Problem]]]:
    """Yield title, look and problems: those of the whole file or a whole sheet first, then by kind, the gravest first."""
    whole = [problem for problem in read.problems if not place(problem.cell)]
    if whole:
        yield text_of("reply.whole", count=len(whole)), _WHOLE, sorted(whole, key=lambda one: ORDER.index(one.kind))
    for kind in ORDER:
        found = [problem for problem in read.problems if problem.kind == kind and place(problem.cell)]
        if found:
            yield text_of("reply.group", kind=text_of(f"reply.groups.{kind}"), count=len(found)), look(kind), found


def _laid(answer: Answer) -> _Laid:
    laid = _Laid([*_head(answer), *(_legend() if answer.marked else ())])
    if answer.read.problems:
        laid.rows.append(_Row(tuple((text_of(f"reply.columns.{key}"), "header") for key in ("cell", "field", "value", "remedy"))))
        laid.header = len(laid.rows)
    for title, key, problems in _groups(answer.read):
        laid.rows.append(_line(title, f"group_{key}"))
        laid.rows += [_row(problem, answer) for problem in problems]
    return laid


_SIZES: Final = {"title": 16.0, "result": 11.0}


def _height(row: _Row) -> float:
    widths = (sum(WIDTHS), *WIDTHS[1:]) if row.merged else WIDTHS
    needed = [text_height(text, width, _SIZES.get(key, 10.0)) for (text, key), width in zip(row.cells, widths, strict=True) if text]
    return min(_TALLEST, max(_LOWEST, *needed))


class _Writer:
    """Write the rows as a worksheet's XML."""

    def __init__(self, main: str, style: Callable[[str], int]) -> None:
        self.main, self.style = main, style
        self.root = new(main, "worksheet")

    def add(self, parent: etree._Element, name: str, /, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, f"{{{self.main}}}{name}", attributes)

    def begin(self, laid: _Laid, *, selected: bool) -> None:
        properties = self.add(self.root, "sheetPr")
        self.add(properties, "tabColor", rgb=f"FF{colour('head')}")
        self.add(properties, "pageSetUpPr", fitToPage="1")
        self.add(self.root, "dimension", ref=f"A1:D{len(laid.rows)}")
        chosen = {"tabSelected": "1"} if selected else {}
        view = self.add(self.add(self.root, "sheetViews"), "sheetView", showGridLines="0", **chosen, workbookViewId="0")
        if laid.header:
            below = f"A{laid.header + 1}"
            self.add(view, "pane", ySplit=str(laid.header), topLeftCell=below, activePane="bottomLeft", state="frozen")
            self.add(view, "selection", pane="bottomLeft", activeCell=below, sqref=below)
        self.add(self.root, "sheetFormatPr", defaultRowHeight="15")
        columns = self.add(self.root, "cols")
        for number, width in enumerate(WIDTHS, start=1):
            self.add(columns, "col", min=str(number), max=str(number), width=str(width), customWidth="1")

    def rows(self, rows: Sequence[_Row]) -> None:
        data = self.add(self.root, "sheetData")
        for number, row in enumerate(rows, start=1):
            line = self.add(data, "row", r=str(number), ht=f"{_height(row):.2f}")
            for letter, (text, key) in zip("ABCD", row.cells, strict=True):
                cell = self.add(line, "c", r=f"{letter}{number}", s=str(self.style(key)))
                if text:
                    cell.set("t", "inlineStr")
                    written = self.add(self.add(cell, "is"), "t")
                    written.text = plain(text)
                    written.set(SPACE, "preserve")

    def end(self, rows: Sequence[_Row], file: str) -> None:
        merged = [number for number, row in enumerate(rows, start=1) if row.merged]
        group = self.add(self.root, "mergeCells", count=str(len(merged)))
        for number in merged:
            self.add(group, "mergeCell", ref=f"A{number}:D{number}")
        linked = [(number, row.link) for number, row in enumerate(rows, start=1) if row.link][:MAX_LINKS]
        links = self.add(self.root, "hyperlinks") if linked else self.root
        for number, link in linked:
            self.add(links, "hyperlink", ref=f"A{number}", location=plain(link), display=plain(rows[number - 1].cells[0][0]))
        self.add(self.root, "pageMargins", left="0.4", right="0.4", top="0.65", bottom="0.65", header="0.3", footer="0.3")
        self.add(self.root, "pageSetup", paperSize="9", orientation="landscape", fitToHeight="0")
        self.footer(file)

    def footer(self, file: str) -> None:
        group = self.add(self.root, "headerFooter")
        named = literal(plain(shortened(file, 80)))
        sides = {"oddHeader": f"&L&8{named}", "oddFooter": f"&L&8{text_of('workbook.classification')}&R&8{text_of('workbook.page')}"}
        for key, text in sides.items():
            self.add(group, key).text = shortened(text, HEADER_FOOTER_LIMIT)


def written(answer: Answer, *, main: str, style: Callable[[str], int], selected: bool) -> tuple[bytes, int]:
    """Return the worksheet's XML and the number of its header row, 0 if it has no table."""
    laid, writer = _laid(answer), _Writer(main, style)
    writer.begin(laid, selected=selected)
    writer.rows(laid.rows)
    writer.end(laid.rows, answer.read.file)
    return etree.tostring(writer.root, xml_declaration=True, encoding="UTF-8", standalone=True), laid.header
