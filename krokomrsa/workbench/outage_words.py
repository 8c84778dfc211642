"""Say in Swedish what an outage leads to: in a sentence to those who decide, in tables, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pandas as pd

from krokomrsa.analysis import cascade
from krokomrsa.analysis.cascade.deadlock import MEMBER
from krokomrsa.analysis.cascade.summary import WEEK_H
from krokomrsa.charts.rows import Fate, duration, span
from krokomrsa.vocabulary import counted, text_of
from krokomrsa.workbench.clock import ALARM, after, during, latest
from krokomrsa.workbench.markup import Cell, Marked, escaped, table
from krokomrsa.workbench.outages import Outcome, limit
from krokomrsa.workbench.panel import box

NAMED: Final = 8  # as many are named in a row; of more their number is told
FEW: Final = 4  # as many in a deadlock are told who waits for whom at once,
READABLE: Final = 40  # and as many on a click
KEYS: Final = ("service", "organisation", "stops", "unacceptable", "back", "down", "tolerable")


def _t(key: str, **values: object) -> str:
    return text_of(f"panel_dependencies.{key}", **values)


def headline(found: Outcome) -> str:
    """Return the sentence to those who decide: who stops first of those that cannot, why, and from when it is unacceptable."""
    if not found.services:
        return box(_t("nothing"), "done")
    first = found.gravest[0]
    said = [_t("first", sentence=found.because(first.id))]
    if first.unacceptable is None:
        said.append(_t("first_unknown"))
    else:
        late = limit(first)
        said.append(_t("first_tolerated") if late == math.inf else _t("first_unacceptable", hours=duration(late)))
    said.append(_t("first_back", back=_back(first)))
    style = "font-size:1.35em;line-height:1.4;margin:.4em 0;padding:.6em 1em;border:3px solid #0b5394;color:#1a1a1a;max-width:60em"
    return f'<div role="status" style="{style}">{escaped(" ".join(said))}</div>'


def _back(fate: Fate) -> str:
    """Return when a service is up for good; at best it may not stop at all."""
    return after(fate.best[-1][1], fate.back) if fate.best else latest(fate.back)


def summary(found: Outcome, loss: str) -> str:
    """Return how many services an outage stops, and how many of them for longer than they can stand; ``loss`` says which outage."""
    week = found.within[found.within["within_h"] == WEEK_H]
    late = int(week["broken_high"].sum())
    certain = sum(bool(fate.best) for fate in found.services)
    unknown = sum(fate.tolerable is None for fate in found.services)
    told = [counted("panel_dependencies.summary", len(found.services), loss=loss, certain=certain, unacceptable=late)]
    told += [_t("missing" if len(found.services) > 1 else "missing_all", count=unknown)] if unknown else []
    return "".join(box(line, "warning" if late else "info") for line in told)


def unsettled(found: Outcome) -> str:
    """Return what keeps anything from coming back: loops that cannot restart, and restart times that nobody has stated."""
    told = [_deadlock(part, found.names) for _, part in found.deadlocks.groupby(["bound", "deadlock"], sort=False)]
    if found.unstarted:
        told.append(box(_t("unstarted", names=_listed([found.names.get(key, key) for key in found.unstarted])), "warning"))
    return "".join(told)


def _deadlock(part: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return a deadlock in a sentence; where more wait for each other, their names, and on a click who waits for whom if anyone can read it."""
    members = [names.get(str(key), str(key)) for key in part.loc[part["role"] == MEMBER, "id"]]
    sentence = "".join(cascade.deadlock_sentences(part, names)) if len(members) <= READABLE else ""
    if len(members) <= FEW:
        return box(sentence, "warning")
    short = box(_t(f"deadlock.{part['bound'].iloc[0]}", count=len(members), names=_listed(members)), "warning")
    if not sentence:
        return short
    details = f"<details><summary>{escaped(_t('deadlock.more'))}</summary>{escaped(sentence)}</details>"
    return short + f'<div style="margin:.2em 0 .6em 1.4em;max-width:75em;line-height:1.4;color:#1a1a1a">{details}</div>'


def within(found: Outcome) -> str:
    """Return who breaks its need within 2, 8, 24, 72 hours and a week: how many at best and at worst, and who comes to it."""
    if not found.services:
        return ""
    rows: list[list[Cell]] = []
    before: set[str] = set()
    every = found.within.to_dict("records")
    for hour in dict.fromkeys(row["within_h"] for row in every):
        parts = [row for row in every if row["within_h"] == hour]
        possible = {str(key) for row in parts for key in (*row["certain"], *row["possible"])}
        new = [fate.name for fate in found.gravest if fate.id in possible and fate.id not in before]
        counts = [str(sum(row[key] for row in parts)) for key in ("broken_low", "broken_high", "unknown")]
        rows.append([duration(hour), *counts, _listed(new) if new else "–"])
        before = possible
    return table([_t(f"within.{key}") for key in ("when", "certain", "possible", "unknown", "new")], rows, caption=_t("within.caption"))


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(names[:NAMED])
    return _t("listed_more", names=told, count=len(names) - NAMED) if len(names) > NAMED else told


def listed(found: Outcome, owners: Mapping[str, str], organisations: Mapping[str, str]) -> str:
    """Return the services that stop, earliest first, and when they are back; the moment when it is no longer acceptable stands out."""
    if not found.services:
        return ""
    rows = [list(_row(fate, owners, organisations)) for fate in found.services]
    made = table([_t(f"columns.{key}") for key in KEYS], rows, caption=_t("caption"))
    return f'<div tabindex="0" style="max-height:36em;overflow:auto">{made}</div>'


def _row(fate: Fate, owners: Mapping[str, str], organisations: Mapping[str, str]) -> Iterator[Cell]:
    owner = owners.get(fate.id, "")
    yield fate.name
    yield organisations.get(owner, owner)
    yield span(fate.earliest, fate.latest)
    yield _limit(fate)
    yield _back(fate)
    yield _length(fate)
    yield _t("unknown") if fate.tolerable is None else duration(fate.tolerable)


def _length(fate: Fate) -> str:
    """Return how long a service is down without a break, at best and at worst."""
    low, high = (max((end - start for start, end in spans), default=0.0) for spans in (fate.best, fate.worst))
    if low == math.inf:
        return _t("length.open")
    if high == math.inf:
        return _t("length.least", low=duration(low)) if low else _t("unknown")
    return span(low, high) if low else _t("length.most", high=duration(high))


def _limit(fate: Fate) -> Cell:
    if fate.unacceptable is None:
        return _t("unknown")
    return Marked(span(*fate.unacceptable), ALARM) if limit(fate) < math.inf else _t("tolerated")


def reasons(found: Outcome, service: str, hour: float, loss: str) -> list[str]:
    """Return in sentences how a service stands at an hour, what it waits for, and why it stops, at the earliest and at the latest."""
    fate = found.fate(service)
    times = {bound: hour if during(spans, hour) else None for bound, spans in (("worst", fate.worst), ("best", fate.best))}
    earliest = found.because(service, hour=times["worst"])
    now = _now(found, fate, hour)
    if not fate.best:
        return [now, _t("earliest", loss=loss, sentence=earliest), _t("never_stops")]
    final = found.because(service, bound="best", hour=times["best"])
    if earliest == final:
        return [now, _t("certain", loss=loss, sentence=earliest)]
    return [now, _t("earliest", loss=loss, sentence=earliest), _t("latest", loss=loss, sentence=final)]


def _now(found: Outcome, fate: Fate, hour: float) -> str:
    """Return how a service stands at an hour, and what it waits for if it is down at worst."""
    worst, best = during(fate.worst, hour), during(fate.best, hour)
    state = "down" if best else "uncertain" if worst else "standing"
    said = _t(f"now.{state}", hours=duration(hour), name=fate.name)
    waits = found.waits_for(fate.id, hour=hour) if worst else []
    if waits:
        return f"{said} {_t('now.waits', names=', '.join(waits))}"
    return f"{said} {_t('now.gone')}" if worst else said
