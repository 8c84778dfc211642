"""Tell whom in the municipality a duty concerns: one organisation by its role or services, everyone, or that nobody has said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from krokomrsa.analysis.coverage.basis import Case
from krokomrsa.analysis.coverage.checks import vital
from krokomrsa.rules import Duty

OWN: Final = "own"  # the register says that it is this organisation's
EVERYONE: Final = "everyone"  # it is the whole municipality's, the organisation's too
PERHAPS: Final = "perhaps"  # the register does not say whose it is: it may be this one's
NOBODY: Final = ""  # it is another's
ORDER: Final = (OWN, PERHAPS, EVERYONE)

_BOARD: Final = frozenset({"municipal_board"})
_OFFICIALS: Final = frozenset({"municipal_management", "crisis_staff"})

Organisation = Mapping[str, Any]
Concern = Callable[[Case, Duty, Organisation], str]


def _everyone(_: Case, __: Duty, ___: Organisation) -> str:
    return EVERYONE


def _perhaps(_: Case, __: Duty, ___: Organisation) -> str:
    return PERHAPS


def _by_role(roles: Collection[str], near: Collection[str]) -> Concern:
    """Return who a duty of some roles concerns; where no organisation has the role, those that are near it may."""

    def concern(case: Case, _: Duty, organisation: Organisation) -> str:
        group = organisation["target_group"]
        if organisation["crisis_role"] in roles or group in {role.replace(" ", "_") for role in roles}:
            return OWN
        given = {each["crisis_role"] for each in case.organisations if each["id"] not in case.outsiders}
        return PERHAPS if group in near and not set(roles) <= given else NOBODY

    return concern


def _function(case: Case, duty: Duty, organisation: Organisation) -> str:
    """Ask who takes part in the activities of a preparedness function: it is theirs; where none is named, anyone may have it."""
    named = {one for each in case.activities if duty.parameters["function"] in each.functions for one in each.organisations}
    if organisation["id"] in named:
        return OWN
    return NOBODY if named else PERHAPS


def _services(case: Case, _: Duty, organisation: Organisation) -> str:
    return OWN if any(each["organisation"] == organisation["id"] for each in vital(case)) else NOBODY


def _company(_: Case, __: Duty, organisation: Organisation) -> str:
    return OWN if organisation["kind"] == "company" and organisation["municipal"] is True else NOBODY


_BY_CHECK: Final[Mapping[str, Concern]] = MappingProxyType(
    {
        "crisis_board": _by_role({"crisis board"}, _BOARD),
        "crisis_organisation": _by_role({"crisis board", "official leadership"}, _BOARD | _OFFICIALS),
        "municipal_company": _company,
        "official_leadership": _by_role({"official leadership"}, _OFFICIALS),
        "preparedness_function": _function,
        "routines_and_training": _services,
    }
)


def concern(case: Case, duty: Duty, organisation: str) -> str:
    """Return whether a duty is an organisation's own, everyone's, perhaps its own, or (empty) another's.

    What nobody can try is perhaps everyone's. Who is not counted as the municipality has none of its duties.
    """
    found = next((each for each in case.organisations if each["id"] == organisation), None)
    if found is None or organisation in case.outsiders:
        return NOBODY
    known = _BY_CHECK.get(duty.check, _everyone) if duty.text and duty.check else _perhaps
    return known(case, duty, found)
