"""Write the report, the summary with its charts and the results of each organisation, and say beside the buttons how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.process import documents, results
from krokomrsa.rules import RuleSet
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench.markup import heading, listed, note
from krokomrsa.workbench.panel import WIDE, Panel, box, button, guarded
from krokomrsa.workspace import Workspace

NAMED: Final = 3  # so many files of a folder are named one by one

Written = tuple[Sequence[Path], Sequence[Problem]]
Writing = Callable[[Workspace, Path], Written]


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_report.write.{key}", **values)


class Documents(Panel):
    """The buttons that write documents, with what came of them close by."""

    def __init__(self, folder: Path, rule_set: Callable[[], RuleSet]) -> None:
        """Show the buttons; ``rule_set`` gives the one whose headings the report follows."""
        super().__init__(folder)
        self.rule_set = rule_set
        self.progress, self.files = widgets.HBox(), widgets.HTML()
        acts = {
            "report": self.write_report,
            "summary": self.write_summary,
            "departments": self.write_departments,
            "cards": self.write_cards,
            "all": self.write_all,
        }
        buttons = [button(_t(key), act, look="primary" if key == "all" else "") for key, act in acts.items()]
        row = widgets.HBox(buttons, layout=widgets.Layout(flex_flow="row wrap"))
        self.body.children = (heading(_t("heading")), note(_t("said")), row, self.progress, self.message, self.files)
        self.widget = self.body

    def _bar(self, total: int) -> Callable[[str], None]:
        bar, name = widgets.IntProgress(max=total, description=_t("writing"), style=WIDE), widgets.Label()
        self.progress.children = (bar, name)

        def step(done: str) -> None:
            bar.value += 1
            name.value = done

        return step

    def _report(self, place: Workspace, folder: Path) -> Written:
        self._bar(1)
        return [documents.write_report(place, results.analyse(place), rule_set=self.rule_set(), folder=folder)], ()

    def _summary(self, place: Workspace, folder: Path) -> Written:
        result = results.analyse(place)
        step = self._bar(sum(len(chart.sizes) for chart in results.charts(place, result)))
        return documents.export(place, result, progress=step, folder=folder), ()

    def _departments(self, place: Workspace, folder: Path) -> Written:
        step = self._bar(len(place.register.organisations))
        return documents.write_department_results(place, results.analyse(place), progress=step, folder=folder)

    def _cards(self, place: Workspace, folder: Path) -> Written:
        step = self._bar(len(place.register.held("risks")))
        return documents.write_cards(place, results.analyse(place), progress=step, folder=folder), ()

    def _write(self, *steps: Writing) -> None:
        """Take each step in one new folder, also when one before it failed; then tell what was written and what was not."""
        written, told = list[Path](), list[Problem]()
        self.message.value = self.files.value = ""
        try:
            with self.opened() as place:
                folder = place.export_folder()
                for step in steps:
                    try:
                        made, problems = step(place, folder)
                        written += made
                        told += problems
                    except KrokomrsaError as error:
                        told += error.problems
        finally:
            self.progress.children = ()
        self._tell(written, list(dict.fromkeys(told)))

    def _tell(self, written: Sequence[Path], told: Sequence[Problem]) -> None:
        folders = {path.parent: [one.name for one in written if one.parent == path.parent] for path in written}
        said = [
            _t("file", name=", ".join(names) if len(names) <= NAMED else counted("panel_report.write.several", len(names)), folder=folder)
            for folder, names in folders.items()
        ]
        self.files.value = f"<b>{_t('files')}</b>{listed(said)}" if written else ""
        failed = [problem for problem in told if problem.kind != "notice"]
        done = counted("panel_report.write.done", len(written)) if written else ""
        first = f"{done} {_t('partly')}".strip() if failed else done
        boxes = [box(first, "warning" if failed else "done") if first else "", *(box(str(one), "warning") for one in failed)]
        self.message.value = "".join([*boxes, *(box(str(one), "info") for one in told if one not in failed)])

    @guarded
    def write_report(self) -> None:
        """Write the Word report."""
        self._write(self._report)

    @guarded
    def write_summary(self) -> None:
        """Write the Excel summary and the charts."""
        self._write(self._summary)

    @guarded
    def write_departments(self) -> None:
        """Write each organisation's own result."""
        self._write(self._departments)

    @guarded
    def write_cards(self) -> None:
        """Write the scenario card of each risk."""
        self._write(self._cards)

    @guarded
    def write_all(self) -> None:
        """Write everything, in one folder."""
        self._write(self._report, self._summary, self._departments, self._cards)
