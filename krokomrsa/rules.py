"""Read dated rule sets, the strategy's goals and its Grundplan: law and agreements are data, never constants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from krokomrsa import rule_file
from krokomrsa.errors import KrokomrsaError, Problem
from krokomrsa.vocabulary import load as vocabulary
from krokomrsa.vocabulary import parse_toml, resource, resource_names, text_of


@dataclass(frozen=True, slots=True)
class Period:
    """Years that are counted together, such as a mandate period; both ends belong to it.

    >>> Period(2019, 2022).end, date(2023, 1, 1) in Period(2019, 2022), str(Period(2019, 2022))
    (datetime.date(2022, 12, 31), False, '2019–2022')
    """

    first_year: int
    last_year: int

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last_year < self.first_year:
            raise KrokomrsaError(Problem(value=str(self), problem=text_of("rules.period"), remedy=text_of("rules.period_remedy")))

    @property
    def start(self) -> date:
        """Return the first day."""
        return date(self.first_year, 1, 1)

    @property
    def end(self) -> date:
        """Return the last day."""
        return date(self.last_year, 12, 31)

    @property
    def years(self) -> range:
        """Return the calendar years."""
        return range(self.first_year, self.last_year + 1)

    def __contains__(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.start <= day <= self.end

    def __str__(self) -> str:
        """Return the period as it is printed."""
        return f"{self.first_year}–{self.last_year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty or own goal: its wording (empty where nobody has it) and the check that tries it, with parameters."""

    id: str
    name: str
    kind: str
    source: str
    text: str = ""
    check: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading of the RSA, whose services it is about (own, geographic or unsaid), and the part of the report that stands under it."""

    number: int
    title: str
    scope: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One deadline: a day counted from the election, a day every year, or hours from an incident (None: unknown)."""

    id: str
    name: str
    event: str
    source: str
    month: int | None = None
    day: int | None = None
    hours: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One term as a rule set defines it; a term may have several, dated."""

    term: str
    text: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of the yearly follow-up, in the words of the form that it is asked on."""

    id: str
    text: str
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A law, regulation, agreement or own strategy, with the time it is valid (``valid_to`` None: as far as known)."""

    id: str
    name: str
    short_name: str
    source: str
    valid_from: date
    valid_to: date | None = None
    extended_to: date | None = None
    checked: date | None = None
    note: str = ""
    banner: str = ""
    banner_from: date | None = None
    duties: tuple[Duty, ...] = ()
    headings: tuple[Heading, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    definitions: tuple[Definition, ...] = ()
    indicators: tuple[Indicator, ...] = ()

    @property
    def last_day(self) -> date | None:
        """Return the last day it is valid, its extension included; None where no end is known."""
        return self.extended_to or self.valid_to

    def in_force(self, on: date) -> bool:
        """Tell whether the rule set is valid on a day, as far as known."""
        return self.valid_from <= on <= (self.last_day or date.max)

    def doubted(self, on: date) -> bool:
        """Tell whether its banner is to be shown on a day."""
        return bool(self.banner) and self.in_force(on) and (self.banner_from or date.min) <= on

    @property
    def validity(self) -> str:
        """Return the time it is valid, in Swedish."""
        key = "open" if self.valid_to is None else "extended" if self.extended_to else ""
        return text_of(
            f"rules.validity_{key}".rstrip("_"),
            since=self.valid_from.isoformat(),
            to=str(self.valid_to),
            extended=str(self.extended_to),
        )


PARTS: Final[Mapping[str, type[Duty | Heading | Deadline | Definition | Indicator]]] = MappingProxyType(
    {"duties": Duty, "headings": Heading, "deadlines": Deadline, "definitions": Definition, "indicators": Indicator}
)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(each) for key, each in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def parse(text: str, *, file: str) -> RuleSet:
    r"""Return the rule set that a TOML text describes.

    Raises
    ------
    KrokomrsaError
        The text is no TOML, or keys are unknown, missing or of the wrong kind; all problems at once.

    Examples
    --------
    >>> own = parse('id = "egna"\nname = "Egna mål"\nshort_name = "Egna"\nsource = "KF 2027"\nvalid_from = 2027-01-01', file="egna.toml")
    >>> own.in_force(date(2026, 12, 31))
    False
    """
    content = parse_toml(text, file=file)
    problems = rule_file.problems(content, RuleSet, PARTS)
    if problems:
        raise KrokomrsaError.of(problem.at(file=file, kind="refused") for problem in problems)
    parts: dict[str, Any] = {part: tuple(kind(**_frozen(row)) for row in content.get(part, [])) for part, kind in PARTS.items()}
    return RuleSet(**{key: value for key, value in content.items() if key not in PARTS}, **parts)


def names() -> tuple[str, ...]:
    """Return the ids of the rule sets that come with the product.

    >>> "overenskommelse-2019-2022" in names()
    True
    """
    return tuple(resource_names("rules"))


@cache
def load(id: str) -> RuleSet:  # noqa: A002 (the register calls it id too)
    """Return a rule set that comes with the product.

    Raises
    ------
    KrokomrsaError
        No rule set has this id.

    Examples
    --------
    >>> load("overenskommelse-2019-2022").valid_to
    datetime.date(2022, 12, 31)
    """
    if id not in names():
        close = get_close_matches(id, names(), n=1)
        guess = text_of("rules.did_you_mean", guess=close[0]) if close else ""
        remedy = guess + text_of("rules.no_such_remedy", names=", ".join(names()))
        raise KrokomrsaError(Problem(value=id, problem=text_of("rules.no_such"), remedy=remedy))
    return parse(resource("rules", f"{id}.toml"), file=f"{id}.toml")


def applicable(on: date, *, sets: Iterable[RuleSet] | None = None) -> tuple[RuleSet, ...]:
    """Return the rule sets that are valid on a day, as far as known; those of the product where none are given.

    >>> [each.short_name for each in applicable(date(2021, 6, 1))]
    ['LEH', 'MSBFS 2015:5', 'Överenskommelsen 2019–2022', 'Strategin 2019–2022']
    """
    chosen = tuple(load(name) for name in names()) if sets is None else tuple(sets)
    return tuple(each for each in chosen if each.in_force(on))


def _named(on: date, each: RuleSet) -> str:
    name = text_of("rules.until", name=each.short_name, to=str(each.last_day)) if each.last_day else each.short_name
    return text_of("rules.doubted", name=name) if each.doubted(on) else name


def _standing(on: date, each: RuleSet) -> list[str]:
    if each.in_force(on):
        unknown = sum(not duty.text for duty in each.duties)
        return [text_of("rules.unknown_wording", name=each.short_name, count=unknown)] if unknown and not each.banner else []
    key = "rules.coming" if on < each.valid_from else "rules.expired"
    since = each.valid_from.isoformat()
    return [text_of(key, name=each.short_name, on=on.isoformat(), since=since, validity=each.validity)]


def banner(on: date, rule_sets: Iterable[RuleSet]) -> list[str]:
    """Return Swedish lines on what applies on a day, what has expired and what nobody here knows.

    >>> for line in banner(date(2026, 11, 22), [load("overenskommelse-2019-2022"), load("leh")]):
    ...     print(line)
    Gäller 2026-11-22: LEH.
    Överenskommelsen 2019–2022 gällde 2019-01-01 – 2022-12-31, förlängt till 2023-12-31 och gäller inte 2026-11-22: inget räknas som ...
    """
    chosen = tuple(rule_sets)
    valid = [_named(on, each) for each in applicable(on, sets=chosen)]
    listed = text_of("rules.separator").join(valid)
    first = text_of("rules.in_force", on=on.isoformat(), names=listed) if valid else text_of("rules.none_in_force", on=on.isoformat())
    warned = [each.banner for each in chosen if each.doubted(on)]
    return [first, *(line for each in chosen for line in _standing(on, each)), *warned]


@cache
def _data(name: str) -> Mapping[str, Any]:
    return MappingProxyType(parse_toml(resource(name), file=name))


def goals() -> list[dict[str, Any]]:
    """Return the strategy's and the national goals as rows in the columns of the table ``goals``.

    >>> [(row["id"], row["due"]) for row in goals() if row["due"]]
    [('M-4.1-1', datetime.date(2022, 12, 31)), ('M-4.1-2', datetime.date(2020, 12, 31))]
    """
    keys = vocabulary()["goals"].keys
    return [{key: row.get(key) for key in keys} for row in _data("goals.toml")["goals"]]


def focus(period: Period) -> dict[int, str]:
    """Return the Grundplan's Inriktning by calendar year.

    >>> focus(Period(2027, 2030))[2029]
    'Regional samverkansövning'
    """
    by_year = {period.first_year + row["year"] - 1: row["focus"] for row in _data("grundplan.toml")["years"]}
    return {year: said for year, said in by_year.items() if year in period.years}


def excluded_levels(period: Period) -> dict[int, tuple[str, ...]]:
    """Return the levels at which the Grundplan's Inriktning holds nothing, by calendar year.

    >>> excluded_levels(Period(2027, 2030))
    {2030: ('central',)}
    """
    by_year = {period.first_year + row["year"] - 1: tuple(row.get("excluded_levels", ())) for row in _data("grundplan.toml")["years"]}
    return {year: levels for year, levels in by_year.items() if levels and year in period.years}


def grundplan(period: Period) -> list[dict[str, Any]]:
    """Return Tabell 1 for a mandate period, as printed, as rows in the columns of the table ``activities``.

    Every row is planned; no evaluation is planned, since none is printed. A quarter that is lost in the text is None.

    >>> [(row["id"], row["quarter"], row["name"]) for row in grundplan(Period(2019, 2022)) if row["year"] == 2022]
    [('U-2022-1', 4, 'Användning av RAKEL och WIS'), ('U-2022-2', None, 'Table-top/diskussionsövningar, nivå: Verksamhet')]
    """
    keys = vocabulary()["activities"].keys
    rows: list[dict[str, Any]] = []
    for entry in _data("grundplan.toml")["activities"]:
        year = period.first_year + entry["year"] - 1
        if year not in period.years:
            continue
        number = sum(row["year"] == year for row in rows) + 1
        lists = {key: "; ".join(value) for key, value in entry.items() if isinstance(value, list)}
        given = entry | lists | {"id": f"U-{year}-{number}", "year": year, "status": "planned"}
        rows.append({key: given.get(key) for key in keys})
    return rows
