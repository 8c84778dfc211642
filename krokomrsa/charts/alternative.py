"""Say in one to three Swedish sentences what each chart shows, for those who do not see it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from textwrap import shorten
from typing import Literal

import pandas as pd

from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.analysis.risk import stated
from krokomrsa.charts.grid import CLASSES, grid, soon
from krokomrsa.charts.layout import links, loops
from krokomrsa.charts.places import BANDS, places, shaded
from krokomrsa.charts.points import points, weighted
from krokomrsa.charts.rows import MEASURES, duration, duty_groups, fates, measure_counts
from krokomrsa.charts.rows import consequences as levels
from krokomrsa.charts.words import count_words, counted, kind_name, listed, measure_label, tally
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of


def matrix(result: pd.DataFrame, scale: Scale, *, names: Mapping[str, str] | None = None, antagonistic: Collection[str] = ()) -> str:
    """Return how many risks stand in each class by their highest judgement, how many beside, and which stand highest.

    The same input as the chart; ``names`` gives id → event.
    """
    if result.empty:
        return text_of("charts.matrix.empty")
    inside, beside = places(result, scale, antagonistic=antagonistic)
    found: dict[int, list[str]] = {}
    for place in inside:
        found.setdefault(shaded(scale)[place.row][place.column], []).append(place.id)
    said = {level.level: level.label for level in scale.classes}
    risks = counted("risk", len(result))
    classes = tally((said[level], len(found.get(level, ()))) for level in sorted(said, reverse=True))
    parts = [text_of(f"charts.alternative.matrix.{'classes' if inside else 'none'}", risks=risks, classes=classes)]
    held = Counter(aside.status for aside in beside)
    statuses = tally((text_of(f"charts.matrix.bands.{status}").lower(), held[status]) for status in BANDS)
    parts += [text_of("charts.alternative.matrix.aside", statuses=statuses)] if beside else []
    if inside:
        highest = [text_of("charts.alternative.with_name", id=id_, name=(names or {}).get(id_, "")).strip() for id_ in found[max(found)]]
        parts.append(text_of("charts.alternative.matrix.highest", label=said[max(found)].lower(), risks=listed(highest)))
    return " ".join([*parts, *stated(scale)])


def consequences(result: pd.DataFrame, scale: Scale, *, names: Mapping[str, str] | None = None) -> str:
    """Return how many risks have which consequence by their highest judgement, and which stand highest; ``names`` gives id → event."""
    if result.empty:
        return text_of("charts.matrix.empty")
    found = levels(result, scale)
    counts = tally((label, len(held)) for label, held in found)
    said = text_of("charts.alternative.consequences.all", risks=counted("risk", len(result)), counts=counts)
    label, highest = next((row for row in found if row[1]), ("", []))
    told = [text_of("charts.alternative.with_name", id=id_, name=(names or {}).get(id_.split(" ")[0], "")).strip() for id_ in highest]
    return " ".join([said, text_of("charts.alternative.consequences.highest", label=label, risks=listed(told))])


def dependency_map(dependencies: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str]) -> str:
    """Return how many needs there are, how many are short and how many backed, what is needed most, and the loops."""
    found = links(dependencies)
    if not found:
        return text_of("charts.map.empty")
    known = set(services["id"])
    ids = {id_ for link in found for id_ in (link.supplier, link.dependent)}
    counts = Counter(link.supplier for link in found)
    most = sorted(counts, key=lambda id_: (-counts[id_], id_))[:3]
    suppliers = [text_of("charts.map.collapsed_node", name=names.get(id_, id_), count=counts[id_]) for id_ in most]
    circles = sorted(sorted(names.get(id_, id_) for id_ in held) for held in loops(found))
    said = text_of(
        "charts.alternative.map.all",
        dependencies=counted("dependency", len(found)),
        resources=counted("resource", len(ids - known)),
        services=counted("service", len(ids & known)),
        short=sum(link.weight == "hours" for link in found),
        backed=sum(link.backed for link in found),
    )
    key = "loops" if circles else "no_loops"
    members = "; ".join(listed(held) for held in circles)
    loop = text_of(f"charts.alternative.map.{key}", loops=counted("loop", len(circles)), members=members)
    return " ".join([said, text_of("charts.alternative.map.most", suppliers=listed(suppliers)), loop])


def timeline(outages: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str], lost: Sequence[str] = ()) -> str:
    """Return how much may fall and from when, what stands, for whom it is first unacceptable, and when all is up again."""
    falling, standing = fates(outages, services, names)
    falling = [fate for fate in falling if fate.id not in lost]
    what = listed([names.get(id_, id_) for id_ in lost])
    if not falling:
        return text_of("charts.alternative.timeline.nothing", lost=what) if lost else text_of("charts.timeline.empty")
    held = [fate for fate in falling if fate.service]
    said = text_of(
        f"charts.alternative.timeline.{'falls' if lost else 'falls_unsaid'}",
        lost=what,
        services=counted("service", len(held)),
        resources=counted("resource", len(falling) - len(held)),
        first=duration(falling[0].earliest),
        standing=counted("service", len(standing)),
    )
    limits = {fate.name: fate.unacceptable[0] for fate in held if fate.unacceptable is not None and not math.isinf(fate.unacceptable[0])}
    first = min(limits.values(), default=math.inf)
    worst = [name for name, hours in limits.items() if hours == first]
    parts = [said, *([text_of("charts.alternative.timeline.unacceptable", names=listed(worst), hours=duration(first))] if worst else [])]
    unknown = sum(fate.tolerable is None for fate in held)
    parts += [text_of("charts.alternative.timeline.unknown", services=counted("service", unknown))] if unknown else []
    return " ".join([*parts, *_back([fate.back for fate in falling])])


def _back(hours: Sequence[float]) -> list[str]:
    """Return when all is up again; nothing where the loss has no end."""
    stuck = sum(map(math.isinf, hours))
    if stuck == len(hours):
        return []
    if stuck:
        return [text_of("charts.alternative.timeline.not_back", count=stuck)]
    return [text_of("charts.alternative.timeline.back", hours=duration(max(hours)))]


def service_resource(failures: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str]) -> str:
    """Return how many services fall when a single resource is lost, how soon, and which resources fell most."""
    found = grid(failures, services, rows=len(services), columns=failures["lost"].nunique())
    if not found.cells:
        return text_of("charts_cascade.grid.empty")
    first = {service: min(low for (own, _), (low, _) in found.cells.items() if own == service) for service in found.services}
    classes = Counter(soon(hours) for hours in first.values())
    most = sorted(found.felled, key=lambda id_: (-found.felled[id_], id_))[:3]
    felling = [text_of("charts_cascade.alternative.felled", name=names.get(id_, id_), count=found.felled[id_]) for id_ in most]
    said = text_of(
        "charts_cascade.alternative.grid",
        all=counted("service", len(services)),
        fallen=len(first),
        classes=tally((one.label.lower(), classes[number]) for number, one in enumerate(CLASSES)),
    )
    return f"{said} {text_of('charts_cascade.alternative.grid_most', resources=listed(felling))}"


def single_points(table: pd.DataFrame, *, names: Mapping[str, str], horizon_h: float = WEEK_H) -> str:
    """Return what the worst single loss brings down, and which come next."""
    found = points(table, names)
    if not found:
        return text_of("charts_cascade.points.empty", hours=duration(horizon_h))
    worst, key = found[0], "points_weighted" if weighted(table) else "points"
    counts = {kind: worst.told(kind) for kind in worst.weights} | {"hours": duration(horizon_h), "name": worst.name}
    said = text_of(f"charts_cascade.alternative.{key}", **counts)
    after = listed([point.name for point in found[1:4]])
    return f"{said} {text_of('charts_cascade.alternative.points_next', names=after)}" if len(found) > 1 else said


def coverage(duties: pd.DataFrame) -> str:
    """Return for each kind how many duties have which status, and which that are in force have nothing at all."""
    groups = duty_groups(duties)
    if not groups:
        return text_of("charts.coverage.empty")
    counts = [text_of("charts.alternative.coverage.kind", kind=kind_name(kind), counts=count_words(rows)) for kind, rows in groups.items()]
    said = text_of("charts.alternative.end", sentence="; ".join(counts))
    missing = [
        text_of("charts.alternative.quoted", text=shorten(row.text, 70, placeholder="…"))
        for rows in groups.values()
        for row in rows
        if row.status == "missing"
    ]
    return " ".join([said, *([text_of("charts.alternative.coverage.missing", duties=listed(missing, first=3))] if missing else [])])


def measures(treatments: pd.DataFrame, organisations: Mapping[str, str], *, by: Literal["owner", "budget_year"] = "owner") -> str:
    """Return how many measures stand where, and who has most."""
    counts = measure_counts(treatments, organisations, by)
    if not counts:
        return text_of("charts.measures.empty")
    total: Counter[str] = Counter()
    for held in counts.values():
        total.update(held)
    statuses = tally((measure_label(status).lower(), total[status]) for status in MEASURES)
    most = max(counts, key=lambda group: sum(counts[group].values()))
    said = text_of("charts.alternative.measures.all", measures=counted("measure", len(treatments)), statuses=statuses)
    return " ".join([said, text_of("charts.alternative.measures.most", group=most, count=sum(counts[most].values()))])
