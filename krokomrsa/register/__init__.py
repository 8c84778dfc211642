"""Hold the register: every declared table as a typed DataFrame, and where each value came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, Final

from krokomrsa.register.carried import Askable, Carried
from krokomrsa.register.indexes import Differing, Index, Late, Mark, Record, Rows, by_mark, caught_up
from krokomrsa.register.origins import ORIGIN_COLUMNS, Kept, Origin, Origins, Place, Places, placed, replaced
from krokomrsa.values import Value
from krokomrsa.vocabulary import Column, Table, Vocabulary, load

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DTYPES",
    "ORIGIN_COLUMNS",
    "Askable",
    "Carried",
    "Differing",
    "Kept",
    "Mark",
    "Origin",
    "Origins",
    "Place",
    "Places",
    "Record",
    "Register",
    "Row",
    "Rows",
    "frame",
    "placed",
    "replaced",
    "rows_of",
    "value_of",
]

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

_EXACT: Final[Mapping[str, type]] = MappingProxyType(
    {"text": str, "choice": str, "choices": str, "reference": str, "references": str}
    | {"number": float, "integer": int, "boolean": bool, "date": date}
)
_PLAIN: Final = frozenset({str, int, bool})  # types whose values are never missing
_INTEGER: Final = 2**63  # a whole number of a table is smaller

Row = dict[str, Value]


def value_of(raw: object) -> Value:
    """Return a DataFrame's scalar as a plain Python value, None where it is missing.

    >>> import pandas as pd
    >>> value_of(pd.NA), value_of(pd.Timestamp("2021-05-03"))
    (None, datetime.date(2021, 5, 3))
    """
    if raw is None or type(raw) in _PLAIN:
        return raw  # type: ignore[return-value]
    import pandas as pd  # noqa: PLC0415 (a process that only reads workbooks needs none, and starts in half the time)

    if raw is pd.NaT or raw is pd.NA or raw != raw:  # noqa: PLR0124 (NaN is not itself)
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
    import pandas as pd  # noqa: PLC0415 (as above)

    kept = list(rows)
    columns = {column.key: pd.Series([row.get(column.key) for row in kept], dtype=object) for column in table}
    return pd.DataFrame({column.key: columns[column.key].astype(pd.api.types.pandas_dtype(DTYPES[column.type])) for column in table})


def rows_of(table: pd.DataFrame) -> list[Row]:
    """Return a table as rows of plain Python values, None where something is missing."""
    columns = {str(key): [value_of(raw) for raw in table[key].astype(object)] for key in table.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _typed(table: Table, rows: Differing) -> dict[str, Record | None]:
    """Return rows with every declared column in its type; rows that have them so already are taken as they are."""
    whole = {row_id: row for row_id, row in rows.items() if row is not None and tuple(row) == table.keys}
    rough = {row_id for row_id, row in rows.items() if row is not None and row_id not in whole} if len(whole) < len(rows) else set()
    for column, values in zip(table, zip(*[row.values() for row in whole.values()], strict=True), strict=True) if whole else ():
        rough.update(_misfits(column, whole, values))
    wanted = {row_id: row for row_id, row in rows.items() if row is not None and row_id in rough} if rough else {}
    made = rows_of(frame(table, wanted.values())) if wanted else []
    return {**rows, **dict(zip(wanted, made, strict=True))}


def _misfits(column: Column, ids: Iterable[str], values: Sequence[Value]) -> Iterable[str]:
    """Return those of some rows whose value of a column is of another type, or a number that the column does not keep as it is."""
    exact, counts = {_EXACT[column.type], NoneType}, column.type in {"number", "integer"}
    if set(map(type, values)) <= exact and not (counts and not all(map(_is_exact, set(values)))):
        return ()
    each = zip(ids, values, strict=True)
    return [row_id for row_id, value in each if type(value) not in exact or (counts and not _is_exact(value))]


def _is_exact(number: Value) -> bool:
    """Tell whether a number is one that its column keeps as it is: not NaN, and no larger whole number than there is room for."""
    return number is None or (number == number and (type(number) is float or -_INTEGER <= number < _INTEGER))  # type: ignore[operator]  # noqa: PLR0124


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

    >>> import pandas as pd
    >>> register = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
    >>> register.organisations.loc[0, "name"]
    'Socialförvaltningen'
    >>> len(register.risks)
    0
    """

    __slots__ = ("_marked", "_rows", "_tables", "origins", "vocabulary")

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
        self._rows: dict[str, Carried[str, Record]] = {}
        self.origins = Kept.of(origins or {})
        self._marked: dict[tuple[str, Mark], tuple[Index, tuple[Late, ...]]] = {}  # an index, and the rows it does not know of yet

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a copy of the table with this key."""
        if name.startswith("_") or name not in self.vocabulary.tables:
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a copy of the table with this key."""
        if name not in self._tables:  # its rows were renewed, and nobody has asked for the table since
            self._tables[name] = frame(self.vocabulary[name], self._rows[name].values())
        return self._tables[name].copy()

    def __iter__(self) -> Iterator[tuple[Table, pd.DataFrame]]:
        """Go through declared tables and copies of their content."""
        return ((table, self[table.key]) for table in self.vocabulary)

    def __eq__(self, other: object) -> bool:
        """Compare content: same rows with same values, in any order; origins are not content."""
        return isinstance(other, Register) and self.content() == other.content()

    __hash__ = None  # type: ignore[assignment]

    def rows(self, table: str) -> dict[str, Row]:
        """Return a table's rows by id, as plain Python values that the caller may change."""
        return {row_id: dict(row) for row_id, row in self.held(table).items()}

    def held(self, table: str) -> Carried[str, Record]:
        """Return a table's rows by id, to be read only: nothing is copied."""
        if table not in self._rows:
            self._rows[table] = Carried({str(row["id"]): row for row in rows_of(self._tables[table])})
        return self._rows[table]

    def marked(self, table: str, mark: Mark) -> Index:
        """Return what rows are known by → their ids in the register's order; what was found once is carried over to later registers.

        >>> import pandas as pd
        >>> register = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
        >>> dict(register.marked("organisations", lambda table, rows: [row["name"] for row in rows]))
        {'Socialförvaltningen': ('SOC',)}
        """
        found, late = self._marked.get((table, mark), (None, ()))
        if found is not None and not late:
            return found
        if late and found is not None:
            found = caught_up(self.vocabulary[table], mark, found, late)
        if found is None:
            rows = self.held(table)
            found = Carried(by_mark(mark(self.vocabulary[table], [*rows.values()]), [*rows]))
        self._marked[table, mark] = (found, ())
        return found

    def changed(self, rows: Mapping[str, Differing], places: Mapping[str, Mapping[str, Places | None]]) -> Register:
        """Return a register in which some rows are others, table → id → row, and come from other places, table → id → places.

        >>> import pandas as pd
        >>> old = Register({"organisations": pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})})
        >>> new = old.changed({"organisations": {"SOC": None, "BUN": {"id": "BUN", "name": "Skolan"}}}, {})
        >>> new.organisations["id"].tolist(), len(old.organisations)
        (['BUN'], 1)
        """
        made, held, late = copy(self), dict(self._rows), dict[str, Late]()
        for key, differing in rows.items():
            old, new = self.held(key), _typed(self.vocabulary[key], differing)
            held[key] = old.changed(new)
            if any(key == table for table, _ in self._marked):
                late[key] = (new, {} if held[key].layers[0].new else old.some(new))
        made._rows, made._tables = held, {key: table for key, table in self._tables.items() if key not in rows}  # noqa: SLF001 (a copy of its own)
        made._marked = {  # noqa: SLF001 (as above)
            (key, mark): (index, (*unknown, late[key]) if key in late else unknown)
            for (key, mark), (index, unknown) in self._marked.items()
        }
        made.origins = self.origins.changed(places)
        return made

    def content(self) -> dict[str, dict[str, Row]]:
        """Return everything by table and id, without missing values: what two registers are compared by."""
        return {
            key: {
                row_id: {name: value for name, value in row.items() if value is not None} for row_id, row in sorted(self.held(key).items())
            }
            for key in self.vocabulary.tables
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
        import pandas as pd  # noqa: PLC0415 (as above)

        rows: list[dict[str, Any]] = [
            dict(zip(ORIGIN_COLUMNS, (*key, *origin), strict=True)) for key, origin in sorted(self.origins.items())
        ]
        return pd.DataFrame(rows, columns=list(ORIGIN_COLUMNS))
