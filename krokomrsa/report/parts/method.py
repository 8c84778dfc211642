"""Tell the method as it was used: who judged, on what scale, how judgements are weighed, how losses are followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from krokomrsa.analysis.risk import JUDGED, NOT_JUDGED, UNKNOWN
from krokomrsa.register import Row as Values
from krokomrsa.report.elements import Bullets, Element, Head, Heading, Paragraph, Row, Table
from krokomrsa.report.material import Material, authority, hours, limit
from krokomrsa.rules import Definition
from krokomrsa.scale_file import UNSPECIFIED
from krokomrsa.scales import Level, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import counted, text_of


def _say(key: str, **values: object) -> str:
    return text_of(f"report.method.{key}", **values)


def _judges(material: Material) -> Table:
    by_judge: dict[str, list[tuple[str, Values]]] = {}
    for row_id, row in material.assessments.items():
        by_judge.setdefault(str(row["judge"]), []).append((row_id, row))
    statuses = material.register.vocabulary["assessments"]["status"].values
    rows = []
    for judge, held in sorted(by_judge.items(), key=lambda item: -len(item[1])):
        counts = Counter(row["status"] for _, row in held)
        settled = sum(row["consolidated"] is True for _, row in held)
        cells = (len(held), counts[JUDGED], counts[UNKNOWN], counts[NOT_JUDGED], settled)
        sources = tuple(("assessments", row_id) for row_id, _ in held)
        rows.append(Row(cells=(material.organisations.get(judge, judge), *map(str, cells)), sources=sources))
    heads = [_say("judgements"), *(statuses[key] for key in (JUDGED, UNKNOWN, NOT_JUDGED)), _say("settled")]
    return Table(caption=_say("judges"), heads=[Head(_say("judge"), 48), *(Head(head, 20, "right") for head in heads)], rows=rows)


def _levels(caption: str, levels: tuple[Level, ...]) -> Table:
    rows = [Row(cells=(str(each.level), each.label, each.description or text_of("values.missing"))) for each in reversed(levels)]
    return Table(caption=caption, heads=[Head(_say("level"), 14, "center"), Head(_say("word"), 38), Head(_say("meaning"), 108)], rows=rows)


def _thresholds(scale: Scale) -> list[Element]:
    """Return what each level means for each protected value that the scale describes by itself."""
    rows = [
        Row(cells=(label, f"{level.level} {level.label}", level.values[aspect]))
        for aspect, label in scale.values.items()
        for level in reversed(scale.consequence)
        if aspect in level.values
    ]
    heads = [Head(_say("value"), 48), Head(_say("level"), 30), Head(_say("meaning"), 82)]
    return [Table(caption=_say("thresholds"), heads=heads, rows=rows)] if rows else []


def _matrix(material: Material) -> Table:
    """Return the class of each pair of levels, the highest likelihood at the top."""
    scale = material.scale
    called = {each.level: each for each in scale.classes}
    rows = [
        Row(
            cells=(f"{level.level} {level.label}", *(called[found].label for found in classes)),
            tints={place: called[found].colour for place, found in enumerate(classes, start=1)},
        )
        for level, classes in zip(reversed(scale.likelihood), reversed(scale.matrix), strict=True)
    ]
    heads = [Head(_say("both"), 32), *(Head(f"{each.level} {each.label}", 25, "center") for each in scale.consequence)]
    return Table(caption=_say("matrix"), heads=heads, rows=rows)


def _uncertainty(material: Material) -> str:
    column = material.register.vocabulary["assessments"]["uncertainty"]
    counts = Counter(row["uncertainty"] for row in material.assessments.values() if row["status"] == JUDGED)
    told = [_say("counted", label=label.lower(), count=counts[code]) for code, label in column.values.items()]
    comma = text_of("report.comma")
    return _say("uncertainty", meaning=column.help, counts=comma.join([*told, _say("counted", label=_say("unstated"), count=counts[None])]))


def _scale(material: Material) -> list[Element]:
    scale = material.scale
    told: list[Element] = [
        Heading(text=_say("scale_heading"), level=2),
        Paragraph(text=_say("scale", scale=scale.name, source=scale.source)),
    ]
    if material.likelihood:
        horizon = _say("years_one") if scale.horizon_years == 1 else _say("years", count=shown(scale.horizon_years))
        told += [Paragraph(text=_say(f"likelihood_{scale.measure}", horizon=horizon)), _levels(_say("likelihood_levels"), scale.likelihood)]
    else:
        told.append(Paragraph(text=_say("no_likelihood")))
    told += [_levels(_say("consequence_levels"), scale.consequence), *_thresholds(scale)]
    return [*told, _matrix(material)] if material.likelihood else told


def _said(aspects: Mapping[str, str], combined: Sequence[str]) -> str:
    """Return what consequence is the highest of; a consequence that nobody divided comes last, after an "and"."""
    told = [aspects[each].lower() for each in combined if each != UNSPECIFIED]
    undivided = [_say("undivided")] if UNSPECIFIED in combined else []
    *before, last = [*told, *undivided] or [""]
    return text_of("report.method.and").join([text_of("report.comma").join(before), last] if before else [last])


def _weighing(material: Material) -> list[Element]:
    scale = material.scale
    aspects = {**material.register.vocabulary["assessments"]["aspect"].values, **scale.values}
    combined = _said(aspects, scale.combined)
    ranking = _say("ranking" if material.likelihood else "ranking_consequence")
    lines = [
        text_of(f"risk.judges_said.{scale.judges}"),
        text_of(f"risk.combined_said.{scale.rule}", aspects=combined),
        _say("own_operations"),
        _say("standings"),
        ranking,
    ]
    return [Heading(text=_say("weighing_heading"), level=2), Bullets(lines=lines), Paragraph(text=_uncertainty(material))]


def _validity(each: Definition) -> str:
    parts = [each.source]
    parts += [_say("from", day=each.valid_from)] if each.valid_from else []
    parts += [_say("to", day=each.valid_to)] if each.valid_to else []
    return text_of("report.semicolon").join([*parts, *([each.note] if each.note else [])])


def _definitions(material: Material) -> list[Element]:
    rules = material.rule_set
    agency = authority("preparedness", material.on)
    told = _say("rules", name=rules.name, short=rules.short_name, validity=rules.validity, agency=agency, on=material.on)
    table = Table(
        caption=_say("definitions", rules=rules.short_name, checked=rules.checked or text_of("values.missing")),
        heads=[Head(_say("term"), 28), Head(_say("definition"), 92), Head(_say("source"), 40)],
        rows=[Row(cells=(each.term, each.text, _validity(each))) for each in rules.definitions],
    )
    return [Heading(text=_say("definitions_heading"), level=2), Paragraph(text=told), table]


def elements(material: Material) -> list[Element]:
    """Return the part on process and method."""
    files = {origin.sha256 for origin in material.register.origins.values()}
    judges = {row["judge"] for row in material.assessments.values()}
    critical, horizon = hours(limit("critical_h")), hours(limit("horizon_h"))
    judged = counted("report.method.judgement_count", len(material.assessments))
    risks = counted("report.method.event_count", len(material.risks))
    return [
        Heading(text=_say("basis_heading"), level=2),
        Paragraph(text=_say("basis", files=len(files), judges=len(judges), judgements=judged, risks=risks)),
        _judges(material),
        *_scale(material),
        *_weighing(material),
        Heading(text=_say("cascade_heading"), level=2),
        Bullets(lines=[_say(f"cascade_{number}", critical=critical, horizon=horizon) for number in range(1, 6)]),
        *_definitions(material),
    ]
