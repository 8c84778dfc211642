"""Print what is known of one risk on one page: the scenario card."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from textwrap import shorten
from typing import Any, Final, cast

from krokomrsa.analysis.risk import JUDGED, NOT_JUDGED, NOW, UNKNOWN, key_of
from krokomrsa.charts.rows import span
from krokomrsa.excel.summary import naming
from krokomrsa.register import Register
from krokomrsa.report import package
from krokomrsa.report.elements import Element, Head, Paragraph, Row, Table
from krokomrsa.report.fitting import fitted, lines
from krokomrsa.report.material import hours, level, listed
from krokomrsa.report.writer import Writer
from krokomrsa.rules import Period
from krokomrsa.scales import LIKELIHOOD, OWN_OPERATIONS, UNSPECIFIED, Scale
from krokomrsa.synthesis import Analysis, ScenarioCard, scenario_card
from krokomrsa.values import display
from krokomrsa.vocabulary import text_of

FACTS: Final = ("description", "causes", "protection")
LONGEST: Final = {"title": 80, "fact": 240, "cell": 110, "name": 48}  # letters that are printed; the register holds the whole
MOST: Final = {"judged": 3, "stops": 40, "linked": 40}  # rows at most, before the page is full
ROOM: Final = 620.0  # points of 694 for facts and tables: the title takes the rest, and other offices set text wider
FACT_MM: Final = 128.0  # how wide a fact is
FACT_POINTS: Final = 13.0  # how high a line of it is


def _say(key: str, **values: object) -> str:
    return text_of(f"scenario.{key}", **values)


def _cut(text: object, key: str) -> str:
    return shorten(str(text), LONGEST[key], placeholder="…")


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A card, and what is needed to say what stands on it."""

    card: ScenarioCard
    register: Register
    scale: Scale

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Return the names of organisations by id."""
        return naming.names(self.register, "organisations")

    @cached_property
    def things(self) -> dict[str, str]:
        """Return the names of services and resources by id."""
        return naming.things(self.register)

    @cached_property
    def aspects(self) -> list[str]:
        """Return the aspects that the table of judgements has a column for."""
        used = {row["aspect"] for row in self.card.judgements}
        return [LIKELIHOOD, *self.scale.values, *([UNSPECIFIED] if UNSPECIFIED in used else [])]

    def shown(self, table: str, row: Mapping[str, Any], column: str) -> str:
        """Return a value of a row as it is printed in a cell."""
        return _cut(display(self.register.vocabulary[table][column], row[column]), "cell")

    def aspect(self, code: object) -> str:
        """Return what an aspect is called."""
        return display(self.register.vocabulary["assessments"]["aspect"], str(code))

    def called(self, row_id: object) -> str:
        """Return what an organisation is called, a dash where none is meant."""
        return text_of("values.missing") if row_id is None else self.organisations.get(str(row_id), str(row_id))


# what was judged


def _levels(page: _Page, row: Mapping[str, Any], state: str, aspect: str) -> str:
    """Return what counts for an aspect in a state: levels, else what was answered, else a dash."""
    key = LIKELIHOOD if aspect == LIKELIHOOD else f"consequence_{key_of(aspect)}"
    if row[f"{key}_high"] is not None:
        return level(row[f"{key}_low"], row[f"{key}_high"])
    answers = {one["status"] for one in page.card.judgements if one["aspect"] == aspect and (one["state"] or NOW) == state}
    found = next((answer for answer in (UNKNOWN, NOT_JUDGED) if answer in answers), None)
    return text_of("values.missing") if found is None else display(page.register.vocabulary["assessments"]["status"], found)


def _class(row: Mapping[str, Any], scale: Scale) -> tuple[str, str]:
    """Return the class of a risk in words, and its colour; a dash and none where it has none."""
    found = {each.level: each for each in scale.classes}
    if row["class_high"] is None:
        return text_of("values.missing"), ""
    low, high = found[row["class_low"]], found[row["class_high"]]
    return (high.label if low == high else text_of("summary.classes", low=low.label, high=high.label)), high.colour


def _judged(page: _Page) -> Table:
    """Return the municipality's judgement of each aspect, a row for each state that is judged."""
    labels, rows = page.register.vocabulary["assessments"]["state"].values, []
    for state, row in page.card.standings.items():
        called, colour = _class(row, page.scale)
        cells = (labels[state], *(_levels(page, row, state, aspect) for aspect in page.aspects), called)
        rows.append(Row(cells=cells, tints={len(cells) - 1: colour} if colour else {}))
    share = 112 / len(page.aspects)
    heads = [Head(_say("state"), 22), *(Head(page.aspect(aspect), share, "center") for aspect in page.aspects), Head(_say("class"), 26)]
    return Table(caption=_say("judged"), heads=heads, rows=rows)


# what is known besides


def _facts(page: _Page) -> Iterator[tuple[str, str]]:
    """Yield what the event is, pairs of name and text; what nobody has stated is said to be missing."""
    declared, risk = page.register.vocabulary["risks"], page.card.risk
    for column in FACTS:
        yield declared[column].header, str(risk[column] or _say("not_stated"))
    latest = sorted(page.card.events, key=lambda row: str(row["date"]), reverse=True)
    told = [_say("happened", day=row["date"], event=str(row["event"]).rstrip(".")) for row in latest]
    yield page.register.vocabulary["events"].sheet, text_of("report.semicolon").join(told) or _say("never_happened")


def _opinions(page: _Page) -> Iterator[tuple[str, str]]:
    """Yield what the judgement rests on, how hard the departments are hit by their own judgement, and where judges differ most."""
    current = [row for row in page.card.judgements if (row["state"] or NOW) == NOW]
    grounds: dict[str, list[str]] = {}
    for row in current:
        if row["consolidated"] and row["grounds"]:
            grounds.setdefault(str(row["grounds"]), []).append(page.aspect(row["aspect"]))
    told = [_say("ground", aspects=listed(aspects), text=text) for text, aspects in grounds.items()]
    yield _say("grounds"), " ".join(told) or _say("no_grounds")
    own = [_say("by", judge=page.called(row["judge"]), level=_ends(row)) for row in current if _answers_for_itself(row)]
    yield _say("own"), listed(own) or _say("no_own")
    apart: list[Mapping[str, Any]] = [row for row in page.card.disagreement if row["apart"]]
    for one in apart[:1]:
        low, high = (level(one[end], one[end]) for end in ("low", "high"))
        lowest, highest = (listed(map(page.called, one[end])) for end in ("lowest", "highest"))
        yield _say("apart"), _say("differ", aspect=page.aspect(one["aspect"]), low=low, high=high, lowest=lowest, highest=highest)


def _answers_for_itself(row: Mapping[str, Any]) -> bool:
    return bool(row["aspect"] == OWN_OPERATIONS and row["status"] == JUDGED)


def _ends(row: Mapping[str, Any]) -> str:
    low, high = row["low"], row["high"]
    return level(high if low is None else low, low if high is None else high)


def _stops(page: _Page, most: int) -> Table:
    """Return what the event stops, and what stops because of that, at most so many rows; what is left out is counted."""
    services, rows = page.register.held("services"), list[Row]()
    for row in page.card.services:
        when, through = _say("at_once"), _say("by_event")
        rows.append(
            Row(cells=(_cut(row["name"], "name"), page.called(row["organisation"]), when, through, hours(row["tolerable_outage_h"])))
        )
    for fall in page.card.falls:
        row, first = dict(services[str(fall["id"])]), cast("float", fall["earliest_h"])
        tolerable: Any = row["tolerable_outage_h"]
        limit = hours(None if tolerable is None else first + tolerable)
        when, through = span(first, cast("float", fall["latest_h"])), page.things.get(str(fall["supplier"]), str(fall["supplier"]))
        rows.append(Row(cells=(_cut(row["name"], "name"), page.called(row["organisation"]), when, through, limit)))
    heads = [
        Head(_say(key), width) for key, width in (("service", 46), ("organisation", 40), ("stops", 22), ("through", 34), ("limit", 22))
    ]
    note = _say("cascade_note" if page.card.falls else "no_falls")
    left = f" {_say('more', count=len(rows) - most)}" if len(rows) > most else ""
    return Table(caption=_say("cascade"), heads=heads, rows=rows[:most], note=f"{note}{left}")


def _vulnerabilities(page: _Page) -> Iterator[Row]:
    for row in page.card.vulnerabilities:
        state = page.shown("vulnerabilities", row, "capability")
        yield Row(cells=(page.shown("vulnerabilities", row, "description"), page.called(row["organisation"]), state))


def _treatments(page: _Page) -> Iterator[Row]:
    for row in page.card.treatments:
        status = page.shown("treatments", row, "status")
        yield Row(
            cells=(page.shown("treatments", row, "measure"), page.called(row["owner"]), _say("status", status=status, reason=row["reason"]))
        )


def _activities(page: _Page) -> Iterator[Row]:
    for row in sorted(page.card.activities, key=lambda one: (one["year"], one["quarter"] or 0), reverse=True):
        day = row["carried_out_on"] or row["year"]
        evaluated = (
            _say("evaluated", day=row["evaluated_on"]) if row["evaluated_on"] else _say("not_evaluated") if row["status"] == "done" else ""
        )
        state = _say("practised", status=page.shown("activities", row, "status"), day=day, evaluated=evaluated).strip()
        who = page.shown("activities", row, "target_groups")
        yield Row(cells=(_say("activity", kind=page.shown("activities", row, "kind"), name=_cut(row["name"], "cell")), who, state))


_LINKED: Final[Mapping[str, Callable[[_Page], Iterator[Row]]]] = {
    "vulnerabilities": _vulnerabilities,
    "treatments": _treatments,
    "activities": _activities,
}


def _linked(page: _Page, most: int) -> Table:
    """Return vulnerabilities, measures and practice under a band each, at most so many rows; the longest list is cut first."""
    every = {key: list(made(page)) for key, made in _LINKED.items()}
    kept = {key: len(rows) for key, rows in every.items()}
    while sum(kept.values()) + len(kept) > most and any(kept.values()):
        kept[max(kept, key=lambda key: kept[key])] -= 1
    rows = list[Row]()
    for key, found in every.items():
        said = "none" if not found else "some" if kept[key] < len(found) else "all"
        rows += [Row(cells=(_say(f"{key}.{said}", count=len(found), shown=kept[key]),)), *found[: kept[key]]]
    heads = [Head(_say("what"), 80), Head(_say("who"), 36), Head(_say("standing"), 44)]
    return Table(caption=_say("linked"), heads=heads, rows=rows)


# the page


def _told(pairs: Iterable[tuple[str, str]]) -> list[Paragraph]:
    return [Paragraph(text=f"{name}\t{_cut(text, 'fact')}", look="card_fact") for name, text in pairs]


_TABLES: Final[Mapping[str, Callable[[_Page, int], Table]]] = {"judged": lambda page, _: _judged(page), "stops": _stops, "linked": _linked}


def elements(register: Register, analysis: Analysis, risk: str, *, scale: Scale, whole: bool = False) -> list[Element]:
    """Return what stands on the card of a risk below its title: what a page has room for, the rest counted, or the whole of it.

    Raises
    ------
    KrokomrsaError
        No risk has this id.
    """
    page = _Page(card=scenario_card(register, analysis, risk, scale=scale), register=register, scale=scale)
    facts, opinions = _told(_facts(page)), _told(_opinions(page))
    left = math.inf if whole else ROOM - sum(FACT_POINTS * lines(one.text.partition("\t")[2], FACT_MM) for one in (*facts, *opinions))
    most = dict.fromkeys(_TABLES, sys.maxsize) if whole else MOST
    judged, stops, linked = fitted(lambda rows: {key: made(page, rows[key]) for key, made in _TABLES.items()}, left, most)
    cascade = stops if stops.rows else Paragraph(text=_say("no_services"), look="note")
    return [*facts, judged, *opinions, cascade, linked]


def scenario(
    register: Register,
    analysis: Analysis,
    risk: str,
    *,
    scale: Scale,
    municipality: str,
    period: Period,
    on: date,
    made_on: date,
    banners: Sequence[str],
) -> bytes:
    """Return the scenario card of one risk as a Word document of one page, the same bytes for the same input.

    Raises
    ------
    KrokomrsaError
        No risk has this id.
    """
    found = elements(register, analysis, risk, scale=scale)
    row = register.held("risks")[risk]
    title = _cut(row["event"], "title")
    area, owner = (display(register.vocabulary["risks"][column], row[column]) for column in ("area", "owner"))
    owner = naming.names(register, "organisations").get(owner, owner)
    facts = _say("facts", id=risk, area=area, owner=owner, municipality=municipality, period=period, on=on, made_on=made_on)
    header = [("header", text_of("workbook.classification")), *[("header_banner", line[:1].upper() + line[1:]) for line in banners[:1]]]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=_say("footer", event=title))
    Writer(document).write([Paragraph(text=title, look="small_title"), Paragraph(text=facts, look="note"), *found])
    return package.packed(document)
