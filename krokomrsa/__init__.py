"""Risk and vulnerability analysis for a Swedish municipality.

>>> import krokomrsa as kr
>>> kr.vocabulary.load()["risks"]["event"].header
'Händelse'
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

_MODULES = {
    "cascade": "krokomrsa.analysis.cascade",
    "charts": "krokomrsa.charts",
    "coverage": "krokomrsa.analysis.coverage",
    "process": "krokomrsa.process",
    "progress": "krokomrsa.analysis.progress",
    "register": "krokomrsa.register",
    "risk": "krokomrsa.analysis.risk",
    "rules": "krokomrsa.rules",
    "scales": "krokomrsa.scales",
    "synthesis": "krokomrsa.synthesis",
    "treatment": "krokomrsa.analysis.treatment",
    "validation": "krokomrsa.validation",
    "vocabulary": "krokomrsa.vocabulary",
    "workbench": "krokomrsa.workbench",
}

__all__ = list(_MODULES)


def __getattr__(name: str) -> ModuleType:
    """Import a module of the façade when it is first used."""
    if name not in _MODULES:
        message = f"module 'krokomrsa' has no attribute {name!r}"
        raise AttributeError(message)
    return import_module(_MODULES[name])


def __dir__() -> list[str]:
    """Return the names of the façade."""
    return sorted(__all__)
