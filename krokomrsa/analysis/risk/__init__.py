"""Tell what is known of each risk: judgements that keep their uncertainty, weighed together, ranked and compared."""

from krokomrsa.analysis.risk.assumed import assumptions
from krokomrsa.analysis.risk.axioms import audit
from krokomrsa.analysis.risk.chance import cell_probabilities, class_probabilities
from krokomrsa.analysis.risk.conversion import Crosswalk, crosswalk
from krokomrsa.analysis.risk.gaps import missing_judgements
from krokomrsa.analysis.risk.history import SINCE, since
from krokomrsa.analysis.risk.judgements import JUDGED, MISSING, NOT_JUDGED, STATES, STATUSES, UNKNOWN, key_of
from krokomrsa.analysis.risk.judges import by_judge, disagreement
from krokomrsa.analysis.risk.likelihoods import annual, in_horizon, probability_of_frequency, rate_of
from krokomrsa.analysis.risk.order import DECLARED_ORDER, ranking, uses_likelihood
from krokomrsa.analysis.risk.pairs import CERTAINTY, indistinguishable
from krokomrsa.analysis.risk.ranks import rank_probabilities
from krokomrsa.analysis.risk.states import movement
from krokomrsa.analysis.risk.uncertainty import TOP, Uncertainty
from krokomrsa.analysis.risk.weighing import COMBINATIONS, RULES, matrix, stated
from krokomrsa.scales import NOW, is_now

__all__ = [
    "CERTAINTY",
    "COMBINATIONS",
    "DECLARED_ORDER",
    "JUDGED",
    "MISSING",
    "NOT_JUDGED",
    "NOW",
    "RULES",
    "SINCE",
    "STATES",
    "STATUSES",
    "TOP",
    "UNKNOWN",
    "Crosswalk",
    "Uncertainty",
    "annual",
    "assumptions",
    "audit",
    "by_judge",
    "cell_probabilities",
    "class_probabilities",
    "crosswalk",
    "disagreement",
    "in_horizon",
    "indistinguishable",
    "is_now",
    "key_of",
    "matrix",
    "missing_judgements",
    "movement",
    "probability_of_frequency",
    "rank_probabilities",
    "ranking",
    "rate_of",
    "since",
    "stated",
    "uses_likelihood",
]
