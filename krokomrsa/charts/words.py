"""Say in Swedish what charts and their text alternatives name and count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from krokomrsa.charts.rows import DutyRow, labels
from krokomrsa.vocabulary import text_of, texts

FIRST: Final = 5  # names that are listed before the rest is counted


def counted(key: str, count: int) -> str:
    """Return a number with its noun.

    >>> counted("risk", 1), counted("risk", 60)
    ('1 risk', '60 risker')
    """
    return str(texts("charts")["count"][key][0 if count == 1 else 1]).format(count=count)


def tally(counts: Iterable[tuple[str, int]]) -> str:
    """Return words with their numbers, those that are 0 left out.

    >>> tally([("vet inte", 3), ("bedöms inte", 0)])
    'vet inte 3'
    """
    return text_of("charts.separator").join(
        text_of("charts.alternative.count_of", label=label, count=count) for label, count in counts if count
    )


def listed(names: Sequence[str], *, first: int = FIRST) -> str:
    """Return names as a sentence lists them; many are counted.

    >>> listed(["El", "Tele", "It"]), listed(list("ABCDEFG"))
    ('El, Tele och It', 'A, B, C, D, E och 2 till')
    """
    shown = list(names[:first])
    shown += [counted("other", len(names) - first)] if len(names) > first else []
    *before, last = shown or [""]
    return text_of("charts.separator").join(before) + (text_of("charts.alternative.and") if before else "") + last


def kind_name(kind: str) -> str:
    """Return what a kind of duty is called as a heading.

    >>> kind_name("eget mål")
    'Egna mål'
    """
    return str(texts("charts")["coverage"]["kinds"].get(kind, kind))


def count_words(rows: Sequence[DutyRow]) -> str:
    """Return how many duties have which status, in words."""
    held = Counter(row.status for row in rows)
    return tally((word, held[key]) for key, word in texts("charts")["coverage"]["counts"].items())


def measure_label(status: str) -> str:
    """Return what a status of a measure is called.

    >>> measure_label("ongoing"), measure_label("unstated")
    ('Pågår', 'Läge saknas')
    """
    return text_of("charts.measures.unstated") if status == "unstated" else labels("treatments", "status")[status]


def title_of(names: Mapping[str, str], lost: Sequence[str]) -> str:
    """Return what the timeline is called: what is lost.

    >>> title_of({"R-EL": "Elnät"}, ["R-EL"])
    'Vad faller när: bortfall av Elnät'
    """
    if not lost:
        return text_of("charts.timeline.title_unsaid")
    return text_of("charts.timeline.title", lost=text_of("charts.separator").join(names.get(id_, id_) for id_ in lost))
