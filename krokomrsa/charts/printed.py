"""Charts in print (matplotlib): each in two sizes of a Word page, as PNG and SVG."""

from krokomrsa.charts.print_consequences import consequences
from krokomrsa.charts.print_coverage import coverage
from krokomrsa.charts.print_map import dependency_map
from krokomrsa.charts.print_matrix import matrix
from krokomrsa.charts.print_measures import measures
from krokomrsa.charts.print_plan import plan
from krokomrsa.charts.print_timeline import timeline
from krokomrsa.charts.style import SIZES, png, svg

__all__ = ["SIZES", "consequences", "coverage", "dependency_map", "matrix", "measures", "plan", "png", "svg", "timeline"]
