"""Read the one declaration of tables, columns, lists and Swedish texts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, cast

from krokomrsa.errors import KrokomrsaError, Problem

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


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return next(column for column in self.columns if column.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the columns in their declared order."""
        return tuple(column.key for column in self.columns)

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


def texts(module: str) -> Mapping[str, Any]:
    """Return all texts of a module, such as ``forms``, as nested mappings."""
    return _texts(module)


def lists(own: str = "") -> Mapping[str, Mapping[str, str]]:
    r"""Return every list of allowed values: list → code → Swedish label.

    ``own`` is the municipality's own ``lists.toml``: its entries are added, its labels replace.

    >>> lists()["areas"]["internal_protection"]
    'Internt skydd'
    >>> lists('[areas.values]\nwater = "Vattenskydd"')["areas"]["water"]
    'Vattenskydd'
    """
    found: dict[str, dict[str, str]] = {}
    for name, text in (("lists.toml", resource("lists.toml")), ("functions.toml", resource("functions.toml")), ("egna/lists.toml", own)):
        for key, entry in parse_toml(text, file=name).items():
            found.setdefault(key, {}).update(entry.get("values", {}))
    return MappingProxyType({key: MappingProxyType(values) for key, values in found.items()})


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
