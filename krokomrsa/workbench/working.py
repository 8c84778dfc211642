"""Work that may be long, beside the panel: what is quick is shown at once, the rest has a bar and a cancel that is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, Final, TypeVar

import ipywidgets as widgets

from krokomrsa.vocabulary import text_of
from krokomrsa.workbench.panel import WIDE, button

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Work = Callable[[Progress, Cancelled], Result]

PATIENCE_S: Final = 0.05  # what takes no longer shows no bar
LOOK_S: Final = 0.1  # how often the bar follows the work


class _Job(Thread):
    """One piece of work in a thread of its own; it touches no widget."""

    def __init__(self, work: Work[Any]) -> None:
        super().__init__(daemon=True, name="krokomrsa-working")
        self.work, self.found, self.stop = work, Future[Any](), Event()
        self.done = (0, 0)

    def run(self) -> None:
        """Do the work and keep what came of it, an error too."""
        try:
            self.found.set_result(self.work(self._reached, self.stop.is_set))
        except BaseException as error:  # noqa: BLE001 (raised again where the result is asked for)
            self.found.set_exception(error)

    def _reached(self, done: int, total: int) -> None:
        self.done = (done, total)


class Working:
    """Do one thing at a time; what is begun anew replaces what was under way.

    The work runs in a thread, and the loop of the kernel follows it, so that it hears every click meanwhile. Without a loop, as in a
    script, it is waited for.
    """

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self.widget = widgets.HBox(layout=widgets.Layout(flex_flow="row wrap", align_items="center"))
        self._job: _Job | None = None
        self.following: asyncio.Task[None] | None = None

    def start(self, label: str, work: Work[Result], finish: Callable[[Future[Result]], object]) -> None:
        """Begin some work; ``finish`` gets its result, or the error that it raises when the result is asked for."""
        self.drop()
        self._job = job = _Job(work)
        job.start()
        job.join(PATIENCE_S)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel: nobody could click
            job.join()
        if not job.is_alive():
            self._finished(job, finish)
            return
        bar = widgets.IntProgress(description=label, style=WIDE, layout=widgets.Layout(width="30em"))
        self.widget.children = (bar, button(text_of("panel_weaknesses.working.cancel"), self.cancel))
        self.following = loop.create_task(self._follow(job, bar, finish))

    def cancel(self) -> None:
        """Stop what is under way; that it was stopped is told as its result."""
        if self._job is not None:
            self._job.stop.set()

    def drop(self) -> None:
        """Stop what is under way, and tell nothing of it."""
        self.cancel()
        self._job = None
        self.widget.children = ()

    async def _follow(self, job: _Job, bar: widgets.IntProgress, finish: Callable[[Future[Result]], object]) -> None:
        while job.is_alive():
            done, total = job.done
            bar.max, bar.value = max(total, 1), done
            await asyncio.sleep(LOOK_S)
        self._finished(job, finish)

    def _finished(self, job: _Job, finish: Callable[[Future[Result]], object]) -> None:
        if job is self._job:
            self._job = None
            self.widget.children = ()
            finish(job.found)
