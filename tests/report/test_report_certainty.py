"""What the report says of how certain the risks are: places, pairs, gaps, audit, judges, and what has changed since a named state."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from report_example import PERIOD, SCALE, analysed, details, lines, opened, small, table_of, whole, written

from krokomrsa import report, rules
from krokomrsa.analysis import risk
from krokomrsa.charts import album
from krokomrsa.register import Register
from krokomrsa.synthesis import Since

RANKING = "Risker i rangordning"


def with_change(since: Since | None) -> str:
    """Return the words of the small register's report, compared with a state or not."""
    register = small()
    found = replace(analysed(register), since=since)
    charts = album.album(register, found, scale=SCALE, period=PERIOD)
    return whole(opened(report.rsa(register, found, rule_set=rules.load("msbfs-2015-5"), charts=charts, **details())))


def test_every_ranked_risk_has_the_places_it_may_get_and_its_chance() -> None:
    """The ranking gives a span of places and the chance to be among the ten highest; with few risks that is certain."""
    head, *rows = table_of(opened(written(small())), RANKING)
    assert head[6:8] == ["Spann", "Topp 10"]
    assert rows
    assert all(row[6].replace("–", "").isdigit() and row[7] == "100 %" for row in rows)


def test_what_the_ranking_rests_on_is_told_with_its_chart() -> None:
    """The alternative text of the chart and the pairs stand there, with what is assumed to compare losses."""
    document = opened(written(small(), drawn=True))
    text = whole(document)
    assert "Hur säker ordningen är mellan de högsta riskerna." in text
    assert "går inte att skilja åt" in text or "inte att skilja åt:" in text
    assert "antas varje nivå vara 10 gånger nivån före" in text
    assert "Vad matrisens klasser inte visar, granskad enligt Cox (2008):" in text


def test_judges_that_differ_have_a_heading_of_their_own() -> None:
    """Where judges have no level in common there is a figure; the register's own states without one have no heading."""
    headings = [each.split(" ", 1)[1] for each in lines(opened(written(small(), drawn=True)), "Heading2")]
    assert "Var bedömarna skiljer sig åt" in headings
    assert "Före skydd, nu och mål" not in headings
    assert not [each for each in headings if each.startswith("Förändringar sedan")]


def test_changes_since_a_named_state_are_shown() -> None:
    """Compared with a state in which nothing was judged, the report has a figure of what has become of the risks."""
    register = small()
    nothing = Register().assessments
    found = risk.since(register.risks, nothing, register.risks, register.assessments, SCALE)
    text = with_change(Since(state="Fastställd RSA 2019", risks=found))
    assert "Förändringar sedan Fastställd RSA 2019" in text
    assert "Risker som har tillkommit, ändrats eller tagits bort." in text


def test_a_state_that_cannot_be_compared_says_why() -> None:
    """What was judged on another scale is not compared in silence: the reason stands there."""
    text = with_change(Since(state="RSA 2015", risks=pd.DataFrame(), why="Nivån finns inte på skalan."))
    assert "Riskerna går inte att jämföra med RSA 2015: Nivån finns inte på skalan." in text
    assert "Förändringar" not in with_change(None)
