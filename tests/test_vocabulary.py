"""The one declaration: what it must hold for everything that follows from it."""

from __future__ import annotations

import re
import tomllib

import pytest

from krokomrsa import vocabulary
from krokomrsa.errors import KrokomrsaError
from krokomrsa.values import fold
from krokomrsa.vocabulary import Column, Table

TABLES = list(vocabulary.load())
COLUMNS = [column for table in TABLES for column in table]
FORMS = {"department.A", "department.B", "department.C", "department.D", "owner.A", "owner.B"}


def _ids(declared: Table | Column) -> str:
    return f"{declared.table}.{declared.key}" if isinstance(declared, Column) else declared.key


@pytest.mark.parametrize("table", TABLES, ids=_ids)
def test_a_table_has_an_id_a_prefix_and_an_identity_of_its_own_columns(table: Table) -> None:
    """Begin with a required id; name only declared columns; have one required column that people can write."""
    assert (table.columns[0].key, table.columns[0].required) == ("id", True)
    assert table.prefix
    assert set(table.identity) <= set(table.keys)
    assert any(column.required for column in table.columns[1:])


def test_sheets_and_prefixes_are_each_their_own() -> None:
    """Give no two tables the same sheet, whatever the capitals, or the same prefix; no sheet name that Excel refuses."""
    assert len({table.sheet.casefold() for table in TABLES}) == len(TABLES)
    assert len({table.prefix for table in TABLES}) == len(TABLES)
    assert all(len(table.sheet) <= 31 and not set(r"[]:*?/\'") & set(table.sheet) for table in TABLES)


@pytest.mark.parametrize("table", TABLES, ids=_ids)
def test_headers_are_told_apart_in_a_table(table: Table) -> None:
    """Give no two columns headers that are read as the same, with or without unit, or as the other's key."""
    for way in (lambda one: one.header, lambda one: one.title):
        names = [fold(way(column)) for column in table]
        assert len(set(names)) == len(names)
    keys = {column.key: column for column in table}
    assert not [column.key for column in table if fold(column.header) in keys and keys[fold(column.header)] is not column]


@pytest.mark.parametrize("column", COLUMNS, ids=_ids)
def test_a_column_is_declared_soundly(column: Column) -> None:
    """Have a help text; values where one chooses, tables where one refers, limits for numbers only, forms that exist."""
    assert column.header
    assert column.help
    assert bool(column.values) == (column.type in {"choice", "choices"})
    assert bool(column.to) == (column.type in {"reference", "references"})
    assert set(column.to) <= {table.key for table in TABLES}
    assert (column.min is None and column.max is None) or column.type in {"number", "integer"}
    assert set(column.asked) <= FORMS


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.values], ids=_ids)
def test_an_answer_means_one_thing_only(column: Column) -> None:
    """Let no label be read as another label or as another code, and hold nothing that separates several."""
    words = [word for code, label in column.values.items() for word in {fold(code), fold(label)}]
    assert len(words) == len(set(words))
    assert not [word for word in words if ";" in word or not word]


def test_a_table_gives_its_columns_by_key_and_by_form() -> None:
    """Find a column by key, with its unit in the title, and the columns that a form asks for in their order."""
    services = vocabulary.load()["services"]
    assert services["tolerable_outage_h"].title.endswith("(timmar)")
    assert services["name"].title == services["name"].header
    assert [column.key for column in services.asked_in("department.A")][:2] == ["name", "unit"]
    assert services.asked_in("owner.A") == ()
    assert services.keys[0] == "id"


def test_a_column_that_is_added_to_the_declaration_is_a_column() -> None:
    """Take a stranger's block as it stands, without anything else being changed."""
    text = vocabulary.resource("tables.toml").replace(
        "[tables.risks.columns]\n", '[tables.risks.columns]\ncolour = { header = "Färg", type = "text", help = "Fri text." }\n'
    )
    assert vocabulary.parse(text)["risks"]["colour"].header == "Färg"


def test_a_declaration_that_is_no_toml_is_refused_with_its_line() -> None:
    """Say which file and where in it."""
    with pytest.raises(KrokomrsaError) as refused:
        vocabulary.parse("[tables.risks\n")
    (problem,) = refused.value.problems
    assert (problem.file, problem.kind) == ("tables.toml", "refused")
    assert "line 1" in problem.value


def test_the_municipalitys_own_entries_are_added_and_its_labels_replace() -> None:
    """Put own entries beside the declared ones, in the columns that use the list too."""
    own = '[areas.values]\nwater = "Vattenskydd"\ninternal_protection = "Internt"\n'
    lists = vocabulary.lists(own)
    assert (lists["areas"]["water"], lists["areas"]["internal_protection"]) == ("Vattenskydd", "Internt")
    assert vocabulary.load(own)["risks"]["area"].values["water"] == "Vattenskydd"
    assert "water" not in vocabulary.load()["risks"]["area"].values


@pytest.mark.parametrize(
    ("own", "stands", "remedy"),
    [
        ("[area.values]\nx = 'X'", "area", "areas"),
        ("areas = 'Vatten'", "areas", "[areas.values]"),
        ("[areas]\nvalues = ['Vatten']", "areas", "[areas.values]"),
        ("[areas.values]\nx = 1", "areas.values.x", "citattecken"),
        ("[areas.values]\nx = ''", "areas.values.x", "citattecken"),
        ("[areas.values]\nx = 'a; b'", "areas.values.x", "citattecken"),
        ("[areas.values\n", "", "TOML"),
    ],
)
def test_own_lists_that_cannot_be_used_are_refused(own: str, stands: str, remedy: str) -> None:
    """Name the entry and what to do instead of passing over it."""
    with pytest.raises(KrokomrsaError) as refused:
        vocabulary.lists(own)
    (problem,) = refused.value.problems
    assert problem.file == "egna/lists.toml"
    assert stands in problem.value
    assert remedy in problem.remedy + problem.problem


def test_all_faults_of_own_lists_are_told_at_once() -> None:
    """Carry every problem of the file."""
    with pytest.raises(KrokomrsaError) as refused:
        vocabulary.lists("area = 1\n[areas.values]\nx = 1\ny = ''\n")
    assert len(refused.value.problems) == 3


def test_lists_are_not_changed_by_who_reads_them() -> None:
    """Give mappings that cannot be written to."""
    with pytest.raises(TypeError):
        vocabulary.lists()["areas"]["x"] = "y"  # type: ignore[index]
    with pytest.raises(TypeError):
        vocabulary.load().tables["x"] = None  # type: ignore[index]


def test_texts_are_found_by_key_with_their_places_filled_in() -> None:
    """Fill in values, also when they hold braces; leave a text without places as it is."""
    assert vocabulary.text_of("values.below", limit="{0}") == "Talet är mindre än {0}."
    assert vocabulary.text_of("values.yes") == "Ja"
    assert vocabulary.texts("values")["no"] == "Nej"
    with pytest.raises(KeyError):
        vocabulary.text_of("values.nonsense")


@pytest.mark.parametrize("name", vocabulary.resource_names("texts"))
def test_every_text_is_swedish_and_can_be_filled_in(name: str) -> None:
    """Hold well-formed texts whose places have names."""

    def leaves(found: object) -> list[str]:
        if isinstance(found, dict):
            return [leaf for part in found.values() for leaf in leaves(part)]
        if isinstance(found, list):
            return [leaf for part in found for leaf in leaves(part)]
        return [found] if isinstance(found, str) else []

    for text in leaves(tomllib.loads(vocabulary.resource("texts", f"{name}.toml"))):
        places = [part for part in text.split("{")[1:] if "}" in part]
        assert all(re.fullmatch(r"\w+(:[^}]*)?", part.split("}")[0]) for part in places), text
