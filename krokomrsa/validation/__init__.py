"""Check that a register agrees with its declaration, with itself and with the scale: one small named check per rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from krokomrsa.errors import Problem
from krokomrsa.register import Register
from krokomrsa.scales import Scale
from krokomrsa.validation import declared, meant
from krokomrsa.validation.touched import scope
from krokomrsa.validation.view import Scope, View

__all__ = ["RULES", "Check", "Rule", "Scope", "View", "broken", "check"]

Check = Callable[[View], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, under which its texts stand in ``texts/validation.toml``, and its check."""

    name: str
    check: Check


_ORDERED: Final = {  # rule → table, what comes first, what must not come before it
    "assessment_order": ("assessments", "low", "high"),
    "endurance_order": ("dependencies", "endurance_low_h", "endurance_high_h"),
    "restoration_order": ("resources", "restoration_low_h", "restoration_high_h"),
    "evaluation_order": ("activities", "carried_out_on", "evaluated_on"),
    "document_order": ("documents", "decided_on", "valid_to"),
}

RULES: Final[tuple[Rule, ...]] = (
    Rule("unique_id", declared.unique_id),
    Rule("unique_across", declared.unique_across),
    Rule("unique_name", declared.unique_name),
    Rule("required", declared.required),
    Rule("reference", declared.reference),
    Rule("choice", declared.choice),
    Rule("limits", declared.limits),
    *(Rule(name, partial(meant.ordered, rule=name, table=at, first=one, second=two)) for name, (at, one, two) in _ORDERED.items()),
    Rule("aspect_on_scale", meant.aspect_on_scale),
    Rule("level_on_scale", meant.level_on_scale),
    Rule("judged_has_level", meant.judged_has_level),
    Rule("unjudged_has_no_level", meant.unjudged_has_no_level),
    Rule("needed_in_group", meant.needed_in_group),
    Rule("needed_without_group", meant.needed_without_group),
    Rule("needed_agrees", meant.needed_agrees),
    Rule("activity_year", meant.activity_year),
)


def check(register: Register, scale: Scale) -> list[Problem]:
    """Return everything in a register that does not agree: with the declaration, with itself, with the scale. Nothing for a sound one.

    Each problem carries table, id, column, what stands there, what is wrong and what to do, and the cell it was read from where it was
    read from a file. The register stays as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> from krokomrsa.scales import load
    >>> soc = pd.DataFrame({"id": ["SOC"], "name": ["Socialförvaltningen"]})
    >>> care = pd.DataFrame({"id": ["V-1"], "organisation": ["Socialförvaltning"], "name": ["Hemtjänst"]})
    >>> for problem in check(Register({"organisations": soc, "services": care}), load()):
    ...     print(problem.problem, problem.remedy)
    ”Socialförvaltning” finns inte i Organisationer. Menade du ”SOC” (Socialförvaltningen)? Skriv id för en rad som finns, ...
    """
    return list(_problems(View(register=register, scale=scale)))


def broken(before: Register, after: Register, scale: Scale, *, touched: Scope) -> list[Problem]:
    """Return what is wrong in a register that was not wrong before; ``touched`` is every row in which the two differ: table → ids.

    Only the rows whose problems can differ are checked, so an edit of one value costs the same in a large register as in a small one.

    Examples
    --------
    >>> import pandas as pd
    >>> from krokomrsa.scales import load
    >>> empty, one = Register(), Register({"risks": pd.DataFrame({"id": ["H-1"], "owner": ["SOC"], "event": ["Elavbrott"]})})
    >>> [problem.column for problem in broken(empty, one, load(), touched={"risks": {"H-1"}})]
    ['owner']
    """
    only = scope((before, after), touched)
    found = dict.fromkeys(_problems(View(register=after, scale=scale, only=only)))
    known = {*_problems(View(register=before, scale=scale, only=only))} if found else ()
    return [problem for problem in found if problem not in known]


def _problems(view: View) -> Iterator[Problem]:
    return (problem for rule in RULES for problem in rule.check(view))
