"""Read the one declaration of tables, columns, lists and Swedish texts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from krokomrsa.errors import KrokomrsaError, Problem

OWN_LISTS: Final = "egna/lists.toml"

Type = Literal["text", "integer", "number", "boolean", "date", "choice", "choices", "reference", "references"]
Secrecy = Literal["open", "internal", "secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of one table, as declared in ``resources/tables.toml``."""

    table: str
    key: str
    header: str
    type: Type
    help: str
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    empty: str = ""
    to: tuple[str, ...] = ()
    required: bool = False
    min: float | None = None
    max: float | None = None
    remedy: str = ""
    secrecy: Secrecy = "internal"
    asked: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return the header as printed, with its unit."""
        return f"{self.header} ({self.unit})" if self.unit else self.header


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the register, as declared in ``resources/tables.toml``."""

    key: str
    sheet: str
    title: str
    help: str
    prefix: str
    identity: tuple[str, ...]
    columns: tuple[Column, ...]

    def __iter__(self) -> Iterator[Column]:
        """Go through the columns in their declared order."""
        return iter(self.columns)

    def __getitem__(self, key: str) -> Column:
        """Return the column with this key."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> Mapping[str, Column]:
        return MappingProxyType({column.key: column for column in self.columns})

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the columns in their declared order."""
        return tuple(self._by_key)

    @cached_property
    def required(self) -> tuple[Column, ...]:
        """Return the columns that no row can be without, its id left aside."""
        return tuple(column for column in self.columns if column.required and column.key != "id")

    def asked_in(self, form: str) -> tuple[Column, ...]:
        """Return the columns that a form part, such as ``department.A``, asks for."""
        return tuple(column for column in self.columns if form in column.asked)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tables by key."""

    tables: Mapping[str, Table]

    def __iter__(self) -> Iterator[Table]:
        """Go through the tables in their declared order."""
        return iter(self.tables.values())

    def __getitem__(self, key: str) -> Table:
        """Return the table with this key."""
        return self.tables[key]


def resource(*parts: str) -> str:
    """Return the text of a file in ``krokomrsa/resources``."""
    return resources.files("krokomrsa").joinpath("resources", *parts).read_text(encoding="utf-8")


def resource_names(folder: str) -> list[str]:
    """Return the names of the TOML files in a folder of ``krokomrsa/resources``, without their ending."""
    found = resources.files("krokomrsa").joinpath("resources", folder).iterdir()
    return sorted(path.name.removesuffix(".toml") for path in found if path.name.endswith(".toml"))


def parse_toml(text: str, *, file: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises
    ------
    KrokomrsaError
        The text is no TOML; the message names the file and the line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KrokomrsaError(
            Problem(
                file=file,
                value=str(error),
                problem=text_of("vocabulary.not_toml"),
                remedy=text_of("vocabulary.not_toml_remedy"),
                kind="refused",
            )
        ) from error


@cache
def _texts(module: str) -> Mapping[str, Any]:
    return MappingProxyType(tomllib.loads(resource("texts", f"{module}.toml")))


def text_of(key: str, /, **values: object) -> str:
    """Return a Swedish text by key, such as ``values.not_a_number``, with its places filled in.

    >>> text_of("values.yes")
    'Ja'
    """
    module, *path = key.split(".")
    found: Any = _texts(module)
    for part in path:
        found = found[part]
    return cast("str", found).format(**values) if values else cast("str", found)


def counted(key: str, /, count: int, **values: object) -> str:
    """Return a Swedish text that counts something; for one, the text by the same key with ``_one`` after it.

    >>> counted("treatment.days", 1), counted("treatment.days", 30)
    ('1 dag', '30 dagar')
    """
    return text_of(f"{key}_one" if count == 1 else key, count=count, **values)


def texts(module: str) -> Mapping[str, Any]:
    """Return all texts of a module, such as ``forms``, as nested mappings."""
    return _texts(module)


@cache  # asked for again and again by a panel, and what it gives cannot be changed
def lists(own: str = "") -> Mapping[str, Mapping[str, str]]:
    r"""Return every list of allowed values: list → code → Swedish label.

    ``own`` is the municipality's own ``lists.toml``: its entries are added, its labels replace.

    Raises
    ------
    KrokomrsaError
        The municipality's own is no TOML, names a list that there is not, or holds what is no label; all problems at once.

    >>> lists()["areas"]["internal_protection"]
    'Internt skydd'
    >>> lists('[areas.values]\nwater = "Vattenskydd"')["areas"]["water"]
    'Vattenskydd'
    """
    found: dict[str, dict[str, str]] = {}
    for name in ("lists.toml", "functions.toml"):
        found |= {key: dict(entry["values"]) for key, entry in parse_toml(resource(name), file=name).items()}
    for key, values in _own_lists(own, tuple(found)).items():
        found[key].update(values)
    return MappingProxyType({key: MappingProxyType(values) for key, values in found.items()})


def _own_lists(text: str, known: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the municipality's own entries by list; tell all that is no entry of a list."""
    found: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for key, entry in parse_toml(text, file=OWN_LISTS).items():
        values = entry.get("values", {}) if isinstance(entry, dict) else None
        if key not in known:
            problems.append(_list_problem("unknown_list", key, known=", ".join(known)))
        elif not isinstance(values, dict):
            problems.append(_list_problem("no_values", key, list=key))
        else:
            found[key] = values
            wrong = [code for code, label in values.items() if not _is_entry(code, label)]
            problems += [_list_problem("no_label", f"{key}.values.{code}") for code in wrong]
    if problems:
        raise KrokomrsaError.of(problems)
    return found


def _is_entry(code: str, label: object) -> bool:
    """Tell whether code and label can stand in a cell, where several are separated by semicolons."""
    return all(isinstance(part, str) and part.strip() == part != "" and not {";", "\n"} & set(part) for part in (code, label))


def _list_problem(key: str, value: str, **values: object) -> Problem:
    problem, remedy = text_of(f"vocabulary.{key}", **values), text_of(f"vocabulary.{key}_remedy", **values)
    return Problem(file=OWN_LISTS, value=value, problem=problem, remedy=remedy, kind="refused")


def _column(table: str, key: str, declared: Mapping[str, Any], known: Mapping[str, Mapping[str, str]]) -> Column:
    fields = dict(declared)
    listed = fields.pop("list", None)
    if listed:
        fields["values"] = known[listed]
    fields["values"] = MappingProxyType(dict(fields.get("values", {})))
    fields["to"], fields["asked"] = tuple(fields.get("to", ())), tuple(fields.get("asked", ()))
    return Column(table=table, key=key, **fields)


def parse(declaration: str, *, own_lists: str = "") -> Vocabulary:
    """Return the vocabulary that a declaration in TOML describes."""
    known = lists(own_lists)
    tables = {
        key: Table(
            key=key,
            **{name: entry[name] for name in ("sheet", "title", "help", "prefix")},
            identity=tuple(entry["identity"]),
            columns=tuple(_column(key, name, declared, known) for name, declared in entry["columns"].items()),
        )
        for key, entry in parse_toml(declaration, file="tables.toml")["tables"].items()
    }
    return Vocabulary(MappingProxyType(tables))


@cache
def load(own_lists: str = "") -> Vocabulary:
    """Return the vocabulary in ``resources/tables.toml``, with the municipality's own lists beside it.

    >>> load()["services"]["tolerable_outage_h"].title
    'Hur länge får den stå stilla (timmar)'
    """
    return parse(resource("tables.toml"), own_lists=own_lists)
