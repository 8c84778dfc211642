"""Shorten names to the room they have: whole words and a number, and a key that tells the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from krokomrsa.charts.style import fit, whole, width
from krokomrsa.vocabulary import text_of


def keyed(names: Mapping[str, str], points: float, room: float | Mapping[str, float]) -> tuple[dict[str, str], str]:
    """Return id → name no wider than the room in points, which may be given by id, and the key to those that begin with a number; empty where none does.

    Two that are called the same stand with their ids.

    >>> keyed({"V-1": "Skola", "V-2": "Trygghetslarm och mottagning"}, 7, 70)
    ({'V-1': 'Skola', 'V-2': '1 Trygghetslarm…'}, 'Hela namn: 1 Trygghetslarm och mottagning.')
    """
    often = Counter(names.values())
    called = {id_: name if often[name] == 1 or name == id_ else f"{id_} {name}" for id_, name in names.items()}
    rooms = room if isinstance(room, Mapping) else dict.fromkeys(names, room)
    wide = {id_: number for number, id_ in enumerate((id_ for id_, name in called.items() if width(name, points) > rooms[id_]), start=1)}
    told = [text_of("charts.map.numbered", number=number, name=called[id_]) for id_, number in wide.items()]
    texts = dict(called)
    for id_, number in wide.items():
        start = text_of("charts.map.numbered", number=number, name="")
        texts[id_] = fit(start + whole(called[id_], points, rooms[id_] - width(start, points)), points, rooms[id_])
    return texts, text_of("charts.map.key", names=text_of("charts.map.key_separator").join(told)) if told else ""
