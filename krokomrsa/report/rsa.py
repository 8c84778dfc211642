"""Write the risk and vulnerability analysis under the headings of a rule set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from krokomrsa.charts.album import Chart
from krokomrsa.excel.summary.sources import areas
from krokomrsa.register import Register
from krokomrsa.report import package, questions, references
from krokomrsa.report.charts import by_key
from krokomrsa.report.elements import Element, Heading, Paragraph, Questions, paragraphs
from krokomrsa.report.material import Material, authority, declared
from krokomrsa.report.parts import dependencies, method, municipality, risks, services, treatments, vulnerabilities
from krokomrsa.report.writer import Writer
from krokomrsa.rules import Heading as Rubric
from krokomrsa.rules import Period, RuleSet
from krokomrsa.scales import Scale
from krokomrsa.synthesis import Analysis
from krokomrsa.vocabulary import text_of, texts

PARTS: Final[Mapping[str, Callable[[Material], list[Element]]]] = {
    "municipality": municipality.elements,
    "method": method.elements,
    "services": services.elements,
    "dependencies": dependencies.elements,
    "risks": risks.elements,
    "vulnerabilities": vulnerabilities.elements,
    "treatments": treatments.elements,
}


def _own_texts(register: Register, rule_set: RuleSet) -> dict[str, list[str]]:
    """Return the coordinator's own texts by the number of the heading."""
    found: dict[str, list[str]] = {}
    for row in register.rows("report_texts").values():
        if row["rule_set"] == rule_set.id and row["text"]:
            found.setdefault(str(row["heading"]).strip().rstrip("."), []).append(str(row["text"]))
    return found


def _titled(rubric: Rubric) -> str:
    about = texts("report")["parts"].get(rubric.part, text_of("report.parts.other"))
    return text_of("report.rubric" if rubric.title else "report.rubric_unknown", number=rubric.number, title=rubric.title, about=about)


def _numbered(elements: Iterable[Element], number: object) -> list[Element]:
    """Return elements with their second-level headings numbered within a heading."""
    found: list[Element] = []
    count = 0
    for each in elements:
        if isinstance(each, Heading) and each.level == 2:  # noqa: PLR2004 (the second level)
            count += 1
            found.append(Heading(text=text_of("report.sub_rubric", number=number, sub=count, text=each.text), level=2))
        else:
            found.append(each)
    return found


def _asks(material: Material) -> str:
    return text_of("report.questions.title", county_board=authority("county_board", material.on))


def _under(rubric: Rubric, material: Material, own: Sequence[str]) -> list[Element]:
    """Return what stands under a heading: the coordinator's own text, what is missing, then what the register holds."""
    asked = questions.asked(rubric.part, material, own_text=bool(own))
    if not rubric.title:
        asked = [text_of("report.questions.heading", rules=material.rule_set.short_name), *asked]
    made = PARTS[rubric.part](material) if rubric.part in PARTS else []
    said = [each for text in own for each in paragraphs(text)] or [Paragraph(text=text_of("report.fill_in"), look="note")]
    return [Heading(text=_titled(rubric)), *said, Questions(title=_asks(material), lines=asked), *_numbered(made, rubric.number)]


def _rubrics(rule_set: RuleSet) -> list[Rubric]:
    """Return the headings in order, and after them one without words for each part that no heading is about."""
    given = sorted(rule_set.headings, key=lambda each: each.number)
    last = max((each.number for each in given), default=0)
    left = [part for part in PARTS if part not in {each.part for each in given}]
    return [*given, *(Rubric(number=last + number, title="", part=part) for number, part in enumerate(left, start=1))]


def _stray(material: Material, texts_by_number: Mapping[str, Sequence[str]], known: set[str]) -> list[Element]:
    """Return the own texts whose heading the rule set does not have: nothing that was written is lost."""
    stray = [(number, text) for number, held in texts_by_number.items() if number not in known for text in held]
    if not stray:
        return []
    told: list[Element] = [
        Heading(text=text_of("report.stray")),
        Questions(title=_asks(material), lines=[text_of("report.questions.stray", rules=material.rule_set.short_name)]),
    ]
    for number, text in stray:
        told += [Heading(text=text_of("report.stray_number", number=number), level=3), *paragraphs(text)]
    return told


def _body(material: Material) -> list[Element]:
    own, rubrics = _own_texts(material.register, material.rule_set), _rubrics(material.rule_set)
    found = [each for rubric in rubrics for each in _under(rubric, material, own.get(str(rubric.number), ()))]
    found += _stray(material, own, {str(rubric.number) for rubric in rubrics})
    found, numbers = references.traced(found, areas(material.register.origins))
    body = [*found, Heading(text=text_of("report.sources.heading"), new_page=True), *references.appendix(numbers)]
    return [replace(each, new_page=True) if number == 0 and isinstance(each, Heading) else each for number, each in enumerate(body)]


def _front(material: Material, made_on: date, banners: Sequence[str]) -> list[Element]:
    told = {
        "to": authority("county_board", material.on),
        "rules": material.rule_set.name,
        "on": material.on,
        "made_on": made_on,
        "scale": material.scale.name,
    }
    facts = [Paragraph(text=f"{text_of(f'report.front.{key}')}\t{value}", look="fact") for key, value in told.items()]
    shown = [Paragraph(text=line[:1].upper() + line[1:], look="banner") for line in banners]
    return [
        Paragraph(text=declared()["report"]["name"], look="title"),
        Paragraph(text=text_of("report.front.subtitle", municipality=material.municipality, period=material.period), look="subtitle"),
        *facts,
        Paragraph(text=text_of("workbook.classification"), look="secrecy"),
        *shown,
        Paragraph(text=text_of("report.front.together", county_board=authority("county_board", material.on)), look="note"),
    ]


def rsa(
    register: Register,
    analysis: Analysis,
    *,
    rule_set: RuleSet,
    scale: Scale,
    municipality: str,
    period: Period,
    on: date,
    made_on: date,
    banners: Sequence[str],
    charts: Sequence[Chart],
) -> bytes:
    """Return the risk and vulnerability analysis as a Word document.

    Parameters
    ----------
    register, analysis
        What is told, and what ``synthesis.analyse`` returns for it.
    rule_set
        Whose headings the report follows; a heading without words says that it is to be filled in.
    scale, municipality, period, on, made_on
        As for the analysis; ``made_on`` is printed and stands in the document's properties: no clock is read.
    banners
        What is to be known before anything else: all on the title page, the first in each page header.
    charts
        What ``album.album`` returns; those that have something to show are drawn.

    Returns
    -------
    bytes
        A docx file, the same bytes for the same input.
    """
    material = Material(
        register=register,
        analysis=analysis,
        rule_set=rule_set,
        scale=scale,
        municipality=municipality,
        period=period,
        on=on,
        charts=by_key(charts),
    )
    name = declared()["report"]["name"]
    title = text_of("report.title", name=name, municipality=municipality, period=period)
    header = [
        ("header", text_of("workbook.classification")),
        *([("header_banner", banners[0][:1].upper() + banners[0][1:])] if banners else []),
    ]
    document = package.new(title=title, author=municipality, made_on=made_on, header=header, footer=title)
    writer, body = Writer(document), _body(material)
    writer.write(_front(material, made_on, banners))
    writer.contents(body)
    writer.write(body)
    return package.packed(document)
