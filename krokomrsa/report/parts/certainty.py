"""Tell how certain the risks are: places in the ranking, judges that differ, the state before protection and the target, what has changed."""

from __future__ import annotations

from typing import Any

from krokomrsa.analysis.risk import CERTAINTY, TOP, assumptions
from krokomrsa.charts.risk_rows import aspect_words, share
from krokomrsa.register import rows_of
from krokomrsa.report.charts import figures
from krokomrsa.report.elements import Bullets, Element, Head, Heading, Paragraph
from krokomrsa.report.material import Material, limit
from krokomrsa.vocabulary import text_of


def _say(key: str, **values: object) -> str:
    return text_of(f"report.certainty.{key}", **values)


def heads() -> tuple[Head, Head]:
    """Return the columns that the ranking has for its uncertainty."""
    return Head(_say("span"), 14, "center"), Head(_say("top", k=TOP), 14, "right")


def place(risk: str, material: Material) -> tuple[str, str]:
    """Return the places that a ranked risk may have, and its chance of being among the highest."""
    found: Any = rows_of(material.analysis.uncertainty.ranks.loc[[risk]])[0]
    low, high = found["rank_low"], found["rank_high"]
    return (str(low) if low == high else _say("places", low=low, high=high)), share(found["p_rank_k"])


def _pairs(material: Material) -> list[str]:
    """Return how many pairs among the highest cannot be told apart."""
    ranks = material.analysis.ranking["rank"]
    highest = set(ranks.index[ranks.le(TOP).fillna(value=False).astype(bool)])
    pairs = rows_of(material.analysis.uncertainty.pairs)
    alike = sum(pair["risk"] in highest and pair["other"] in highest for pair in pairs)
    every = len(highest) * (len(highest) - 1) // 2
    if not every:
        return []
    compared = set(assumptions(material.scale)) - set(assumptions(material.scale, step=None))  # the others stand below the chart
    return [" ".join([_say("pairs", of=every, count=alike, k=TOP, certainty=share(CERTAINTY)), *sorted(compared)])]


def _gaps(material: Material) -> list[str]:
    """Return the missing judgements that would change most which risks are the highest."""
    words = {**aspect_words(material.scale), "consequence": _say("consequence")}
    rows: list[dict[str, Any]] = rows_of(material.analysis.uncertainty.missing)
    missing = [row for row in rows if row["influence"] > 0][: limit("gaps")]
    named = [_say("gap", event=material.events.get(row["risk"], row["risk"]), aspect=words[row["aspect"]].lower()) for row in missing]
    return [_say("gaps", k=TOP, gaps=text_of("report.semicolon").join(named))] if named else []


def _audit(material: Material) -> list[Element]:
    """Return where the classes say something else than expected loss does."""
    rows: list[dict[str, Any]] = rows_of(material.analysis.uncertainty.audit)
    broken = [row["sentence"] for row in rows if not row["holds"]]
    return [Paragraph(text=_say("audit")), Bullets(lines=broken)] if broken else [Paragraph(text=_say("audit_kept"))]


def elements(material: Material) -> list[Element]:
    """Return how certain the ranking is, what that rests on, and what the matrix cannot tell."""
    lines = [*_pairs(material), *_gaps(material)]
    bullets = [Bullets(lines=lines)] if lines else []
    return [
        Heading(text=_say("heading"), level=2),
        Paragraph(text=_say("intro")),
        *figures(material, "ranking_intervals"),
        *bullets,
        *_audit(material),
    ]


def _under(heading: str, shown: list[Element]) -> list[Element]:
    return [Heading(text=heading, level=2), *shown] if shown else []


def disagreement(material: Material) -> list[Element]:
    """Return where the judges differ most."""
    return _under(_say("disagreement_heading"), [*figures(material, "disagreement")])


def movement(material: Material) -> list[Element]:
    """Return the risks before protection, now and after what is planned."""
    return _under(_say("movement_heading"), [*figures(material, "movement")])


def change(material: Material) -> list[Element]:
    """Return what has become of the risks since the named state before."""
    since = material.analysis.since
    if since is None:
        return []
    why = [Paragraph(text=_say("not_compared", state=since.state, why=since.why))] if since.why else []
    return _under(_say("change_heading", state=since.state), [*why, *figures(material, "change")])
