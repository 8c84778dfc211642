"""Tell what fails when something is lost, through dependencies with endurance, alternatives and loops, and why."""

from krokomrsa.analysis.cascade.candidates import with_changes
from krokomrsa.analysis.cascade.chance import breach_probability
from krokomrsa.analysis.cascade.criticality import critical_dependencies
from krokomrsa.analysis.cascade.deadlock import deadlock_sentences, deadlocks
from krokomrsa.analysis.cascade.explanation import explain, sentence
from krokomrsa.analysis.cascade.failure import failure_times
from krokomrsa.analysis.cascade.faults import faults
from krokomrsa.analysis.cascade.interventions import best_changes
from krokomrsa.analysis.cascade.need import against_need, broken_within
from krokomrsa.analysis.cascade.proposals import as_treatment, candidates_from
from krokomrsa.analysis.cascade.questions import question_sentences, questions
from krokomrsa.analysis.cascade.redundancy import false_redundancy, shared_sentences
from krokomrsa.analysis.cascade.restoration import outages
from krokomrsa.analysis.cascade.scenario import in_season, without_stock
from krokomrsa.analysis.cascade.single_points import double_points, single_points
from krokomrsa.analysis.cascade.stretches import courses, explain_stretch, waits_for
from krokomrsa.analysis.cascade.summary import critical, external_losses, external_resources, first_order
from krokomrsa.analysis.cascade.sweep import CancelledError, spread, sweep
from krokomrsa.analysis.cascade.unknowns import bands
from krokomrsa.analysis.cascade.weaknesses import Weaknesses

__all__ = [
    "CancelledError",
    "Weaknesses",
    "against_need",
    "as_treatment",
    "bands",
    "best_changes",
    "breach_probability",
    "broken_within",
    "candidates_from",
    "courses",
    "critical",
    "critical_dependencies",
    "deadlock_sentences",
    "deadlocks",
    "double_points",
    "explain",
    "explain_stretch",
    "external_losses",
    "external_resources",
    "failure_times",
    "false_redundancy",
    "faults",
    "first_order",
    "in_season",
    "outages",
    "question_sentences",
    "questions",
    "sentence",
    "shared_sentences",
    "single_points",
    "spread",
    "sweep",
    "waits_for",
    "with_changes",
    "without_stock",
]
