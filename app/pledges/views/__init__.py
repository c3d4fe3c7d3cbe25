"""Pages of donors and pledges: /pledges and /donors."""

from app.pledges.views import donors, mine, receive, sending, vet, wizard
from app.pledges.views.base import bp

__all__ = ["bp", "donors", "mine", "receive", "sending", "vet", "wizard"]
