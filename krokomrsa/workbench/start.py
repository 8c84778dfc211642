"""00 Start: begin with a municipality, with the example or with an archive; then see where the mandate period stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import ipywidgets as widgets

from krokomrsa import identity, importing, process, rules, scales, workspace
from krokomrsa.analysis import progress
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.scale_file import JUDGES
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench import desk, standing, steps, undoing
from krokomrsa.workbench.markup import heading, note
from krokomrsa.workbench.panel import WIDE, Panel, box, button, choice, guarded

SHORT: Final = 3  # letters of the id that is made from a name
ROOM: Final = widgets.Layout(width="36em")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_start.{key}", **values)


def _problem(key: str) -> Problem:
    return Problem(problem=_t(key), remedy=_t(f"{key}_remedy"), kind="refused")


def organisations(written: str) -> list[tuple[str, str]]:
    r"""Return the organisations that stand one on each line, as pairs of id and name; an id that is left out is made from the name.

    >>> organisations("SOC = Socialförvaltningen\nBygg- och miljöförvaltningen\nByggbolaget\n")
    [('SOC', 'Socialförvaltningen'), ('BYG', 'Bygg- och miljöförvaltningen'), ('BYG2', 'Byggbolaget')]
    """
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, written.splitlines())):
        key, equals, name = (part.strip() for part in line.partition("="))
        plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().upper()
        short = key if equals and name else "".join(filter(str.isalnum, plain))[:SHORT]
        taken = sum(other.rstrip("0123456789") == short for other in found)
        found[f"{short}{taken + 1}" if short in found else short] = name or key
    return list(found.items())


def linked(said: str) -> widgets.Output:
    """Return a text in Markdown whose links open other notebooks in the same window."""
    shown = {"output_type": "display_data", "data": {"text/markdown": said, "text/plain": said}, "metadata": {}}
    return widgets.Output(outputs=(shown,))


class Start(Panel):
    """The first panel: three ways to begin, then the state of the work."""

    def __init__(self, folder: Path | None = None) -> None:
        """Show the way in, or how things stand."""
        super().__init__(folder)
        self.home = workspace.home(folder)
        self.municipality = widgets.Text(
            description=_t("new.municipality"), placeholder=_t("new.municipality_hint"), style=WIDE, layout=ROOM
        )
        now = progress.mandate_period(date.today())  # noqa: DTZ011 (the coordinator's day)
        periods = [rules.Period(now.first_year + step, now.last_year + step) for step in (0, 4)]
        self.period = choice(_t("new.first_year"), [(str(period), period.first_year) for period in periods])
        self.scale = choice(_t("new.scale"), [(scales.load(name).name, name) for name in scales.names()], value=scales.DEFAULT)
        self.organisations = widgets.Textarea(placeholder=_t("new.organisations_hint"), rows=6, layout=ROOM)
        self.who_box = widgets.Text(description=_t("who.label"), value=identity.current(), style=WIDE, layout=ROOM)
        self.judges = choice(_t("judges.label"), [(text_of(f"risk.judges.{rule}"), rule) for rule in JUDGES])
        self.archive = choice(_t("archive.choose"), [(_t("archive.none"), None)])
        self.archive_path = widgets.Text(description=_t("archive.path"), style=WIDE, layout=ROOM)
        self.asking = widgets.VBox()  # what an undo would take back
        self.folded = widgets.Accordion(selected_index=None)
        self.show()

    def show(self) -> None:
        """Draw the panel as things are."""
        self.mark()
        self._list_archives()
        try:
            self.body.children = self._state() if self.exists else self._first()
        except KrokomrsaError as error:
            self.tell(*error.problems)
            self.body.children = self._first()

    def _list_archives(self) -> None:
        """List the backups that lie in the workspace."""
        found = [path for part in ("data", "exports") for path in sorted((self.home / part).glob("*.sqlite")) if path.is_file()]
        options = [(path.name, path) for path in found if path.name != workspace.DATABASE]
        self.archive.options = options or [(_t("archive.none"), None)]
        self.archive.value = self.archive.options[0][1]

    def _first(self) -> tuple[widgets.Widget, ...]:
        """Return the three ways to begin."""
        new = widgets.VBox(
            [
                self.municipality,
                self.period,
                self.scale,
                note(_t("new.scale_said")),
                note(_t("new.organisations")),
                self.organisations,
                note(_t("new.organisations_said")),
                self.who_box,
                note(_t("who.said")),
                button(_t("new.make"), self.make, look="primary"),
            ]
        )
        example = widgets.VBox([note(_t("example.said")), button(_t("example.open"), self.open_example, look="primary")])
        ways = widgets.Accordion([new, example, self._archive()], selected_index=None)
        for number, key in enumerate(("new", "example", "archive")):
            ways.set_title(number, _t(f"first.{key}"))
        return heading(_t("first.heading")), note(_t("first.said")), ways

    def _archive(self) -> widgets.VBox:
        said = note(_t("archive.said", folder=self.home / "data"))
        return widgets.VBox([said, self.archive, self.archive_path, button(_t("archive.read"), self.restore)])

    @guarded
    def make(self) -> None:
        """Make the municipality's workspace."""
        if not self.municipality.value.strip():
            raise KrokomrsaError(_problem("new.no_municipality"))
        self.save_name()
        process.new(
            self.home,
            municipality=self.municipality.value.strip(),
            first_year=self.period.value,
            organisations=organisations(self.organisations.value),
            who=self.who,
            scale=self.scale.value,
        )
        self._switch(None, _t("new.made"))

    @guarded
    def open_example(self) -> None:
        """Open the example in a workspace of its own, made and filled the first time."""
        folder = self.home / "data" / "demo"
        if not workspace.database(folder).exists():
            made, files = process.example(folder)
            bar = widgets.IntProgress(max=len(files), description=_t("example.reading"), style=WIDE)
            self.body.children = (bar,)
            with workspace.opened(made) as place:
                importing.import_files(place, files, who=text_of("workspace.demo_banner"), progress=_step(bar))
        self._switch(folder, _t("example.opened"))

    @guarded
    def leave_example(self) -> None:
        """Go back to the municipality's own workspace."""
        self._switch(None, _t("example.left"))

    def _switch(self, folder: Path | None, said: str) -> None:
        workspace.open_aside(folder, own=self.home)
        self.folder = folder or self.home
        self.show()
        self.say(said)

    @guarded
    def restore(self) -> None:
        """Put a backup in place of the municipality's own register."""
        written = self.archive_path.value.strip().strip('"')
        source = Path(written) if written else self.archive.value
        if source is None:
            raise KrokomrsaError(_problem("archive.no_file"))
        aside = process.restore(self.home, source)
        said = [_t("archive.done", file=source), *([_t("archive.aside", file=aside)] if aside else [])]
        self._switch(None, " ".join(said))

    @guarded
    def backup(self) -> None:
        """Write a backup."""
        with self.opened() as place:
            written = process.backup(place)
        self._list_archives()
        self.say(_t("archive.backed_up", file=written))

    @guarded
    def save_name(self) -> None:
        """Keep who makes the changes."""
        identity.save(self.who_box.value)
        self.say(_t("who.saved", name=self.who))

    @guarded
    def save_judges(self) -> None:
        """Keep the rule by which several judges' levels are weighed together."""
        with self.opened() as place:
            place.store.set_meta(judges=self.judges.value)
        self.show()
        self.say(_t("judges.saved", rule=text_of(f"risk.judges_short.{self.judges.value}")))

    @guarded
    def undo(self) -> None:
        """Say what the latest change is, whoever made it, and ask whether to undo it."""
        with self.opened() as place:
            found = undoing.latest(place)
        self.asking.children = (
            widgets.HTML(box(found.said, "warning")),
            widgets.HBox([button(_t("undo.yes"), lambda: self.take_back(found), look="warning"), button(_t("undo.no"), self.let_be)]),
        )

    @guarded
    def take_back(self, found: undoing.Undoing) -> None:
        """Undo what was shown, and tell what that was."""
        with self.opened() as place:
            told = undoing.undo(place, found, who=self.who)
        self.let_be()
        self.show()
        self.say(told)

    @guarded
    def let_be(self) -> None:
        """Undo nothing."""
        self.asking.children = ()
        self.say(_t("undo.kept"), "info")

    def _state(self) -> tuple[widgets.Widget, ...]:
        """Return how things stand."""
        with self.opened() as place:
            found = desk.of(place)
            parts = [
                standing.mandate_period(place),
                heading(_t("state.steps")),
                standing.listed_steps(found),
                heading(_t("state.departments")),
                standing.listed_departments(place),
            ]
            ruled = [line for line in found.banners if line != place.settings.banner]
            on, self.judges.value = place.settings.on, place.settings.scale.judges
        more = widgets.VBox(
            [
                widgets.HBox([self.who_box, button(_t("who.save"), self.save_name)]),
                note(_t("who.said")),
                widgets.HBox([self.judges, button(_t("judges.save"), self.save_judges)]),
                note(_t("judges.said")),
                widgets.HBox([button(_t("archive.backup"), self.backup), button(_t("undo.ask"), self.undo)]),
                self.asking,
                self.message,  # here too: what stands at the top is out of sight
                *([] if self._aside else [self._archive()]),
            ]
        )
        self.folded.children, self.folded.titles = (more,), (_t("state.more"),)
        where = _t("state.where_said", folder=self.folder, database=workspace.database(self.folder), exports=self.folder / "exports")
        return (
            widgets.HTML(box(str(steps.of("00", found)), steps.LOOKS[steps.of("00", found).state])),
            *self._ways_between(),
            *parts,
            heading(_t("state.where")),
            widgets.HTML(box(where) + box(text_of("workbench.secret"), "warning")),
            heading(_t("state.rules", on=on)),
            widgets.HTML("".join(box(line, "warning" if number else "info") for number, line in enumerate(ruled))),
            self.folded,
        )

    @property
    def _aside(self) -> bool:
        return self.folder != self.home

    def _ways_between(self) -> tuple[widgets.Widget, ...]:
        """Return the buttons that lead between the example and the municipality's own workspace, and the ways on from here."""
        way = (_t("example.leave"), self.leave_example) if self._aside else (_t("first.example"), self.open_example)
        return widgets.HBox([button(*way), button(_t("state.refresh"), self.show)]), linked(_t("ways.said"))


def _step(bar: widgets.IntProgress) -> Callable[[str], None]:
    def step(_: str) -> None:
        bar.value += 1

    return step


def start(folder: Path | None = None) -> Start:
    """Return the panel of step 00."""
    return Start(folder)
