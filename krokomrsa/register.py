"""Hold the register: every declared table as a typed DataFrame, and where each value came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from krokomrsa.values import Value
from krokomrsa.vocabulary import Table, Vocabulary, load

DTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "str",
        "choice": "str",
        "choices": "str",
        "reference": "str",
        "references": "str",
        "number": "float64",
        "integer": "Int64",
        "boolean": "boolean",
        "date": "datetime64[s]",
    }
)

Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was read: the sender's file, its content hash, sheet, row and cell."""

    file: str
    sha256: str
    sheet: str
    row: int
    cell: str

    def __str__(self) -> str:
        """Return the place as a coordinator would say it: ``soc.xlsx · C Händelser!D7``."""
        return f"{self.file} · {self.sheet}!{self.cell}"


ORIGIN_COLUMNS: Final = ("table", "id", "column", "file", "sha256", "sheet", "row", "cell")
Origins = Mapping[tuple[str, str, str], Origin]  # (table, id, column) → where its value was read


def value_of(raw: object) -> Value:
    """Return a DataFrame's scalar as a plain Python value, None where it is missing.

    >>> value_of(pd.NA), value_of(pd.Timestamp("2021-05-03"))
    (None, datetime.date(2021, 5, 3))
    """
    if raw is None or raw is pd.NaT or raw is pd.NA or raw != raw:  # noqa: PLR0124 (NaN is not itself)
        return None
    if isinstance(raw, pd.Timestamp):
        return raw.date()
    if hasattr(raw, "item"):
        raw = raw.item()
    return raw  # type: ignore[return-value]


def frame(table: Table, rows: Iterable[Mapping[str, Value]]) -> pd.DataFrame:
    """Return rows as a DataFrame with every declared column in order and in its declared type.

    >>> frame(load()["organisations"], [{"id": "SOC", "name": "Socialförvaltningen"}])["id"].tolist()
    ['SOC']
    """
    kept = list(rows)
    columns = {column.key: pd.Series([row.get(column.key) for row in kept], dtype=object) for column in table}
    return pd.DataFrame({column.key: columns[column.key].astype(pd.api.types.pandas_dtype(DTYPES[column.type])) for column in table})


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return a table as rows of plain Python values, None where something is missing."""
    columns = {str(key): [value_of(raw) for raw in table[key].astype(object)] for key in table.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _conformed(table: Table, given: pd.DataFrame) -> pd.DataFrame:
    unknown = [str(key) for key in given.columns if key not in table.keys]
    if unknown:
        message = f"{table.key} has no column {', '.join(unknown)}"
        raise ValueError(message)
    dtypes = [str(dtype) for dtype in given.dtypes]
    if tuple(given.columns) == table.keys and dtypes == [DTYPES[column.type] for column in table]:
        return given.reset_index(drop=True)
    return frame(table, rows_of(given))


class Register:
    """Hold all tables, copied at the border and compared by content.

    Tables are read as attributes, ``register.assessments``; each is a DataFrame of its own that a caller may change
    without changing the register. ``origins`` maps (table, id, column) to the cell a value was read from.

    >>> register = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
    >>> register.organisations.loc[0, "name"]
    'Socialförvaltningen'
    >>> len(register.risks)
    0
    """

    __slots__ = ("_rows", "_tables", "origins", "vocabulary")

    def __init__(
        self, tables: Mapping[str, pd.DataFrame] | None = None, *, origins: Origins | None = None, vocabulary: Vocabulary | None = None
    ) -> None:
        """Take copies of ``tables``, in declared columns and types; tables that are not given are empty.

        Raises
        ------
        ValueError
            A table or column that is not declared.
        """
        self.vocabulary = vocabulary or load()
        given = dict(tables or {})
        unknown = set(given) - set(self.vocabulary.tables)
        if unknown:
            message = f"no such table: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        self._tables = {
            table.key: _conformed(table, given[table.key]) if table.key in given else frame(table, []) for table in self.vocabulary
        }
        self._rows: dict[str, dict[str, Row]] = {}
        self.origins: Origins = MappingProxyType(dict(origins or {}))

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a copy of the table with this key."""
        if name.startswith("_") or name not in self._tables:
            raise AttributeError(name)
        return self._tables[name].copy()

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a copy of the table with this key."""
        return self._tables[name].copy()

    def __iter__(self) -> Iterator[tuple[Table, pd.DataFrame]]:
        """Go through declared tables and copies of their content."""
        return ((table, self._tables[table.key].copy()) for table in self.vocabulary)

    def __eq__(self, other: object) -> bool:
        """Compare content: same rows with same values, in any order; origins are not content."""
        return isinstance(other, Register) and self.content() == other.content()

    __hash__ = None  # type: ignore[assignment]

    def rows(self, table: str) -> dict[str, Row]:
        """Return a table's rows by id, as plain Python values that the caller may change."""
        if table not in self._rows:
            self._rows[table] = {str(row["id"]): row for row in rows_of(self._tables[table])}
        return {row_id: dict(row) for row_id, row in self._rows[table].items()}

    def content(self) -> dict[str, dict[str, Row]]:
        """Return everything by table and id, without missing values: what two registers are compared by."""
        return {
            key: {
                row_id: {name: value for name, value in row.items() if value is not None} for row_id, row in sorted(self.rows(key).items())
            }
            for key in self._tables
        }

    def fingerprint(self) -> str:
        """Return a hash of the content, the same for equal registers."""
        text = json.dumps(
            {key: rows for key, rows in self.content().items() if rows}, ensure_ascii=False, sort_keys=True, default=date.isoformat
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def source(self, table: str, row_id: str, column: str = "id") -> Origin | None:
        """Return where a value was read, None where it was not read from a file."""
        return self.origins.get((table, row_id, column))

    def origin_frame(self) -> pd.DataFrame:
        """Return all origins as a table with columns table, id, column, file, sha256, sheet, row, cell."""
        rows: list[dict[str, Any]] = [
            dict(zip(ORIGIN_COLUMNS[:3], key, strict=True)) | asdict(origin) for key, origin in sorted(self.origins.items())
        ]
        return pd.DataFrame(rows, columns=list(ORIGIN_COLUMNS))
