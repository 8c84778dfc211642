"""One of something is told as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from krokomrsa import process, telling, workspace
from krokomrsa.changes import Change
from krokomrsa.replies import Reply, State
from krokomrsa.store.trail import moment
from krokomrsa.vocabulary import counted, resource_names, texts
from krokomrsa.workbench.information import information
from krokomrsa.workbench.intake import intake
from krokomrsa.workbench.measures import measures
from krokomrsa.workbench.naming import Naming
from krokomrsa.workbench.services import services

ROWS = {
    "services": {"id": "V-1", "organisation": "SOC", "name": "Hemtjänst", "condition_1": "yes"},
    "vulnerabilities": {"id": "S-1", "organisation": "SOC", "description": "Ingen reservkraft"},
    "treatments": {"id": "T-1", "measure": "Köp reservkraftverk.", "status": "done"},
    "information_assets": {"id": "I-1", "name": "Journaler", "owner": "SOC"},
}


@pytest.fixture
def one_of_each(tmp_path: Path) -> Path:
    """Return a workspace with one row in each of the tables that panels count."""
    folder = tmp_path / "w"
    process.new(folder, municipality="Prov", first_year=2023, organisations=[("SOC", "Soc")], who="prov", scale="femgradig")
    made = [
        Change(table=table, id=str(row["id"]), column=column, before=None, after=value)
        for table, row in ROWS.items()
        for column, value in row.items()
    ]
    with workspace.opened(folder) as place:
        place.store.commit(made, who="prov", source="prov")
    return folder


def keys(told: Mapping[str, Any], before: str) -> Iterator[str]:
    """Yield the full keys of all texts below a mapping."""
    for key, value in told.items():
        yield from keys(value, f"{before}.{key}") if isinstance(value, Mapping) else [f"{before}.{key}"]


def test_panels_tell_one_as_one(one_of_each: Path) -> None:
    """A register with one service, measure, vulnerability and asset is told without plurals."""
    assert "1 verksamhet: 1 samhällsviktig, 0 inte" in services(one_of_each).counted.value
    told = measures(one_of_each).counted.value
    assert "1 sårbarhet, varav 1 utan åtgärd. 1 åtgärd: 1 klar, 0 sen" in told
    assert "1 informationstillgång: 0 klassad i K, R och T, 1 inte." in information(one_of_each).counted.value


def test_one_form_is_told_as_one(one_of_each: Path) -> None:
    """The panel says that one form is written."""
    panel = intake(one_of_each)
    panel.make_forms()
    assert "Ett formulär är skrivet i" in panel.message.value


@pytest.mark.parametrize(
    ("key", "one", "two"),
    [
        ("panel_intake.ask.waits", "En cell väntar på svaret.", "2 celler väntar på svaret."),
        (
            "panel_exercises.plan.used",
            "1 aktivitet ur Grundplanen är inlagd som planerad.",
            "2 aktiviteter ur Grundplanen är inlagda som planerade.",
        ),
        ("summary.source.more", "och ett ställe till, se bladet Källor", "och 2 ställen till, se bladet Källor"),
        ("telling.new", "1 ny", "2 nya"),
    ],
)
def test_texts_that_count_agree_with_their_number(key: str, one: str, two: str) -> None:
    """One and two are told in the words that the number takes."""
    assert (counted(key, 1), counted(key, 2)) == (one, two)


def test_every_text_for_one_has_its_text_for_many() -> None:
    """No text for one stands without the text for many by the same name."""
    found = {key for module in resource_names("texts") for key in keys(texts(module), module)}
    ones = {key.removesuffix("_one") for key in found if key.endswith("_one")}
    assert not {key for key in ones if not {key, f"{key}_many"} & found}


@pytest.mark.parametrize(
    ("rejected", "questions", "expected"),
    [(1, 0, "(en avvisad cell)"), (0, 1, "(en fråga)"), (2, 3, "(2 avvisade celler, 3 frågor)")],
)
def test_a_reply_with_faults_tells_only_what_is_left(rejected: int, questions: int, expected: str) -> None:
    """What there is none of is not counted, and one is told as one."""
    state: State = "faults"
    one = Reply(
        organisation="SOC",
        name="Soc",
        contact="",
        state=state,
        files=("a.xlsx",),
        received_on=date(2026, 1, 2),
        rejected=rejected,
        questions=questions,
    )
    assert expected in next(telling.replies([one]))


def test_a_name_that_is_a_sentence_loses_its_period_inside_another(one_of_each: Path) -> None:
    """What an undo tells names a measure without the period that ends it."""
    with workspace.opened(one_of_each) as place:
        before = place.register
        change = Change(table="treatments", id="T-1", column="status", before="done", after="ongoing")
        place.store.commit([change], who="prov", source="prov", kind="edit")
        told = Naming(vocabulary=place.vocabulary).difference(before, place.register)
    assert told.startswith("Köp reservkraftverk, ")


def test_who_can_be_chosen_as_judge_is_added_in_01() -> None:
    """Where there are no organisations, the panel says in which step they are added."""
    assert "01 Underlag, under ”Vilka som är med”" in texts("panel_risks")["no_judge"]


def test_the_moment_of_a_state_is_told_in_the_time_of_the_one_who_reads(one_of_each: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line lists named states with date and time, not with the offset that is stored."""
    from krokomrsa import cli  # noqa: PLC0415 (the command line, only here)

    with workspace.opened(one_of_each) as place:
        place.store.name_state("Fastställd", "prov")
        at = str(place.store.states()["at"].iloc[0])
    cli.main(["state", "--workspace", str(one_of_each)])
    told = capsys.readouterr().out
    assert moment(at) in told
    assert at not in told
