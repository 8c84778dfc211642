"""Check what stands in a scale file: every field, and that levels, limits, classes and matrix fit together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from typing import Any, Final

from krokomrsa.errors import Problem
from krokomrsa.vocabulary import text_of

LIKELIHOOD: Final = "likelihood"
OWN_OPERATIONS: Final = "own operations"  # how hard a department is hit itself: kept, never part of the combined consequence
UNSPECIFIED: Final = "unspecified"
COLOURS: Final = ("class1", "class2", "class3", "class4")
RULES: Final = ("max", "median")
JUDGES: Final = ("consolidated_or_span", "consolidated_or_median", "consolidated_or_highest")
AXES: Final = ("consequence", LIKELIHOOD)
MEASURES: Final = ("probability", "frequency")
LINE: Final = 120
LARGEST: Final = 1e300  # TOML holds integers of any size, and inf and nan

Content = Mapping[str, Any]

# field → what it holds; "?" where it may be left out
_SCALE: Final = {
    "id": "text",
    "name": "text",
    "source": "text",
    "checked": "date",
    "note": "text?",
    "horizon_years": "number?",
    "measure": "text?",
    "rule": "text?",
    "judges": "text?",
    "across": "text?",
    "combined": "list?",
    "values": "table?",
    "matrix": "list",
    "likelihood": "list",
    "consequence": "list",
    "classes": "list",
}
_LEVEL: Final = {"level": "integer", "label": "text", "description": "text?", "low": "number?", "high": "number?"}
_CONSEQUENCE: Final = {**_LEVEL, "values": "table?"}
_CLASS: Final = {"level": "integer", "label": "text", "colour": "text"}
_ENTRIES: Final = {"likelihood": _LEVEL, "consequence": _CONSEQUENCE, "classes": _CLASS}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST < value < LARGEST


_KINDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: _number(value) and isinstance(value, int),
    "number": _number,
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "list": lambda value: isinstance(value, list),
    "table": lambda value: isinstance(value, dict) and all(isinstance(label, str) for label in value.values()),
}


def _shown(value: object) -> str:
    """Return a value as it stands in the file, shortened to one line: decimal point, no comma."""
    line = f"{value:.15g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"


def _problem(key: str, place: str, value: object = "", /, **values: object) -> Problem:
    problem, remedy = (text_of(f"scales.{key}.{part}", **values) for part in ("problem", "remedy"))
    return Problem(cell=place, value=_shown(value), problem=problem, remedy=remedy, kind="refused")


def _guess(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return text_of("scales.did_you_mean", guess=close[0]) if close else ""


def _entry(key: str, number: int) -> str:
    return text_of("scales.entry", key=key, number=number)


def _row(number: int) -> str:
    return text_of("scales.row", key="matrix", number=number)


def _fields(content: Content, declared: Mapping[str, str], place: str) -> Iterator[tuple[str, Problem]]:
    """Yield field and problem for each field that is unknown, missing or of the wrong kind."""
    for key in (key for key in content if key not in declared):
        yield key, _problem("unknown_key", place or key, key, key=key, guess=_guess(key, list(declared)), known=", ".join(declared))
    for key, kind in declared.items():
        name = text_of(f"scales.kinds.{kind.rstrip('?')}")
        if key not in content and not kind.endswith("?"):
            yield key, _problem("missing_key", place or key, key=key, kind=name)
        elif key in content and not _KINDS[kind.rstrip("?")](content[key]):
            yield key, _problem("wrong_kind", place or key, content[key], key=key, kind=name)


def _entries(content: Content, key: str) -> Iterator[Problem]:
    if not content[key]:
        yield _problem("empty", key, key=key)
    for number, entry in enumerate(content[key], start=1):
        place = _entry(key, number)
        if isinstance(entry, dict):
            yield from (problem for _, problem in _fields(entry, _ENTRIES[key], place))
        else:
            yield _problem("wrong_kind", place, entry, key=key, kind=text_of("scales.kinds.table"))


def _cells(content: Content) -> Iterator[Problem]:
    for number, row in enumerate(content["matrix"], start=1):
        wrong = [cell for cell in row if not _KINDS["integer"](cell)] if isinstance(row, list) else [row]
        kind = "integer" if isinstance(row, list) else "list"
        yield from (_problem("wrong_kind", _row(number), cell, key="matrix", kind=text_of(f"scales.kinds.{kind}")) for cell in wrong)


def _structure(content: Content) -> Iterator[tuple[str, Problem]]:
    """Yield top field and problem for everything that is not of the declared form."""
    top = list(_fields(content, _SCALE, ""))
    yield from top
    broken = {key for key, _ in top}
    for key in (key for key in _ENTRIES if key not in broken):
        yield from ((key, problem) for problem in _entries(content, key))
    if "matrix" not in broken:
        yield from (("matrix", problem) for problem in _cells(content))


def _labels(content: Content, key: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, entry in enumerate(content[key], start=1):
        label = entry["label"].strip()
        if not label:
            yield _problem("label_empty", _entry(key, number))
        elif label.casefold() in seen:
            yield _problem("label_twice", _entry(key, number), label, label=label)
        seen.add(label.casefold())


def _numbering(content: Content, key: str) -> Iterator[Problem]:
    numbers = [entry["level"] for entry in content[key]]
    if numbers[0] not in {0, 1}:
        yield _problem("first_level", _entry(key, 1), numbers[0])
    for number, (before, level) in enumerate(pairwise(numbers), start=2):
        if level != before + 1:
            kind = "level_gap" if level > before else "level_overlap"
            yield _problem(kind, _entry(key, number), level, before=before, expected=before + 1)


def _limits(content: Content, key: str) -> Iterator[Problem]:
    """Yield limits that are upside down, overlap or leave a gap, and those that are missing where others are declared."""
    levels: list[dict[str, Any]] = [{"low": None, "high": None} | entry for entry in content[key]]
    points = all(entry["low"] is not None and entry["low"] == entry["high"] for entry in levels)
    whole = any(entry[bound] is not None for entry in levels for bound in ("low", "high"))
    for number, entry in enumerate(levels, start=1):
        low, high = entry["low"], entry["high"]
        if low is not None and high is not None and (low > high or (low == high and not points)):
            yield _problem("reversed", _entry(key, number), low, low=_shown(low), high=_shown(high))
        for bound, edge in (("low", 1), ("high", len(levels))):
            if whole and entry[bound] is None and number != edge:
                yield _problem("bound_missing", _entry(key, number), level=entry["level"], bound=bound)
    for number, (before, entry) in enumerate(pairwise(levels), start=2):
        end, start = before["high"], entry["low"]
        if end is None or start is None or (start == end and not points):
            continue
        if start <= end or (whole and not points):
            kind = "bound_overlap" if start <= end else "bound_gap"
            said = {"before": before["level"], "level": entry["level"], "high": _shown(end), "low": _shown(start)}
            yield _problem(kind, _entry(key, number), start, **said)


def _range(content: Content) -> Iterator[Problem]:
    most = 1.0 if content["measure"] == "probability" else math.inf
    for number, entry in enumerate(content[LIKELIHOOD], start=1):
        for bound in ("low", "high"):
            if not 0.0 <= entry.get(bound, 0.0) <= most:
                yield _problem("bound_range", _entry(LIKELIHOOD, number), entry[bound])


def _classes(content: Content) -> Iterator[Problem]:
    for number, (before, entry) in enumerate(pairwise(content["classes"]), start=2):
        if entry["level"] <= before["level"]:
            yield _problem("class_order", _entry("classes", number), entry["level"], before=before["level"])
    for number, entry in enumerate(content["classes"], start=1):
        if entry["colour"] not in COLOURS:
            yield _problem("colour", _entry("classes", number), entry["colour"], known=", ".join(COLOURS))


def _rows(content: Content) -> Iterator[Problem]:
    rows, expected = len(content["matrix"]), len(content[LIKELIHOOD])
    if rows != expected:
        yield _problem("matrix_rows", "matrix", rows, count=rows, expected=expected)


def _columns(content: Content) -> Iterator[Problem]:
    expected = len(content["consequence"])
    for number, row in enumerate(content["matrix"], start=1):
        if len(row) != expected:
            yield _problem("matrix_columns", _row(number), row, count=len(row), expected=expected)


def _declared_classes(content: Content) -> Iterator[Problem]:
    known = [entry["level"] for entry in content["classes"]]
    for number, row in enumerate(content["matrix"], start=1):
        for cell in dict.fromkeys(cell for cell in row if cell not in known):
            yield _problem("matrix_class", _row(number), cell, known=", ".join(map(str, known)))


def _one_of(content: Content, key: str, known: Sequence[str]) -> Iterator[Problem]:
    if content[key] not in known:
        yield _problem(key, key, content[key], guess=_guess(content[key], known), known=", ".join(known))


def _measure(content: Content) -> Iterator[Problem]:
    if content["measure"] not in MEASURES:
        yield _problem("measure", "measure", content["measure"])


def _horizon(content: Content) -> Iterator[Problem]:
    if content["horizon_years"] <= 0:
        yield _problem("horizon", "horizon_years", content["horizon_years"])


def _values(content: Content) -> Iterator[Problem]:
    for aspect in (LIKELIHOOD, OWN_OPERATIONS, UNSPECIFIED):
        if aspect in content["values"]:
            yield _problem("reserved", "values", aspect)


def _combined(content: Content) -> Iterator[Problem]:
    known = (*content["values"], UNSPECIFIED)
    for aspect in content.get("combined", ()):
        if aspect not in known:
            yield _problem("combined", "combined", aspect, guess=_guess(str(aspect), known), known=", ".join(known))


def _described(content: Content) -> Iterator[Problem]:
    known = (*content["values"], OWN_OPERATIONS, UNSPECIFIED)
    for number, entry in enumerate(content["consequence"], start=1):
        for aspect in (aspect for aspect in entry.get("values", ()) if aspect not in known):
            yield _problem("described", _entry("consequence", number), aspect, guess=_guess(aspect, known), known=", ".join(known))


_CHOSEN: Final = {"rule": RULES, "judges": JUDGES, "across": AXES}  # field → what it may say

_Check = Callable[[Content], Iterator[Problem]]

# what a check reads → the check; it runs when all of that has the declared form
_CHECKS: Final[tuple[tuple[tuple[str, ...], _Check], ...]] = (
    *(((key,), partial(_labels, key=key)) for key in _ENTRIES),
    *(((key,), partial(_numbering, key=key)) for key in ("likelihood", "consequence")),
    *(((key,), partial(_limits, key=key)) for key in ("likelihood", "consequence")),
    (("likelihood", "measure"), _range),
    (("classes",), _classes),
    (("matrix", "likelihood"), _rows),
    (("matrix", "consequence"), _columns),
    (("matrix", "classes"), _declared_classes),
    *(((key,), partial(_one_of, key=key, known=known)) for key, known in _CHOSEN.items()),
    (("measure",), _measure),
    (("horizon_years",), _horizon),
    (("values",), _values),
    (("combined", "values"), _combined),
    (("consequence", "values"), _described),
)


def judges_problems(rule: str) -> list[Problem]:
    """Return what is wrong with a rule for several judges that is declared beside the scale file."""
    return list(_one_of({"judges": rule}, "judges", JUDGES))


def problems(content: Content) -> list[Problem]:
    """Return all that is wrong in a scale file, read from TOML and with its defaults; nothing for a sound one.

    What can be judged is judged: a label of the wrong kind does not hide a matrix of the wrong shape.
    """
    found = list(_structure(content))
    broken = {key for key, _ in found}
    checked = [check(content) for needs, check in _CHECKS if not broken.intersection(needs)]
    return [problem for _, problem in found] + [problem for problems in checked for problem in problems]
