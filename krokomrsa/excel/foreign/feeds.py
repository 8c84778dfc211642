"""Say which of our tables a sender's row may become rows of, what names a row there, and how those rows hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LEVELS: Final = "assessments"
_ASPECTS: Final[Mapping[str, str]] = {  # the last part of our key → aspect
    "likelihood": "likelihood",
    "consequence": "unspecified",
    "life_health": "life_health",
    "societal_functions": "societal_functions",
    "democracy_rights": "democracy_rights",
    "environment_economy": "environment_economy",
    "sovereignty": "sovereignty",
    "own_operations": "own operations",
}
STATE: Final = "assessments.state"
ROWS: Final = "risks"  # what an answer is about that says whether rows called something else are risks
NOW: Final = "current"
_STATED: Final[Mapping[str, str]] = {f"{state}_{name}": state for state in ("inherent", "target") for name in _ASPECTS}
COMBINED: Final[Mapping[str, str]] = {  # keys that fill several columns → table
    "dependencies.endurance": "dependencies",
    "resources.restoration": "resources",
}
NAMED_BY: Final = ("id", "name", "event", "description", "measure")  # columns of a row that a sender may call it by
INSTEAD: Final[Mapping[str, str]] = {"treatments.owner": "treatments.responsible"}  # what names of no organisation may be instead
CLASSES: Final = frozenset(f"information_assets.{name}" for name in ("confidentiality", "integrity", "availability", "traceability"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One of our tables, as far as a sender's table may feed it."""

    table: str
    head: str  # the column without which there is no row
    sender: str = ""  # the column that says whose the row is
    links: Mapping[str, str] = field(default_factory=dict)  # column → table of the row that the same line became


FEEDS: Final = (  # in the order in which rows refer to each other
    Feed(table="organisations", head="name"),
    Feed(table="services", head="name", sender="organisation"),
    Feed(table="resources", head="name"),
    Feed(table="dependencies", head="supplier", links={"dependent": "services"}),
    Feed(table="risks", head="event", links={"services": "services"}),
    Feed(table="vulnerabilities", head="description", sender="organisation", links={"risks": "risks", "services": "services"}),
    Feed(table="treatments", head="measure", links={"risks": "risks", "vulnerabilities": "vulnerabilities"}),
    Feed(table="activities", head="name"),
    Feed(table="information_assets", head="name", links={"services": "services"}),
    Feed(table="goals", head="goal"),
    Feed(table="documents", head="title"),
    Feed(table="events", head="event"),
)


def aspect(key: str) -> str | None:
    """Return the aspect that a column of levels judges, None for any other column.

    >>> aspect("assessments.consequence"), aspect("risks.event")
    ('unspecified', None)
    """
    table, _, name = now(key).partition(".")
    return _ASPECTS.get(name) if table == LEVELS else None


def state(key: str) -> str:
    """Return the state of the risk that a column of levels judges.

    >>> state("assessments.target_likelihood"), state("assessments.likelihood")
    ('target', 'current')
    """
    table, _, name = key.partition(".")
    return _STATED.get(name, NOW) if table == LEVELS else NOW


def now(key: str) -> str:
    """Return the column of levels that judges the same as it is now.

    >>> now("assessments.target_likelihood")
    'assessments.likelihood'
    """
    return key.replace(f".{state(key)}_", ".")


def in_state(key: str, wanted: str) -> str:
    """Return the column of levels that judges the same in another state.

    >>> in_state("assessments.likelihood", "inherent")
    'assessments.inherent_likelihood'
    """
    table, _, name = now(key).partition(".")
    return now(key) if wanted == NOW else f"{table}.{wanted}_{name}"
