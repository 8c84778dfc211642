"""Find what is still missing under each heading: what the county administrative board will ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from krokomrsa.analysis.risk import JUDGED
from krokomrsa.excel.summary.naming import measures_against
from krokomrsa.register import Row
from krokomrsa.report.material import Material, listed, needed
from krokomrsa.values import split
from krokomrsa.vocabulary import text_of

_APART: Final = 2.0  # steps between judges from which it is asked why
_OPEN: Final = ("proposed", "decided", "ongoing")

Lacks = Callable[[Row, Material], bool]


class Rule(NamedTuple):
    """One question: its text, the table it is asked of, whether a row lacks the answer, which rows it concerns, what names a row."""

    text: str
    table: str
    lacks: Lacks
    name: str = "name"
    concerns: Lacks = lambda _row, _material: True


def _empty(*columns: str) -> Lacks:
    return lambda row, _material: all(row[column] is None for column in columns)


def _any_empty(*columns: str) -> Lacks:
    return lambda row, _material: any(row[column] is None for column in columns)


def _is(column: str, *values: object) -> Lacks:
    return lambda row, _material: row[column] in values


def _no_grounds(row: Row, _: Material) -> bool:
    return any(row[f"condition_{number}"] in {"yes", "no"} and row[f"condition_{number}_grounds"] is None for number in (1, 2))


def _neither(row: Row, _: Material) -> bool:
    return row["condition_1"] == row["condition_2"] == "no"


def _own(row: Row, material: Material) -> bool:
    return row["id"] in material.own


def _alone(row: Row, material: Material) -> bool:
    return row["id"] not in {need["dependent"] for need in needed(material.register.rows("dependencies")).values()}


def _expired(row: Row, material: Material) -> bool:
    valid_to: Any = row["valid_to"]
    return valid_to is not None and valid_to < material.on


def _unmet(row: Row, material: Material) -> bool:
    return row["id"] not in measures_against(material.register)


# Asked in this order; a rule is asked of the rows that it concerns.
RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "municipality": (
        Rule("municipal", "organisations", _empty("municipal")),
        Rule("decided", "documents", _empty("decided_on"), "title"),
        Rule("expired_documents", "documents", _expired, "title"),
    ),
    "method": (Rule("uncertainty", "assessments", _empty("uncertainty"), "", _is("status", JUDGED)),),
    "services": (
        Rule("conditions", "services", _any_empty("condition_1", "condition_2")),
        Rule("conditions_unknown", "services", lambda row, _: "unknown" in {row["condition_1"], row["condition_2"]}),
        Rule("grounds", "services", _no_grounds),
        Rule("neither", "services", _neither),
        Rule("scope", "services", _empty("scope")),
        Rule("function", "services", _empty("function")),
        Rule("tolerance", "services", _empty("tolerable_outage_h")),
        Rule("lowest_level", "services", _empty("lowest_acceptable_level")),
    ),
    "dependencies": (
        Rule("no_dependencies", "services", _alone, "name", _own),
        Rule("endurance", "dependencies", _empty("endurance_low_h", "endurance_high_h"), "", lambda row, _: row["status"] != "not needed"),
        Rule("tested", "dependencies", _empty("last_tested"), "", lambda row, _: row["status"] != "not needed"),
        Rule(
            "backup_tested",
            "services",
            _empty("backup_tested"),
            "name",
            lambda row, all_: _own(row, all_) and row["backup_solution"] is not None,
        ),
        Rule("restoration", "resources", _empty("restoration_high_h")),
        Rule("supplier", "resources", _empty("supplier"), "name", _is("provision", "external")),
    ),
    "risks": (
        Rule("owner", "risks", _empty("owner"), "event"),
        Rule("description", "risks", _empty("description"), "event"),
        Rule("affected", "risks", _empty("services"), "event"),
    ),
    "vulnerabilities": (
        Rule("untreated", "vulnerabilities", _unmet, "description"),
        Rule("capability", "vulnerabilities", _empty("capability"), "description"),
        Rule("routines", "services", _is("routines", None, "no", "unknown"), "name", _own),
        Rule("trained", "services", _empty("trained_on"), "name", _own),
    ),
    "treatments": (
        Rule("measure_owner", "treatments", _empty("owner"), "measure", _is("status", None, *_OPEN)),
        Rule("budget", "treatments", _empty("budget_year"), "measure", _is("status", None, *_OPEN)),
        Rule("cost", "treatments", _empty("cost_sek"), "measure", _is("status", None, *_OPEN)),
        Rule("due", "treatments", _empty("due", "budget_year"), "measure", _is("status", None, *_OPEN)),
        Rule("effect", "treatments", _empty("effect"), "measure", lambda row, _: row["status"] != "rejected"),
    ),
}

_NOTHING: Final = {
    "municipality": "organisations",
    "method": "assessments",
    "services": "services",
    "dependencies": "dependencies",
    "risks": "risks",
    "vulnerabilities": "vulnerabilities",
    "treatments": "treatments",
}


def _asked(rule: Rule, material: Material) -> Iterator[str]:
    rows = [row for row in material.register.rows(rule.table).values() if rule.concerns(row, material)]
    lacking = [row for row in rows if rule.lacks(row, material)]
    if lacking:
        names = listed(str(row[rule.name]).rstrip(".") for row in lacking) if rule.name else ""
        yield _say(rule.text, count=len(lacking), of=len(rows), names=names)


def _say(key: str, **values: object) -> str:
    return text_of(f"report.questions.{key}", **values)


def _municipality(material: Material) -> Iterator[str]:
    if not any(row["crisis_role"] == "crisis board" for row in material.register.rows("organisations").values()):
        yield _say("crisis_board")
    if material.register.documents.empty:
        yield _say("no_documents")


def _method(material: Material) -> Iterator[str]:
    rules, on = material.rule_set, material.on
    if not rules.in_force(on):
        yield _say("expired", rules=rules.short_name, validity=rules.validity, on=on)
    if rules.doubted(on):
        yield rules.banner
    far = material.analysis.disagreement
    far = far[far["apart"] >= _APART]
    if len(far):
        risks = list(dict.fromkeys(far["risk"]))
        yield _say(
            "apart",
            count=len(risks),
            of=len(material.risks),
            steps=int(_APART),
            names=listed(material.events.get(str(each), str(each)) for each in risks),
        )
    if material.scale.note:
        yield _say("scale", scale=material.scale.name, note=material.scale.note)


def _services(material: Material) -> Iterator[str]:
    if material.services and len(material.own) == len(material.services):
        yield _say("no_geographic")


def _risks(material: Material) -> Iterator[str]:
    antagonistic = {row_id for row_id, row in material.register.rows("risks").items() if row["antagonistic"]}
    groups = {
        "missing": [risk for risk in material.risks if risk["status"] == "missing"],
        "unknown": [risk for risk in material.risks if risk["status"] == "unknown"],
        "not_judged": [risk for risk in material.risks if risk["status"] == "not judged" and risk["risk"] not in antagonistic],
    }
    if not material.likelihood:
        groups = {"missing_consequence": [risk for risk in material.risks if risk["consequence_status"] == "missing"]}
    for key, risks in groups.items():
        if risks:
            yield _say(
                key,
                count=len(risks),
                of=len(material.risks),
                names=listed(material.events.get(each["risk"], each["risk"]) for each in risks),
            )


def _vulnerabilities(material: Material) -> Iterator[str]:
    valid = material.analysis.duties[material.analysis.duties["in_force"]]
    for status in ("missing", "late"):
        found = valid[valid["status"] == status]
        if len(found):
            yield _say(f"duties_{status}", count=len(found), of=len(valid))


def _treatments(material: Material) -> Iterator[str]:
    late = material.analysis.follow_up
    late = late[late["late"].fillna(False).astype(bool)]
    if len(late):
        yield _say(
            "late", count=len(late), of=len(material.analysis.follow_up), names=listed(str(each).rstrip(".") for each in late["measure"])
        )
    against = {risk for row in material.register.rows("treatments").values() if row["status"] != "rejected" for risk in split(row["risks"])}
    highest = max((risk["class_high"] for risk in material.risks if risk["class_high"] is not None), default=None)
    bare = [risk for risk in material.risks if highest is not None and risk["class_high"] == highest and risk["risk"] not in against]
    if bare:
        yield _say("unmet_risks", count=len(bare), names=listed(material.events.get(each["risk"], each["risk"]) for each in bare))


MORE: Final[Mapping[str, Callable[[Material], Iterator[str]]]] = {
    "municipality": _municipality,
    "method": _method,
    "services": _services,
    "risks": _risks,
    "vulnerabilities": _vulnerabilities,
    "treatments": _treatments,
}


def asked(part: str, material: Material, *, own_text: bool) -> list[str]:
    """Return what is missing in a part of the report; ``own_text`` tells whether the coordinator wrote a text under its heading."""
    found = [] if own_text else [_say("own_text")]
    if part not in _NOTHING:
        return found
    table = _NOTHING[part]
    if not material.register.rows(table):
        found.append(_say("nothing", sheet=material.register.vocabulary[table].sheet))
    found += [line for rule in RULES[part] for line in _asked(rule, material)]
    return [*found, *(MORE[part](material) if part in MORE else ())]
