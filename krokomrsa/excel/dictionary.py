"""Say what every table and column of the register means, as a text that is generated from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from krokomrsa.values import shown
from krokomrsa.vocabulary import Column, Table, Vocabulary, text_of, texts

LONG: Final = 12  # a longer list of allowed values stands below its table

Says = Callable[[Column, Vocabulary], str]


def _told(part: str, code: str) -> str:
    return str(texts("dictionary")[part][code])


def _joined(parts: Iterable[str], separator: str = "separator") -> str:
    return text_of(f"dictionary.{separator}").join(parts)


def _limits(column: Column) -> str:
    low, high = (None if limit is None else shown(float(limit)) for limit in (column.min, column.max))
    if low is None and high is None:
        return ""
    key = "most" if low is None else "least" if high is None else "between"
    return text_of(f"dictionary.{key}", low=low, high=high)


def _values(column: Column, _vocabulary: Vocabulary) -> str:
    allowed = column.values
    if len(allowed) > LONG:
        return text_of("dictionary.below", count=len(allowed))
    listed = [text_of("dictionary.value", label=label, code=code) for code, label in allowed.items()]
    return _joined(listed, "value_separator") or _limits(column)


def _reference(column: Column, vocabulary: Vocabulary) -> str:
    return _joined(text_of("dictionary.references", sheet=vocabulary[key].sheet, key=key) for key in column.to)


def _asked(column: Column, _vocabulary: Vocabulary) -> str:
    return _joined(_told("forms", part.split(".")[0]).format(sheet=texts("forms")["sheets"][part]) for part in column.asked)


# The columns of the dictionary, in order; their headers stand in texts/dictionary.toml.
_SAID: Final[Mapping[str, Says]] = {
    "header": lambda column, _: column.header,
    "key": lambda column, _: text_of("dictionary.code", key=column.key),
    "type": lambda column, _: _told("types", column.type),
    "unit": lambda column, _: column.unit,
    "values": _values,
    "required": lambda column, _: text_of("dictionary.yes" if column.required else "dictionary.no"),
    "to": _reference,
    "secrecy": lambda column, _: _told("secrecy", column.secrecy),
    "asked": _asked,
    "help": lambda column, _: column.help,
}


def _row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table; nothing in a cell ends it."""
    escaped = (" ".join(cell.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _long_lists(table: Table) -> Iterator[str]:
    for column in table:
        if len(column.values) > LONG:
            yield text_of("dictionary.list", header=column.header)
            yield "\n".join(text_of("dictionary.item", label=label, code=code) for code, label in column.values.items())


def _table(table: Table, vocabulary: Vocabulary) -> Iterator[str]:
    yield text_of("dictionary.table", sheet=table.sheet, key=table.key)
    yield text_of("dictionary.about", title=table.title, help=table.help)
    columns = _joined(table[key].header for key in table.identity)
    yield text_of("dictionary.identity", prefix=table.prefix, columns=columns)
    head = [_row(texts("dictionary")["headers"][key] for key in _SAID), _row("---" for _ in _SAID)]
    yield "\n".join([*head, *(_row(say(column, vocabulary) for say in _SAID.values()) for column in table)])
    yield from _long_lists(table)


def markdown(vocabulary: Vocabulary) -> str:
    """Return the data dictionary: every table and column, in Markdown.

    >>> from krokomrsa.vocabulary import load
    >>> [line for line in markdown(load()).splitlines() if "tolerable_outage_h" in line][0][:82]
    '| Hur länge får den stå stilla | `tolerable_outage_h` | tal | timmar | minst 0 |  '
    """
    parts = [text_of("dictionary.title"), text_of("dictionary.intro")]
    return "\n\n".join([*parts, *(part for table in vocabulary for part in _table(table, vocabulary))]) + "\n"
