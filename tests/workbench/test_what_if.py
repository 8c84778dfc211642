"""What an outage leads to, hour by hour and in words, on registers of a few rows."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from krokomrsa.register import Register
from krokomrsa.workbench import clock, outage_words
from krokomrsa.workbench.outages import Outcome, Scenario, outcome

NEVER = math.inf
NEEDS = (("R-MOBIL", "R-EL", None, 4, 6), ("V-HEM", "R-MOBIL", None, 2, 8), ("V-SKOLA", "R-EL", None, 0, 0))


def register(*needs: tuple[Any, ...], mobile: tuple[float | None, float | None] = (1, 3)) -> Register:
    """Return power, a mobile network that restarts in so many hours, home care, a school and an archive; needs as in ``NEEDS``."""
    keys = ["dependent", "supplier", "season", "endurance_low_h", "endurance_high_h"]
    return Register(
        {
            "services": pd.DataFrame(
                {
                    "id": ["V-HEM", "V-SKOLA", "V-ARKIV"],
                    "organisation": ["SOC", "BUN", "KS"],
                    "name": ["Hemtjänst", "Skola", "Arkiv"],
                    "tolerable_outage_h": [2.0, 48.0, None],
                }
            ),
            "resources": pd.DataFrame(
                {
                    "id": ["R-EL", "R-MOBIL"],
                    "name": ["Elnät", "Mobilnät"],
                    "restoration_low_h": [9.0, mobile[0]],
                    "restoration_high_h": [9.0, mobile[1]],
                }
            ),
            "dependencies": pd.DataFrame(needs or NEEDS, columns=keys).assign(
                id=lambda rows: [f"B-{number}" for number in range(len(rows))]
            ),
        }
    )


def lost(*spans: tuple[float, float], key: str = "R-EL", **more: Any) -> Scenario:
    """Return a scenario where something is lost."""
    return Scenario(lost={key: spans}, **more)


@pytest.fixture
def day() -> Outcome:
    """Return what a day without power leads to."""
    return outcome(register(), lost((0, 24)))


def test_what_is_lost_runs_at_the_hour_it_is_back_and_what_it_brought_down_restarts(day: Outcome) -> None:
    """Power runs at 24, though its restart takes nine hours; the network takes 1–3 hours, and home care follows it."""
    back = {fate.id: (fate.best[-1][1], fate.back) for fate in (*day.services, *day.resources)}
    assert back == {"R-EL": (24, 24), "R-MOBIL": (25, 27), "V-HEM": (25, 27), "V-SKOLA": (24, 24)}
    assert day.standing == ("Arkiv",)


def test_season_and_empty_stock_change_the_answer() -> None:
    """In winter the shorter endurance holds, and with empty stock everything stops at once."""
    seasons = register(("V-HEM", "R-EL", None, 24, 24), ("V-HEM", "R-EL", "winter", 4, 4))
    found = [outcome(seasons, lost((0, NEVER), season=season)).services[0].earliest for season in (None, "winter", "summer")]
    assert found == [4, 4, 24]
    assert outcome(seasons, lost((0, NEVER), season="summer", stock_is_empty=True)).services[0].unacceptable == (2, 2)


def test_a_stock_that_is_not_refilled_ends_sooner_the_next_time() -> None:
    """Power away for 3 hours and again: the network lasts 4 hours more if its battery is full, and 1 if not; the sentence says so."""
    twice = ((0, 3), (10, 30))
    full, left = (outcome(register(), lost(*twice, refilled=refilled)) for refilled in (True, False))
    assert [found.services[-1].earliest for found in (full, left)] == [16, 13]
    assert "Mobilnät klarar sig 1 h utan Elnät" in left.because("V-HEM")


@pytest.mark.parametrize(
    ("hour", "states"),
    [
        (0, (["Skola"], [], ["Hemtjänst"])),
        (6, (["Skola"], ["Hemtjänst"], [])),
        (14, (["Skola", "Hemtjänst"], [], [])),
        (24, (["Hemtjänst"], [], ["Skola"])),
        (25, ([], ["Hemtjänst"], ["Skola"])),
        (27, ([], [], ["Skola", "Hemtjänst"])),
    ],
)
def test_at_each_hour_all_are_down_uncertain_or_standing(day: Outcome, hour: float, states: tuple[list[str], ...]) -> None:
    """Home care may stop at 6 and has stopped at 14, may be back at 25 and is at 27; what changes at an hour has changed then."""
    now = clock.at(day.services, hour)
    assert tuple([fate.name for fate in fates] for fates in (now.down, now.uncertain, now.standing)) == states


def test_the_slider_stops_where_anything_changes_and_at_round_hours(day: Outcome) -> None:
    """Every start, end and limit is there, the round hours between, and no more than what comes after the last change."""
    assert set(clock.moments(day)) == {0, 1, 2, 4, 6, 8, 12, 14, 16, 24, 25, 27, 36}


def test_a_moment_tells_since_when_until_when_and_what_is_too_long(day: Outcome) -> None:
    """The columns tell how many, since when, when back, and who has been down for longer than it can stand; who is never touched too."""
    said = clock.shown(day, clock.at(day.services, 14))
    for told in (
        *("Efter 14 h", "Står stilla: 2", "I drift: 1", "stannade efter 6–14 h, åter efter 25–27 h", "Oacceptabelt efter 8 h"),
        *("Berörs inte (1)", "Arkiv", "Resurser som är borta: Elnät, Mobilnät."),
    ):
        assert told in said
    assert "kan stanna efter 6 h" in clock.shown(day, clock.at(day.services, 0))
    assert "åter efter 24 h" in clock.shown(day, clock.at(day.services, 27))


def test_those_who_decide_get_the_first_that_cannot_wait_and_why(day: Outcome) -> None:
    """Home care, not the school that stops first: when, why, from when it is unacceptable, and when it is back."""
    told = outage_words.headline(day)
    assert "Hemtjänst stannar efter 6 h därför att Elnät faller bort direkt, Mobilnät klarar sig 4 h utan Elnät" in told
    assert "Det är oacceptabelt efter 8 h. Åter i drift: efter 25–27 h." in told
    short = outage_words.headline(outcome(register(), lost((0, 3))))
    assert "Skola stannar direkt" in short
    assert "Den tål ett så långt avbrott." in short


def test_who_breaks_its_need_is_told_for_each_time_limit(day: Outcome) -> None:
    """Within 8 hours home care may have, within 24 it has for certain, and it is named once."""
    told = outage_words.within(day)
    assert told.count("Hemtjänst") == 1
    assert [row.count(">1<") for row in told.split("<tr>")[2:]] == [0, 1, 2, 2, 2]


def test_why_is_told_at_the_hour_and_for_both_bounds(day: Outcome) -> None:
    """At 26 hours home care may be down, waits for the network at worst, and stops after 6 or after 14 hours."""
    now, earliest, latest = outage_words.reasons(day, "V-HEM", 26, "strömmen borta")
    assert now == (
        "Efter 26 h: Hemtjänst kan stå stilla. Uppgifterna i registret räcker inte för att säga säkert. I sämsta fall väntar den på: Mobilnät."
    )
    assert earliest.startswith("Tidigast, med strömmen borta: Hemtjänst stannar efter 6 h därför att")
    assert latest.startswith("Senast, med strömmen borta: Hemtjänst stannar efter 14 h därför att")
    assert outage_words.reasons(day, "V-SKOLA", 1, "strömmen borta")[1].startswith("Tidigast och senast, med strömmen borta: ")


def test_what_may_be_back_in_time_perhaps_does_not_stop_at_all() -> None:
    """With 7 hours without power home care stops at worst and not at best, which is said."""
    found = outcome(register(), lost((0, 7)))
    assert [len(fate.best) for fate in found.services] == [1, 0]
    assert outage_words.reasons(found, "V-HEM", 0, "strömmen borta")[2].startswith("Senast: kanske inte alls.")
    assert "senast efter 10 h" in outage_words.listed(found, {"V-HEM": "SOC"}, {"SOC": "Socialtjänst"})


def test_a_restart_time_that_nobody_knows_is_said_and_keeps_the_return_unknown() -> None:
    """Without a restart time the network, and home care with it, comes back at an unknown hour, and whose time is missing is named."""
    found = outcome(register(mobile=(None, None)), lost((0, 24)))
    assert found.unstarted == ("R-MOBIL",)
    assert "få i gång Mobilnät igen" in outage_words.unsettled(found)
    assert "tidigast efter 24 h" in outage_words.listed(found, {}, {})
    assert outcome(register(mobile=(None, None)), lost((0, NEVER))).unstarted == ()


def test_a_loop_that_cannot_restart_is_named() -> None:
    """Power that is controlled over the network it feeds stays away, with all who wait; many who wait for each other are told on a click."""
    found = outcome(register(*NEEDS, ("R-EL", "R-MOBIL", None, 0, 0)), lost((0, 24)))
    assert "Mobilnät väntar på Elnät och Elnät väntar på Mobilnät" in outage_words.unsettled(found)
    ring = [(f"R-{number}", f"R-{(number + 1) % 6}", None, 0, 0) for number in range(6)]
    wide = outage_words.unsettled(outcome(register(*ring), lost((0, 1), key="R-0")))
    assert "6 väntar på varandra" in wide
    assert "<details>" in wide


def test_a_loss_that_stops_nothing_is_a_good_answer() -> None:
    """Where no service stops, that is said, and there is no table to read."""
    found = outcome(register(), lost((0, 2), key="R-MOBIL"))
    assert "Ingen verksamhet stannar" in outage_words.headline(found)
    assert outage_words.within(found) == outage_words.listed(found, {}, {}) == ""
    assert "I drift: 3" in clock.shown(found, clock.at(found.services, 0))


def test_what_stands_in_the_register_is_never_markup() -> None:
    """A name with a tag in it is shown as it stands, in the columns and the tables."""
    odd = register()
    names = pd.DataFrame({**odd.services, "name": ["<b>Hem</b>", "Skola", "<i>"]})
    found = outcome(Register({"services": names, "resources": odd.resources, "dependencies": odd.dependencies}), lost((0, 24)))
    for told in (outage_words.headline(found), outage_words.listed(found, {}, {}), clock.shown(found, clock.at(found.services, 14))):
        assert "<b>Hem" not in told
        assert "<i>" not in told
