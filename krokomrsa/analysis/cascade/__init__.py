"""Tell what fails when something is lost, through dependencies with endurance, alternatives and loops, and why."""

from krokomrsa.analysis.cascade.explanation import explain, sentence
from krokomrsa.analysis.cascade.failure import failure_times
from krokomrsa.analysis.cascade.scenario import in_season, without_stock
from krokomrsa.analysis.cascade.summary import critical, external_losses, first_order

__all__ = ["critical", "explain", "external_losses", "failure_times", "first_order", "in_season", "sentence", "without_stock"]
