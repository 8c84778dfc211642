"""Write results as Word documents: the analysis, each department's own result, the card of a risk, and what the year's round asks for."""

from krokomrsa.report.action_plan import action_plan
from krokomrsa.report.department import department
from krokomrsa.report.evaluation import evaluation
from krokomrsa.report.followup import followup
from krokomrsa.report.rsa import rsa
from krokomrsa.report.scenario import scenario

__all__ = ["action_plan", "department", "evaluation", "followup", "rsa", "scenario"]
