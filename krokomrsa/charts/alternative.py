"""Say in one to three Swedish sentences what each chart shows, for those who do not see it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Literal

import networkx as nx
import pandas as pd

from krokomrsa.charts.layout import links
from krokomrsa.charts.places import BANDS, places
from krokomrsa.charts.rows import MEASURES, duration, duty_groups, fates, labels, measure_counts, plan_cells
from krokomrsa.charts.rows import consequences as levels
from krokomrsa.charts.words import count_words, counted, kind_name, listed, measure_label, tally
from krokomrsa.rules import Period
from krokomrsa.scales import Scale
from krokomrsa.vocabulary import text_of


def matrix(result: pd.DataFrame, scale: Scale, *, names: Mapping[str, str] | None = None) -> str:
    """Return how many risks stand in each class by their highest judgement, how many beside, and which stand highest.

    The same input as the chart; ``names`` gives id → event.
    """
    if result.empty:
        return text_of("charts.matrix.empty")
    inside, beside = places(result, scale)
    found: dict[int, list[str]] = {}
    for place in inside:
        found.setdefault(scale.matrix[place.row][place.column], []).append(place.id)
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
    return " ".join(parts)


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
    graph: nx.DiGraph[str] = nx.DiGraph([(link.supplier, link.dependent) for link in found if link.loop])
    loops = sorted(sorted(names.get(id_, id_) for id_ in held) for held in nx.weakly_connected_components(graph))
    said = text_of(
        "charts.alternative.map.all",
        dependencies=counted("dependency", len(found)),
        resources=counted("resource", len(ids - known)),
        services=counted("service", len(ids & known)),
        short=sum(link.weight == "hours" for link in found),
        backed=sum(link.backed for link in found),
    )
    members = "; ".join(listed(held) for held in loops)
    loop = text_of(
        "charts.alternative.map.loops" if loops else "charts.alternative.map.no_loops", loops=counted("loop", len(loops)), members=members
    )
    return " ".join([said, text_of("charts.alternative.map.most", suppliers=listed(suppliers)), loop])


def timeline(failure_times: pd.DataFrame, services: pd.DataFrame, *, names: Mapping[str, str], lost: Sequence[str] = ()) -> str:
    """Return how much may fall and from when, what stands, and for whom it is first unacceptable."""
    falling, standing = fates(failure_times, services, names)
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
        standing=len(standing),
    )
    limits = {fate.name: fate.unacceptable[0] for fate in held if fate.unacceptable is not None}
    first = min(limits.values(), default=math.inf)
    worst = [name for name, hours in limits.items() if hours == first]
    parts = [said, *([text_of("charts.alternative.timeline.unacceptable", names=listed(worst), hours=duration(first))] if worst else [])]
    unknown = sum(fate.tolerable is None for fate in held)
    return " ".join([*parts, *([text_of("charts.alternative.timeline.unknown", services=counted("service", unknown))] if unknown else [])])


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


def plan(plan_frame: pd.DataFrame, activities: pd.DataFrame, period: Period) -> str:
    """Return how many activities the plan has by status, how many have no quarter, and which years are empty."""
    cells = plan_cells(plan_frame, activities)
    if not cells:
        return text_of("charts.plan.empty")
    status = {entry.id: entry.status for held in cells.values() for entry in held}
    words = {**labels("activities", "status"), "late": text_of("charts.coverage.statuses.late")}
    counts = Counter(words.get(found, text_of("charts.measures.unstated")).lower() for found in status.values())
    said = text_of(
        "charts.alternative.plan.all", period=period, activities=counted("activity", len(status)), statuses=tally(counts.items())
    )
    unknown = len({entry.id for (_, _, quarter), held in cells.items() if quarter not in {1, 2, 3, 4} for entry in held})
    empty = [str(year) for year in period.years if all(year != key[0] for key in cells)]
    parts = [said, *([text_of("charts.alternative.plan.unknown", count=unknown)] if unknown else [])]
    return " ".join([*parts, *([text_of("charts.alternative.plan.empty_years", years=listed(empty))] if empty else [])])


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
