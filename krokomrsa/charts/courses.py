"""Choose the rows of the failure timeline, and what is drawn along each: what stands, what may be down, what is down."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Final, Literal

from krokomrsa.charts.rows import Fate, Span
from krokomrsa.charts.style import PALETTE, Mark
from krokomrsa.charts.words import counted, listed
from krokomrsa.vocabulary import text_of

Group = Literal["lost", "service", "resource"]
Tone = Literal["stands", "possible", "certain"]
Spot = Literal["first", "last", "back"]

GROUPS: Final[tuple[Group, ...]] = ("lost", "service", "resource")
KEPT: Final = 5  # one row in so many is kept for resources, which tell why services fall
TONES: Final[dict[Tone, Mark]] = {  # each is drawn over the ones before
    "stands": Mark(PALETTE["fall_stands"]),
    "possible": Mark(PALETTE["fall_possible"], hatch="//////", symbol="/"),
    "certain": Mark(PALETTE["fall_certain"]),
}
SPOTS: Final[dict[Spot, Mark]] = {
    "back": Mark(PALETTE["met"], "^", symbol="triangle-up"),
    "first": Mark(PALETTE["unacceptable"], "D", symbol="diamond"),
    "last": Mark(PALETTE["unacceptable"], "D", filled=False, symbol="diamond-open"),
}


Rows = dict[Group, Sequence[Fate]]


def sections(falling: Sequence[Fate], lost: Collection[str], room: int) -> tuple[Rows, str]:
    """Return the rows of what is lost, of services and of resources, and a sentence on those that fall later and have no room.

    No more than ``room`` rows, a heading for each group among them; without ``lost`` nothing is known to be what was lost.
    """
    held: dict[Group, list[Fate]] = {group: [] for group in GROUPS}
    for fate in falling:
        held["lost" if fate.id in lost else "service" if fate.service else "resource"].append(fate)
    kept = min(len(held["resource"]) + 1, room // KEPT) if held["resource"] else 0
    found: Rows = {}
    for group, fates in held.items():
        free = room if group == "resource" else room - kept
        if fates and free > 1:
            found[group] = fates[: free - 1]
            room -= len(found[group]) + 1
    more = {group: len(fates) - len(found.get(group, ())) for group, fates in held.items()}
    counts = {"service": more["service"], "resource": more["lost"] + more["resource"]}
    left_out = listed([counted(noun, count) for noun, count in counts.items() if count])
    return found, text_of("charts.timeline.more", counts=left_out) if left_out else ""


def bars(fate: Fate, begin: float) -> Iterator[tuple[Tone, Span]]:
    """Yield what is drawn along a row: until it falls it stands on endurance, its own or that of a supplier."""
    if fate.earliest > begin:
        yield "stands", (begin, fate.earliest)
    for span in fate.worst:
        yield "possible", span
    for span in fate.best:
        yield "certain", span


def tolerated(fate: Fate) -> Span | None:
    """Return from when until when it may be down, counted from the earliest fall."""
    return None if fate.tolerable is None else (fate.earliest, fate.earliest + fate.tolerable)


def spots(fate: Fate) -> Iterator[tuple[Spot, float]]:
    """Yield the moments of a row that never comes too late: it is up again, it has been down too long."""
    for _, end in fate.worst:
        if not math.isinf(end):
            yield "back", end
    first, last = fate.unacceptable or (math.inf, math.inf)
    if not math.isinf(first):
        yield "first", first
    if first < last < math.inf:
        yield "last", last
