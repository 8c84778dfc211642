"""Draw native Excel charts of cells: stacked bars in the palette's colours, with titles on both axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.chart.title import title_maker
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.excel.workbook import FONT, colour

WIDTH_CM: Final = 15.0
HEIGHT_CM: Final = 8.4
HEIGHT_POINTS: Final = HEIGHT_CM * 72 / 2.54
_FEW: Final = 5  # up to so many, every whole number has its tick
_STANDING: Final = -5_400_000  # a quarter turn to the left, in 60 000ths of a degree


@dataclass(frozen=True, slots=True)
class Fill:
    """The colour of a series, hatched or not; ``bars`` are the colours of its bars one by one, where they differ."""

    token: str
    hatched: bool = False
    bars: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A chart of stacked bars: title, titles of the axis of names and of the axis of numbers, fill of each series."""

    title: str
    names: str
    numbers: str
    fills: Sequence[Fill]
    lying: bool = False


def _text(points: float, *, bold: bool = False, turned: bool = False) -> RichText:
    """Return how text in a chart looks."""
    look = CharacterProperties(sz=int(points * 100), b=bold, latin=Font(typeface=FONT), solidFill=colour("ink"))
    found = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])
    if turned:
        found.bodyPr.rot, found.bodyPr.vert = _STANDING, "horz"
    return found


def _title(text: str, points: float, *, bold: bool = False, turned: bool = False) -> Any:
    """Return a title that takes its own room, instead of lying over the bars."""
    made: Any = title_maker(text)
    look = _text(points, bold=bold, turned=turned)
    made.tx.rich.bodyPr = look.bodyPr
    for paragraph in made.tx.rich.paragraphs:
        paragraph.pPr = look.paragraphs[0].pPr
        for run in paragraph.r:
            run.rPr = look.paragraphs[0].pPr.defRPr
    made.overlay = False
    return made


def _filled(token: str, *, hatched: bool) -> GraphicalProperties:
    """Return a colour as the inside of bars, outlined so that light ones are seen on paper."""
    line = LineProperties(solidFill=colour("ink"), w=6350)
    if not hatched:
        return GraphicalProperties(solidFill=colour(token), ln=line)
    plain: Any = ColorChoice  # its stub does not take what it takes
    pattern = PatternFillProperties(prst="wdUpDiag", fgClr=plain(srgbClr=colour("ink")), bgClr=plain(srgbClr=colour(token)))
    return GraphicalProperties(pattFill=pattern, ln=line)


def _range(sheet: Worksheet, column: int, first: int, last: int) -> str:
    return str(Reference(sheet, min_col=column, min_row=first, max_row=last))


def _texts(sheet: Worksheet, column: int, first: int, last: int) -> StrRef:
    """Return a reference to cells of text, with what stands in them."""
    shown = [StrVal(idx=place, v=str(sheet.cell(row, column).value)) for place, row in enumerate(range(first, last + 1))]
    return StrRef(f=_range(sheet, column, first, last), strCache=StrData(ptCount=len(shown), pt=shown))


def _numbers(sheet: Worksheet, column: int, first: int, last: int) -> NumRef:
    """Return a reference to cells of numbers, with what stands in them."""
    shown = [NumVal(idx=place, v=str(sheet.cell(row, column).value)) for place, row in enumerate(range(first, last + 1))]
    return NumRef(f=_range(sheet, column, first, last), numCache=NumData(formatCode="0", ptCount=len(shown), pt=shown))


def _series(sheet: Worksheet, column: int, fill: Fill, header: int, last: int) -> Any:
    made: Any = Series(
        idx=column - 2,
        order=column - 2,
        tx=SeriesLabel(strRef=_texts(sheet, column, header, header)),
        cat=AxDataSource(strRef=_texts(sheet, 1, header + 1, last)),
        val=NumDataSource(numRef=_numbers(sheet, column, header + 1, last)),
        spPr=_filled(fill.token, hatched=fill.hatched),
        invertIfNegative=False,
    )
    made.dPt = [
        DataPoint(idx=place, invertIfNegative=False, spPr=_filled(token, hatched=fill.hatched)) for place, token in enumerate(fill.bars)
    ]
    return made


def _axes(chart: Any, stack: Stack, highest: float) -> None:
    names, numbers = chart.x_axis, chart.y_axis
    names.delete = numbers.delete = False
    names.title, numbers.title = _title(stack.names, 9, turned=stack.lying), _title(stack.numbers, 9, turned=not stack.lying)
    names.txPr = numbers.txPr = _text(8)
    names.majorTickMark = numbers.majorTickMark = "none"
    names.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=colour("muted")))
    numbers.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    numbers.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=colour("rule"), w=6350))
    numbers.number_format, numbers.scaling.min = "0", 0
    if highest <= _FEW:
        numbers.majorUnit = 1
    if stack.lying:
        names.scaling.orientation, numbers.crosses = "maxMin", "max"


def draw(sheet: Worksheet, stack: Stack, *, header: int, last: int) -> BarChart:
    """Return a chart of the rows below a header: names in column A, one series a column from B."""
    chart: Any = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar" if stack.lying else "col", "stacked", 100, 45
    chart.varyColors = False
    chart.width, chart.height, chart.roundedCorners = WIDTH_CM, HEIGHT_CM, False
    chart.series = [_series(sheet, column, fill, header, last) for column, fill in enumerate(stack.fills, start=2)]
    chart.title = _title(stack.title, 11, bold=True)
    columns = range(2, 2 + len(stack.fills))
    totals = [sum(float(str(sheet.cell(row, column).value)) for column in columns) for row in range(header + 1, last + 1)]
    _axes(chart, stack, max(totals, default=0))
    if len(stack.fills) > 1:
        chart.legend.position, chart.legend.overlay, chart.legend.txPr = "b", False, _text(8)
    else:
        chart.legend = None
    chart.graphical_properties = GraphicalProperties(solidFill=colour("paper"), ln=LineProperties(solidFill=colour("rule")))
    return chart  # type: ignore[no-any-return]
