"""Try duties against the register: a table of checks, each listing the parts that a duty asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from krokomrsa.analysis.coverage.activities import KINDS, LATE, MET, MISSING, PLANNED, Activity, best
from krokomrsa.analysis.coverage.basis import Basis, Case, Part, joined
from krokomrsa.rules import Duty
from krokomrsa.values import fold
from krokomrsa.vocabulary import lists, text_of


def _label(key: str, **values: object) -> str:
    return text_of(f"coverage.label.{key}", **values)


def _name(listed: str, code: str) -> str:
    return lists()[listed].get(code, code)


def _inside(name: str) -> str:  # as it stands inside a sentence
    return name[:1].lower() + name[1:]


def _doubt(case: Case, key: str, ids: Collection[str], **values: object) -> str:
    return text_of(f"coverage.doubt.{key}", ids=case.called(ids), **values) if ids else ""


def _carried(each: Activity) -> int:
    return each.carried


def _evaluated(each: Activity) -> int:
    return each.evaluated


def _live(activities: Iterable[Activity]) -> list[Activity]:
    return [each for each in activities if each.carried < MISSING]


def _by_kind(case: Case, who: str, matches: Callable[[Activity], bool], kinds: Collection[str] = KINDS) -> dict[str, Part]:
    return {
        kind: Part(_label(kind, who=who), best((each for each in case.activities if each.kind == kind and matches(each)), _carried))
        for kind in kinds
    }


def _unclear(case: Case, parts: Mapping[str, Part], matches: Callable[[Activity], bool]) -> tuple[str, ...]:
    lacking = {kind for kind, part in parts.items() if part.standing >= LATE}
    return tuple(dict.fromkeys(each.id for each in _live(case.activities) if each.kind in lacking and matches(each)))


def _for_role(case: Case, role: str, groups: Collection[str]) -> Basis:
    key, matches = role.replace(" ", "_"), case.has_role(role)
    parts = _by_kind(case, _label(key), matches, ("exercise",))
    unclear = _unclear(case, parts, lambda each: bool(each.groups & set(groups)) and not matches(each))
    return Basis(parts=tuple(parts.values()), unclear=unclear, doubt=_doubt(case, key, unclear))


def crisis_board(case: Case, _: Duty) -> Basis:
    """Ask for an exercise of the crisis board; the municipal board is that only where the organisations say so."""
    return _for_role(case, "crisis board", {"municipal_board"})


def official_leadership(case: Case, _: Duty) -> Basis:
    """Ask for an exercise of the officials' leadership; management or staff is that only where the organisations say so."""
    return _for_role(case, "official leadership", {"municipal_management", "crisis_staff"})


def _years_remark(case: Case, parts: Mapping[str, Part]) -> str:
    done = {
        kind: sorted({each.year for each in case.activities if each.kind == kind and part.standings.get(each.id) == MET == each.carried})
        for kind, part in parts.items()
    }
    neither = [year for year in case.period.years if not any(year in years for years in done.values())]
    none = text_of("coverage.remark.no_year")
    return text_of(
        "coverage.remark.years", neither=joined(neither) or none, **{kind: joined(years) or none for kind, years in done.items()}
    )


def crisis_organisation(case: Case, _: Duty) -> Basis:
    """Ask for a training and an exercise of the crisis organisation; the reason lists the years, since no number is given."""
    board, officials = case.has_role("crisis board"), case.has_role("official leadership")

    def matches(each: Activity) -> bool:
        unnamed = not each.groups and not each.organisations and "crisis_leadership" in each.competences
        return unnamed or "crisis_staff" in each.groups or board(each) or officials(each)

    parts = _by_kind(case, _label("crisis_organisation"), matches)
    near = {"municipal_board", "municipal_management"}
    unclear = _unclear(case, parts, lambda each: bool(each.groups & near) and not matches(each))
    doubt = _doubt(case, "crisis_organisation", unclear)
    return Basis(parts=tuple(parts.values()), unclear=unclear, doubt=doubt, remarks=(_years_remark(case, parts),))


def preparedness_function(case: Case, duty: Duty) -> Basis:
    """Ask for a training and an exercise that name a function; one at the level of units that names none may hold it."""
    function = duty.parameters["function"]
    who = _inside(_name("preparedness_functions", function))
    parts = _by_kind(case, who, lambda each: function in each.functions)
    unclear = _unclear(case, parts, lambda each: each.level == "unit" and not each.functions)
    doubt = _doubt(case, "preparedness_function", unclear, who=who)
    return Basis(parts=tuple(parts.values()), unclear=unclear, doubt=doubt)


def _remark(case: Case, key: str, activities: Iterable[Activity]) -> tuple[str, ...]:
    ids = dict.fromkeys(each.id for each in activities)
    return (text_of(f"coverage.remark.{key}", ids=case.called(ids)),) if ids else ()


def _exercises(case: Case, key: str, at_least: int, standing: Callable[[Activity], int]) -> Basis:
    exercises = [each for each in case.activities if each.kind == "exercise"]
    found = best(exercises, standing)
    count = sum(each == MET for each in found.values())
    remarks = _remark(case, "without_evaluation", (each for each in _live(exercises) if each.evaluated == MISSING))
    return Basis(parts=(Part(_label(key, count=count, at_least=at_least), found, at_least),), remarks=remarks)


def evaluated_exercises(case: Case, duty: Duty) -> Basis:
    """Ask for a number of exercises that are both carried out and evaluated."""
    return _exercises(case, "evaluated", duty.parameters["at_least"], _evaluated)


def evaluation_step(case: Case, duty: Duty) -> Basis:
    """Ask for a number of exercises whose evaluation is in the plan, or done."""
    return _exercises(
        case, "evaluation_step", duty.parameters["at_least"], lambda each: MET if each.evaluated == PLANNED else each.evaluated
    )


def collaboration(case: Case, _: Duty) -> Basis:
    """Ask for an exercise with others that the municipality helped to plan, carried out and evaluated, where offered."""
    joint = [
        each
        for each in case.activities
        if each.kind == "exercise" and (each.form == "collaboration" or each.level in {"regional", "national"})
    ]

    def standing(each: Activity) -> int:
        planning = each.took_part or (each.took_part is None and each.status == "planned")
        return each.evaluated if planning else MISSING

    part = Part(_label("collaboration"), best(joint, standing))
    live = _live(joint)
    remarks = (
        *_remark(case, "without_evaluation", (each for each in live if each.evaluated == MISSING)),
        *_remark(case, "without_planning", (each for each in live if each.took_part is False)),
        *_remark(case, "on_request", (each for each in joint if each.status == "on request" and each.year in case.period.years)),
    )
    unsaid = tuple(dict.fromkeys(each.id for each in live if each.took_part is None and each.evaluated == MET))
    doubt = _doubt(case, "collaboration_planning", unsaid) if live else text_of("coverage.doubt.collaboration_not_offered")
    return Basis(parts=(part,), unclear=unsaid, doubt=doubt, remarks=remarks)


def elected_and_staff(case: Case, duty: Duty) -> Basis:
    """Ask for training and exercise of elected members and of staff: by target group, or by the numbers that took part."""
    elected, staff = set(duty.parameters["elected"]), set(duty.parameters["staff"])
    for_elected = _by_kind(case, _label("elected"), lambda each: each.elected or bool(each.groups & elected))
    for_staff = _by_kind(case, _label("staff"), lambda each: each.staff or bool(each.groups & staff))
    return Basis(parts=(*for_elected.values(), *for_staff.values()))


def _service_name(case: Case, service: Mapping[str, Any]) -> str:
    """Return what a service is called; the id stands with a name that several have, and alone where there is none."""
    name = service["name"] or service["id"]
    alike = sum(each["name"] == service["name"] for each in case.services) > 1
    return text_of("coverage.named_service", name=name, id=service["id"]) if alike and service["name"] else str(name)


def vital(case: Case) -> list[dict[str, Any]]:
    """Return the municipality's own services, those that are judged to meet neither condition left out."""
    own = [each for each in case.services if each["scope"] != "geographic" and each["organisation"] not in case.outsiders]
    return [each for each in own if (each["condition_1"], each["condition_2"]) != ("no", "no")]


def _service_parts(case: Case, service: Mapping[str, Any], trainings: Iterable[Activity]) -> tuple[Part, Part]:
    found = best(trainings, _carried)
    if service["trained_on"] is not None:
        found |= {"": MET if service["trained_on"] <= case.on else PLANNED}
    routines = {"": MET} if service["routines"] == "yes" else {}
    name = _service_name(case, service)
    return Part(_label("routines", service=name), routines, by_activities=False), Part(_label("routine_training", service=name), found)


def routines_and_training(case: Case, _: Duty) -> Basis:
    """Ask for a routine and training in it for every own service that is not judged to meet neither condition."""
    by_service: dict[str, list[Activity]] = {}
    for each in case.activities:
        if each.kind == "training" and "routines" in each.competences:
            for service in each.services:
                by_service.setdefault(service, []).append(each)
    own = vital(case)
    parts = tuple(part for service in own for part in _service_parts(case, service, by_service.get(service["id"], [])))
    untested = sum("yes" not in {each["condition_1"], each["condition_2"]} for each in own)
    remarks = (text_of("coverage.remark.untested", count=untested),) if untested else ()
    return Basis(parts=parts or (Part(_label("services"), {}, by_activities=False),), remarks=remarks)


def document_decided(case: Case, duty: Duty) -> Basis:
    """Ask for a document of a kind that is decided and valid."""
    found = [each for each in case.documents or [] if each["kind"] == duty.parameters["kind"]]
    expired = [each["id"] for each in found if each["valid_to"] is not None and each["valid_to"] < case.on]
    undecided = [each["id"] for each in found if each["decided_on"] is None]
    decided = [each for each in found if each["id"] not in {*expired, *undecided}]
    standings = [MET if each["decided_on"] <= case.on else PLANNED for each in decided]
    remarks = [
        text_of(f"coverage.remark.{key}", ids=case.called(ids)) for key, ids in (("expired", expired), ("undecided", undecided)) if ids
    ]
    if case.documents is None:
        remarks.append(text_of("coverage.remark.no_documents"))
    label = _label("document", kind=_inside(_name("document_kinds", duty.parameters["kind"])))
    return Basis(parts=(Part(label, {"": min(standings)} if standings else {}, by_activities=False),), remarks=tuple(remarks))


def competence(case: Case, duty: Duty) -> Basis:
    """Ask for a training or an exercise in a competence."""
    wanted = duty.parameters["competence"]
    found = best((each for each in case.activities if wanted in each.competences), _carried)
    return Basis(parts=(Part(_label("competence", competence=_inside(_name("competences", wanted))), found),))


def _goal_standing(goal: Mapping[str, Any], on: date) -> int:
    if goal["status"] == "met" and (goal["assessed_on"] is None or goal["assessed_on"] <= on):
        return MET
    if goal["due"] is not None and goal["due"] < on:
        return LATE
    return PLANNED if goal["status"] in {"ongoing", "met"} else MISSING


def goal_met(case: Case, duty: Duty) -> Basis:
    """Ask for a goal, known by its id or its words, that the coordinator has judged met."""
    wanted, words = duty.parameters["goal"], fold(duty.text)
    found = [each for each in case.goals or [] if each["id"] == wanted or fold(each["goal"] or "") == words]
    standings = [_goal_standing(each, case.on) for each in found]
    key = "no_goals" if case.goals is None else "" if found else "no_goal"
    part = Part(_label("goal", goal=duty.text), {"": min(standings)} if standings else {}, by_activities=False)
    return Basis(parts=(part,), remarks=(text_of(f"coverage.remark.{key}"),) if key else ())


def yearly_competences(case: Case, duty: Duty) -> Basis:
    """Ask for a training or an exercise in each competence every year; years to come are asked for when they have begun."""
    found: dict[tuple[int, str], list[Activity]] = {}
    for each in case.activities:
        for code in each.competences:
            found.setdefault((each.year, code), []).append(each)
    by_year = {
        year: [
            Part(_label("year", competence=_name("competences", code), year=year), best(found.get((year, code), []), _carried))
            for code in duty.parameters["competences"]
        ]
        for year in case.period.years
    }
    begun = [part for year, parts in by_year.items() if year <= case.on.year for part in parts]
    if not begun or any(part.standing != MET for part in begun):
        return Basis(parts=tuple(part for parts in by_year.values() for part in parts))
    ahead = [part.label for year, parts in by_year.items() if year > case.on.year for part in parts if part.standing == MISSING]
    return Basis(parts=tuple(begun), remarks=(text_of("coverage.remark.ahead", parts=joined(ahead)),) if ahead else ())


def municipal_company(case: Case, _: Duty) -> Basis:
    """Ask for a training or an exercise with each company that counts as the municipality."""
    companies = [each for each in case.organisations if each["kind"] == "company" and each["municipal"] is True]
    parts = tuple(
        Part(_label("of_activity", who=each["name"]), best((act for act in case.activities if each["id"] in act.organisations), _carried))
        for each in companies
    )
    if parts:
        return Basis(parts=parts)
    return Basis(parts=(Part(_label("companies"), {}, by_activities=False),), remarks=(text_of("coverage.remark.no_company"),))


Check = Callable[[Case, Duty], Basis]
CHECKS: Final[Mapping[str, tuple[Check, tuple[str, ...]]]] = MappingProxyType(
    {
        "collaboration": (collaboration, ()),
        "competence": (competence, ("competence",)),
        "crisis_board": (crisis_board, ()),
        "crisis_organisation": (crisis_organisation, ()),
        "document_decided": (document_decided, ("kind",)),
        "elected_and_staff": (elected_and_staff, ("elected", "staff")),
        "evaluated_exercises": (evaluated_exercises, ("at_least",)),
        "evaluation_step": (evaluation_step, ("at_least",)),
        "goal_met": (goal_met, ("goal",)),
        "municipal_company": (municipal_company, ()),
        "official_leadership": (official_leadership, ()),
        "preparedness_function": (preparedness_function, ("function",)),
        "routines_and_training": (routines_and_training, ()),
        "yearly_competences": (yearly_competences, ("competences",)),
    }
)
