"""Long work beside a panel: shown at once where it is quick, with a bar and a cancel where it is not."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future

import pytest

from krokomrsa.analysis.cascade import CancelledError, spread
from krokomrsa.workbench.working import Cancelled, Progress, Working


def slow(progress: Progress, cancelled: Cancelled) -> list[int]:
    """Take five seconds, in steps of fifty milliseconds."""

    def step(number: int) -> int:
        time.sleep(0.05)
        return number

    return spread(step, range(100), progress=progress, cancelled=cancelled)


def quick(_progress: Progress, _cancelled: Cancelled) -> str:
    """Take no time."""
    return "klart"


def test_what_is_quick_is_there_at_once() -> None:
    """A quick result has been given, and no bar shown, when the call returns, also where a loop runs."""

    async def run() -> tuple[list[Future[str]], int]:
        working, given = Working(), list[Future[str]]()
        working.start("Räknar", quick, given.append)
        return given, len(working.widget.children)

    given, shown = asyncio.run(run())
    assert ([one.result() for one in given], shown) == (["klart"], 0)


def test_without_a_loop_the_work_is_waited_for() -> None:
    """In a script there is nobody to click: the result is there when the call returns."""
    given = list[Future[str]]()
    Working().start("Räknar", lambda _progress, _cancelled: time.sleep(0.2) or "klart", given.append)
    assert given[0].result() == "klart"


def test_a_bar_follows_and_a_cancel_is_heard_while_the_work_goes_on() -> None:
    """The loop stays free: the bar moves, and a click on the button ends the work at once, which its result tells in Swedish."""

    async def run() -> tuple[list[Future[list[int]]], list[int], float]:
        working, given = Working(), list[Future[list[int]]]()
        working.start("Räknar", slow, given.append)
        assert working.following is not None
        bar, cancel = working.widget.children
        seen = [bar.value]
        await asyncio.sleep(0.5)
        seen += [bar.value, bar.max]
        begun = time.perf_counter()
        cancel.click()
        await working.following
        return given, [*seen, len(working.widget.children)], time.perf_counter() - begun

    given, (first, later, most, shown), waited = asyncio.run(run())
    assert (first, most, shown) == (0, 100, 0)
    assert 0 < later < most
    assert waited < 1
    with pytest.raises(CancelledError, match="avbröts"):
        given[0].result()


def test_what_is_begun_anew_replaces_what_was_under_way() -> None:
    """Only the latest result is given; the work before is stopped and tells nothing."""

    async def run() -> list[str]:
        working, given = Working(), list[str]()
        working.start("Räknar", slow, lambda _found: given.append("den första"))
        before = working.following
        working.start("Räknar", quick, lambda found: given.append(found.result()))
        assert before is not None
        await asyncio.wait_for(before, 2)
        return given

    assert asyncio.run(run()) == ["klart"]
