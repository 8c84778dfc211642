"""Read what a workbook says of itself: which form it is, every answer as it was sent out, where values were read before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from krokomrsa.excel import blocks
from krokomrsa.excel.reading import Book, Sheet
from krokomrsa.register import ORIGIN_COLUMNS, Origin, Origins
from krokomrsa.values import clean, shown
from krokomrsa.vocabulary import text_of, texts

EXAMPLE: Final = "exempel"  # the id of every workspace that holds the example


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


def meta(book: Book) -> Meta | None:
    """Return what a form says of itself, None for a workbook that says nothing."""
    sheet = book.sheet(blocks.META_SHEET)
    if sheet is None:
        return None
    said = {raw_text(sheet.value(row, 1)): raw_text(sheet.value(row, 2)) for row in sheet.rows()}
    version = said.get("form_version", "")
    return Meta(
        form=said.get("form", ""),
        version=int(version) if version.isdecimal() else 0,
        organisation=said.get("organisation", ""),
        workspace=said.get("workspace", ""),
    )


def is_reply(sheet: Sheet) -> bool:
    """Tell whether a sheet of a file is an earlier reply of ours, which holds nothing for the register."""
    begins = text_of("reply.title", file="")
    return sheet.name.startswith(text_of("reply.sheet")) and str(sheet.value(1, 1)).startswith(begins)


def base(book: Book) -> Base:
    """Return every answer as it was sent out."""
    sheet = book.sheet(blocks.BASE_SHEET)
    found: dict[tuple[str, str, str], Sent] = {}
    for number in sheet.rows() if sheet else ():
        block, row, field, row_id, value = (raw_text(sheet.value(number, column)) if sheet else "" for column in range(1, 6))
        if number > 1:  # below the headers
            found[block, row, field] = Sent(id=row_id, value=value)
    return found


def earlier_origins(book: Book) -> Origins:
    """Return where values came from before they stood in the register workbook."""
    sheet = book.sheet(texts("registerbook")["origin_sheet"])
    found: dict[tuple[str, str, str], Origin] = {}
    for number in sheet.rows() if sheet else ():
        told = {key: _exact(sheet.value(number, place)) for place, key in enumerate(ORIGIN_COLUMNS, start=1)} if sheet else {}
        if told.get("row", "").isdecimal():
            place = (told["table"], told["id"], told["column"])
            found[place] = Origin(told["file"], told["sha256"], told["sheet"], int(told["row"]), told["cell"])
    return found


def _exact(value: object) -> str:
    return value if isinstance(value, str) else shown(value)


def raw_text(value: object) -> str:
    """Return a cell's content for comparing: exact, but 1 and 1.0, a day and its midnight, or two ways to end a line are the same."""
    return clean(value) if isinstance(value, str) else shown(value)
