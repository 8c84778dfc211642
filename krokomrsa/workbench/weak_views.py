"""Say in sentences and tables what is weak in the dependencies of a register; each view is a calculation and its telling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Final, NamedTuple

import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.charts.rows import duration, named, span
from krokomrsa.excel.summary.naming import keyed, level, own_services
from krokomrsa.register import Register
from krokomrsa.values import shown
from krokomrsa.vocabulary import counted, text_of, texts
from krokomrsa.workbench import markup
from krokomrsa.workbench.markup import Cell, Marked
from krokomrsa.workbench.panel import box
from krokomrsa.workbench.working import Cancelled, Progress

SHOWN: Final = 15  # rows of a table that are written out
OTHERS: Final = 4  # things that are named in a cell
DRAWS: Final = 2_000  # at most about one percentage point from what more of them would give
COUNTING: Final = ("even", "vital", "own")
WEIGHED: Final = 4  # the column of points that says how many of them count; not shown where all do


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_weaknesses.{key}", **values)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The register as it was when a calculation began, and what was chosen: threads share nothing that changes.

    ``losses`` are considered one at a time, ``together`` in pairs; ``lost`` is the one that a probability is asked for.
    """

    dependencies: pd.DataFrame
    services: pd.DataFrame
    resources: pd.DataFrame
    organisations: pd.DataFrame
    horizon_h: float
    weights: Mapping[str, float] | None
    losses: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    lost: str = ""

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the names of services and resources."""
        return named(self.services, self.resources)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Return what services and resources are: service, external, internal; a resource that does not say is left out."""
        provided = zip(self.resources["id"], self.resources["provision"], strict=True)
        return {key: how for key, how in provided if isinstance(how, str)} | dict.fromkeys(self.services["id"], "service")

    @cached_property
    def owners(self) -> dict[str, str]:
        """Return the organisation of each service."""
        return {str(key): shown(who) for key, who in zip(self.services["id"], self.services["organisation"], strict=True)}

    @property
    def horizon(self) -> str:
        """Return what is looked at, in words."""
        return _t(f"horizons.{shown(self.horizon_h)}")


def weights(register: Register, counting: str) -> dict[str, float] | None:
    """Return what each service counts: all the same (None), or 1 for some and 0 for the others.

    >>> services = pd.DataFrame({"id": ["V-1", "V-2"], "condition_1": ["yes", "no"], "condition_2": ["no", None]})
    >>> weights(Register({"services": services}), "vital")
    {'V-1': 1.0, 'V-2': 0.0}
    """
    if counting == "even":
        return None
    rows, own = register.held("services"), own_services(register)
    counts = {"vital": lambda row: "yes" in {row["condition_1"], row["condition_2"]}, "own": lambda row: row["id"] in own}
    return {row_id: float(counts[counting](row)) for row_id, row in rows.items()}


def rest(left: int, key: str = "more") -> str:
    """Return that there are more rows than are shown, nothing where there are not."""
    return markup.paragraph(_t(key, count=left)) if left > 0 else ""


def between(low: float, high: float) -> str:
    r"""Return a number or an interval of numbers, the smaller first, without decimals.

    >>> between(12.0, 3.4), between(2, 2), between(12345, 12345)
    ('3–12', '2', '12\xa0345')
    """
    first, last = (f"{round(number):,}".replace(",", "\N{NO-BREAK SPACE}") for number in sorted((low, high)))
    return first if first == last else text_of("summary.span", low=first, high=last)


def _few(names: Sequence[str], separator: str) -> str:
    told = separator.join(names[:OTHERS])
    return _t("list_more", names=told, count=len(names) - OTHERS) if len(names) > OTHERS else told


def _range(row: Mapping[str, Any], key: str, unit: str = "") -> str:
    return shown(level(row[f"{key}_low{unit}"], row[f"{key}_high{unit}"]))


# what is lost alone, and two together


def _points(seen: Seen, progress: Progress, cancelled: Cancelled) -> tuple[pd.DataFrame, pd.DataFrame]:
    told: dict[str, Any] = {"weights": seen.weights, "horizon_h": seen.horizon_h, "progress": progress, "cancelled": cancelled}
    alone = cascade.single_points(seen.dependencies, seen.services, **told)
    return alone, cascade.double_points(seen.dependencies, seen.services, combinations(seen.together, 2), **told)


def _told_points(seen: Seen, found: tuple[pd.DataFrame, pd.DataFrame]) -> str:
    felling = [row for row in keyed(found[0]) if row["failed_high"]]
    parts = [markup.paragraph(_t("points.said", horizon=seen.horizon))]
    if felling:
        parts += [box(_worst(felling[0], seen), "warning"), _alone(felling, seen)]
    else:
        parts.append(box(_t("points.none", horizon=seen.horizon), "done"))
    return "".join([*parts, _pairs(seen, found[1]), _first_order(seen)])


def _worst(row: Mapping[str, Any], seen: Seen) -> str:
    key = "points.worst_one" if row["failed_high"] == 1 else "points.worst"
    told = {"failed": _range(row, "failed"), "unacceptable": _range(row, "unacceptable")}
    return _t(key, name=seen.names.get(row["lost"], row["lost"]), horizon=seen.horizon, **told)


def _alone(felling: Sequence[Mapping[str, Any]], seen: Seen) -> str:
    headers: list[str] = texts("panel_weaknesses")["points"]["columns"]
    kept = [place for place in range(len(headers)) if seen.weights is not None or place != WEIGHED]
    told = [list(_point(row, seen)) for row in felling[:SHOWN]]
    table = markup.table([headers[place] for place in kept], [[row[place] for place in kept] for row in told], caption=_t("points.caption"))
    return table + rest(len(felling) - SHOWN)


def _point(row: Mapping[str, Any], seen: Seen) -> Iterator[str]:
    yield seen.names.get(row["lost"], row["lost"])
    yield _t(f"points.{seen.kinds.get(row['lost'], 'resource')}")
    yield _range(row, "failed")
    yield _range(row, "unacceptable")
    yield _range(row, "unacceptable", "_weight")
    yield shown(row["tolerance_unknown"])
    yield duration(row["first_unacceptable_h"])


def _pairs(seen: Seen, found: pd.DataFrame) -> str:
    if found.empty:
        return ""
    headers, rows = texts("panel_weaknesses")["points"]["pairs_columns"], keyed(found.head(SHOWN))
    table = markup.table(headers, (list(_pair(row, seen)) for row in rows), caption=_t("points.pairs_caption", horizon=seen.horizon))
    return table + rest(len(found) - SHOWN)


def _pair(row: Mapping[str, Any], seen: Seen) -> Iterator[str]:
    for end in ("first", "second"):
        yield seen.names.get(row[end], row[end])
    yield _range(row, "failed")
    yield _range(row, "unacceptable")
    yield shown(row["beyond"])


def _first_order(seen: Seen) -> str:
    found = cascade.first_order(seen.dependencies)
    headers, rows = texts("panel_weaknesses")["points"]["first_columns"], keyed(found.head(SHOWN))
    table = markup.table(headers, (list(_direct(row, seen.names)) for row in rows), caption=_t("points.first_caption"))
    return table + rest(len(found) - SHOWN)


def _direct(row: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield names.get(row["supplier"], row["supplier"])
    yield shown(row["count"])
    yield _few([names.get(each, each) for each in row["dependents"]], text_of("report.comma"))


# reservlösningar


def _reserves(seen: Seen, progress: Progress, cancelled: Cancelled) -> pd.DataFrame:
    return cascade.false_redundancy(seen.dependencies, horizon_h=seen.horizon_h, nearest=True, progress=progress, cancelled=cancelled)


def _told_reserves(seen: Seen, found: pd.DataFrame) -> str:
    needs = seen.dependencies[seen.dependencies["status"].ne("not needed") & seen.dependencies["group"].notna()]
    whole = int((needs.groupby(["dependent", "group"]).size() > 1).sum())
    parts = [markup.paragraph(_t("reserves.said"))]
    if found.empty:
        key = "none" if whole else "no_groups"
        return "".join([*parts, box(_t(f"reserves.{key}", horizon=seen.horizon), "done" if whole else "info")])
    names = seen.names
    groups = [rows for _, rows in found.groupby(["dependent", "group"], sort=False)]
    parts.append(box(_t("reserves.count", count=len(groups), of=whole, horizon=seen.horizon), "warning"))
    rows = [[cascade.shared_sentences(rows.head(1), names)[0], _others(rows, names)] for rows in groups[:SHOWN]]
    parts.append(markup.table(texts("panel_weaknesses")["reserves"]["columns"], rows, caption=_t("reserves.caption")))
    return "".join([*parts, rest(len(groups) - SHOWN)])


def _others(rows: pd.DataFrame, names: Mapping[str, str]) -> str:
    told = [
        _t("reserves.other", name=names.get(row["cause"], row["cause"]), when=span(row["holds_low_h"], row["holds_high_h"]))
        for row in keyed(rows.iloc[1:])
    ]
    return _few(told, _t("semicolon")) or text_of("values.missing")


# what is not known


def _questions(seen: Seen, progress: Progress, cancelled: Cancelled) -> tuple[pd.DataFrame, list[list[str]]]:
    losses = [{lost: 0.0} for lost in seen.losses]
    told: dict[str, Any] = {"weights": seen.weights, "horizon_h": seen.horizon_h}
    heard: dict[str, Any] = {"progress": progress, "cancelled": cancelled}
    tables = {"resources": seen.resources, "organisations": seen.organisations}
    found = cascade.questions(seen.dependencies, seen.services, losses, **(told | heard | tables))
    verdicts = {lost: cascade.bands(seen.dependencies, seen.services, {lost: 0.0}, **told)["verdict"] for lost in seen.losses}
    counts = [
        [seen.names.get(lost, lost), *(shown(int((verdict == key).sum())) for key in ("breaks", "undecided", "holds"))]
        for lost, verdict in verdicts.items()
    ]
    return found, sorted(counts, key=lambda row: -int(row[2]))


def _told_questions(seen: Seen, found: tuple[pd.DataFrame, list[list[str]]]) -> str:
    asked, bands = found
    parts = [markup.paragraph(_t("questions.said"))]
    if asked.empty:
        parts.append(box(_t("questions.none", horizon=seen.horizon), "done"))
    else:
        rows = [
            [shown(number), row["question"], between(row["gain_low_h"], row["gain_high_h"])]
            for number, row in enumerate(keyed(asked.head(SHOWN)), start=1)
        ]
        parts.append(markup.table(texts("panel_weaknesses")["questions"]["columns"], rows, caption=_t("questions.caption")))
        parts.append(rest(len(asked) - SHOWN))
    caption = _t("questions.bands_caption", horizon=seen.horizon)
    return "".join([*parts, markup.table(texts("panel_weaknesses")["questions"]["bands_columns"], bands, caption=caption)])


def _chance(seen: Seen, _progress: Progress, _cancelled: Cancelled) -> pd.DataFrame:
    return cascade.breach_probability(seen.dependencies, seen.services, {seen.lost: 0.0}, draws=DRAWS, horizon_h=seen.horizon_h)


def _told_chance(seen: Seen, found: pd.DataFrame) -> str:
    possible = found[found["probability_high"] > 0]
    parts = [markup.paragraph(_t("chance.said", horizon=seen.horizon))]
    if possible.empty:
        return "".join([*parts, box(_t("chance.none", horizon=seen.horizon), "done")])
    first = keyed(possible.head(1))[0]
    error = shown(round(200 * float(possible["error"].max()), 1))  # two standard errors
    told = {key: first[key] for key in ("assumption", "seed")}
    parts.append(markup.paragraph(_t("chance.drawn", draws=between(DRAWS, DRAWS), error=error, **told)))
    rows = keyed(possible.head(2 * SHOWN))
    owners, names, organisations = seen.owners, seen.names, named(seen.organisations)
    cells: list[list[Cell]] = [
        [names.get(row["id"], row["id"]), organisations.get(owners[row["id"]], owners[row["id"]]), _percent(row)] for row in rows
    ]
    table = markup.table(texts("panel_weaknesses")["chance"]["columns"], cells, caption=_t("chance.caption", horizon=seen.horizon))
    return "".join([*parts, table, rest(len(possible) - 2 * SHOWN, "more_only")])


def _percent(row: Mapping[str, Any]) -> Cell:
    ends = [shown(round(100 * row[f"probability_{end}"])) for end in ("low", "high")]
    told = _t("chance.point" if ends[0] == ends[1] else "chance.span", low=ends[0], high=ends[1])
    return Marked(told) if row["probability_low"] >= 1 / 2 else told


# what looks wrong


def _faults(seen: Seen, _progress: Progress, _cancelled: Cancelled) -> pd.DataFrame:
    return cascade.faults(seen.dependencies, seen.services, seen.resources, organisations=seen.organisations)


def _told_faults(_seen: Seen, found: pd.DataFrame) -> str:
    parts = [markup.paragraph(_t("faults.said"))]
    if found.empty:
        return "".join([*parts, box(_t("faults.none"), "done")])
    rows = [[row["label"], row["problem"], row["remedy"]] for row in keyed(found.head(2 * SHOWN))]
    told = markup.table(texts("panel_weaknesses")["faults"]["columns"], rows)
    return "".join([*parts, box(counted("panel_weaknesses.faults.count", len(found)), "warning"), told, rest(len(found) - 2 * SHOWN)])


class View(NamedTuple):
    """One view: what is worked out (in a thread), and how it is told."""

    work: Callable[[Seen, Progress, Cancelled], Any]
    tell: Callable[[Seen, Any], str]


VIEWS: Final[Mapping[str, View]] = {
    "points": View(_points, _told_points),
    "reserves": View(_reserves, _told_reserves),
    "questions": View(_questions, _told_questions),
    "chance": View(_chance, _told_chance),
    "faults": View(_faults, _told_faults),
}


def of_department(found: tuple[pd.DataFrame, list[list[str]]], department: str) -> tuple[pd.DataFrame, list[list[str]]]:
    """Return the questions that are put to one department, all where none is chosen."""
    asked, bands = found
    return (asked[asked["department"] == department], bands) if department else found


def offered(register: Register, ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return things as choices: by name."""
    names = named(register.services, register.resources)
    return [(names.get(key, key), key) for key in ids]
