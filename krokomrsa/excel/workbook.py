"""Write workbooks that look alike: text-safe cells, one set of looks, drop-downs, print set-up, reproducible bytes."""

from __future__ import annotations

import io
import re
import textwrap
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final

from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.excel.blocks import LISTS_SHEET, Written
from krokomrsa.vocabulary import resource, text_of

FONT: Final = "Arial"  # on every Windows PC, and metric-compatible with what LibreOffice has
DATE_FORMAT: Final = "yyyy-mm-dd"
TEXT_FORMAT: Final = "@"
HEADER_FOOTER_LIMIT: Final = 255  # characters that Excel takes in a page header or footer

_TINTS: Final[Mapping[str, str]] = {
    "head": "#24506B",
    "stop": "#FBEAE7",
    "stop_ink": "#7A1F14",
    "banner": "#FFF1CC",
    "banner_ink": "#5C4400",
}
_ROW: Final = 12.75  # points of a row without a height of its own
_MARGIN: Final = 0.65  # inches above and below
_PAGE: Final = 595 - 2 * _MARGIN * 72  # points of an A4 landscape page between its margins
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)  # what a zip archive can hold at least
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would take for the code of a sign
_LINK = re.compile(r"=IF\((?P<sheet>'(?:[^']|'')+'|\w+)!(?P<cell>[A-Z]+\d+)=")


@cache
def colour(token: str) -> str:
    """Return a colour of the one palette, or a tint of the forms' own, as Excel writes it.

    >>> colour("paper")
    'FFFFFF'
    """
    found: Mapping[str, str] = _TINTS | tomllib.loads(resource("palette.toml"))["palette"]
    return found[token].removeprefix("#")


def _look(
    key: str,
    *,
    size: float = 10,
    bold: bool = False,
    italic: bool = False,
    ink: str = "ink",
    fill: str = "",
    wrap: bool = True,
    horizontal: str | None = None,
    vertical: str = "top",
    turned: bool = False,
    inset: bool = False,
    framed: bool = False,
    locked: bool = True,
) -> NamedStyle:
    side = Side(style="thin", color=colour("rule")) if framed else None
    return NamedStyle(
        name=text_of(f"workbook.looks.{key}"),
        font=Font(name=FONT, size=size, bold=bold, italic=italic, color=colour(ink)),
        fill=PatternFill("solid", start_color=colour(fill)) if fill else PatternFill(),
        border=Border(left=side, right=side, top=side, bottom=side),
        alignment=Alignment(
            horizontal="left" if inset else horizontal,
            vertical=vertical,
            wrap_text=wrap,
            text_rotation=90 if turned else 0,
            indent=int(inset),
        ),
        protection=Protection(locked=locked),
    )


def _looks() -> list[NamedStyle]:
    return [
        _look("title", size=16, bold=True, ink="head", wrap=False, vertical="center"),
        _look("section", size=12, bold=True, ink="head", wrap=False, vertical="bottom"),
        _look("meta", size=9, ink="muted", vertical="center"),
        _look("help", size=10, vertical="center"),
        _look("stop", size=10, bold=True, ink="stop_ink", fill="stop", vertical="center"),
        _look("banner", size=10, bold=True, ink="banner_ink", fill="banner", vertical="center"),
        _look("column_help", size=8, ink="muted", fill="band", vertical="bottom", framed=True, inset=True),
        _look("header", size=9, bold=True, ink="paper", fill="head", vertical="center", framed=True, inset=True),
        _look("turned", size=9, bold=True, ink="paper", fill="head", vertical="bottom", horizontal="center", turned=True, framed=True),
        _look("answer", fill="paper", framed=True, vertical="center", inset=True, locked=False),
        _look("choice", size=9, fill="paper", framed=True, vertical="center", horizontal="center", locked=False),
        _look("locked", fill="band", framed=True, vertical="center", inset=True),
        _look("never", size=9, ink="muted", fill="rule", framed=True, vertical="center", horizontal="center"),
        _look("data", size=9, framed=True, inset=True, locked=False),
        _look("note", size=9, ink="muted", wrap=False),
        _look("strip", size=9, bold=True, ink="stop_ink", wrap=False),
        _look("hidden", size=9, wrap=False, inset=True),
    ]


def new() -> Workbook:
    """Return a workbook without sheets that knows the looks."""
    file = Workbook()
    file.remove(file.worksheets[0])
    plain = Font(name=FONT, size=10, family=2)
    file._fonts = IndexedList([plain])  # type: ignore[attr-defined]  # noqa: SLF001 (column widths are counted in digits of the first font)
    file._named_styles["Normal"].font = plain  # type: ignore[attr-defined]  # noqa: SLF001 (no other way to the standard font)
    for look in _looks():
        file.add_named_style(look)
    return file


def put(cell: Cell | Any, value: Written, look: str, *, number_format: str = "General") -> None:
    """Write a value into a cell; a text stays text, whatever it looks like."""
    cell.style = text_of(f"workbook.looks.{look}")
    cell.number_format = number_format
    cell.value = _CODE.sub("_x005F_", value) if isinstance(value, str) else value
    if isinstance(value, str):
        if cell.data_type != "s" or value.startswith(("=", "+", "-", "@", "'")):
            cell.quotePrefix = True
        cell.data_type = "s"


def link(cell: Cell | Any, source: Cell | Any, look: str) -> None:
    """Let a cell show what stands in another, nothing where nothing stands."""
    cell.style = text_of(f"workbook.looks.{look}")
    place = f"{quote_sheetname(source.parent.title)}!{source.coordinate}"
    cell.value = f'=IF({place}="","",{place})'


def drop_down(file: Workbook, name: str, labels: Sequence[str]) -> str:
    """Return the defined name of a list of labels, written on the hidden sheet of lists the first time it is asked for."""
    known = re.sub(r"\W", "_", name)
    if known in file.defined_names:
        return known
    sheet = file[LISTS_SHEET] if LISTS_SHEET in file.sheetnames else hidden_sheet(file, LISTS_SHEET)
    column = sheet.max_column + 1 if sheet["A1"].value else 1
    for row, label in enumerate((known, *labels), start=1):
        put(sheet.cell(row, column), label, "hidden")
    letter = get_column_letter(column)
    place = f"{quote_sheetname(LISTS_SHEET)}!${letter}$2:${letter}${len(labels) + 1}"
    file.defined_names[known] = DefinedName(known, attr_text=place)
    return known


def hidden_sheet(file: Workbook, title: str, rows: Iterable[Sequence[Written]] = ()) -> Worksheet:
    """Add a sheet that only a program can show, with rows of values from its first row."""
    sheet: Worksheet = file.create_sheet(title)
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                put(sheet.cell(number, column), value, "hidden", number_format=DATE_FORMAT if isinstance(value, date) else "General")
    return sheet


def lines(text: str, width: float, size: float = 10) -> int:
    """Return how many lines a text takes in a column of this width in characters, at this type size in points.

    >>> lines("Vård- och omsorgsboende i Krokom", 12), lines("Hemtjänst", 12)
    (3, 1)
    """
    fits = max(3, int((width - 0.7) / (size * 0.098)))
    return sum(max(1, len(textwrap.wrap(part, fits))) for part in text.split("\n"))


def text_height(text: str, width: float, size: float = 10) -> float:
    """Return the height in points that a text needs in a column of this width."""
    return lines(text, width, size) * size * 1.28 + 3


class _Growing(RowDimension):
    """A row of a height that is not fixed: it grows with what people write in it."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 (openpyxl's name)
        """Tell Excel that the height may change."""
        return False


def growing(sheet: Worksheet, row: int, height: float) -> None:
    """Give a row a height to begin with; it grows when more is written."""
    sheet.row_dimensions[row] = _Growing(sheet, index=row, ht=height)


def protect(sheet: Worksheet) -> None:
    """Lock the cells that are not meant for answers, without a password; widths and heights may still be changed."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def lock_structure(file: Workbook) -> None:
    """Keep sheets from being renamed, moved or removed, without a password."""
    file.security = WorkbookProtection(lockStructure=True)


def _sides(item: HeaderFooterItem | None, **sides: str) -> None:
    room = HEADER_FOOTER_LIMIT - 10 * len(sides)  # the font size and the mark of each side
    for side, text in sides.items():
        part = getattr(item, side)
        part.text, part.size = textwrap.shorten(text, room, placeholder="…") if len(text) > room else text, 8
        room -= len(part.text)


def literal(text: str) -> str:
    """Return a text as a page header takes it: an ampersand is one.

    >>> literal("Vatten & avlopp")
    'Vatten && avlopp'
    """
    return text.replace("&", "&&")


def page(sheet: Worksheet, *, title: str, banner: str, wide: int = 1, tall: int = 0, landscape: bool = True) -> None:
    """Set a sheet up for A4: margins, so many pages wide and tall (0: as many as it takes), headers with page numbers.

    A sheet that is 0 pages wide keeps its size; only then does Excel obey page breaks.
    """
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=wide > 0)
    if wide:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = wide, tall
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = _MARGIN
    margins.header = margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    _sides(sheet.oddHeader, left=literal(title), **({"right": literal(banner)} if banner else {}))
    _sides(sheet.oddFooter, left=literal(text_of("workbook.classification")), right=text_of("workbook.page"))


def would_be_split(sheet: Worksheet, start: int) -> bool:
    """Tell whether the rows from ``start`` would stand on two pages of a landscape sheet whose first row is repeated on each."""

    def height(row: int) -> float:
        dimension = sheet.row_dimensions[row]
        return 0 if dimension.hidden else float(dimension.height or _ROW)

    used = 0.0
    for row in range(1, start):
        used = height(row) + (used if used + height(row) <= _PAGE else height(1))
    return used + sum(height(row) for row in range(start, sheet.max_row + 1)) > _PAGE


def _shown(file: Workbook) -> dict[str, dict[str, str]]:
    """Return what the linking formulas show, by the part that holds their sheet, for readers that compute nothing."""
    found: dict[str, dict[str, str]] = {}
    for sheet in file.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            linked = _LINK.match(str(cell.value))
            if linked:
                source: Any = file[linked["sheet"].strip("'").replace("''", "'")][linked["cell"]]
                found.setdefault(sheet.path.removeprefix("/"), {})[cell.coordinate] = "" if source.value is None else str(source.value)
    return found


def _with_shown(part: bytes, shown: Mapping[str, str]) -> bytes:
    root = etree.fromstring(part)
    for formula in root.iter(f"{_MAIN}f"):
        cell = formula.getparent()
        value = cell.find(f"{_MAIN}v") if cell is not None else None
        if cell is not None and value is not None:
            cell.set("t", "str")
            value.text = shown.get(cell.get("r", ""), "")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def packed(file: Workbook, *, title: str, made_on: date) -> bytes:
    """Return the workbook's bytes, the same for the same content: no clock is read."""
    made = datetime.combine(made_on, time())
    file.properties = DocumentProperties(creator=text_of("workbook.creator"), title=title, language="sv-SE", created=made)
    for sheet in [sheet for sheet in file.worksheets if sheet.sheet_state != "visible"]:
        file.move_sheet(sheet, len(file.sheetnames))  # last, whenever they were made
    file.active = 0
    file.worksheets[0].sheet_view.tabSelected = True
    saved, repacked = io.BytesIO(), io.BytesIO()
    file.save(saved)
    shown = _shown(file)
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(repacked, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + made.isoformat().encode() + b"Z", part)
            elif name in shown:
                part = _with_shown(part, shown[name])
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            after.writestr(entry, part)
    return repacked.getvalue()
