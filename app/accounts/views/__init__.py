"""Pages of accounts: signing in, one's own account, the accounts of staff."""

from app.accounts.views import confirming, factors, own, signing_in, staff
from app.accounts.views.base import bp

__all__ = ["bp", "confirming", "factors", "own", "signing_in", "staff"]
