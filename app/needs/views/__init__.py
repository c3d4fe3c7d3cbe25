"""Pages of needs: /needs, and writing one down from its household's page."""

from app.needs.views import deciding, leaving, reading, writing
from app.needs.views.base import bp

__all__ = ["bp", "deciding", "leaving", "reading", "writing"]
