"""What every panel is made of: a workspace that is opened for each act, messages in Swedish, and faults that are never silent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import ipywidgets as widgets
import plotly.graph_objects as go

from krokomrsa import identity, workspace
from krokomrsa.charts import screen
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.alive import watched
from krokomrsa.workbench.markup import escaped
from krokomrsa.workspace import Workspace

RAISE: Final = "KROKOMRSA_RAISE"  # set by tests: a fault in a handler is raised after it has been shown
LOOKS: Final = {
    "info": ("#0b5394", "#eaf2fb"),
    "warning": ("#b35900", "#fff4e5"),
    "example": ("#7a0177", "#fbe9f7"),
    "done": ("#00664a", "#e8f5f0"),
}
WIDE: Final = {"description_width": "initial"}

P = ParamSpec("P")
R = TypeVar("R")
Self = TypeVar("Self", bound="Panel")


def box(text: str, look: str = "info") -> str:
    """Return a text as a coloured box; what stands in the text is never markup."""
    colour, ground = LOOKS[look]
    style = f"border-left:6px solid {colour};padding:.5em 1em;margin:.3em 0;background:{ground};color:#1a1a1a;line-height:1.4;white-space:pre-wrap"
    return f'<div role="status" style="{style}">{escaped(text)}</div>'


def guarded(handler: Callable[Concatenate[Self, P], R]) -> Callable[Concatenate[Self, P], R | None]:
    """Show a fault in a handler as a Swedish message in its panel; under test it is raised as well."""

    @wraps(handler)
    def run(self: Self, /, *arguments: P.args, **named: P.kwargs) -> R | None:
        try:
            return handler(self, *arguments, **named)
        except KrokomrsaError as error:
            self.tell(*error.problems)
            if os.environ.get(RAISE):
                raise
        except Exception as error:
            problem = text_of("cli.unexpected", kind=type(error).__name__, text=error)
            self.tell(Problem(problem=problem, remedy=text_of("workbench.unexpected_remedy"), kind="refused"))
            if os.environ.get(RAISE):
                raise
        return None

    return run


class Panel:
    """A part of a notebook that a coordinator works in. ``widget`` is what the cell displays.

    A panel holds no register: each act opens the workspace, does one thing in one transaction and closes it, so that two notebooks and
    the command line can work in the same workspace.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Prepare a panel for a workspace, that of the environment unless another is given."""
        self.folder = workspace.locate(folder)
        self.message = widgets.HTML()
        self.body = widgets.VBox()
        self.place = widgets.HTML()  # which workspace is open: said on every panel, in another colour for the example
        self.widget = widgets.VBox([self.place, self.message, self.body])
        self.message.add_class("krokomrsa-message")
        self.mark()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Let the panel be displayed as the last value of a cell."""
        return self._watched._repr_mimebundle_(**options)

    @cached_property
    def _watched(self) -> widgets.VBox:
        """Return the panel as it is displayed: closed when its kernel is gone."""
        return watched(self.widget)

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        """Open the workspace for one act."""
        with workspace.opened(self.folder) as place:
            yield place

    @property
    def exists(self) -> bool:
        """Tell whether there is a workspace yet."""
        return workspace.database(self.folder).exists()

    @property
    def who(self) -> str:
        """Return who makes the changes."""
        return identity.current()

    def mark(self) -> None:
        """Say which workspace is open."""
        self.place.value = box(*self._marked())

    def _marked(self) -> tuple[str, str]:
        if not self.exists:
            return text_of("panel.no_workspace", folder=self.folder), "warning"
        try:
            with self.opened() as place:
                told, look = place.settings, "example" if place.settings.is_example else "info"
        except KrokomrsaError as error:
            return str(error), "warning"
        return text_of(f"panel.{look}", banner=told.banner, municipality=told.municipality, period=told.period, folder=self.folder), look

    def tell(self, *problems: Problem) -> None:
        """Show what went wrong, all of it, in the panel."""
        self.message.value = "".join(box(str(problem), "warning") for problem in problems)

    def say(self, text: str, look: str = "done") -> None:
        """Show what was done."""
        self.message.value = box(text, look)


def figure_widget(figure: go.Figure) -> go.FigureWidget:
    """Return a finished figure as a widget that survives a reload, without a cloud button.

    Wrap a figure last: a ``FigureWidget`` that is changed piece by piece inside a box is empty or stale after the page is loaded again.
    """
    wrapped = go.FigureWidget(figure)
    wrapped._config = screen.config()  # noqa: SLF001 (plotly drops it when it wraps)
    wrapped._repr_mimebundle_()
    return wrapped


def replace(holder: widgets.VBox, children: Sequence[widgets.Widget]) -> None:
    """Put finished widgets in place of others, which are let go of; those that are shown again live on."""
    gone = holder.children
    with holder.hold_sync():
        holder.children = ()  # else plotly compares the old figure with the new, point by point
        holder.children = tuple(children)
    kept = {id(one) for one in children}
    for one in gone:
        if id(one) not in kept:
            one.close()


def button(label: str, act: Callable[[], object], *, look: str = "", tip: str = "") -> widgets.Button:
    """Return a button as wide as its label that does one thing."""
    made = widgets.Button(description=label, button_style=look, tooltip=tip or label, layout=widgets.Layout(width="auto"))
    made.on_click(lambda _: act())
    return made


def choice(label: str, options: Sequence[tuple[str, Any]], **more: Any) -> widgets.Dropdown:
    """Return a drop-down with its whole label shown."""
    return widgets.Dropdown(options=options, description=label, style=WIDE, layout=widgets.Layout(width="auto"), **more)
