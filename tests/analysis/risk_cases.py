"""Judgements of risks for tests: written out, random, and drawn by hypothesis."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from krokomrsa.scales import load, parse

SCALE = load()
ASPECTS = ("life_health", "societal_functions", "environment_economy")


def judgements(risks):
    """Return judgements of risk → aspect → level, interval or status."""
    rows = []
    for risk, aspects in risks.items():
        for aspect, said in aspects.items():
            low, high = said if isinstance(said, tuple) else (None, None) if isinstance(said, str) else (said, said)
            rows.append((risk, aspect, low, high, said if isinstance(said, str) else "judged"))
    return pd.DataFrame(rows, columns=["risk", "aspect", "low", "high", "status"])


def at(risks):
    """Return judgements of risk → likelihood and consequence, each a level or an interval."""
    return judgements({risk: {"likelihood": likelihood, "unspecified": severe} for risk, (likelihood, severe) in risks.items()})


def random_judgements(risks, *, seed=3, aspects=ASPECTS):
    """Return random intervals on every axis of many risks; the same each time."""
    random = np.random.default_rng(seed)
    names = ("likelihood", *aspects)
    low = random.integers(1, 6, size=(risks, len(names)))
    high = np.minimum(5, low + random.integers(0, 3, size=low.shape))
    return judgements(
        {f"R-{risk}": {name: (int(low[risk, place]), int(high[risk, place])) for place, name in enumerate(names)} for risk in range(risks)}
    )


@st.composite
def intervals(draw, levels=5):
    """Draw an interval of levels."""
    return tuple(sorted(draw(st.lists(st.integers(1, levels), min_size=2, max_size=2))))


def tables(*, least=1, most=4):
    """Draw some risks, each judged on both axes and on one to three aspects."""
    aspects = st.dictionaries(st.sampled_from(ASPECTS), intervals(), min_size=1)
    risk = st.builds(lambda likelihood, found: {"likelihood": likelihood, **found}, intervals(), aspects)
    return st.lists(risk, min_size=least, max_size=most).map(lambda found: {f"R-{place}": risk for place, risk in enumerate(found)})


def scale_of(likelihood, consequence, matrix, *, more=""):
    """Return a scale by the limits of its levels, each a sequence of edges or None for levels without limits, and its matrix."""

    def axis(edges, count):
        for level in range(count):
            limits = "" if edges is None else f", low = {edges[level]!r}, high = {edges[level + 1]!r}"
            yield f'{{ level = {level + 1}, label = "{level + 1}"{limits} }}'

    classes = range(1, max(map(max, matrix)) + 1)
    return parse(
        f"""
        id = "egen"
        name = "Egen skala"
        source = "Prov"
        checked = 2026-11-22
        {more}
        matrix = {[list(row) for row in matrix]}
        likelihood = [{", ".join(axis(likelihood, len(matrix)))}]
        consequence = [{", ".join(axis(consequence, len(matrix[0])))}]
        classes = [{", ".join(f'{{ level = {level}, label = "Klass {level}", colour = "class{level}" }}' for level in classes)}]
        """,
        file="egen.toml",
    )
