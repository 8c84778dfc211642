"""Charts on the screen (plotly): risks, dependency map, timeline, single losses, coverage, the plan."""

from krokomrsa.charts.screen_change import change
from krokomrsa.charts.screen_coverage import coverage
from krokomrsa.charts.screen_covered import coverage_functions, coverage_groups, coverage_services
from krokomrsa.charts.screen_disagreement import disagreement
from krokomrsa.charts.screen_grid import service_resource
from krokomrsa.charts.screen_map import dependency_map
from krokomrsa.charts.screen_matrix import matrix
from krokomrsa.charts.screen_movement import movement
from krokomrsa.charts.screen_plan import plan
from krokomrsa.charts.screen_points import single_points
from krokomrsa.charts.screen_ranking import ranking_intervals
from krokomrsa.charts.screen_style import config
from krokomrsa.charts.screen_timeline import timeline

__all__ = [
    "change",
    "config",
    "coverage",
    "coverage_functions",
    "coverage_groups",
    "coverage_services",
    "dependency_map",
    "disagreement",
    "matrix",
    "movement",
    "plan",
    "ranking_intervals",
    "service_resource",
    "single_points",
    "timeline",
]
