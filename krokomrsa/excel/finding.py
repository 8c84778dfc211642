"""Find a form's blocks in a workbook and tell its answers from its headings, help texts and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from krokomrsa.errors import Problem
from krokomrsa.excel import blocks
from krokomrsa.excel.blocks import Block, Field
from krokomrsa.excel.ledger import Ledger
from krokomrsa.excel.reading import Book, Cell, Sheet
from krokomrsa.values import fold, shown
from krokomrsa.vocabulary import text_of, texts

_HEADER_DEPTH = 30  # rows from the top in which a header without a marker is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a form says of itself in its hidden sheet."""

    form: str
    version: int
    organisation: str
    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One answer as it was sent out, and the register row it showed."""

    id: str
    value: str


Base = Mapping[tuple[str, str, str], Sent]  # (block, row, field) → as sent


@dataclass(slots=True, kw_only=True)
class Line:
    """One row of a block: its id, and the cell of each field that has an answer."""

    block: Block
    sheet: Sheet
    row: int
    id: str
    id_cell: Cell | None
    cells: dict[str, tuple[Field, Cell]] = field(default_factory=dict)

    @property
    def is_note(self) -> bool:
        """Tell whether the row is one text alone without an id: a note below the table."""
        return not self.id and len(self.cells) < 2  # noqa: PLR2004 (one text alone)

    @property
    def anchor(self) -> Cell:
        """Return the first cell of the row that holds something."""
        return min((cell for _, cell in self.cells.values()), key=lambda cell: cell.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    block: Block
    sheet: Sheet
    header_row: int
    id_column: int | None
    last_row: int


def _pairs(sheet: Sheet) -> dict[str, str]:
    return {shown(sheet.value(row, 1)): shown(sheet.value(row, 2)) for row in sheet.rows()}


def meta(book: Book) -> Meta | None:
    """Return what a form says of itself; a workbook with the register's sheets is read as a register, any other is none."""
    sheet = book.sheet(blocks.META_SHEET)
    if sheet is not None:
        said = _pairs(sheet)
        version = said.get("form_version", "")
        return Meta(
            form=said.get("form", ""),
            version=int(version) if version.isdigit() else 0,
            organisation=said.get("organisation", ""),
            workspace=said.get("workspace", ""),
        )
    return None


def base(book: Book) -> Base:
    """Return every answer as it was sent out."""
    sheet = book.sheet(blocks.BASE_SHEET)
    rows = sheet.rows() if sheet else {}
    return {
        (shown(sheet.value(row, 1)), shown(sheet.value(row, 2)), shown(sheet.value(row, 3))): Sent(
            id=shown(sheet.value(row, 4)), value=raw_text(sheet.value(row, 5))
        )
        for row in rows
        if sheet is not None and row > 1
    }


def raw_text(value: object) -> str:
    """Return a cell's content for comparing: exact, but 1 and 1.0 or a day and its midnight are the same."""
    return value.strip() if isinstance(value, str) else shown(value)


def _names(one: Field) -> set[str]:
    plain = re.sub(r"\s*\([^)]*\)$", "", one.header)
    return {fold(one.header), fold(plain), fold(one.key)}


def _known(cell: Cell, block: Block) -> Field | None:
    word = fold(shown(cell.value))
    return next((one for one in block.fields if word in _names(one)), None) if not block.matrix else None


def _by_marker(block: Block, sheet: Sheet) -> _Place | None:
    marks = [
        cell for cell in sheet.cells.values() if isinstance(cell.value, str) and cell.value.strip().startswith(text_of("forms.marker"))
    ]
    mine = next((cell for cell in marks if cell.value.strip() == block.marker), None)
    if mine is None:
        return None
    below = [cell.row for cell in marks if cell.row > mine.row]
    last = min(below) - 1 if below else max(sheet.rows(), default=0)
    return _Place(block=block, sheet=sheet, header_row=mine.row + 1, id_column=mine.column, last_row=last)


def _by_header(block: Block, sheet: Sheet) -> _Place | None:
    rows = {number: cells for number, cells in sheet.rows().items() if number <= _HEADER_DEPTH}
    hits = {number: len({hit.key for cell in cells if (hit := _known(cell, block))}) for number, cells in rows.items()}
    best = max(hits, key=lambda number: (hits[number], -number), default=0)
    if not best or hits[best] < min(2, len(block.fields)):
        return None
    word = fold(text_of("forms.id"))
    id_column = next((cell.column for cell in rows[best] if fold(shown(cell.value)) == word), None)
    return _Place(block=block, sheet=sheet, header_row=best, id_column=id_column, last_row=max(sheet.rows()))


def _missing(key: str, block: Block) -> Problem:
    return Problem(
        sheet=block.sheet,
        problem=text_of(f"intake.problems.{key}", sheet=block.sheet),
        remedy=text_of(f"intake.problems.{key}_remedy"),
        kind="gone",
    )


def _places(book: Book, wanted: Mapping[str, Block], ledger: Ledger, *, all_expected: bool) -> Iterator[_Place]:
    told: set[str] = set()
    for block in wanted.values():
        sheet = book.sheet(block.sheet)
        place = (_by_marker(block, sheet) or _by_header(block, sheet)) if sheet else None
        if place:
            yield place
        elif sheet is not None and sheet.cells:
            ledger.tell(_missing("missing_block", block))
        elif all_expected and block.sheet not in told:
            told.add(block.sheet)
            ledger.tell(_missing("missing_sheet", block))


def _matrix_fields(place: _Place, resources: Mapping[str, str]) -> dict[int, tuple[str, Field]]:
    """Return a matrix' columns: by the hidden id above the header, else by the resource's name."""
    by_name = {fold(name): key for key, name in resources.items()}
    headers = [cell for cell in place.sheet.rows().get(place.header_row, []) if cell.column != place.id_column]
    found: dict[int, tuple[str, Field]] = {}
    for cell in headers:
        above = shown(place.sheet.value(place.header_row - 1, cell.column))
        key = above if above in resources else by_name.get(fold(shown(cell.value)))
        if key:
            found[cell.column] = (key, place.block.fields[0])
    return found


def _fields(place: _Place, resources: Mapping[str, str], ledger: Ledger) -> dict[int, tuple[str, Field]]:
    """Return the field of each column; a header that stands twice is told and its second column left unread."""
    if place.block.matrix:
        return _matrix_fields(place, resources)
    found: dict[int, tuple[str, Field]] = {}
    for cell in place.sheet.rows().get(place.header_row, []):
        known = _known(cell, place.block) if cell.column != place.id_column else None
        if known is None:
            continue
        if known.key in {key for key, _ in found.values()}:
            told = {key: text_of(f"intake.problems.duplicate_header{key}") for key in ("", "_remedy")}
            cause = Problem(problem=told[""], remedy=told["_remedy"])
            ledger.reject(place.sheet, cell, cause)
        else:
            found[cell.column] = (known.key, known)
    return found


def _is_label(place: _Place, cell: Cell) -> bool:
    return place.block.matrix and fold(shown(cell.value)) == fold(texts("forms")["headers"][place.block.key])


def _unknown_columns(place: _Place, fields: Mapping[int, tuple[str, Field]], ledger: Ledger) -> set[int]:
    """Reject the cells under headers that are no column of ours, told once at the header; return the label columns of a matrix."""
    labels: set[int] = set()
    rows = place.sheet.rows()
    for header in rows.get(place.header_row, []):
        if header.column in fields or header.column == place.id_column or (place.sheet.name, header.ref) in ledger.outcomes:
            continue
        if _is_label(place, header):
            labels.add(header.column)
            continue
        under = [
            cell for number in rows if place.header_row < number <= place.last_row for cell in rows[number] if cell.column == header.column
        ]
        count = text_of("intake.problems.cells_one") if len(under) == 1 else text_of("intake.problems.cells_many", count=len(under))
        known = ", ".join(one.header for one in place.block.fields if one.header)
        ledger.reject(
            place.sheet,
            header,
            Problem(
                problem=text_of("intake.problems.unknown_header", table=place.sheet.name, count=count),
                remedy=text_of("intake.problems.unknown_header_remedy", headers=known),
            ),
        )
        for cell in under:
            ledger.reject_with(place.sheet, cell, ledger.problems[-1])
    return labels


def _second_columns(place: _Place, fields: Mapping[int, tuple[str, Field]], ledger: Ledger) -> None:
    """Reject what stands under a header that stood twice."""
    twice = {
        cell.column
        for cell in place.sheet.rows().get(place.header_row, [])
        if cell.column not in fields and ledger.outcomes.get((place.sheet.name, cell.ref)) is not None
    }
    for number, cells in place.sheet.rows().items():
        for cell in cells:
            if cell.column in twice and place.header_row < number <= place.last_row and (place.sheet.name, cell.ref) not in ledger.outcomes:
                ledger.reject_with(place.sheet, cell, ledger.problems[-1])


def _outside(place: _Place, cell: Cell, ledger: Ledger) -> None:
    ledger.ignore(place.sheet, cell, "note")
    ledger.tell(
        Problem(
            sheet=place.sheet.name,
            cell=cell.ref,
            value=shown(cell.value),
            problem=text_of("intake.problems.outside"),
            remedy=text_of("intake.problems.outside_remedy"),
            kind="notice",
        )
    )


def _line(place: _Place, number: int, cells: list[Cell], fields: Mapping[int, tuple[str, Field]]) -> Line:
    id_cell = next((cell for cell in cells if cell.column == place.id_column), None)
    answers = {fields[cell.column][0]: (fields[cell.column][1], cell) for cell in cells if cell.column in fields}
    answers.pop("id", None)
    blank = {key for key, (_, cell) in answers.items() if isinstance(cell.value, str) and not cell.value.strip()}
    kept = {key: answer for key, answer in answers.items() if key not in blank}
    row_id = shown(id_cell.value).strip() if id_cell and not id_cell.formula else ""
    return Line(block=place.block, sheet=place.sheet, row=number, id=row_id, id_cell=id_cell, cells=kept)


def _account(place: _Place, line: Line, cell: Cell, *, fields: Mapping[int, tuple[str, Field]], labels: set[int], ledger: Ledger) -> None:
    """Account for a cell in the rows of a block that is no answer."""
    is_answer_column = cell.column in fields
    if cell.column in labels:
        ledger.ignore(place.sheet, cell, "label")
    elif cell.column == place.id_column:
        if not line.cells:
            ledger.ignore(place.sheet, cell, "empty_row")
    elif (line.is_note and line.cells) if is_answer_column else (place.sheet.name, cell.ref) not in ledger.outcomes:
        _outside(place, cell, ledger)


def _own_text(place: _Place, number: int, cells: list[Cell]) -> str:
    """Return why a row is the form's own text: a marker, a header, or a title between two blocks; empty for a row of answers."""
    mark = next((cell.value for cell in cells if cell.column == place.id_column and isinstance(cell.value, str)), "")
    if number == place.header_row:
        return "header"
    return "title" if mark.startswith(text_of("forms.marker")) else ""


def _lines(place: _Place, fields: Mapping[int, tuple[str, Field]], labels: set[int], ledger: Ledger) -> Iterator[Line]:
    for number, cells in place.sheet.rows().items():
        if not place.header_row - 1 <= number <= place.last_row:
            continue
        own = _own_text(place, number, cells)
        for cell in cells if own else ():
            ledger.ignore(place.sheet, cell, own)
        if own or number < place.header_row:
            continue
        line = _line(place, number, cells, fields)
        for cell in cells:
            _account(place, line, cell, fields=fields, labels=labels, ledger=ledger)
        if line.id or not line.is_note:
            yield line


def find(
    book: Book, wanted: Mapping[str, Block], *, resources: Mapping[str, str], ledger: Ledger, all_expected: bool
) -> tuple[list[Line], set[str]]:
    """Return the rows of every block of a form, and which blocks were found; account for all that is no answer.

    ``resources`` maps the ids of resources to their names, for the columns of a matrix. ``all_expected`` says that a missing sheet is told.
    """
    found: list[Line] = []
    places = list(_places(book, wanted, ledger, all_expected=all_expected))
    for place in places:
        fields = _fields(place, resources, ledger)
        _second_columns(place, fields, ledger)
        labels = _unknown_columns(place, fields, ledger)
        found.extend(_lines(place, fields, labels, ledger))
    for place in places:
        for cell in place.sheet.cells.values():
            if cell.row < place.header_row:
                ledger.ignore(place.sheet, cell, "title")
    return found, {place.block.key for place in places}
