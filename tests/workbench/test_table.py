"""The table of form fields, as Python sees it."""

from __future__ import annotations

from typing import Any

import pytest

from krokomrsa.vocabulary import load
from krokomrsa.workbench import table
from krokomrsa.workbench.table import Edit, Table, field, told


def sent(one: Table, row: str, key: str, value: Any, old: str = "") -> None:
    """Let an edit arrive as the browser sends it."""
    one._received(None, {"row": row, "key": key, "old": old, "value": value}, [])


def test_an_edit_arrives_with_row_column_old_and_value() -> None:
    """What the browser sends reaches the handler as one edit, a missing value as an empty text."""
    edits: list[Edit] = []
    one = Table(edits.append, label="Prov")
    sent(one, "V-1", "name", "Ny", "Gammal")
    sent(one, "V-1", "name", None)
    assert edits == [Edit(row="V-1", key="name", old="Gammal", value="Ny"), Edit(row="V-1", key="name", old="", value="")]


def test_a_field_is_told_what_is_stored_also_when_the_handler_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """After every edit, refused ones too, the browser is told to show what is stored."""
    answers: list[Any] = []
    monkeypatch.setattr(Table, "send", lambda _, content: answers.append(content))

    def refuse(_: Edit) -> None:
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        sent(Table(refuse, label="Prov"), "V-1", "name", "Ny")
    assert answers == [{"stored": True}]


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        (("services", "name"), "text"),
        (("services", "condition_1"), "select"),
        (("services", "tolerable_outage_h"), "number"),
        (("services", "trained_on"), "date"),
        (("treatments", "risks"), "many"),
        (("information_assets", "personal_data"), "select"),
    ],
)
def test_each_type_of_column_has_its_field(where: tuple[str, str], kind: str) -> None:
    """The declaration decides which field a column gets."""
    assert field(load()[where[0]][where[1]])["type"] == kind


def test_limits_and_choices_come_from_the_declaration() -> None:
    """A number carries its limits, a choice its labels, a locked column neither field nor choice of type."""
    assert (field(load()["information_assets"]["integrity"])["min"], field(load()["information_assets"]["integrity"])["max"]) == (0, 3)
    assert ("yes", "Ja") in field(load()["services"]["condition_1"])["options"]
    assert field(load()["services"]["name"], locked=True)["type"] == "fixed"


def test_rows_are_sent_as_text_with_choices_of_their_own() -> None:
    """Values are sent as a field holds them; a row may have choices that others lack."""
    one = Table(lambda _: None, label="Prov")
    one.columns = [told("a", "A"), told("b", "B")]
    one.show([("R-1", "Ett", {"a": 0.5, "b": None})], options={"R-1": {"a": [("1", "1 Låg")]}})
    assert one.rows == [{"id": "R-1", "name": "Ett", "cells": {"a": "0.5", "b": ""}, "options": {"a": [("1", "1 Låg")]}}]


def test_the_script_and_its_looks_are_part_of_the_package() -> None:
    """The browser gets real form fields, and nothing is fetched from outside."""
    script = str(Table._esm)
    assert all(word in script for word in ("textarea", "select", "aria-label", "msg:custom"))
    assert "http" not in script + str(Table._css)


def test_a_long_label_is_cut_and_markup_is_text() -> None:
    """A label in a list fits on one line, and a name that looks like markup is shown as it stands."""
    assert table.shortened("ord " * 50).endswith("…")
    assert table.escaped("<b>") == "&lt;b&gt;"
