"""Edit rows where they stand: checked, stored at once, undone, traced."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from krokomrsa import identity, process, workspace
from krokomrsa.changes import Change
from krokomrsa.errors import KrokomrsaError
from krokomrsa.workbench.editing import PAGE, Editor
from krokomrsa.workbench.keeping import Keeping
from krokomrsa.workbench.panel import Panel

COLUMNS = ("name", "organisation", "condition_1", "tolerable_outage_h", "trained_on")


@pytest.fixture
def editor(example_copy: Path) -> Editor:
    """Return an editor of the example's services."""
    return Editor(Panel(example_copy), "services", COLUMNS, source="prov")


def write(editor: Editor, row: str, key: str, value: str) -> None:
    """Write in a field as the browser does."""
    editor.table._received(None, {"row": row, "key": key, "old": "", "value": value}, [])


def cell(editor: Editor, row: str, key: str) -> str:
    """Return what a field shows."""
    return next(str(one["cells"][key]) for one in editor.table.rows if one["id"] == row)


def stored(folder: Path, table: str, row: str, key: str) -> Any:
    """Return what the register holds."""
    with workspace.opened(folder) as place:
        return place.register.rows(table).get(row, {}).get(key)


def test_an_edit_is_stored_at_once_and_survives(editor: Editor, example_copy: Path) -> None:
    """What is written is in the register before anything else is done, and said in Swedish."""
    write(editor, "V-SOC-1", "tolerable_outage_h", "0.5")
    assert stored(example_copy, "services", "V-SOC-1", "tolerable_outage_h") == 0.5
    assert "Sparat. Hemtjänst" in editor.message.value
    assert "→ ”0,5”" in editor.message.value


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("tolerable_outage_h", "-3", "mindre än 0"),
        ("tolerable_outage_h", "?", "Här ska stå ett tal"),
        ("trained_on", "0002-01-01", "1900-03-01"),
        ("name", "", "Verksamhet"),
        ("condition_1", "kanske", "Ja, Nej, Vet inte"),
        ("organisation", "FEL", "finns inte i Organisationer"),
    ],
)
def test_a_wrong_value_is_told_and_the_field_falls_back(editor: Editor, example_copy: Path, key: str, value: str, said: str) -> None:
    """A value that breaks a rule is refused with what to do, and field and register keep what stood there."""
    before = cell(editor, "V-SOC-1", key)
    held = stored(example_copy, "services", "V-SOC-1", key)
    with pytest.raises(KrokomrsaError):
        write(editor, "V-SOC-1", key, value)
    assert said in editor.message.value
    assert (cell(editor, "V-SOC-1", key), stored(example_copy, "services", "V-SOC-1", key)) == (before, held)


def test_somebody_elses_edit_is_told_with_both_values(editor: Editor, example_copy: Path) -> None:
    """When the same value was changed elsewhere both values are told, the field shows the newer one, and a second try is stored."""
    with workspace.opened(example_copy) as place:
        place.store.commit(
            [Change(table="services", id="V-SOC-1", column="name", before="Hemtjänst", after="Hemvård")],
            who="annan",
            source="x",
            kind="edit",
        )
    with pytest.raises(KrokomrsaError):
        write(editor, "V-SOC-1", "name", "Hemtjänsten")
    assert "Hemvård" in editor.message.value
    assert "Hemtjänsten" in editor.message.value
    assert cell(editor, "V-SOC-1", "name") == "Hemvård"
    write(editor, "V-SOC-1", "name", "Hemtjänsten")
    assert stored(example_copy, "services", "V-SOC-1", "name") == "Hemtjänsten"


def test_undo_takes_back_only_what_was_edited_here(editor: Editor, example_copy: Path) -> None:
    """Undo takes back the panel's own edits, latest first, and never an import."""
    before = cell(editor, "V-SOC-1", "name")
    write(editor, "V-SOC-1", "name", "Ett")
    write(editor, "V-SOC-1", "name", "Två")
    editor.take_back()
    assert "”Två” → ”Ett”" in editor.message.value
    editor.take_back()
    assert cell(editor, "V-SOC-1", "name") == stored(example_copy, "services", "V-SOC-1", "name") == before
    with pytest.raises(KrokomrsaError, match="ingen ändring från den här panelen"):
        editor.take_back()


def test_undo_survives_a_restart(editor: Editor, example_copy: Path) -> None:
    """What was edited before the kernel was restarted can still be undone."""
    write(editor, "V-SOC-1", "name", "Ett")
    fresh = Editor(Panel(example_copy), "services", COLUMNS, source="prov")
    assert cell(fresh, "V-SOC-1", "name") == "Ett"
    fresh.take_back()
    assert stored(example_copy, "services", "V-SOC-1", "name") == "Hemtjänst"


def test_undo_never_takes_back_anothers_edit(example_copy: Path) -> None:
    """Of two panels on the same step each takes back its own edit and says which it was, though the other's came later."""
    mine, theirs = (Editor(Panel(example_copy), "services", COLUMNS, source="prov") for _ in range(2))
    write(mine, "V-SOC-1", "name", "Min")
    identity.save("Kim Kollega")
    write(theirs, "V-SOC-2", "name", "Deras")
    identity.save("Prov Provsson")
    mine.take_back()
    assert mine.message.value.count("→") == 1
    assert "”Min” → ”Hemtjänst”" in mine.message.value
    assert stored(example_copy, "services", "V-SOC-1", "name") == "Hemtjänst"
    assert stored(example_copy, "services", "V-SOC-2", "name") == "Deras"
    with pytest.raises(KrokomrsaError, match="ingen ändring från den här panelen"):
        mine.take_back()


def test_undo_leaves_alone_what_the_same_person_does_in_another_window(example_copy: Path) -> None:
    """What is stored in a panel that is open beside this one is undone there."""
    one, other = (Editor(Panel(example_copy), "services", COLUMNS, source="prov") for _ in range(2))
    write(other, "V-SOC-2", "name", "Där")
    with pytest.raises(KrokomrsaError, match="ingen ändring från den här panelen"):
        one.take_back()
    other.take_back()
    assert "”Där” →" in other.message.value


def test_undo_after_a_restart_leaves_alone_what_others_did(example_copy: Path) -> None:
    """A panel that is opened anew takes back only what the same person stored."""
    identity.save("Kim Kollega")
    write(Editor(Panel(example_copy), "services", COLUMNS, source="prov"), "V-SOC-1", "name", "Deras")
    identity.save("Prov Provsson")
    with pytest.raises(KrokomrsaError, match="ångras i 00 Start"):
        Editor(Panel(example_copy), "services", COLUMNS, source="prov").take_back()
    assert stored(example_copy, "services", "V-SOC-1", "name") == "Deras"


def test_an_undo_that_later_edits_stand_in_the_way_of_says_where(example_copy: Path) -> None:
    """A value that somebody else has changed since stays, and the message names the row and the column."""
    mine, theirs = (Editor(Panel(example_copy), "services", COLUMNS, source="prov") for _ in range(2))
    write(mine, "V-SOC-1", "name", "Min")
    theirs.reload()
    write(theirs, "V-SOC-1", "name", "Deras")
    with pytest.raises(KrokomrsaError, match="Min, Verksamhet"):
        mine.take_back()


def test_who_changed_what_is_shown_for_the_chosen_row(editor: Editor) -> None:
    """The history of a row tells who, what stood before and after, and the cell it was read from; a second press hides it."""
    write(editor, "V-SOC-1", "name", "<b>Ny</b>")
    editor.table.selected = "V-SOC-1"
    editor.show_history()
    told = editor.trace.value
    assert all(word in told for word in ("Prov Provsson", "Hemtjänst", "&lt;b&gt;Ny&lt;/b&gt;", "00-samordnaren-register.xlsx"))
    editor.take_back()
    assert "Ångrat" in editor.trace.value
    editor.show_history()
    assert editor.trace.value == ""


def test_a_new_row_gets_an_id_of_its_own(editor: Editor, example_copy: Path) -> None:
    """A new row asks for what is required, is stored, shown and chosen; an id that was removed is not used again."""
    with pytest.raises(KrokomrsaError, match="tomt"):
        editor.add()
    for _ in range(2):
        editor.fresh["organisation"].value = "SOC"
        editor.fresh["name"].value = "Provverksamhet"
        editor.add()
        first = editor.table.selected
        assert stored(example_copy, "services", first, "name") == "Provverksamhet"
        editor.remove()
        assert stored(example_copy, "services", first, "name") is None
    editor.take_back()
    assert stored(example_copy, "services", first, "name") == "Provverksamhet"
    assert first != "V-43"


def test_a_row_in_use_is_not_removed(editor: Editor, example_copy: Path) -> None:
    """A row that others point to stays, and the message names them."""
    editor.table.selected = "V-SOC-1"
    with pytest.raises(KrokomrsaError, match="används på andra ställen"):
        editor.remove()
    assert stored(example_copy, "services", "V-SOC-1", "name") == "Hemtjänst"


def test_without_a_chosen_row_nothing_is_removed(editor: Editor) -> None:
    """Removing and tracing ask for a row first."""
    with pytest.raises(KrokomrsaError, match="Ingen rad är vald"):
        editor.remove()


def test_rows_are_filtered_and_turned(editor: Editor) -> None:
    """Only a page of the rows is sent; search and organisation narrow them down."""
    assert len(editor.table.rows) == PAGE
    editor.turn(1)
    assert len(editor.table.rows) == len(editor.ids) - PAGE
    editor.search.value = "HEMTJÄNST"
    assert "V-SOC-1" in editor.ids
    assert editor.page == 0
    editor.search.value = ""
    editor.organisation.value = "KOF"
    assert {editor.register.rows("services")[row]["organisation"] for row in editor.ids} == {"KOF"}


def test_reload_shows_what_others_stored(editor: Editor, example_copy: Path) -> None:
    """Reading again shows another's edit."""
    change = Change(table="services", id="V-SOC-1", column="note", before=None, after="Ny")
    with workspace.opened(example_copy) as place:
        place.store.commit([change], who="annan", source="x", kind="edit")
    editor.reload()
    assert editor.register.rows("services")["V-SOC-1"]["note"] == "Ny"


def test_an_editor_shares_what_its_panel_keeps(example_copy: Path) -> None:
    """Two editors of one panel show each other's edits, and a told column follows."""
    chosen: list[str] = []
    panel = Keeping(example_copy, source="prov")
    assert panel.begin()
    first = Editor(panel, "services", ["name"], defaults={"organisation": "SOC"}, locked=["name"], picked=chosen.append)
    second = Editor(panel, "services", [("Stort", lambda _, row: str(row["name"]).upper()), "name"], labels={"name": "Kallas"})
    write(second, "V-SOC-1", "name", "Nytt namn")
    assert cell(first, "V-SOC-1", "name") == "Nytt namn"
    assert cell(second, "V-SOC-1", "told0") == "NYTT NAMN"
    assert list(first.fresh) == ["name"]
    first.table.selected = "V-SOC-1"
    assert chosen == ["V-SOC-1"]


def test_what_is_written_can_change_more_along_with_it(example_copy: Path) -> None:
    """Changes along with a value are stored in the same transaction, asked for with the row, and undone together."""
    along = lambda row, key, value: [Change(table="services", id=str(row["id"]), column="note", before=row["note"], after=f"{key} {value}")]  # noqa: E731
    editor = Editor(Panel(example_copy), "services", COLUMNS, source="prov", along=along, asking=("condition_1",))
    assert list(editor.fresh) == ["organisation", "name", "condition_1"]
    before = stored(example_copy, "services", "V-SOC-1", "note")
    write(editor, "V-SOC-1", "name", "Ny")
    assert stored(example_copy, "services", "V-SOC-1", "note") == "name Ny"
    editor.take_back()
    assert stored(example_copy, "services", "V-SOC-1", "note") == before
    assert stored(example_copy, "services", "V-SOC-1", "name") == "Hemtjänst"


def test_without_a_register_nothing_fails(tmp_path: Path) -> None:
    """In a folder without a workspace the panel says where to begin, in an empty register the table is empty."""
    assert "00 Start" in Editor(Panel(tmp_path), "services", COLUMNS).place.value
    process.new(tmp_path, municipality="Prov", first_year=2023, organisations=[("SOC", "Soc")], who="prov", scale="femgradig")
    assert Editor(Panel(tmp_path), "services", COLUMNS).count.value == "Inga rader"


def test_five_hundred_rows_are_redrawn_in_no_time(tmp_path: Path) -> None:
    """Turning a page, searching and choosing in 500 rows reads nothing and is quick."""
    process.new(tmp_path, municipality="Prov", first_year=2023, organisations=[("SOC", "Soc")], who="prov", scale="femgradig")
    values = {"organisation": "SOC", "name": "Verksamhet", "condition_1": "yes"}
    rows = [
        Change(table="services", id=f"V-{number}", column=key, before=None, after=value)
        for number in range(500)
        for key, value in {"id": f"V-{number}", **values}.items()
    ]
    with workspace.opened(tmp_path) as place:
        place.store.commit(rows, who="prov", source="prov")
    editor = Editor(Panel(tmp_path), "services", COLUMNS)
    start = time.perf_counter()
    editor.turn(3)
    editor.search.value = "V-49"
    editor.show()
    assert time.perf_counter() - start < 1.5  # three redraws, also on a busy machine
