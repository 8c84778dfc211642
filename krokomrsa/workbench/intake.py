"""01 Underlag: forms out, answers in; every file is shown as it will be read before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa import importing, workspace
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.excel.account import Intake as Account
from krokomrsa.excel.merge import OnConflict
from krokomrsa.process import forms
from krokomrsa.vocabulary import Vocabulary, counted, text_of, texts
from krokomrsa.workbench import arrived
from krokomrsa.workbench.answering import Answering
from krokomrsa.workbench.arrived import Arrived
from krokomrsa.workbench.markup import Cell, Marked, heading, listed, note, table
from krokomrsa.workbench.panel import WIDE, Panel, box, button, choice, guarded
from krokomrsa.workspace import Workspace

SHOWN: Final = 50  # problems of a file that are written out
CHOICES: Final[tuple[OnConflict, ...]] = ("ask", "form", "register")
LIST: Final = widgets.Layout(width="48em", height="11em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_intake.{key}", **values)


class Intake(Panel):
    """Forms and the register out, filled-in files in."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show what can be written and what can be read."""
        super().__init__(folder)
        self.receivers = widgets.SelectMultiple(layout=LIST)
        self.written = widgets.HTML()
        self.uploads = widgets.FileUpload(
            description=_t("take.upload"), accept=",".join(importing.ENDINGS), multiple=True, layout=widgets.Layout(width="auto")
        )
        self.files = widgets.SelectMultiple(layout=LIST)
        self.password = widgets.Password(description=_t("take.password"), style=WIDE)
        self.progress = widgets.HBox()
        self.account = widgets.HTML(box(_t("told.nothing")))
        self.storing = button(_t("take.store"), self.store, look="success", tip=_t("take.store_tip"))
        self.storing.disabled = True  # until it has been seen what the chosen files hold
        self.conflicts = widgets.VBox()
        self.settled: dict[str, widgets.Dropdown] = {}
        self.answering, self.arrived = Answering(self.try_reading), Arrived()
        self.replying = button(_t("arrived.write"), self.write_back, tip=_t("arrived.write_tip"))
        self.replying.disabled = True
        self._last: tuple[list[Account], dict[str, bytes]] = ([], {})
        shown = (heading(_t("told.heading")), self.account, self.conflicts, self.answering.widget, widgets.HBox([self.replying]))
        self.body.children = (*self._out(), *self._take(), *shown, self.arrived.widget)
        self.widget.children = (self.place, self.body)
        self.refresh()

    def _out(self) -> tuple[widgets.Widget, ...]:
        made = widgets.HBox([button(_t("out.make"), self.make_forms, look="primary"), button(_t("out.register"), self.write_register)])
        receivers = widgets.VBox([note(_t("out.who")), self.receivers])
        return heading(_t("out.heading")), note(_t("out.said")), receivers, made, note(_t("out.register_said")), self.message, self.written

    def _take(self) -> tuple[widgets.Widget, ...]:
        listed_files = widgets.VBox([note(_t("take.folder", folder=self.folder / "data")), self.files, note(_t("take.folder_said"))])
        for one in (self.uploads, self.files):
            one.observe(lambda _: self._unseen(), names="value")
        acts = widgets.HBox(
            [
                button(_t("take.try"), self.try_reading, look="primary"),
                self.storing,
                button(_t("take.refresh"), self.refresh),
            ]
        )
        return (
            heading(_t("take.heading")),
            note(_t("take.said")),
            widgets.HBox([self.uploads]),
            listed_files,
            self.password,
            acts,
            self.progress,
            self.message,  # here too: the message stands where it is caused
        )

    @guarded
    def refresh(self) -> None:
        """List the organisations and the files as they are now."""
        if not self.exists:
            self.say(_t("said_none"), "warning")
            return
        with self.opened() as place:
            rows = place.register.rows("organisations").items()
            asked = [(str(row["name"] or key), key) for key, row in rows if row["kind"] not in {"political body", "external"}]
            found = importing.lying(place)
            self.arrived.refresh(place)
        self.receivers.options = asked
        self.files.options = [(self._near(path), path) for path in found]
        if not asked:
            self.say(_t("out.no_organisations"), "info")

    def _unseen(self) -> None:
        self.storing.disabled = True
        self.answering.forget()

    def _near(self, path: Path) -> str:
        return str(path.relative_to(self.folder)) if path.is_relative_to(self.folder) else f"{path.parent.name}/{path.name}"

    def _bar(self, total: int, said: str) -> Callable[[str], None]:
        """Show how far long work has come."""
        bar, name = widgets.IntProgress(max=total, description=said, style=WIDE), widgets.Label()
        self.progress.children = (bar, name)

        def step(done: str) -> None:
            bar.value += 1
            name.value = done

        return step

    @guarded
    def make_forms(self) -> None:
        """Write the forms of those that were chosen, of all where nobody was."""
        with self.opened() as place:
            wanted = list(self.receivers.value)
            try:
                made = forms.make(place, wanted, progress=self._bar(len(wanted) or len(self.receivers.options), _t("out.making")))
            finally:
                self.progress.children = ()
        self.written.value = f"<b>{_t('out.files')}</b>" + listed(path.name for path in made)
        self.say(counted("panel_intake.out.made", len(made), folder=made[0].parent))

    @guarded
    def write_register(self) -> None:
        """Write the whole register as a workbook."""
        with self.opened() as place:
            made = forms.write_register(place)
        self.refresh()
        self.written.value = f"<b>{_t('out.files')}</b>" + listed([str(made)])
        self.say(_t("out.register_made", file=made))

    def _contents(self) -> tuple[list[tuple[str, bytes]], list[Path]]:
        uploaded = [(str(one["name"]), bytes(one["content"])) for one in self.uploads.value]
        chosen = [path for path in self.files.value if path.name not in dict(uploaded)]
        if not uploaded and not chosen:
            raise KrokomrsaError(Problem(problem=_t("take.no_files"), remedy=_t("take.no_files_remedy"), kind="refused"))
        return uploaded, chosen

    def _read(self, place: Workspace, *, dry_run: bool) -> list[Account]:
        """Read what was uploaded and what was chosen, together, so that a form may build on a register."""
        uploaded, chosen = self._contents()
        unread: list[Account] = []
        for path in chosen:
            try:
                uploaded.append((path.name, workspace.read(path)))
            except KrokomrsaError as error:
                unread.append(importing.refused_file(path.name, error))
        try:
            accounts = importing.import_contents(
                place,
                uploaded,
                who=self.who,
                password=self.password.value or None,
                dry_run=dry_run,
                resolve=self._resolve,
                progress=self._bar(len(uploaded), _t("take.reading")),
                said=self.answering.said(),
            )
        finally:
            self.progress.children = ()
        self._last = (accounts, dict(uploaded))
        self.replying.disabled = not any(one.problems and not one.refused for one in accounts)
        return [*accounts, *unread]

    def _resolve(self, read: Account) -> OnConflict:
        chosen: OnConflict = self.settled[read.file].value if read.file in self.settled else "ask"
        return chosen

    @guarded
    def try_reading(self) -> None:
        """Show how the files will be read; nothing is stored."""
        self.settled = {}
        with self.opened() as place:
            accounts = self._read(place, dry_run=True)
            self._tell(accounts, place.vocabulary)
            self.answering.ask(accounts, place.vocabulary)
        self._ask(accounts)
        self.storing.disabled = False
        self.say(_t("told.dry"), "info")

    @guarded
    def store(self) -> None:
        """Read the files and store what they hold."""
        with self.opened() as place:
            accounts = self._read(place, dry_run=False)
            self._tell(accounts, place.vocabulary)
            self.answering.ask(accounts, place.vocabulary)
        self.settled = {}
        self._ask(accounts)
        self.uploads.value = ()
        self._unseen()
        self.refresh()
        self.mark()
        new, changed = (sum(sum(getattr(one, kind).values()) for one in accounts) for kind in ("new", "changed"))
        stored = _t("told.stored", files=sum(not one.refused for one in accounts), new=new, changed=changed)
        whole = all(one.complete for one in accounts)
        self.say(stored if whole else f"{stored} {_t('told.partly')}", "done" if whole else "warning")

    @guarded
    def write_back(self) -> None:
        """Write the files that were read last back to their senders, with what is wrong marked."""
        accounts, contents = self._last
        with self.opened() as place:
            self.say(arrived.write(place, accounts, contents, password=self.password.value or None))

    def _ask(self, accounts: Sequence[Account]) -> None:
        """Offer a choice for each file whose values have been changed in the register too."""
        names = [one.file for one in accounts if any(problem.kind == "conflict" for problem in one.problems)]
        options = [(_t(f"told.{key}"), key) for key in CHOICES]
        self.settled = {name: choice(_t("told.choose", file=name), options) for name in names}
        self.conflicts.children = (note(_t("told.choose_said")), *self.settled.values()) if names else ()

    def _tell(self, accounts: Sequence[Account], vocabulary: Vocabulary) -> None:
        parts = [table(texts("panel_intake")["told"]["columns"], [_row(one) for one in accounts])]
        parts += [part for one in accounts for part in _details(one, vocabulary)]
        if not any(one.problems for one in accounts):
            parts.append(box(_t("told.clean"), "done"))
        self.account.value = "".join(parts)


def _row(read: Account) -> list[Cell]:
    """Return a file's reconciliation: what was read is what was accepted, rejected and without an answer."""
    faults = sum(problem.kind != "notice" for problem in read.problems)
    kind = _t(f"told.forms.{read.form}") if read.form else Marked(_t("told.refused"))
    numbers = [read.counts[f"cells_{key}"] for key in ("read", "accepted", "rejected", "ignored")]
    numbers += [sum(read.new.values()), sum(read.changed.values())]
    cells: list[Cell] = [read.file, kind, read.organisation, *map(str, numbers)]
    return [*cells, Marked(str(faults)) if faults else "0", str(len(read.problems) - faults)]


def _details(read: Account, vocabulary: Vocabulary) -> list[str]:
    groups = {"conflicts": ("conflict",), "problems": ("refused", "rejected", "gone", "question"), "notices": ("notice",)}
    parts = []
    for key, kinds in groups.items():
        found = [problem for problem in read.problems if problem.kind in kinds]
        if not found:
            continue
        told = texts("panel_intake")["told"]
        columns = told[{"conflicts": "conflict_columns", "problems": "problem_columns", "notices": "notice_columns"}[key]]
        rows = [_conflict(one, vocabulary) if key == "conflicts" else _problem(one) for one in found[:SHOWN]]
        parts.append(table(columns, rows, caption=counted(f"panel_intake.told.{key}", len(found), file=read.file)))
        if len(found) > SHOWN:
            parts.append(box(_t("told.more", count=len(found) - SHOWN)))
    return parts


def _problem(problem: Problem) -> list[Cell]:
    place = problem.at(file="", table="" if problem.cell else problem.table).place
    return [place, problem.value, problem.problem, problem.remedy]


def _conflict(problem: Problem, vocabulary: Vocabulary) -> list[Cell]:
    """Return both values: the file's, and what the problem says of the register's."""
    header = vocabulary[problem.table][problem.column].header if problem.column else ""
    return [problem.at(file="", table="", id="").place, problem.id, header, Marked(problem.value), problem.problem]


def intake(folder: Path | None = None) -> Intake:
    """Return the panel of step 01."""
    return Intake(folder)
