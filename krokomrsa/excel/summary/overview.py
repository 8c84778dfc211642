"""Write the overview: who and when, the rules, what was found, what the register holds and lacks, with charts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from krokomrsa.analysis import treatment
from krokomrsa.excel import workbook
from krokomrsa.excel.blocks import Written
from krokomrsa.excel.summary import charts, gaps, sheets, sources
from krokomrsa.excel.summary.charts import Fill, Stack
from krokomrsa.excel.summary.naming import keyed, labels, standing_of, standings, things
from krokomrsa.excel.summary.sheets import Head
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of, texts

TOP: Final = 10  # external resources in the overview
_WIDTHS: Final = (38.0, *[11.5] * 6, 2.0, 82.0)  # names, numbers, a gap, charts
_TABLE: Final = 7  # columns of names and numbers
_CHART: Final = "I"
_SCALE: Final = 72  # per cent: the columns above fill an A4 page across
_ROW: Final = 14.0
_NUMBER: Final = '#,##0;-#,##0;"–"'
_WITHOUT: Final = ("unknown", "not judged", "missing")
_DUTY_STATUSES: Final = ("met", "planned", "late", "missing", "expired")
_DUTY_KINDS: Final = ("krav", "otydligt", "eget mål")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of the overview: a small table, and beside it the chart of its first columns of numbers."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Written]]
    note: str = ""
    stack: Stack | None = None
    tints: Mapping[int, str] = field(default_factory=dict)  # row → colour of its name


def _texts(part: str) -> Mapping[str, str]:
    found: Mapping[str, str] = texts("summary")["overview"][part]
    return found


def classes(register: Register, risks: Sequence[Mapping[str, Any]], scale: Scale) -> Block:
    """Return how many risks there are in each class, and how many without one and why."""
    say, called = _texts("classes"), standings(register)
    highest = Counter(risk["class_high"] for risk in risks if risk["class_high"] is not None)
    certain = Counter(risk["class_high"] for risk in risks if risk["class_high"] == risk["class_low"])
    without = Counter(risk["status"] for risk in risks if risk["class_high"] is None)
    rows: list[list[Written]] = [
        [each.label, certain[each.level], highest[each.level] - certain[each.level], 0, highest[each.level]] for each in scale.classes
    ]
    rows += [[called[status], 0, 0, without[status], without[status]] for status in _WITHOUT]
    colours = [each.colour for each in scale.classes]
    fills = [Fill("muted", bars=colours), Fill("paper", hatched=True, bars=colours), Fill("rule")]
    return Block(
        title=say["title"],
        heads=[say["label"], say["certain"], say["spanning"], say["without"], text_of("summary.overview.sum")],
        rows=rows,
        note=say["note"],
        stack=Stack(title=say["title"], names=say["label"], numbers=say["axis"], fills=fills),
        tints=dict(enumerate(colours)),
    )


def consequences(register: Register, risks: Sequence[Mapping[str, Any]], scale: Scale) -> Block:
    """Return how many risks have which consequence, and how many none and why; for those who judge without likelihood."""
    say, called = _texts("consequences"), standings(register)
    levels = [level.level for level in scale.consequence]
    judged = [(risk["consequence_low"], risk["consequence_high"]) for risk in risks if risk["consequence_high"] is not None]
    nearest: Callable[[float], int] = lambda value: min(levels[-1], max(levels[0], round(value)))  # noqa: E731 (a short name for two calls)
    highest = Counter(nearest(high) for _, high in judged)
    certain = Counter(nearest(high) for low, high in judged if low == high)
    without = Counter(risk["consequence_status"] for risk in risks if risk["consequence_high"] is None)
    rows: list[list[Written]] = [
        [f"{each.level} {each.label}", certain[each.level], highest[each.level] - certain[each.level], 0, highest[each.level]]
        for each in scale.consequence
    ]
    rows += [[called[status], 0, 0, without[status], without[status]] for status in _WITHOUT]
    return Block(
        title=say["title"],
        heads=[say["label"], say["certain"], say["spanning"], say["without"], text_of("summary.overview.sum")],
        rows=rows,
        note=say["note"],
        stack=Stack(
            title=say["title"], names=say["label"], numbers=say["axis"], fills=[Fill("muted"), Fill("paper", hatched=True), Fill("rule")]
        ),
    )


def duties(found: pd.DataFrame) -> Block:
    """Return how many duties of each kind stand how."""
    say, standing = _texts("duties"), texts("summary")["duty_status"]
    counted = Counter((duty["kind"], standing_of(duty)) for duty in keyed(found))
    kinds = list(dict.fromkeys((*_DUTY_KINDS, *(kind for kind, _ in counted))))
    numbers = {kind: [counted[kind, status] for status in _DUTY_STATUSES] for kind in kinds}
    return Block(
        title=say["title"],
        heads=[say["label"], *(standing[status] for status in _DUTY_STATUSES), text_of("summary.overview.sum")],
        rows=[[texts("summary")["duty_kind"].get(kind, kind), *each, sum(each)] for kind, each in numbers.items()],
        note=say["note"],
        stack=Stack(
            title=say["title"],
            names=say["label"],
            numbers=say["axis"],
            fills=[Fill(status, hatched=status == "expired") for status in _DUTY_STATUSES],
        ),
    )


def critical(register: Register, found: pd.DataFrame, horizon: str) -> Block:
    """Return the external resources whose loss makes most services unacceptable."""
    say, known = _texts("critical"), things(register)
    rows: list[list[Written]] = []
    for loss in keyed(found)[:TOP]:
        first = loss["first_unacceptable_h"]
        unacceptable, unknown, failed = (int(loss[key]) for key in ("unacceptable_high", "tolerance_unknown", "failed_high"))
        told = text_of("summary.failures.never_unacceptable") if math.isinf(first) else first
        rows.append([known.get(loss["lost"], loss["lost"]), unacceptable, unknown, failed - unacceptable - unknown, failed, told])
    fills = [Fill("unacceptable"), Fill("expired", hatched=True), Fill("fall_resource")]
    heads = ("label", "unacceptable", "tolerance_unknown", "tolerated")
    return Block(
        title=say["title"],
        heads=[*(say[key] for key in heads), text_of("summary.overview.sum"), say["first"]],
        rows=rows,
        note=say["note"].format(hours=horizon),
        stack=Stack(title=say["title"], names=say["label"], numbers=say["axis"], fills=fills, lying=True),
    )


def treatments(register: Register, found: pd.DataFrame) -> Block:
    """Return how many measures stand in each status, how many are late, what they cost."""
    say, follow_up = _texts("treatments"), keyed(found)
    late = Counter(line["status"] or treatment.MISSING for line in follow_up if line["late"])
    unknown = Counter(line["status"] or treatment.MISSING for line in follow_up if line["late"] is None)
    called = {**labels(register, "treatments", "status"), treatment.MISSING: text_of("summary.treatments.unstated")}
    counted = keyed(treatment.by_status(found))
    rows: list[list[Written]] = [
        [
            called.get(line["status"], line["status"]),
            line["count"],
            late[line["status"]],
            unknown[line["status"]],
            line["cost_sek"],
            line["cost_unknown"],
        ]
        for line in counted
    ]
    colours = ["unstated" if line["status"] == treatment.MISSING else line["status"] for line in counted]
    return Block(
        title=say["title"],
        heads=[say[key] for key in ("label", "count", "late", "late_unknown", "cost", "cost_unknown")],
        rows=rows,
        note=say["note"],
        stack=Stack(title=say["title"], names=say["label"], numbers=say["axis"], fills=[Fill("done", bars=colours)]),
    )


def content(register: Register, read: set[tuple[str, str]]) -> Block:
    """Return how many rows each table of the register holds; ``read`` are those that were read from a file."""
    say = _texts("content")
    told = [table for table in register.vocabulary if table.key not in sources.BOOKKEEPING]
    held = {table.sheet: [(table.key, row_id) in read for row_id in register.rows(table.key)] for table in told}
    rows: list[list[Written]] = [[sheet, len(each), sum(each), len(each) - sum(each)] for sheet, each in held.items()]
    return Block(title=say["title"], heads=[say[key] for key in ("label", "rows", "from_file", "by_hand")], rows=rows)


def missing(register: Register, risks: Sequence[Mapping[str, Any]], found: pd.DataFrame) -> Block:
    """Return what is missing."""
    say = _texts("gaps")
    rows: list[list[Written]] = [[gap.text, gap.missing, gap.of] for gap in gaps.count(register, risks, found) if gap.missing]
    return Block(title=say["title"], heads=[say[key] for key in ("label", "missing", "of")], rows=rows)


def _height(sheet: Worksheet, first: int, last: int) -> float:
    return sum(float(sheet.row_dimensions[row].height or _ROW) for row in range(first, last + 1))


def _fill_up(sheet: Worksheet, first: int, row: int, least: float) -> int:
    """Leave rows empty until a block is as high as its chart; return the last of them."""
    while _height(sheet, first, row) < least:
        row += 1
        sheet.row_dimensions[row].height = _ROW
    return row


def _draw(sheet: Worksheet, block: Block, *, top: int, header: int, last: int) -> bool:
    """Put the chart of a block beside it, where there is anything to show."""
    shown = block.stack is not None and any(value for row in block.rows for value in row[1 : 1 + len(block.stack.fills)])
    if block.stack is not None and shown:
        chart = charts.draw(sheet, block.stack, header=header, last=last)
        sheet.add_chart(chart, f"{_CHART}{top}")
    return shown


def write_block(sheet: Worksheet, block: Block, top: int) -> int:
    """Write a block from row ``top``; return the next free row."""
    heads = [
        Head(text, width, _NUMBER, "right" if place else "") for place, (text, width) in enumerate(zip(block.heads, _WIDTHS, strict=False))
    ]
    sheets.across(sheet, top, _TABLE, block.title, "section")
    sheets.write_header(sheet, top + 1, heads)
    for row, cells in enumerate(block.rows, start=top + 2):
        sheets.write_row(sheet, row, cells, heads)
    for number, token in block.tints.items():
        sheets.tint(sheet.cell(top + 2 + number, 1), token)
    last = top + 1 + len(block.rows)
    drawn = _draw(sheet, block, top=top, header=top + 1, last=last)
    if block.note or not block.rows:
        sheets.across(sheet, last + 1, _TABLE, block.note if block.rows else text_of("summary.nothing"), "meta")
        last += 1
    return _fill_up(sheet, top, last, charts.HEIGHT_POINTS + _ROW if drawn else 0) + 2


def write(file: Workbook, told: Sequence[tuple[str, str]], pages: Sequence[Sequence[Block]], *, banner: str) -> Worksheet:
    """Add the overview: lines as pairs of look and text, then the blocks, page by page."""
    sheet: Worksheet = file.create_sheet(text_of("summary.sheets.overview"))
    sheets.set_widths(sheet, [Head("", width) for width in _WIDTHS])
    for row, (look, text) in enumerate(told, start=1):
        sheets.across(sheet, row, len(_WIDTHS), text, look)
    row = len(told) + 2
    for number, page in enumerate(pages):
        if number:
            sheet.row_breaks.append(Break(id=row - 2))
        for block in page:
            row = write_block(sheet, block, row)
    sheet.freeze_panes = "A2"
    sheet.sheet_view.showGridLines = False
    workbook.page(sheet, title=text_of("summary.sheets.overview"), banner=banner)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)  # Excel heeds page breaks only where it does not fit to pages
    sheet.page_setup.scale = _SCALE
    sheet.print_area = f"A1:{_CHART}{row - 1}"
    return sheet
