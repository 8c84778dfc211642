"""Say what the latest change of a register is before it is undone, and what was undone afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.store.trail import moment
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench.naming import Naming
from krokomrsa.workspace import Workspace

CREATION: Final = "new"  # what the batch that made the workspace calls itself
FINAL: Final = ("undo", "sanera")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """A batch that can be undone: its number, when and by whom it was made, and how it is said."""

    batch: int
    kind: str
    when: str
    who: str
    said: str


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_start.undo.{key}", **values)


def _kind(kind: str, source: str) -> str:
    known = CREATION if source == CREATION else kind if source and kind in texts("panel_start")["undo"]["kinds"] else "unnamed"
    return _t(f"kinds.{known}", source=source)


def latest(place: Workspace) -> Undoing:
    """Return the latest change that is not undone, whoever made it.

    Raises
    ------
    KrokomrsaError
        There is nothing to undo.
    """
    made = place.store.batches()
    left = made[~made["undone"] & ~made["kind"].isin(FINAL) & (made["changes"] > 0)]
    if left.empty:
        problem, remedy = text_of("store.nothing_to_undo"), text_of("store.nothing_to_undo_remedy")
        raise KrokomrsaError(Problem(problem=problem, remedy=remedy, kind="notice"))
    row = left.iloc[-1]
    kind, when, who = _kind(row["kind"], row["source"]), moment(row["at"]), str(row["who"])
    lines = [counted("panel_start.undo.what", int(row["changes"]), kind=kind, when=when, who=who)]
    lines += [_t("creation")] if row["source"] == CREATION else [_t("whole")] if row["kind"] == "import" else []
    return Undoing(batch=int(row["id"]), kind=kind, when=when, who=who, said="\n".join(lines))


def undo(place: Workspace, found: Undoing, *, who: str) -> str:
    """Undo a change and return in words what that took back.

    Raises
    ------
    KrokomrsaError
        It is undone already, or later edits touched the same values.
    """
    before, naming = place.register, Naming(vocabulary=place.vocabulary, rule_sets=place.settings.rule_sets)
    try:
        place.store.undo(who, batch=found.batch)
    except KrokomrsaError as error:
        raise KrokomrsaError.of(naming.placed(before, problem) for problem in error.problems) from error
    return _t("done", kind=found.kind, when=found.when, who=found.who, what=naming.difference(before, place.register))
