"""What is seen of a cell in each format, and what cannot be seen: one table for the docs and for the report of each file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from krokomrsa.errors import Problem
from krokomrsa.excel.reading import limits
from krokomrsa.excel.reading.limits import MEGA, notice
from krokomrsa.vocabulary import text_of

Seen = Literal["yes", "partly", "no"]
FORMATS: Final = ("xlsx", "xlsm", "xls", "ods", "csv")
_OPEN: Final[Mapping[str, Seen]] = {
    "value": "yes",
    "whole": "yes",
    "number_format": "yes",
    "formula": "yes",
    "error": "yes",
    "comment": "yes",
    "hidden": "yes",
    "merged": "yes",
    "struck": "yes",
    "password": "yes",
}
TABLE: Final[Mapping[str, Mapping[str, Seen]]] = {
    "xlsx": _OPEN,
    "xlsm": _OPEN,
    "xls": {**_OPEN, "whole": "no", "struck": "partly"},
    "ods": {**_OPEN, "number_format": "partly", "struck": "partly", "password": "no"},
    "csv": {trait: "partly" if trait == "value" else "no" for trait in _OPEN},
}


def unseen(format: str) -> Iterator[Problem]:  # noqa: A002 (what a Book calls it)
    """Tell what cannot be seen in a format, nothing where all can."""
    missing = [trait for trait, seen in TABLE[format].items() if seen == "no" and trait != "password"]
    if missing:
        yield notice("told_unseen", format=format, traits=", ".join(text_of(f"reading.trait.{trait}") for trait in missing))


def _row(trait: str) -> str:
    seen = [text_of(f"reading.seen.{TABLE[name][trait]}") for name in FORMATS]
    return "| " + " | ".join([text_of(f"reading.trait.{trait}"), *seen]) + " |"


def _partly() -> Iterator[str]:
    for name in FORMATS:
        for trait, seen in TABLE[name].items():
            if seen == "partly":
                yield f"- .{name}, {text_of(f'reading.trait.{trait}')}: {text_of(f'reading.partly.{name}_{trait}')}"


def _limits() -> dict[str, int]:
    return {
        "file": limits.MAX_FILE // MEGA,
        "unpacked": limits.MAX_UNPACKED // MEGA,
        "kept": limits.MAX_KEPT // MEGA,
        "ratio": limits.MAX_RATIO,
        "parts": limits.MAX_PARTS,
        "cells": limits.MAX_CELLS,
    }


def markdown() -> str:
    """Return the table of formats as a document.

    >>> print(markdown().splitlines()[0])
    # Vad som läses i olika filformat
    """
    head = ["| | " + " | ".join(f".{name}" for name in FORMATS) + " |", "|---" * (len(FORMATS) + 1) + "|"]
    lines = [f"# {text_of('reading.docs.title')}", "", text_of("reading.docs.intro"), "", *head, *map(_row, _OPEN), "", *_partly(), ""]
    return "\n".join([*lines, text_of("reading.docs.limits", **_limits()), ""])
