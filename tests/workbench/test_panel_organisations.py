"""Step 01: the organisations, and what the forms, the report and the duties need to know about each."""

from __future__ import annotations

from pathlib import Path

import pytest
from panel_hands import empty, held, write

from krokomrsa import process, workspace
from krokomrsa.process import forms
from krokomrsa.workbench.organisations import gaps, missing, organisations


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return a workspace as "Ny kommun" leaves it: organisations by name and nothing else."""
    known = [("SOC", "Socialförvaltningen"), ("KS", "Kommunstyrelsen")]
    process.new(tmp_path, municipality="Ny", first_year=2027, organisations=known, who="prov", scale="femgradig")
    return tmp_path


def test_a_new_municipality_is_completed_in_the_workbench(new: Path) -> None:
    """Kind, whether it is the municipality, role and contact are stored at once, and the panel stops asking for them."""
    panel = organisations(new)
    assert "Slag saknas för 2" in panel.counted.value
    for key, value in (("kind", "political body"), ("municipal", "Ja"), ("crisis_role", "crisis board"), ("contact", "ks@ny.se")):
        write(panel.editor.table, "KS", key, value)
    row = held(new, "organisations")["KS"]
    assert (row["kind"], row["municipal"], row["crisis_role"], row["contact"]) == ("political body", True, "crisis board", "ks@ny.se")
    assert "Slag saknas för 1" in panel.counted.value
    assert "Krisledningsnämnd: Kommunstyrelsen." in panel.counted.value


def test_a_political_body_gets_no_department_form(new: Path) -> None:
    """The form that was made for the board before its kind was told is not made after it."""
    panel = organisations(new)
    write(panel.editor.table, "KS", "kind", "political body")
    with workspace.opened(new) as place:
        names = [path.name for path in forms.make(place)]
    assert any("SOC" in name for name in names)
    assert not any("KS" in name for name in names)


def test_what_lacks_something_can_be_shown_alone(new: Path) -> None:
    """The view of what is missing leaves out whoever is told about."""
    panel = organisations(new)
    for key, value in (("kind", "external"), ("municipal", "Nej"), ("contact", "x")):
        write(panel.editor.table, "SOC", key, value)
    panel.view.value = "open"
    assert panel.editor.ids == ["KS"]


def test_an_organisation_is_added_with_its_kind_and_can_be_undone(new: Path) -> None:
    """A new row is asked for kind and role too, and is undone whole."""
    panel = organisations(new)
    for key, value in (("name", "Krokomsbostäder AB"), ("kind", "company"), ("municipal", "Ja")):
        panel.editor.fresh[key].value = value
    panel.editor.add()
    made = panel.editor.table.selected
    row = held(new, "organisations")[made]
    assert (row["name"], row["kind"], row["municipal"], row["crisis_role"]) == ("Krokomsbostäder AB", "company", True, None)
    panel.editor.take_back()
    assert made not in held(new, "organisations")


def test_only_who_is_the_municipality_is_asked_for_a_role() -> None:
    """Who is not counted as the municipality needs no role; none of the four is taken for granted."""
    nothing = dict.fromkeys(("kind", "municipal", "crisis_role", "contact"))
    assert missing(nothing) == ["kind", "municipal", "crisis_role", "contact"]
    assert gaps([nothing, nothing | {"municipal": False}]) == {"kind": 2, "municipal": 1, "crisis_role": 1, "contact": 2}


def test_the_example_and_no_workspace_stand(example: Path, tmp_path: Path) -> None:
    """With the example the roles are told by name, without a workspace where to begin."""
    assert "Tjänstemannaledning: " in organisations(example).counted.value
    assert "00 Start" in organisations(tmp_path / "tom").place.value
    assert "0 organisationer" in organisations(empty(tmp_path / "ny")).counted.value
