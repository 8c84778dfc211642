"""The workspace: one folder, nothing written over, every fault of the disk a Swedish sentence."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from krokomrsa import importing, process, workspace
from krokomrsa.errors import KrokomrsaError
from krokomrsa.process import forms, results


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return an empty workspace of a municipality."""
    workspace.create(tmp_path / "krokom", municipality="Krokoms kommun", first_year=2023)
    return tmp_path / "krokom"


def broken(number: int) -> Callable[..., None]:
    """Return a function that fails as the operating system does."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "No such luck")

    return fail


def test_a_workspace_is_found_where_it_is_given_then_by_variable_then_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is given goes before the variable, and the variable before the project folder."""
    monkeypatch.setenv(workspace.VARIABLE, str(tmp_path / "variable"))
    assert workspace.locate(tmp_path / "given") == tmp_path / "given"
    assert workspace.locate() == tmp_path / "variable"
    monkeypatch.delenv(workspace.VARIABLE)
    assert workspace.locate() == workspace.PROJECT


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A file that is there keeps its content; the new one gets a number."""
    first = workspace.write(tmp_path / "sammanstallning.xlsx", b"ett")
    second = workspace.write(tmp_path / "sammanstallning.xlsx", b"tva")
    assert first.read_bytes() == b"ett"
    assert second.name == "sammanstallning-2.xlsx"
    assert second.read_bytes() == b"tva"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "disken är full"),
        (errno.EROFS, "skrivskyddad"),
        (errno.EACCES, "skrivskyddad"),
        (errno.ENOTDIR, "en fil där en mapp ska vara"),
        (errno.EEXIST, "en fil där en mapp ska vara"),
        (errno.ENAMETOOLONG, "sökvägen är för lång"),
        (errno.EBUSY, "används av ett annat program"),
        (errno.EFBIG, "för stor"),
        (errno.EMFILE, "för många filer"),
        (errno.EIO, "disken går inte att läsa"),
        (errno.ETIMEDOUT, "nätverksplatsen svarar inte"),
        (errno.ENOSYS, "datorn säger: No such luck"),
    ],
)
def test_a_disk_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    """A full or write-protected disk is told in Swedish, and no half file is left."""
    with monkeypatch.context() as patch:
        patch.setattr("os.fdopen", broken(number))
        with pytest.raises(KrokomrsaError, match=said):
            workspace.write(tmp_path / "x.xlsx", b"innehall")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file in the place of the workspace's folder is told with its place."""
    (tmp_path / "krokom").write_text("en fil", encoding="utf-8")
    with pytest.raises(KrokomrsaError, match="krokom"):
        workspace.create(tmp_path / "krokom", municipality="Krokoms kommun", first_year=2023)


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    """Reading what is not there, or a folder, is told in Swedish."""
    with pytest.raises(KrokomrsaError, match="finns inte"):
        workspace.read(tmp_path / "borta.xlsx")
    with pytest.raises(KrokomrsaError, match="mapp"):
        workspace.read(tmp_path)


def test_the_municipality_has_its_own_lists_scales_and_rules_beside_the_shipped(made: Path) -> None:
    """Files in data/egna are read: an own list entry is allowed, and an own rule set is in force in its time."""
    own = made / "data" / "egna"
    (own / "rules").mkdir(parents=True)
    (own / "lists.toml").write_text('[areas.values]\nwater = "Vattenskydd"\n', encoding="utf-8")
    rule = 'id = "egen"\nname = "Egen strategi"\nshort_name = "Strategin"\nsource = "KF 2023"\nvalid_from = 2023-01-01\n'
    (own / "rules" / "egen.toml").write_text(rule, encoding="utf-8")
    with workspace.opened(made) as place:
        assert place.vocabulary["risks"]["area"].values["water"] == "Vattenskydd"
        assert "egen" in {one.id for one in place.settings.rule_sets}


def test_an_own_file_that_is_no_toml_is_told_with_its_name(made: Path) -> None:
    """A mistake in an own list is told with the file's name, and nothing is changed."""
    (made / "data" / "egna").mkdir()
    (made / "data" / "egna" / "lists.toml").write_text("[areas.values\n", encoding="utf-8")
    with pytest.raises(KrokomrsaError, match=r"lists\.toml"), workspace.opened(made):
        pass


def test_an_unknown_scale_is_told_with_those_that_exist(tmp_path: Path) -> None:
    """A scale that does not exist stops the workspace from being made."""
    with pytest.raises(KrokomrsaError, match="femgradig"):
        workspace.create(tmp_path / "w", municipality="Krokoms kommun", first_year=2023, scale="sexgradig")
    assert not workspace.database(tmp_path / "w").exists()


def test_the_rule_for_several_judges_is_chosen_or_the_scales(tmp_path: Path, made: Path) -> None:
    """A workspace weighs several judges by the rule it has chosen, else by its scale's; a rule that does not exist makes none."""
    workspace.create(tmp_path / "w", municipality="Krokoms kommun", first_year=2023, judges="consolidated_or_median")
    for folder, rule in ((tmp_path / "w", "consolidated_or_median"), (made, "consolidated_or_span")):
        with workspace.opened(folder) as place:
            assert place.settings.scale.judges == rule
    with pytest.raises(KrokomrsaError, match="consolidated_or_median"):
        workspace.create(tmp_path / "x", municipality="Krokoms kommun", first_year=2023, judges="medel")
    assert not workspace.database(tmp_path / "x").exists()


def test_a_fixed_day_is_the_day_of_the_rules(tmp_path: Path) -> None:
    """A workspace with a fixed day uses the rule sets of that day; one without uses those of today."""
    workspace.create(tmp_path / "w", municipality="Krokoms kommun", first_year=2019, on=date(2021, 11, 15), banner="påhittade exempeldata")
    with workspace.opened(tmp_path / "w") as place:
        assert "overenskommelse-2019-2022" in {one.id for one in place.settings.rule_sets}
        assert place.settings.is_example
        assert results.banner_lines(place)[0] == "påhittade exempeldata"


def test_exports_of_one_day_get_folders_of_their_own(made: Path) -> None:
    """Each export has a fresh folder of the day."""
    with workspace.opened(made) as place:
        first, second = place.export_folder(), place.export_folder()
    assert first != second
    assert first.parent == second.parent == made / "exports"


def test_the_example_is_opened_in_place_of_the_own_workspace_and_left_again(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the example is open everything that is not given a folder uses it; a folder that is given is used as it is."""
    monkeypatch.setenv(workspace.VARIABLE, str(made))
    demo, _ = process.example(made / "data" / "demo")
    workspace.open_aside(demo)
    workspace.open_aside(demo)
    assert workspace.locate() == demo
    assert workspace.locate(made) == workspace.home() == made
    workspace.open_aside(None)
    assert workspace.locate() == made


def test_a_pointer_to_what_is_gone_or_outside_is_not_followed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pointer to a folder without a register, or outside the workspace, leaves the own workspace open."""
    monkeypatch.setenv(workspace.VARIABLE, str(made))
    workspace.open_aside(made / "data" / "borta")
    assert workspace.locate() == made
    process.example(made.parent / "annan")
    (made / "data" / workspace.POINTER).write_text("../annan", encoding="utf-8")
    assert workspace.locate() == made
    with pytest.raises(ValueError, match="annan"):
        workspace.open_aside(made.parent / "annan")


def test_the_example_never_replaces_a_municipalitys_own_register(example: Path, tmp_path: Path) -> None:
    """A backup of the example is refused over an own register, and a form of the example is refused in it."""
    own = tmp_path / "egen"
    process.new(own, municipality="Prov", first_year=2023, organisations=[("SOC", "Socialförvaltningen")], who="prov", scale="femgradig")
    with workspace.opened(example) as place:
        copy = tmp_path / "exempel.sqlite"
        place.store.backup_to(copy)
    with pytest.raises(KrokomrsaError, match="exemplet, inte kommunens register"):
        process.restore(own, copy)
    with workspace.opened(own) as place:
        before = place.register
        (read,) = importing.import_files(place, [importing.EXAMPLES / "01-socialforvaltningen.xlsx"], who="prov")
        assert read.refused
        assert "Filen hör till exemplet" in str(read.problems[0])
        assert place.register == before


def test_an_own_form_is_not_read_into_the_example(example_copy: Path, tmp_path: Path) -> None:
    """What was sent out from the municipality's own workspace does not end among invented data."""
    own = tmp_path / "egen"
    process.new(own, municipality="Prov", first_year=2023, organisations=[("SOC", "Socialförvaltningen")], who="prov", scale="femgradig")
    with workspace.opened(own) as place:
        (form, *_) = forms.make(place)
    with workspace.opened(example_copy) as place:
        (read,) = importing.import_files(place, [form], who="prov")
    assert read.refused
    assert "det är exemplet som är öppet" in str(read.problems[0])
