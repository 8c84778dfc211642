"""Tell how far each step of the process is, and in a sentence what is left to do in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from krokomrsa.analysis import risk
from krokomrsa.register import Record, Register
from krokomrsa.synthesis import Analysis
from krokomrsa.values import split
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench import desk
from krokomrsa.workbench.desk import Desk
from krokomrsa.workbench.information import unclassified
from krokomrsa.workbench.measures import unplanned
from krokomrsa.workbench.panel import box
from krokomrsa.workbench.services import answer, ungrounded

DONE, ONGOING, WAITING = "klart", "pågår", "väntar"
LOOKS: Final = {DONE: "done", ONGOING: "info", WAITING: "warning"}

Count = Callable[[Register, Analysis, Desk], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its number, how far it is, and what is left."""

    number: str
    state: str
    left: str = ""

    @property
    def title(self) -> str:
        """Return what the step is called."""
        return str(texts("steps")["steps"][self.number]["title"])

    def __str__(self) -> str:
        """Return the state in a sentence, and what is left in another."""
        return text_of("steps.said_left" if self.left else "steps.said", step=self.number, state=self.state, left=self.left)

    def _repr_html_(self) -> str:
        """Let the step be displayed as the last value of a cell."""
        return box(str(self), LOOKS[self.state])


def _rows(table: str, lacks: Callable[[Record], bool]) -> Count:
    return lambda register, _results, _desk: sum(map(lacks, register.held(table).values()))


def _replies(state: str) -> Count:
    return lambda _register, _results, here: sum(one.state == state for one in here.replies)


def _without_needs(register: Register, _results: Analysis, _desk: Desk) -> int:
    return len(register.held("services").keys() - {row["dependent"] for row in register.held("dependencies").values()})


def _endless(row: Record) -> bool:
    return row["status"] != "not needed" and row["endurance_low_h"] is None and row["endurance_high_h"] is None


def _unjudged(register: Register, results: Analysis, _desk: Desk) -> int:
    """Return how many risks have no judgement; likelihood is asked for where any risk is judged by it."""
    status = results.matrix["status" if risk.uses_likelihood(results.matrix) else "consequence_status"]
    return len(register.held("risks").keys() - set(status[status != "missing"].index))


def _untreated(register: Register, _results: Analysis, _desk: Desk) -> int:
    treated = {one for row in register.held("treatments").values() for one in split(row["vulnerabilities"])}
    return len(register.held("vulnerabilities").keys() - treated)


def _unmet(_register: Register, results: Analysis, _desk: Desk) -> int:
    return int((results.duties["in_force"] & (results.duties["status"] != "met")).sum())


def _unwritten(register: Register, _results: Analysis, here: Desk) -> int:
    rule_set = here.rule_set
    rows = register.held("report_texts").values()
    return len(here.asked.keys() - {str(row["heading"]) for row in rows if row["rule_set"] == rule_set and row["text"]})


def _questions(register: Register, results: Analysis, here: Desk) -> int:
    return sum(map(len, here.asked.values())) - _unwritten(register, results, here)  # one of them asks for the text


# What is left to do in a step, beside rows in its tables.
GAPS: Final[Mapping[str, Mapping[str, Count]]] = {
    "01": {"not_asked": _replies("not asked"), "silent": _replies("silent"), "faults": _replies("faults")},
    "02": {
        "unexamined": _rows("services", lambda row: answer(row) in {"open", "unknown"}),
        "ungrounded": _rows("services", ungrounded),
    },
    "03": {"without_needs": _without_needs, "endurance": _rows("dependencies", _endless)},
    "04": {"unjudged": _unjudged},
    "05": {"untreated": _untreated, "unplanned": _rows("treatments", unplanned)},
    "06": {"unmet": _unmet},
    "07": {"unclassified": _rows("information_assets", unclassified)},
    "08": {"unassessed": _rows("goals", lambda row: row["status"] is None)},
    "09": {"unwritten": _unwritten, "questions": _questions},
}


def _listed(parts: list[str]) -> str:
    return text_of("steps.last", first=", ".join(parts[:-1]), last=parts[-1]) if len(parts) > 1 else "".join(parts)


def of(number: str, here: Desk) -> Step:
    """Return how far a step is: waiting without any row in its tables, done when they have rows and nothing is left, else ongoing."""
    if here.register is None or here.results is None:
        return Step(number=number, state=WAITING, left=text_of("steps.nothing"))
    tables = texts("steps")["steps"][number]["tables"]
    empty = [key for key in tables if not here.register.held(key)]
    if empty:
        sheets = [here.register.vocabulary[key].sheet.lower() for key in empty]
        state = WAITING if len(empty) == len(tables) else ONGOING
        return Step(number=number, state=state, left=text_of("steps.waiting", tables=_listed(sheets)))
    counts = {key: count(here.register, here.results, here) for key, count in GAPS.get(number, {}).items()}
    parts = [counted(f"steps.gaps.{key}", count) for key, count in counts.items() if count]
    return (
        Step(number=number, state=ONGOING, left=text_of("steps.left", parts=_listed(parts))) if parts else Step(number=number, state=DONE)
    )


def every(here: Desk) -> list[Step]:
    """Return every step, in order."""
    return [of(number, here) for number in texts("steps")["steps"]]


def step(number: str, folder: Path | None = None) -> Step:
    """Return how far a step is in the workspace as it stands, to be shown at the end of its notebook."""
    return of(number, desk.opened(folder))
