"""Show results in a notebook: every function returns something a cell can display, also where there is nothing yet."""

from krokomrsa.workbench.dependencies import dependencies
from krokomrsa.workbench.desk import Desk, opened
from krokomrsa.workbench.exercises import exercises
from krokomrsa.workbench.figures import coverage, dependency_map, matrix, service_resource, timeline
from krokomrsa.workbench.goals import goals
from krokomrsa.workbench.information import information
from krokomrsa.workbench.intake import intake
from krokomrsa.workbench.measures import measures
from krokomrsa.workbench.organisations import organisations
from krokomrsa.workbench.report import report
from krokomrsa.workbench.risks import risks
from krokomrsa.workbench.services import services
from krokomrsa.workbench.start import start
from krokomrsa.workbench.steps import step
from krokomrsa.workbench.views import duties, losses, overview, ranking, warnings

__all__ = [
    "Desk",
    "coverage",
    "dependencies",
    "dependency_map",
    "duties",
    "exercises",
    "goals",
    "information",
    "intake",
    "losses",
    "matrix",
    "measures",
    "opened",
    "organisations",
    "overview",
    "ranking",
    "report",
    "risks",
    "service_resource",
    "services",
    "start",
    "step",
    "timeline",
    "warnings",
]
