"""Charts on the screen (plotly): matrix, dependency map, timeline, coverage."""

from krokomrsa.charts.screen_boards import coverage, timeline
from krokomrsa.charts.screen_map import dependency_map
from krokomrsa.charts.screen_matrix import matrix
from krokomrsa.charts.screen_style import config

__all__ = ["config", "coverage", "dependency_map", "matrix", "timeline"]
