"""Show results in a notebook: every function returns something a cell can display, also where there is nothing yet."""

from krokomrsa.workbench.desk import Desk, opened
from krokomrsa.workbench.figures import coverage, dependency_map, matrix, timeline
from krokomrsa.workbench.services import services
from krokomrsa.workbench.views import duties, losses, overview, ranking, warnings

__all__ = ["Desk", "coverage", "dependency_map", "duties", "losses", "matrix", "opened", "overview", "ranking", "services", "timeline", "warnings"]
