"""A sender's own table taken in: what is sure is proposed, what is not is asked, and every cell is accounted for."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from krokomrsa import changes, scales
from krokomrsa.errors import KrokomrsaError
from krokomrsa.excel import intake, reading
from krokomrsa.excel.account import FOREIGN, Intake
from krokomrsa.excel.foreign import answers as kept
from krokomrsa.excel.foreign.intake import likely_senders
from krokomrsa.excel.foreign.model import Question
from krokomrsa.register import Register

Take = Callable[..., Intake]

HEADERS = ("Nr", "Händelse", "Sannolikhet", "Konsekvens", "Riskvärde", "Åtgärd", "Ansvarig", "Klart senast")
ROWS: Sequence[Sequence[object]] = (
    ("R1", "Elavbrott längre än ett dygn i hela kommunen", 3, 4, 12, "Skaffa reservkraft till boendena", "Socialförvaltningen", "2027-03"),
    ("R2", "Skyfall som översvämmar centrum", 2, 3, 6, "Rensa dagvattenbrunnar före sommaren", "BUN", "2027-06-30"),
    ("R3", "Dataintrång i verksamhetssystemet", "vet inte", "3-4", "", "Utbilda all personal i säkerhet", "It-enheten", None),
)
SAME = [
    {"kind": "scale", "sheet": "Risklista", "header": "Sannolikhet", "value": "", "answer": "samma"},
    {"kind": "scale", "sheet": "Risklista", "header": "Konsekvens", "value": "", "answer": "samma"},
]


def sheet(rows: Sequence[Sequence[object]] = ROWS, headers: Sequence[object] = HEADERS, *, title: str = "Risklista") -> bytes:
    """Return a department's own list: a title, a header row, its rows, a note below."""
    book = Workbook()
    place = book.active
    place.title = title
    place.append(["Våra risker 2026"])
    place.append([])
    place.append(headers)
    for row in rows:
        place.append(row)
    place.append([])
    place.append(["Listan är gjord i augusti av ledningsgruppen."])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture
def own(register: Register) -> Take:
    """Return a function that takes in a sender's workbook, with what has been answered."""

    def take(content: bytes, *given: Any, sender: str | None = "SOC", into: Register | None = None, **how: Any) -> Intake:
        book = reading.read(content, file="soc risker.xlsx")
        told = {"file": "soc risker.xlsx", "sha256": "0" * 64, "scale": scales.load(), "workspace": "krokom"} | how
        return intake.take_in(book, register=register if into is None else into, answers=kept.of(given, sender), **told)

    return take


def adds_up(read: Intake) -> bool:
    """Tell whether every cell that was read has one outcome, and a rejected one is told of."""
    counts = Counter(one.status for one in read.outcomes.values())
    whole = read.counts["cells_read"] == sum(counts.values()) == sum(read.counts[f"cells_{key}"] for key in counts)
    return whole and (not counts["rejected"] or bool(read.problems))


def said(read: Intake, table: str) -> dict[str, dict[str, object]]:
    """Return the rows that a file makes of a table."""
    rows: dict[str, dict[str, object]] = {}
    for change in read.changes:
        if change.table == table:
            rows.setdefault(change.id, {})[change.column] = change.after
    return rows


def test_what_is_sure_is_proposed_and_hangs_together(own: Take) -> None:
    """Risks keep the sender's id, judgements name their judge, measures their risk and owner, and a month is its last day."""
    read = own(sheet(), *SAME)
    assert (read.form, read.questions) == (FOREIGN, ())
    risks, judged, measures = said(read, "risks"), said(read, "assessments"), said(read, "treatments")
    assert {row_id: row["event"] for row_id, row in risks.items()} == {f"H-SOC-{row[0]}": row[1] for row in ROWS}
    assert {(row["risk"], row["aspect"]): (row.get("low"), row.get("high"), row["status"]) for row in judged.values()} == {
        ("H-SOC-R1", "likelihood"): (3.0, 3.0, "judged"),
        ("H-SOC-R1", "unspecified"): (4.0, 4.0, "judged"),
        ("H-SOC-R2", "likelihood"): (2.0, 2.0, "judged"),
        ("H-SOC-R2", "unspecified"): (3.0, 3.0, "judged"),
        ("H-SOC-R3", "likelihood"): (None, None, "unknown"),
        ("H-SOC-R3", "unspecified"): (3.0, 4.0, "judged"),
    }
    assert {row["judge"] for row in judged.values()} == {"SOC"}
    assert [(row["owner"], row["risks"], str(row.get("due"))) for row in measures.values()] == [
        ("SOC", "H-SOC-R1", "2027-03-31"),
        ("BUN", "H-SOC-R2", "2027-06-30"),
        ("IT", "H-SOC-R3", "None"),
    ]
    assert adds_up(read)
    assert read.counts["cells_rejected"] == 0


def test_a_scale_is_asked_once_and_nothing_of_it_is_stored_before(own: Take) -> None:
    """Without an answer both columns of levels wait, each with one question; the rest of the rows is taken in."""
    read = own(sheet())
    assert [(one.kind, one.header, one.cells) for one in read.questions] == [("scale", "Sannolikhet", 3), ("scale", "Konsekvens", 3)]
    assert said(read, "assessments") == {}
    assert len(said(read, "risks")) == 3
    assert [problem.kind for problem in read.problems if problem.kind == "question"] == ["question"] * 2
    assert not read.complete
    assert adds_up(read)


def test_another_scale_is_converted_through_what_was_declared_and_the_original_kept(own: Take) -> None:
    """A level of another scale becomes the declared interval; what stood there and the conversion stay with the row."""
    walk = [{**one, "answer": "1=1; 2=2-3; 3=4; 4=5"} for one in SAME]
    row = next(
        row for row in said(own(sheet(), *walk), "assessments").values() if row["risk"] == "H-SOC-R2" and row["aspect"] == "likelihood"
    )
    assert (row["low"], row["high"], row["original"]) == (2.0, 3.0, "2")
    assert "2=2–3" in str(row["crosswalk"])


def test_without_a_sender_judgements_wait_and_the_sender_is_asked(own: Take) -> None:
    """Nobody's judgement is stored as another's: the first question is who sent the file, and proposes by the file's name."""
    read = own(sheet(), *SAME, sender=None)
    assert read.questions[0].kind == "organisation"
    assert said(read, "assessments") == {}
    assert {row["event"] for row in said(read, "risks").values()} == {row[1] for row in ROWS}
    assert adds_up(read)


def test_the_likely_sender_is_the_one_that_the_file_is_named_after(register: Register) -> None:
    """The file's name is compared with organisations' names and ids."""
    assert likely_senders("socialförvaltningen_risker 2026.xlsx", register.rows("organisations"))[0][0] == "SOC"
    assert likely_senders("IT risker.xlsx", register.rows("organisations"))[0][0] == "IT"
    assert likely_senders("risker.xlsx", register.rows("organisations")) == ()


def test_an_unknown_name_is_a_question_and_never_somebody_else(own: Take) -> None:
    """A name that is nearly an organisation's is proposed, not taken; the answer makes the row."""
    rows = [[*ROWS[0][:6], "Socialförvaltning", None]]
    read = own(sheet(rows), *SAME)
    (question,) = read.questions
    assert (question.kind, question.header, question.value) == ("value", "treatments.owner", "Socialförvaltning")
    assert question.proposals[0][0] == "SOC"
    assert "owner" not in next(iter(said(read, "treatments").values()))
    answer = {"kind": "value", "sheet": "", "header": "treatments.owner", "value": "Socialförvaltning", "answer": "SOC"}
    assert next(iter(said(own(sheet(rows), *SAME, answer), "treatments").values()))["owner"] == "SOC"


def test_names_of_persons_are_asked_about_once(own: Take) -> None:
    """A column of names of which none is an organisation is one question: they may be responsible persons."""
    rows = [[*row[:6], name, None] for row, name in zip(ROWS, ("Anna Ek", "Bo Lind", "Cia Berg"), strict=True)]
    read = own(sheet(rows), *SAME)
    (question,) = read.questions
    assert (question.kind, question.header, question.proposals[0][0]) == ("column", "Ansvarig", "treatments.responsible")
    answer = {"kind": "column", "sheet": "Risklista", "header": "Ansvarig", "value": "", "answer": "treatments.responsible"}
    read = own(sheet(rows), *SAME, answer)
    assert {row["responsible"] for row in said(read, "treatments").values()} == {"Anna Ek", "Bo Lind", "Cia Berg"}
    assert read.complete


def test_the_same_file_again_changes_nothing_and_a_changed_one_only_what_changed(own: Take, register: Register) -> None:
    """New, changed, unchanged and gone are told apart by the sender's ids and by names."""
    first = own(sheet(), *SAME)
    stored = changes.apply(register, first.changes)
    again = own(sheet(), *SAME, into=stored)
    assert (again.changes, again.counts["cells_accepted"]) == ((), first.counts["cells_accepted"])
    newer = [("R1", "Elavbrott längre än två dygn i hela kommunen", *ROWS[0][2:]), ("R2", *ROWS[1][1:2], 4, *ROWS[1][3:])]
    changed = own(sheet(newer), *SAME, into=stored)
    assert {(one.table, one.column): one.after for one in changed.changes} == {
        ("risks", "event"): "Elavbrott längre än två dygn i hela kommunen",
        ("assessments", "low"): 4.0,
        ("assessments", "high"): 4.0,
    }
    (gone,) = [problem for problem in changed.problems if problem.kind == "gone"]
    assert "(1): ”Dataintrång i verksamhetssystemet”" in gone.problem


def test_what_the_coordinator_has_changed_since_is_a_conflict(own: Take, register: Register) -> None:
    """A value that no longer is the sender's own is shown beside the register's, and not replaced."""
    stored = changes.apply(register, own(sheet(), *SAME).changes)
    edited = changes.Change(table="risks", id="H-SOC-R1", column="event", before=ROWS[0][1], after="Elavbrott i norra delen")  # type: ignore[arg-type]
    newer = [("R1", "Elavbrott i hela länet", *ROWS[0][2:])]
    read = own(sheet(newer), *SAME, into=changes.apply(stored, [edited]))
    (conflict,) = [problem for problem in read.problems if problem.kind == "conflict"]
    assert (conflict.value, conflict.column) == ("Elavbrott i hela länet", "event")
    assert read.changes == ()
    assert adds_up(read)


def test_a_second_sender_judges_the_same_event_by_its_name(own: Take, register: Register) -> None:
    """Two departments' lists with the same event make one risk with two judges."""
    stored = changes.apply(register, own(sheet(), *SAME).changes)
    read = own(sheet([(row[0].replace("R", "B"), *row[1:]) for row in ROWS]), *SAME, sender="BUN", into=stored)  # type: ignore[attr-defined]
    assert said(read, "risks") == {}
    assert {(row["risk"], row["judge"]) for row in said(read, "assessments").values()} == {(f"H-SOC-R{n}", "BUN") for n in (1, 2, 3)}


def test_two_lines_that_say_different_things_of_one_row_are_told(own: Take) -> None:
    """The second of two lines with one id is not silently the one that counts."""
    rows = [ROWS[0], ("R1", "Något helt annat som inträffar ibland", *ROWS[0][2:])]
    read = own(sheet(rows), *SAME)
    (problem,) = [one for one in read.problems if one.kind == "rejected"]
    assert (problem.cell, problem.value) == ("B5", "Något helt annat som inträffar ibland")
    assert "B4" in problem.problem


def test_a_line_without_its_event_is_rejected_with_what_hangs_on_it(own: Take) -> None:
    """A judgement of nothing is told where it stands; other lines are taken in."""
    rows = [ROWS[0], ("R2", None, 2, 3, 6, None, None, None), ROWS[2]]
    read = own(sheet(rows), *SAME)
    assert set(said(read, "risks")) == {"H-SOC-R1", "H-SOC-R3"}
    assert any("Händelse" in problem.problem and problem.cell == "C5" for problem in read.problems)
    assert adds_up(read)


def test_answers_are_kept_as_rows_and_apply_to_the_next_file(own: Take, register: Register) -> None:
    """What was answered for a sender is read back from the register, and given again it changes nothing."""
    made = changes.apply(register, kept.changes(SAME, register, "SOC"))
    assert own(sheet(), *kept.earlier(made, "SOC"), into=made).questions == ()
    assert kept.changes(SAME, made, "SOC") == []
    assert list(kept.earlier(made, "BUN")) == []


def test_a_sheet_that_is_not_to_be_read_is_accounted_for(own: Take) -> None:
    """An answer leaves a whole sheet out, and says so of its cells."""
    read = own(sheet(), {"kind": "sheet", "sheet": "Risklista", "header": "", "value": "", "answer": "läs inte"})
    assert (read.changes, read.counts["cells_accepted"], adds_up(read)) == ((), 0, True)


def test_classes_of_information_are_another_scale_too(own: Take) -> None:
    """Another's class 3 is not ours before somebody has said so."""
    headers = ("Informationstillgång", "Konfidentialitet", "Riktighet", "Tillgänglighet")
    rows = [("Journalsystemet för hemsjukvård", 3, 2, 3), ("Ekonomisystemet med fakturor", 1, 3, 2)]
    assert [one.kind for one in own(sheet(rows, headers)).questions] == ["scale"] * 3
    answered = [{"kind": "scale", "sheet": "Risklista", "header": header, "value": "", "answer": "1=0; 2=1; 3=2"} for header in headers[1:]]
    found = said(own(sheet(rows, headers), *answered), "information_assets").values()
    assert [(row["confidentiality"], row["integrity"], row["availability"]) for row in found] == [(2, 1, 2), (0, 2, 1)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "går inte att läsa"),
        (b'{"files": []}', "ingen lista"),
        (b'[{"kind": "gissning", "answer": "x"}]', "okänd sorts fråga"),
        (b'[{"kind": "scale", "answer": ["samma"]}]', "varken text eller tal"),
    ],
)
def test_a_file_with_answers_that_cannot_be_read_is_refused(content: bytes, told: str) -> None:
    """What is wrong with the file is said in a sentence."""
    with pytest.raises(KrokomrsaError, match=told):
        kept.read(content)


def test_questions_left_empty_are_no_answers() -> None:
    """The list of questions can be given back with only some of them answered."""
    assert kept.read(b'{"questions": [{"kind": "scale", "sheet": "A", "header": "S", "answer": ""}]}') == []


def test_a_crosswalk_that_cannot_be_read_is_told_and_asked_again(own: Take) -> None:
    """A conversion that is no conversion stores nothing."""
    read = own(sheet(), {**SAME[0], "answer": "ungefär som vår"}, SAME[1])
    assert any(problem.kind == "question" and "ungefär som vår" in str(problem) for problem in read.problems)
    assert "likelihood" not in {row["aspect"] for row in said(read, "assessments").values()}


def test_a_table_that_resembles_nothing_of_ours_is_one_question(own: Take) -> None:
    """Twelve columns of something else are not twelve questions; a yes asks of each column, a no leaves the sheet out."""
    headers, rows = ("Kontonummer", "Projektkod", "Momssats", "Leveransvecka"), [(4010 + n, f"P{n}", 25, n) for n in range(6)]
    (question,) = own(sheet(rows, headers)).questions
    assert (question.kind, question.sheet, question.cells) == ("sheet", "Risklista", 24)
    answer = {"kind": "sheet", "sheet": "Risklista", "header": "", "value": "", "answer": "läs"}
    assert {one.kind for one in own(sheet(rows, headers), answer).questions} == {"column"}


def register_of_two() -> Register:
    """Return a register that knows the sender, and no more."""
    made = [
        changes.Change(table="organisations", id="SOC", column=key, before=None, after=value)
        for key, value in (("id", "SOC"), ("name", "Soc"))
    ]
    return changes.apply(Register(), made)


_CELLS = st.one_of(
    st.none(), st.sampled_from(HEADERS), st.text(max_size=30), st.integers(-5, 30), st.floats(allow_nan=False), st.booleans(), st.dates()
)


@settings(max_examples=int(os.environ.get("KROKOMRSA_FUZZ", "200")), deadline=None)
@given(rows=st.lists(st.lists(_CELLS, min_size=1, max_size=9), max_size=12), sender=st.sampled_from(["SOC", None]))
def test_whatever_a_sheet_holds_every_cell_is_accounted_for(rows: list[list[object]], sender: str | None) -> None:
    """Random cells below real headers are accepted, rejected or ignored, each once, and nothing else is raised."""
    book = Workbook()
    place = book.active
    place.append(HEADERS)
    for row in rows:
        for column, value in enumerate(row, start=1):
            text = "".join(sign for sign in value if sign.isprintable()) if isinstance(value, str) else value
            place.cell(place.max_row + (column == 1), column).value = text if not str(text).startswith("=") else None
    place["A1"].font = Font(bold=True)
    made = io.BytesIO()
    book.save(made)
    try:
        read = intake.take_in(
            reading.read(made.getvalue(), file="x.xlsx"),
            file="x.xlsx",
            sha256="h",
            register=register_of_two(),
            scale=scales.load(),
            workspace="w",
            answers=kept.of(SAME, sender),
        )
    except KrokomrsaError:
        return
    assert adds_up(read)


STATES = ("Nr", "Risk", "Inherent likelihood", "Inherent impact", "Residual likelihood", "Residual impact")
STATED = (("R1", "Elavbrott i kommunhuset", 4, 4, 2, 3), ("R2", "Skyfall över centrum", 3, 5, 2, 4), ("R3", "Intrång i it", 2, 4, 1, 3))
SAME_STATES = [{"kind": "scale", "sheet": "Risklista", "header": header, "value": "", "answer": "samma"} for header in STATES[2:]]


def test_what_residual_means_is_asked_once(own: Take) -> None:
    """Two columns that are ”residual” are one question with both readings, and their cells wait for its answer."""
    read = own(sheet(STATED, STATES), *SAME_STATES)
    (question,) = [one for one in read.questions if one.header == "assessments.state"]
    assert (question.kind, question.value, question.cells) == ("value", "residual", 6)
    assert [answer for answer, _ in question.proposals] == ["current", "target"]
    assert adds_up(read)


@pytest.mark.parametrize(("answer", "state"), [("current", None), ("target", "target")])
def test_judgements_of_each_state_are_rows_of_their_own(own: Take, answer: str, state: str | None) -> None:
    """Inherent and residual judgements of a risk are separate rows, each with its state, and every cell is accounted for."""
    meant = {"kind": "value", "sheet": "", "header": "assessments.state", "value": "residual", "answer": answer}
    bare = [
        {"kind": "column", "sheet": "Risklista", "header": header, "value": "", "answer": f"assessments.inherent_{aspect}"}
        for header, aspect in (("Inherent likelihood", "likelihood"), ("Inherent impact", "consequence"))
    ]
    read = own(sheet(STATED, STATES), *SAME_STATES, *bare, meant)
    levels = sorted((str(row["aspect"]), row.get("state") or "", str(row["low"])) for row in said(read, "assessments").values())
    assert len(levels) == 12
    assert [level for aspect, held, level in levels if (aspect, held) == ("likelihood", "inherent")] == ["2.0", "3.0", "4.0"]
    assert [level for aspect, held, level in levels if (aspect, held) == ("likelihood", state or "")] == ["1.0", "2.0", "2.0"]
    assert adds_up(read)


TWICE = ("Nr", "Risk", "Likelihood", "Likelihood", "Impact")
TWICE_ROWS = (("R1", "Elavbrott i kommunhuset", 4, 2, 3), ("R2", "Skyfall över centrum", 3, 1, 5), ("R3", "Intrång i it", 2, 2, 4))
TWO = {"Likelihood (1 av 2)": "assessments.likelihood", "Likelihood (2 av 2)": "assessments.target_likelihood"}


def answered(questions: Sequence[Question], **meant: str) -> list[dict[str, str]]:
    """Return the answers to questions: each column as it is ``meant`` by its header, each scale as ours."""
    return [
        {"kind": one.kind, "sheet": one.sheet, "header": one.header, "value": "", "answer": meant.get(one.header, "samma")}
        for one in questions
        if one.kind in {"column", "scale"}
    ]


def test_columns_with_the_same_header_are_answered_each_for_itself(own: Take, register: Register) -> None:
    """Two columns called the same are asked about by names of their own, and an answer about one is none about the other, now or later."""
    content = sheet(TWICE_ROWS, TWICE)
    asked = own(content).questions
    assert [(one.header, one.cell) for one in asked if one.kind == "column"] == [(name, f"{'CD'[n]}3") for n, name in enumerate(TWO)]
    columns = answered([one for one in asked if one.kind == "column"], **TWO)
    told = columns + answered(own(content, *columns).questions)
    read = own(content, *told)
    levels = {(row["risk"], row.get("state")): row["low"] for row in said(read, "assessments").values() if row["aspect"] == "likelihood"}
    assert levels == {
        (f"H-SOC-{row[0]}", state): float(level) for row in TWICE_ROWS for state, level in ((None, row[2]), ("target", row[3]))
    }
    stored = changes.apply(register, kept.changes(told, register, "SOC"))
    assert own(content, *kept.earlier(stored, "SOC")).questions == ()
    assert adds_up(read)


def test_what_was_answered_of_one_of_several_is_not_used_where_there_are_others(own: Take) -> None:
    """With a third column of the same name nothing says which was meant, so all three are asked about."""
    told = [{"kind": "column", "sheet": "Risklista", "header": name, "value": "", "answer": key} for name, key in TWO.items()]
    read = own(sheet([[*row, 1] for row in TWICE_ROWS], [*TWICE, "Likelihood"]), *told)
    assert [one.header for one in read.questions if one.kind == "column"] == [f"Likelihood ({n} av 3)" for n in (1, 2, 3)]


RAID = ("Nr", "RAID Category", "Description", "Mitigation", "Owner")
LOG = (
    ("1", "Risk", "Leverantören kan inte leverera i tid", "Följ upp varje vecka", "IT"),
    ("2", "Issue", "Servern har för lite minne", "Beställ mer minne", "IT"),
    ("3", "risk", "Personalen vill inte använda systemet", "Utbilda alla i god tid", "SOC"),
    ("4", "Assumption", "Budgeten räcker hela året", "Stäm av varje kvartal", "SOC"),
    ("5", None, "Datahallen kan översvämmas vid skyfall", "Flytta den till plan två", "IT"),
)


def test_rows_that_are_called_something_else_than_risks_are_asked_about(own: Take) -> None:
    """Of a log of more than risks the risks are read, and each other word, and none, is one question for which its rows wait."""
    read = own(sheet(LOG, RAID))
    assert {row["event"] for row in said(read, "risks").values()} == {LOG[0][2], LOG[2][2]}
    asked = [(one.value, one.cell, one.cells) for one in read.questions if one.header == "risks"]
    assert asked == [("Issue", "B5", 5), ("Assumption", "B7", 5), ("(tomt)", "B3", 4)]
    assert adds_up(read)


def test_what_was_answered_says_which_rows_are_risks(own: Take) -> None:
    """Rows with a word that is answered ”läs” become risks; those with one that is not to be read are left out, and nothing is asked."""
    words = {"Issue": "läs", "Assumption": "läs inte", "(tomt)": "läs"}
    told = [{"kind": "value", "sheet": "", "header": "risks", "value": word, "answer": answer} for word, answer in words.items()]
    read = own(sheet(LOG, RAID), *told)
    assert {row["event"] for row in said(read, "risks").values()} == {row[2] for row in LOG if row[1] != "Assumption"}
    assert [one for one in read.questions if one.header == "risks"] == []
    assert read.outcomes["Risklista", "C7"].reason == "raden är ingen risk, enligt tidigare svar"
    assert adds_up(read)


def test_one_table_of_a_sheet_may_be_left_unread(own: Take) -> None:
    """An answer about a table that resembles nothing is none about the register in the same sheet; one about the sheet is about both."""
    stray = [[], ["Djur", "Foder", "Hage"], ["Ko", "Hö", "Norra ängen"], ["Häst", "Havre", "Södra ängen"], ["Get", "Gräs", "Västra ängen"]]
    content = sheet([*ROWS, *stray])
    (question,) = [one for one in own(content, *SAME).questions if one.kind == "sheet"]
    assert question.header == "Djur | Foder | Hage"
    answer = {"kind": "sheet", "sheet": "Risklista", "header": question.header, "value": "", "answer": "läs inte"}
    read = own(content, *SAME, answer)
    assert (len(said(read, "risks")), read.questions) == (3, ())
    assert adds_up(read)
    assert said(own(content, *SAME, {**answer, "header": ""}), "risks") == {}


def test_crosses_may_say_which_rows_are_risks(own: Take) -> None:
    """Where one of ”Risk”, ”Issue” and ”Decision” is crossed in a row, the crossed one says what the row is."""
    crossed = [[row[0], *("X" if place == number % 3 else None for place in range(3)), *row[2:]] for number, row in enumerate(LOG)]
    read = own(sheet(crossed, [RAID[0], "Risk", "Issue", "Decision", *RAID[2:]]))
    assert {row["event"] for row in said(read, "risks").values()} == {LOG[0][2], LOG[3][2]}
    assert adds_up(read)


def test_the_same_is_asked_once(own: Take) -> None:
    """Two tables of a sheet with the same headers are asked about together: an answer about a column is of both."""
    again = [[], ["Fler risker"], HEADERS[:4], *([f"N{row[0]}", f"{row[1]} igen", *row[2:4]] for row in ROWS)]
    rows = [row[:4] for row in ROWS]
    (likelihood,) = [one for one in own(sheet([*rows, *again], HEADERS[:4])).questions if one.header == "Sannolikhet"]
    assert (likelihood.kind, likelihood.cells) == ("scale", 6)
