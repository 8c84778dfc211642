"""Say what is assumed where a scale says nothing: how a judgement spreads over its levels, where an open level ends, and what a level costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from krokomrsa.analysis.risk.arguments import problem
from krokomrsa.errors import KrokomrsaError
from krokomrsa.scales import LIKELIHOOD, Level, Scale
from krokomrsa.values import shown
from krokomrsa.vocabulary import text_of

Floats: TypeAlias = NDArray[np.float64]
Within = Literal["loguniform", "uniform", "levels"]
STEP: Final = 10.0  # so many times worse than the level before: as the likelihood levels of MSB 2013, which stand a factor of ten apart

# distribution within a judgement → how much of it falls on a level, by the limits of the level
_WIDTHS: Final[Mapping[str, Callable[[Floats], Floats]]] = MappingProxyType(
    {
        "loguniform": lambda limits: np.log(limits[:, 1] / limits[:, 0]),
        "uniform": lambda limits: limits[:, 1] - limits[:, 0],
        "levels": lambda limits: np.ones(len(limits)),
    }
)


def closed(levels: tuple[Level, ...], *, most: float | None = None) -> Floats | None:
    """Return the limits of each level, levels × 2, with open ends closed; None where the levels have no limits to go by.

    An outermost level without a limit, or from 0, is as wide as its neighbour on a logarithmic scale; the highest ends at ``most`` where
    there is such a limit, as 1 for a probability.

    >>> from krokomrsa.scales import load
    >>> closed(load().likelihood, most=1.0)[[0, -1]].tolist()
    [[1e-05, 0.0001], [0.1, 1.0]]
    >>> closed(load().consequence) is None
    True
    """
    limits = np.array([[np.nan if bound is None else bound for bound in (level.low, level.high)] for level in levels])
    if np.isnan(limits[-1, 1]):
        limits[-1, 1] = limits[-1, 0] * _ratio(limits, -2) if most is None else most
    if np.isnan(limits[0, 0]) or limits[0, 0] == 0:
        limits[0, 0] = limits[0, 1] / _ratio(limits, 1)
    sound = np.isfinite(limits).all() and (limits > 0).all()
    return limits if sound else None


def _ratio(limits: Floats, place: int) -> float:
    """Return how many times its lower limit a level's upper limit is; NaN for a level that is not there."""
    return float(limits[place, 1] / limits[place, 0]) if len(limits) > 1 else np.nan


def _axes(scale: Scale) -> dict[str, tuple[tuple[Level, ...], float | None]]:
    """Return axis → its levels, and where its highest level ends if nothing else is said."""
    return {LIKELIHOOD: (scale.likelihood, 1.0 if scale.measure == "probability" else None), "consequence": (scale.consequence, None)}


def weights(scale: Scale, axis: str, within: str = "loguniform") -> Floats:
    """Return how much of a judgement falls on each level that it touches, in proportion; the same for each where there are no widths.

    Raises
    ------
    KrokomrsaError
        No distribution has that name.

    Examples
    --------
    1–2 % and 2–10 % of the DSB scale: most of a judgement "C–D" is D.

    >>> from krokomrsa.scales import load
    >>> weights(load("dsb-helhetlig-ros"), "likelihood")[2:4].round(2).tolist()
    [0.69, 1.61]
    """
    if within not in _WIDTHS:
        raise KrokomrsaError(problem("within", within, known=", ".join(_WIDTHS)))
    levels, most = _axes(scale)[axis]
    limits = closed(levels, most=most)
    widths = np.ones(len(levels)) if limits is None else _WIDTHS[within](limits)
    return widths if widths.any() else np.ones(len(levels))


def magnitudes(scale: Scale, axis: str, step: float = STEP) -> Floats:
    """Return the limits that expected loss is counted by, levels × 2; ``step`` times the level before where a scale has no limits.

    Raises
    ------
    KrokomrsaError
        ``step`` is no number above 1.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> magnitudes(load(), "consequence")[:3].tolist()
    [[1.0, 10.0], [10.0, 100.0], [100.0, 1000.0]]
    """
    if not 1.0 < step < np.inf:
        raise KrokomrsaError(problem("step", float(step)))
    levels, most = _axes(scale)[axis]
    limits = closed(levels, most=most)
    places = np.arange(len(levels), dtype=float)
    return np.column_stack([step**places, step ** (places + 1)]) if limits is None else limits


def _said(scale: Scale, limit: float, axis: str) -> str:
    share = axis == LIKELIHOOD and scale.measure == "probability"
    return shown(float(f"{limit * (100 if share else 1):.3g}")) + (" %" if share else "")


def _of_axis(scale: Scale, axis: str, within: str, step: float | None) -> Iterator[str]:
    levels, most = _axes(scale)[axis]
    limits, name = closed(levels, most=most), text_of(f"risk_chance.axis.{axis}")
    if limits is None:
        yield text_of("risk_chance.assumed.no_widths", axis=name)
        if step is not None:
            yield text_of("risk_chance.assumed.step", axis=name, step=shown(float(step)))
        return
    if (limits[:, 0] == limits[:, 1]).all():
        yield text_of("risk_chance.assumed.points", axis=name)
        return
    yield text_of(f"risk_chance.assumed.{within}", axis=name)
    if not levels[0].low:
        yield text_of("risk_chance.assumed.open_low", axis=name, limit=_said(scale, limits[0, 0], axis))
    if levels[-1].high is None:
        key = "open_high" if most is None else "certain"
        yield text_of(f"risk_chance.assumed.{key}", axis=name, limit=_said(scale, limits[-1, 1], axis))


def assumptions(scale: Scale, *, within: Within = "loguniform", step: float | None = STEP) -> tuple[str, ...]:
    """Return as Swedish sentences what probabilities and expected losses on a scale rest on; to be shown beside them.

    ``step`` is None beside probabilities alone, where no losses are compared.

    Examples
    --------
    >>> from krokomrsa.scales import load
    >>> for sentence in assumptions(load("bjurholm-2023")):
    ...     print(sentence)
    Sannolikheten och konsekvenserna för olika skyddsvärden antas vara oberoende av varandra, liksom olika risker.
    Skalan anger sannolikhet som punkter, så varje nivå inom en bedömning är lika trolig.
    Skalan har inga gränser för konsekvens, så varje nivå inom en bedömning är lika trolig.
    Skalan har inga gränser för konsekvens. För att jämföra förväntad förlust antas varje nivå vara 10 gånger nivån före.
    """
    said = [text_of("risk_chance.assumed.independent")]
    if scale.rule == "median":
        said.append(text_of("risk_chance.assumed.median"))
    return (*said, *(sentence for axis in (LIKELIHOOD, "consequence") for sentence in _of_axis(scale, axis, within, step)))
