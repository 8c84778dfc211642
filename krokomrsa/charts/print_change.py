"""Draw for print what has happened to the risks since an earlier state: new, changed and gone, then and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from krokomrsa.charts import draw, style
from krokomrsa.charts.level_axis import LevelAxis, level_axis
from krokomrsa.charts.places import Span
from krokomrsa.charts.risk_rows import AXES, Changed, changes, class_change
from krokomrsa.charts.style import PALETTE, SIZES, Mark, Size, SizeName
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of

HEAD: Final = 20.0  # above the rows: the axes and their levels
BAR: Final = 3.4  # height in points
PAD: Final = 2.5  # above and below a row
LEVEL: Final[Mapping[SizeName, float]] = {"full": 15.0, "half": 12.0, "landscape": 30.0}  # the width of a level's column
APART: Final = 10.0  # between two columns
CLASSES: Final = 98.0  # the width of the classes
SIDE: Final = 0.62  # of a bar: how far from the middle of the row it stands, then above now
BEFORE: Final = Mark(PALETTE["paper"], filled=False)
NOW: Final = Mark(PALETTE["judged"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A risk as it is drawn, or the heading of a group: lines of text, the class in lines, the height."""

    changed: Changed | None
    wording: Sequence[str]
    classes: Sequence[str]
    height: float


def _classes(one: Changed, scale: Scale, size: Size, room: float) -> list[str]:
    """Return the class then and now in lines, parted after the arrow where one line does not hold both."""
    said = class_change(one, scale)
    if style.width(said, size.small) <= room:
        return [said]
    before, arrow, now = said.partition(text_of("charts_risk.change.arrow", before="", now=""))
    return [style.fit(part, size.small, room) for part in (before + arrow.rstrip(), now) if part]


def _rows(found: Sequence[Changed], scale: Scale, size: Size, room: tuple[float, float]) -> list[_Row]:
    """Return headings and risks in order; names and classes fit ``room`` = (names, classes)."""
    rows = []
    for status, members in groupby(found, key=lambda one: one.status):
        held = list(members)
        heading = text_of("charts_risk.change.group", status=text_of(f"charts_risk.change.statuses.{status}"), count=len(held))
        rows.append(_Row(changed=None, wording=[heading], classes=[], height=size.line + 2 * PAD))
        rows += [_row(one, scale, size, room) for one in held]
    return rows


def _row(one: Changed, scale: Scale, size: Size, room: tuple[float, float]) -> _Row:
    name = one.id if size.half else one.event
    wording = style.wrap(name, size.small, room[0], lines=2) + style.wrap(one.detail, size.small, room[0], lines=2)
    classes = [] if size.half else _classes(one, scale, size, room[1])
    return _Row(changed=one, wording=wording, classes=classes, height=max(len(wording), len(classes)) * size.line + 2 * PAD)


def _bar(axes: Axes, axis: LevelAxis, span: Span | None, middle: float, mark: Mark) -> None:
    if span is not None:
        left, right = axis.ends(span)
        draw.box(axes, (left, middle - BAR / 2), right - left, BAR, fill=mark.colour, edge=PALETTE["ink"], line=0.5, order=3)


def _draw(axes: Axes, row: _Row, top: float, axis: Mapping[str, LevelAxis], size: Size, *, classes: float) -> None:
    changed = row.changed
    if changed is None:
        draw.box(axes, (0, top), size.width, row.height, fill=PALETTE["band"], order=0.5)
        draw.write(axes, (2, top + row.height / 2), row.wording[0], size.small, bold=True)
        return
    draw.paragraph(axes, (2, top + PAD), row.wording, size.small, step=size.line)
    draw.paragraph(axes, (classes, top + PAD), row.classes, size.small, step=size.line)
    middle = top + PAD + size.line / 2
    for name in AXES:
        for standing, place, mark in ((changed.before, middle - BAR * SIDE, BEFORE), (changed.now, middle + BAR * SIDE, NOW)):
            _bar(axes, axis[name], standing[name], place, mark)


def _columns(scale: Scale, size: Size) -> tuple[dict[str, LevelAxis], float, float]:
    """Return the axes, how wide names may be, and where the classes begin."""
    wide = {name: len(scale.axis(name)) * LEVEL[size.name] for name in AXES}
    names = size.width - sum(wide.values()) - 2 * APART - (0 if size.half else CLASSES + APART)
    axis, left = {}, names + APART
    for name in AXES:
        axis[name] = level_axis(scale, (name,), left, left + wide[name])
        left += wide[name] + APART
    return axis, names, left


def _head(axes: Axes, axis: Mapping[str, LevelAxis], ends: Span, size: Size, classes: float) -> None:
    """Name the columns and rule the levels through all rows."""
    for name in AXES:
        axis[name].ruled(axes, *ends, size)
        words = style.fit(text_of(f"charts.matrix.{name}"), size.small, axis[name].right - axis[name].left + APART, bold=True)
        draw.write(axes, ((axis[name].left + axis[name].right) / 2, ends[0] - 14), words, size.small, bold=True, across="center")
    if not size.half:
        draw.write(axes, (classes, ends[0] - 5), text_of("charts_risk.change.class"), size.small, bold=True)


def _title(since: str) -> str:
    return text_of("charts_risk.change.title", since=since) if since else text_of("charts_risk.change.title_unsaid")


def change(found: pd.DataFrame, scale: Scale, *, since: str = "", first: int | None = None, size: SizeName = "full") -> Figure:
    """Draw the risks that are new, changed or gone since the state called ``since``; the unchanged are counted.

    ``found`` is what ``risk.since`` returns. ``first``: so many risks at most.
    """
    look, title, every = SIZES[size], _title(since), changes(found, scale)
    unchanged = len(found) - len(every)
    notes = [text_of("charts_risk.change.unchanged", count=unchanged)] if unchanged else []
    if not every:
        said = "unchanged_all" if unchanged else "empty"
        return draw.page(title, look, bottom=draw.top(title, look), notes=[text_of(f"charts_risk.change.{said}"), *notes])
    axis, names, classes = _columns(scale, look)
    rows = _rows(every[:first], scale, look, (names, look.width - classes - 2))
    keys = [draw.swatch(text_of(f"charts_risk.change.{key}"), mark) for key, mark in (("before", BEFORE), ("now", NOW))]
    more = text_of("charts_risk.more", count=len(every))
    room = draw.room(title, look, keys=keys, notes=[*notes, more]) - HEAD - 8
    kept = rows[: draw.fitting([row.height for row in rows], room)]
    missing = len(every) - sum(row.changed is not None for row in kept)
    notes = [text_of("charts_risk.more", count=missing), *notes] if missing else notes
    top = draw.top(title, look) + HEAD
    bottom = top + sum(row.height for row in kept)
    figure = draw.page(title, look, bottom=bottom + 5, keys=keys, notes=notes)
    _head(figure.axes[0], axis, (top, bottom), look, classes)
    for row in kept:
        _draw(figure.axes[0], row, top, axis, look, classes=classes)
        top += row.height
    return figure
