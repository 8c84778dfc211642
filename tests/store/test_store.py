import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krokomrsa import changes, store
from krokomrsa.changes import Change, RowChange
from krokomrsa.errors import KrokomrsaError
from krokomrsa.register import Origin, Register
from krokomrsa.vocabulary import load

# Tests that take ``fresh`` run on a PostgreSQL server too: test_store_postgresql.py.


@pytest.fixture
def fresh(tmp_path: Path) -> str:
    """Return the place of a register that does not exist yet."""
    return str(tmp_path / "register.sqlite")


@pytest.fixture
def open_store(fresh: str) -> Iterator[store.Store]:
    """Give an empty register."""
    with store.open(fresh, create=True) as opened:
        yield opened


def origin(cell: str = "D7", *, file: str = "soc.xlsx", content: bytes = b"soc") -> Origin:
    """Return the origin of a value in a made-up file."""
    return Origin(file, hashlib.sha256(content).hexdigest(), "A Våra verksamheter", int(cell[1:]), cell)


def change(row_id: str, column: str, before, after, *, table: str = "services", source: Origin | None = None) -> Change:
    """Return a change of a service."""
    return Change(table=table, id=row_id, column=column, before=before, after=after, origin=source)


def service(row_id: str = "V1", name: str = "Hemtjänst", *, source: Origin | None = None) -> list[Change]:
    """Return the changes that make a service."""
    return [change(row_id, "id", None, row_id, source=source), change(row_id, "name", None, name, source=source)]


def put(opened: store.Store, *made: Change, source: str = "panel") -> int | None:
    """Store changes as an edit by Anna."""
    return opened.commit(made, who="Anna", source=source, kind="edit")


def refusal(error: pytest.ExceptionInfo[KrokomrsaError]) -> str:
    """Return what was told."""
    return "\n".join(problem.problem for problem in error.value.problems)


# Round trip


def values_of(column) -> st.SearchStrategy:
    """Return values that a column may hold, Swedish text among them."""
    text = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12) | st.sampled_from(
        ["Hårkan", "åäö ÅÄÖ", '”x”;\n="']
    )
    kinds = {
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "integer": st.integers(-(2**53), 2**53),
        "boolean": st.booleans(),
        "date": st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    }
    return kinds.get(column.type, text)


@st.composite
def registers(draw) -> Register:
    """Draw a register of a few tables, where some values come from cells."""
    tables, origins = {}, {}
    for key in ("dependencies", "assessments"):
        table = load()[key]
        ids = draw(st.lists(st.text("ABÅÄÖ-1", min_size=1, max_size=4), unique=True, max_size=3))
        rest = {column.key: st.none() | values_of(column) for column in table if column.key != "id"}
        rows = [{"id": row_id, **draw(st.fixed_dictionaries(rest))} for row_id in ids]
        tables[key] = pd.DataFrame(rows, columns=list(table.keys), dtype=object)
        read = [row for row in rows if draw(st.booleans())]
        origins |= {(key, row["id"], name): origin() for row in read for name, value in row.items() if value is not None}
    return Register(tables, origins=origins)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=registers(), second=registers())
def test_a_register_comes_back_as_it_was_stored(open_store, first, second):
    """Storing the difference to a register and reading gives that register, origins and all, now and after replay."""
    one = open_store.commit(changes.between(open_store.register(), first), who="Anna", source="ett.xlsx")
    before = open_store.register()
    open_store.commit(changes.between(before, second), who="Anna", source="två.xlsx")

    assert before == first
    assert open_store.register() == second
    assert open_store.register().content() == open_store.register(batch=10**6).content()
    assert open_store.register(batch=one or 0) == first or one is None
    assert open_store.check() == []


@pytest.mark.parametrize("count", [1, 332, 333, 334, 667])
def test_as_many_rows_as_are_stored_come_back(open_store, count):
    """Rows come back all, each with its own day and truth, wherever they part into statements: three values a row, 333 rows at once."""
    rows = [
        {
            "id": f"P{number}",
            "last_tested": date(2027, 1, 1 + number % 28) if number % 3 else None,
            "shared": number % 2 == 0 if number % 5 else None,
        }
        for number in range(count)
    ]
    table = "resources"
    open_store.commit([RowChange(table, str(row["id"]), None, row) for row in rows], who="Anna", source="x")

    assert [{key: row[key] for key in rows[0]} for row in open_store.register().rows(table).values()] == rows
    assert open_store.check() == []


def test_origins_and_order_come_back(open_store):
    """Each value keeps the cell it was read from, and rows stand in the order in which they were made."""
    put(open_store, *service("V9", source=origin("B7")), *service("V1", source=origin("B8")), change("V1", "unit", None, "Änge"))
    read = open_store.register()

    assert read.services["id"].tolist() == ["V9", "V1"]
    assert read.source("services", "V9", "name") == origin("B7")
    assert read.source("services", "V1", "unit") is None


def test_a_value_edited_by_hand_loses_its_origin(open_store):
    """An edit in a panel has no cell, so the old cell is no longer shown as the source."""
    put(open_store, *service(source=origin()))
    put(open_store, change("V1", "name", "Hemtjänst", "Hemtjänsten"))

    assert open_store.register().source("services", "V1", "name") is None


def test_opening_again_finds_everything(fresh):
    """A closed and reopened register is the same."""
    with store.open(fresh, create=True, meta={"municipality": "Krokoms kommun"}) as opened:
        put(opened, *service())
        first = opened.register()
        workspace = opened.meta()["workspace"]
    with store.open(fresh) as opened:
        opened.set_meta(mandate_period="2023–2026")

        assert opened.register() == first
        assert opened.meta() == {
            "mandate_period": "2023–2026",
            "municipality": "Krokoms kommun",
            "schema_version": "1",
            "workspace": workspace,
        }


# Commit


def test_a_commit_that_changes_nothing_leaves_no_batch(open_store):
    """Nothing new in, nothing new in the list of batches."""
    put(open_store, *service())

    assert put(open_store) is None
    assert put(open_store, change("V1", "name", "Hemtjänst", "Hemtjänst")) is None
    assert len(open_store.batches()) == 1


def test_a_conflict_shows_both_values_and_stores_nothing(open_store):
    """A change that starts from another value than the register's is refused, together with the rest of its batch."""
    put(open_store, *service(), change("V1", "routines", None, "unknown"))
    before = open_store.register()
    with pytest.raises(KrokomrsaError) as error:
        put(open_store, change("V1", "unit", None, "Änge"), change("V1", "routines", "no", "yes"), change("V1", "name", None, "Skola"))

    assert [(p.kind, p.table, p.id, p.column) for p in error.value.problems] == [
        ("conflict", "services", "V1", "routines"),
        ("conflict", "services", "V1", "name"),
    ]
    assert error.value.problems[0].problem == "I registret står ”Vet inte”, men ändringen utgick från ”Nej”."
    assert "”Vet inte” eller ”Ja”" in error.value.problems[0].remedy
    assert open_store.register() == before
    assert len(open_store.batches()) == 1


def test_a_row_that_somebody_made_meanwhile_is_a_conflict(open_store):
    """A row that is made whole where there is one by now is refused with both rows' values, as is all else that does not fit; nothing is stored."""
    made = [RowChange("services", row_id, None, {"id": row_id, "name": f"Skola {row_id}"}) for row_id in ("V1", "V2", "V3")]
    put(open_store, *service(), *service("V3", "Fritids"))
    before = open_store.register()
    for also, places in ((), 2), ((change("V3", "unit", "Änge", "Ås"),), 3):
        with pytest.raises(KrokomrsaError) as error:
            put(open_store, *made[: 4 - places], *also)
        told = [(p.kind, p.id, p.column) for p in error.value.problems]
        assert told == [("conflict", "V1", "id"), ("conflict", "V1", "name"), ("conflict", "V3", "unit")][:places]
        assert error.value.problems[1].problem == "I registret står ”Hemtjänst”, men ändringen utgick från inget värde."
    assert open_store.register() == before
    assert len(open_store.batches()) == 1


def test_a_row_that_is_taken_away_can_be_made_again_at_once(open_store):
    """A row that is taken away and made whole in one batch holds what it was made with, and nothing of what it held before."""
    put(open_store, *service(), change("V1", "unit", None, "Änge"))
    put(open_store, change("V1", "id", "V1", None), RowChange("services", "V1", None, {"id": "V1", "name": "Skola"}))
    row = open_store.register().held("services")["V1"]
    assert (row["name"], row["unit"]) == ("Skola", None)
    assert open_store.check() == []


def test_rows_that_are_gone_are_those_taken_away_last(open_store):
    """A row that was made once more is not gone; one that was taken away once more is, and one that never was is not."""
    for row_id, times in (("V1", 1), ("V2", 2), ("V3", 3), ("V4", 4)):
        for number in range(times):
            put(open_store, change(row_id, "id", row_id, None) if number % 2 else change(row_id, "id", None, row_id))

    assert open_store.removed() == {("services", "V2"), ("services", "V4")}
    assert open_store.check() == []


def test_a_value_for_a_row_that_is_gone_is_a_conflict(open_store):
    """A row that somebody took away is not brought back by a value."""
    with pytest.raises(KrokomrsaError, match="Raden finns inte") as error:
        put(open_store, change("V1", "name", None, "Hemtjänst"))

    assert error.value.problems[0].kind == "conflict"


def test_a_value_of_another_type_is_a_mistake_of_ours(open_store):
    """Types are the declaration's: text in a number, an unknown column and a changed id never reach the database."""
    wrong = [
        change("V1", "tolerable_outage_h", None, "två"),
        change("V1", "nothing", None, "x"),
        change("V1", "id", None, "V2"),
        change("V1", "id", None, "V1", table="changes"),
    ]
    for one in wrong:
        with pytest.raises(ValueError, match=r"services|changes"):
            put(open_store, one)


def test_a_row_taken_away_is_known_as_removed(open_store):
    """Taking away a row's id takes its values with it, and all of them are in the history."""
    put(open_store, *service(), change("V1", "tolerable_outage_h", None, 2))
    put(open_store, change("V1", "id", "V1", None))

    assert open_store.register() == Register()
    assert open_store.removed() == {("services", "V1")}
    assert open_store.history("services", "V1")["before"].tolist()[-3:] == ["V1", "Hemtjänst", 2.0]


def test_originals_are_archived_once_by_their_hash(open_store):
    """The same file is kept once; a file that is new makes a batch even when no value changed."""
    entry = {hashlib.sha256(b"PK").hexdigest(): ("soc.xlsx", b"PK")}

    assert open_store.commit([], who="Anna", source="soc.xlsx", originals=entry) == 1
    assert open_store.commit([], who="Anna", source="kopia.xlsx", originals=entry) is None
    assert open_store.original(next(iter(entry))) == b"PK"
    assert open_store.originals()[["file", "size", "batch"]].to_numpy().tolist() == [["soc.xlsx", 2, 1]]
    with pytest.raises(ValueError, match="hash"):
        open_store.commit([], who="Anna", source="x", originals={"00": ("x", b"x")})
    with pytest.raises(KrokomrsaError, match="finns inte i arkivet"):
        open_store.original("00")


def test_history_says_who_when_and_from_where(open_store):
    """A row's history has one line per change, with person, source, cell and both values."""
    put(open_store, *service(source=origin()), source="soc.xlsx")
    put(open_store, change("V1", "trained_on", None, date(2021, 5, 3)))
    told = open_store.history("services", "V1")

    assert told[["who", "source", "column", "before", "after", "cell"]].to_numpy().tolist() == [
        ["Anna", "soc.xlsx", "id", None, "V1", "D7"],
        ["Anna", "soc.xlsx", "name", None, "Hemtjänst", "D7"],
        ["Anna", "panel", "trained_on", None, date(2021, 5, 3), None],
    ]
    assert told["at"].str.endswith("+00:00").all()


# States


def test_a_named_state_is_read_back_whole_and_compared(open_store):
    """A state is the register as it was, whatever happened since, and the difference to now is a list of changes."""
    put(open_store, *service(source=origin()))
    first = open_store.register()
    open_store.name_state("Fastställd RSA 2023", "Anna")
    put(open_store, change("V1", "name", "Hemtjänst", "Hemtjänsten"), *service("V2", "Skola"))
    put(open_store, change("V2", "id", "V2", None), change("V2", "name", "Skola", None))
    back = open_store.register(state="Fastställd RSA 2023")

    assert back == first
    assert dict(back.origins) == dict(first.origins)
    assert open_store.compare("Fastställd RSA 2023") == [change("V1", "name", "Hemtjänst", "Hemtjänsten")]
    assert open_store.states()[["name", "batch", "who"]].to_numpy().tolist() == [["Fastställd RSA 2023", 1, "Anna"]]


def test_a_state_of_an_empty_register_is_empty(open_store):
    """A state may be named before anything was read."""
    assert open_store.name_state("Start", "Anna") == 0
    put(open_store, *service())

    assert open_store.register(state="Start") == Register()


def test_states_are_refused_in_words(open_store):
    """A name that is taken, empty or unknown is refused, and the unknown one with those that exist."""
    with pytest.raises(KrokomrsaError, match="Inga lägen är namngivna"):
        open_store.register(state="RSA")
    open_store.name_state("RSA", "Anna")
    with pytest.raises(KrokomrsaError, match="redan ett läge"):
        open_store.name_state("RSA", "Anna")
    with pytest.raises(KrokomrsaError, match="saknar namn"):
        open_store.name_state("  ", "Anna")
    with pytest.raises(KrokomrsaError, match="lägen som finns: RSA"):
        open_store.compare("RSA 2", "RSA")


# Undo


def test_undo_takes_back_the_latest_batch_with_its_earlier_origins(open_store):
    """Undo is a new batch; values and the cells they came from are as before, and undoing again goes one further back."""
    put(open_store, *service(source=origin()))
    first = open_store.register()
    put(open_store, change("V1", "name", "Hemtjänst", "Skola", source=origin("D9")), change("V1", "unit", None, "Änge"))
    undone = open_store.undo("Bo")
    back = open_store.register()

    assert back == first
    assert dict(back.origins) == dict(first.origins)
    open_store.undo("Bo")
    assert open_store.register() == Register()
    assert open_store.batches()[["id", "kind", "who", "undoes", "undone"]].astype(object).to_numpy().tolist()[1:3] == [
        [2, "edit", "Anna", pd.NA, True],
        [undone, "undo", "Bo", 2, False],
    ]
    with pytest.raises(KrokomrsaError, match="inget att ångra"):
        open_store.undo("Bo")


def test_undo_brings_a_removed_row_back_whole(open_store):
    """A row that was taken away comes back with every value and origin."""
    put(open_store, *service(source=origin()), change("V1", "unit", None, "Änge"))
    first = open_store.register()
    put(open_store, change("V1", "id", "V1", None))
    open_store.undo("Anna")

    assert open_store.register() == first
    assert dict(open_store.register().origins) == dict(first.origins)
    assert open_store.removed() == set()


def test_undo_lists_later_edits_of_the_same_values(open_store):
    """A batch whose values were edited since is not undone; each edited value is told, also those a row would lose."""
    put(open_store, *service())
    put(open_store, change("V1", "name", "Hemtjänst", "Skola"), change("V1", "unit", None, "Änge"))
    before = open_store.register()
    with pytest.raises(KrokomrsaError) as error:
        open_store.undo("Anna", batch=1)

    assert {(p.column, p.kind) for p in error.value.problems} == {("name", "conflict"), ("unit", "conflict")}
    assert "”Skola”" in refusal(error)
    assert open_store.register() == before
    with pytest.raises(KrokomrsaError, match="nummer 7"):
        open_store.undo("Anna", batch=7)
