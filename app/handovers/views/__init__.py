"""Pages of handovers: planning, the day itself, and its confirmation."""

from app.handovers.views import check_in, confirming, days, papers
from app.handovers.views.blueprint import bp

__all__ = ["bp", "check_in", "confirming", "days", "papers"]
