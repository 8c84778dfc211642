"""Charts in print (matplotlib): each in two sizes of a Word page, as PNG and SVG; the plan also on an A4 on its side."""

from krokomrsa.charts.print_change import change
from krokomrsa.charts.print_consequences import consequences
from krokomrsa.charts.print_coverage import coverage
from krokomrsa.charts.print_covered import coverage_functions, coverage_groups, coverage_services
from krokomrsa.charts.print_disagreement import disagreement
from krokomrsa.charts.print_grid import service_resource
from krokomrsa.charts.print_map import dependency_map
from krokomrsa.charts.print_matrix import matrix
from krokomrsa.charts.print_measures import measures
from krokomrsa.charts.print_movement import movement
from krokomrsa.charts.print_plan import plan
from krokomrsa.charts.print_points import single_points
from krokomrsa.charts.print_ranking import ranking_intervals
from krokomrsa.charts.print_timeline import timeline
from krokomrsa.charts.style import SIZES, png, svg

__all__ = [
    "SIZES",
    "change",
    "consequences",
    "coverage",
    "coverage_functions",
    "coverage_groups",
    "coverage_services",
    "dependency_map",
    "disagreement",
    "matrix",
    "measures",
    "movement",
    "plan",
    "png",
    "ranking_intervals",
    "service_resource",
    "single_points",
    "svg",
    "timeline",
]
