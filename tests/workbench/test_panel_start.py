"""00 Start: three ways to begin, the example apart from the municipality's own, and where the work stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ipywidgets as widgets
import pytest

from krokomrsa import importing, process, replies, workspace
from krokomrsa.charts.wheel import wheel
from krokomrsa.errors import KrokomrsaError
from krokomrsa.process import forms
from krokomrsa.rules import Period
from krokomrsa.workbench import arrived, undoing
from krokomrsa.workbench.standing import moments
from krokomrsa.workbench.start import Start


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.setenv(workspace.VARIABLE, str(tmp_path / "hemma"))
    return tmp_path / "hemma"


def texts(panel: Start) -> str:
    """Return everything that a panel's HTML parts say."""
    found, waiting = [], [panel.widget]
    while waiting:
        one = waiting.pop()
        found.append(str(getattr(one, "value", "")))
        waiting += getattr(one, "children", ())
    return "\n".join(found)


def test_a_new_municipality_is_made_and_shown(at_home: Path) -> None:
    """Municipality, period, organisations and name make a workspace; then the panel shows the wheel and who has not answered."""
    panel = Start()
    assert "Ingen arbetsyta är öppen" in panel.place.value
    panel.municipality.value, panel.who_box.value = "Testköpings kommun", "Sam Ordnare"
    panel.organisations.value = "SOC = Socialförvaltningen\nTekniska förvaltningen"
    panel.make()
    with workspace.opened(at_home) as place:
        assert set(place.register.rows("organisations")) == {"SOC", "TEK"}
        assert place.store.batches()["who"].tolist() == ["Sam Ordnare"]
    assert "Testköpings kommun" in panel.place.value
    assert "inte frågad" in texts(panel)
    assert "<svg" in texts(panel)


def test_the_rule_for_several_judges_can_be_changed(at_home: Path) -> None:
    """The rule that is chosen in the panel is kept in the workspace and is the one chosen when the panel opens again."""
    workspace.create(at_home, municipality="Testköpings kommun", first_year=2023)
    panel = Start()
    assert panel.judges.value == "consolidated_or_span"
    panel.judges.value = "consolidated_or_highest"
    panel.save_judges()
    assert "gäller nu den högsta bedömningen" in panel.message.value
    assert Start().judges.value == "consolidated_or_highest"
    with workspace.opened(at_home) as place:
        assert place.settings.scale.judges == "consolidated_or_highest"


def test_without_a_name_of_the_municipality_nothing_is_made(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing name is said in the panel, and no workspace is made."""
    panel = Start()
    monkeypatch.delenv("KROKOMRSA_RAISE")
    panel.make()
    assert "Kommunens namn saknas" in panel.message.value
    assert not workspace.database(at_home).exists()


def test_the_example_opens_apart_and_is_left_again(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example gets a folder of its own that every later panel opens, until one goes back; the own folder is untouched."""
    monkeypatch.setattr(importing, "import_files", lambda *_, **__: [])  # what is read is tested elsewhere
    panel = Start()
    panel.open_example()
    assert workspace.locate() == at_home / "data" / "demo"
    assert "påhittade exempeldata" in Start().place.value
    assert not workspace.database(at_home).exists()
    panel.leave_example()
    assert workspace.locate() == at_home
    panel.open_example()
    assert panel.folder == at_home / "data" / "demo"


def test_the_example_shows_every_department_step_and_deadline(example_copy: Path) -> None:
    """With the example the panel says who has answered with which file, each step's state, and the deadlines of the period."""
    said = texts(Start(example_copy))
    assert "01-socialforvaltningen.xlsx" in said
    assert "har svarat" in said
    with workspace.opened(example_copy) as place:
        found = replies.at_a_glance(place.register, asked=forms.asked(place))
    assert arrived.listed(found, contacts=False) in said  # the same as 01 shows
    assert "09 Rapport" in said
    with workspace.opened(example_copy) as place:
        days = [day for day, _ in moments(place)]
    assert date(2019, 10, 31) in days
    assert {date(year, 2, 15) for year in range(2019, 2023)} <= set(days)


def test_a_backup_is_written_and_put_back(at_home: Path) -> None:
    """A backup that lies in the workspace can be chosen and put back; the register that was there is kept aside."""
    process.new(at_home, municipality="Testköping", first_year=2023, organisations=[("SOC", "Soc")], who="test", scale="femgradig")
    panel = Start()
    panel.backup()
    with workspace.opened(at_home) as place:
        place.store.undo("test")
    panel.restore()
    with workspace.opened(at_home) as place:
        assert "SOC" in place.register.rows("organisations")
    assert "register-fore-aterlasning" in panel.message.value
    assert (at_home / "data" / "register-fore-aterlasning.sqlite").exists()


def test_an_archive_that_is_missing_or_damaged_changes_nothing(at_home: Path) -> None:
    """No file chosen, or a file that is no backup, is refused with what to do."""
    panel = Start()
    with pytest.raises(KrokomrsaError, match="Ingen fil är vald"):
        panel.restore()
    (at_home.parent / "fel.sqlite").write_bytes(b"inget register")
    panel.archive_path.value = f'"{at_home.parent / "fel.sqlite"}"'
    with pytest.raises(KrokomrsaError):
        panel.restore()
    assert not workspace.database(at_home).exists()


def test_a_damaged_register_is_told_and_a_backup_can_be_read(at_home: Path) -> None:
    """A register that cannot be opened is a Swedish message, with the ways to begin below it."""
    (at_home / "data").mkdir(parents=True)
    workspace.database(at_home).write_bytes(b"skrap" * 400)
    panel = Start()
    assert panel.message.value
    assert "Läs in arkiv" in str([getattr(one, "titles", "") for one in panel.body.children])


def test_an_undo_says_first_what_it_would_take_back_and_asks(at_home: Path) -> None:
    """Nothing is undone until what would be, when and by whom has been read and confirmed; afterwards what was undone is said."""
    process.new(at_home, municipality="Testköping", first_year=2023, organisations=[("SOC", "Soc")], who="Kim", scale="femgradig")
    panel = Start()
    panel.undo()
    asked = texts(panel)
    assert "Det här skulle ångras: arbetsytan när den skapades" in asked
    assert "av Kim, 2 värden." in asked
    panel.let_be()
    assert "Inget är ångrat" in panel.message.value
    assert not panel.asking.children
    panel.undo()
    with workspace.opened(at_home) as place:
        assert len(place.register.organisations) == 1
        found = undoing.latest(place)
    panel.take_back(found)
    assert "Organisationer: raden Soc är borttagen" in panel.message.value
    assert "Registret har inga organisationer" in texts(panel)
    with pytest.raises(KrokomrsaError, match="inget att ångra"):
        panel.undo()


def test_an_undo_of_an_import_names_the_file(example_copy: Path) -> None:
    """Of an import is said which file it was, how many values it gave, and that the original stays."""
    panel = Start(example_copy)
    panel.undo()
    said = panel.asking.children[0].value
    assert "inläsningen av 11-va-enheten.xlsx" in said or "inläsningen av 09-raddningstjansten.xlsx" in said
    assert "Originalet finns kvar" in said


def test_what_was_undone_meanwhile_is_not_undone_twice(at_home: Path) -> None:
    """What is confirmed is what was shown: where somebody else has undone it first, nothing else goes."""
    process.new(at_home, municipality="Testköping", first_year=2023, organisations=[("SOC", "Soc")], who="Kim", scale="femgradig")
    with workspace.opened(at_home) as place:
        found = undoing.latest(place)
        place.store.undo("Robin")
    with pytest.raises(KrokomrsaError, match="ingen ändring nummer 1"):
        Start().take_back(found)


def test_the_ways_on_lead_to_step_01(at_home: Path) -> None:
    """With a workspace there are links to reading the last RSA, making forms and reading answers, and the state of step 00."""
    process.new(at_home, municipality="Testköping", first_year=2023, organisations=[("SOC", "Soc")], who="Kim", scale="femgradig")
    panel = Start()
    said = next(one.outputs[0]["data"]["text/markdown"] for one in panel.body.children if isinstance(one, widgets.Output))
    for way in ("Läs in förra RSA:n (register eller tabeller)", "Skapa formulär", "Läs in svar"):
        assert f"[{way}](01_underlag.ipynb)" in said
    assert "Steg 00: klart." in texts(panel)
    assert "en organisation har inte fått något formulär" not in texts(panel)
    assert "Det här saknas: verksamheter och bedömningar." in texts(panel)


def test_the_name_of_a_municipality_is_never_markup(at_home: Path) -> None:
    """What somebody writes is shown as text."""
    process.new(at_home, municipality="<script>x</script>", first_year=2023, organisations=[("A", "<b>A</b>")], who="t", scale="femgradig")
    assert "<script>" not in texts(Start())
    assert "<b>A</b>" not in texts(Start())


def test_the_wheel_is_drawn_for_days_before_in_and_after_the_period() -> None:
    """Outside the period there is no hand; a moment outside keeps its number and is not drawn."""
    moments_of = [(date(2022, 2, 15), "Före"), (date(2023, 10, 31), "RSA")]
    for day in (date(2022, 1, 1), date(2025, 6, 1), date(2028, 1, 1)):
        drawn = wheel(Period(2023, 2026), day, moments_of)
        assert "<title>2. 2023-10-31 RSA</title>" in drawn
        assert "Före" not in drawn
