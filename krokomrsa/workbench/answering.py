"""01 Underlag: ask about senders' own tables, and keep what is answered until the files are read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import ipywidgets as widgets

from krokomrsa.excel import account
from krokomrsa.excel.account import Intake as Account
from krokomrsa.excel.foreign.answers import Given
from krokomrsa.excel.foreign.feeds import FEEDS
from krokomrsa.excel.foreign.model import Question, Understood
from krokomrsa.importing import Said
from krokomrsa.vocabulary import Vocabulary, counted, text_of, texts
from krokomrsa.workbench.markup import Cell, Marked, heading, note, table
from krokomrsa.workbench.panel import WIDE, button

LATER: Final = ""  # the answer of a question that is left for later
_LIST: Final = widgets.Layout(width="34em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_intake.ask.{key}", **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and the field in which it is answered."""

    file: str
    question: Question
    field: widgets.Widget

    @property
    def given(self) -> Given:
        """Return the answer as it is kept."""
        one = self.question
        return {"kind": one.kind, "sheet": one.sheet, "header": one.header, "value": _word(one), "answer": self.field.value or LATER}


def _word(question: Question) -> str:
    return question.value if question.kind == "value" else ""


class Answering:
    """The questions about the files that were tried, each with a field of its own."""

    def __init__(self, again: Callable[[], object]) -> None:
        """Prepare for questions; ``again`` reads the files anew with what was answered."""
        self.again = again
        self.asked: list[Asked] = []
        self.kept: dict[str, list[Given]] = {}
        self.widget = widgets.VBox()

    def forget(self) -> None:
        """Forget everything that was answered: other files were chosen."""
        self.asked, self.kept = [], {}
        self.widget.children = ()

    def said(self) -> dict[str, Said]:
        """Return what has been answered so far, for each file."""
        for one in self.asked:
            if one.given["answer"]:
                self.kept.setdefault(one.file, []).append(one.given)
        return {file: Said(answers=tuple(given)) for file, given in self.kept.items()}

    def ask(self, accounts: Sequence[Account], vocabulary: Vocabulary) -> None:
        """Show the questions of every file, and how its tables were understood."""
        self.asked = [_asked(read.file, one, vocabulary) for read in accounts for one in read.questions]
        parts: list[widgets.Widget] = []
        for read in accounts:
            if read.form == account.FOREIGN:
                parts += [_understood(read, vocabulary), *self._fields(read)]
        if self.asked:
            parts += [widgets.HBox([button(_t("again"), self.again, look="primary")])]
        self.widget.children = (heading(_t("heading")), note(_t("said")), *parts) if parts else ()

    def _fields(self, read: Account) -> list[widgets.Widget]:
        of_file = [one for one in self.asked if one.file == read.file]
        if not of_file:
            return []
        return [note(counted("panel_intake.ask.questions", len(of_file), file=read.file)), *(_row(one) for one in of_file)]


def _row(one: Asked) -> widgets.VBox:
    waits = counted("panel_intake.ask.waits", one.question.cells) if one.question.cells else ""
    return widgets.VBox([note(f"{one.question.text} {waits}"), one.field], layout=widgets.Layout(margin="0 0 .6em 1em"))


def _asked(file: str, question: Question, vocabulary: Vocabulary) -> Asked:
    return Asked(file=file, question=question, field=_field(question, vocabulary))


def _field(question: Question, vocabulary: Vocabulary) -> widgets.Widget:
    """Return a list to choose from, or a line to write in where a scale is asked about."""
    unread = texts("foreign_intake")["unread_words"][0]
    label = _t(f"labels.{question.kind}")
    if question.kind == "scale":
        proposals = [answer for answer, _ in question.proposals]
        return widgets.Combobox(
            options=proposals, placeholder=_t("scale_example"), description=label, style=WIDE, layout=_LIST, continuous_update=False
        )
    proposed = [(title, answer) for answer, title in question.proposals]
    options = [(_t("later"), LATER), *proposed]
    if question.kind == "column":
        options += [(title, key) for key, title in columns(vocabulary) if key not in dict(question.proposals)]
    if question.kind != "organisation":
        options.append((_t("unread"), unread))
    return widgets.Dropdown(options=options, value=LATER, description=label, style=WIDE, layout=_LIST)


def columns(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return every column that a sender's column may be, with its Swedish name."""
    declared = texts("foreign_intake")["fields"]
    combined = [(key, declared["title"].format(table=vocabulary[key.partition(".")[0]].sheet, field=label)) for key, label in _combined()]
    plain = [
        (f"{feed.table}.{column.key}", declared["title"].format(table=vocabulary[feed.table].sheet, field=column.title))
        for feed in FEEDS
        for column in vocabulary[feed.table]
    ]
    return sorted([*combined, *plain], key=lambda one: one[1])


def _combined() -> list[tuple[str, str]]:
    declared = texts("foreign_intake")["fields"]
    tables = {"endurance": "dependencies", "restoration": "resources"}
    return [(f"{tables.get(name, 'assessments')}.{name}", label) for name, label in declared.items() if name != "title"]


def _understood(read: Account, vocabulary: Vocabulary) -> widgets.HTML:
    rows = [row for one in read.understood for row in _columns(one, dict(columns(vocabulary)))]
    return widgets.HTML(table(texts("panel_intake")["ask"]["columns"], rows, caption=_t("understood", file=read.file)))


def _columns(one: Understood, titles: dict[str, str]) -> list[list[Cell]]:
    place = f"{one.table.sheet.name}"
    words = texts("panel_intake")["ask"]["statuses"]
    return [
        [
            f"{place}!{guess.column.ref}",
            guess.column.name,
            titles.get(guess.key or "", "–"),
            Marked(words["asked"]) if guess.status == "asked" else words[guess.status],
            guess.reason,
        ]
        for guess in one.guesses
    ]
