"""Write results as Word documents: the risk and vulnerability analysis, and each department's own result."""

from krokomrsa.report.department import department
from krokomrsa.report.rsa import rsa

__all__ = ["department", "rsa"]
