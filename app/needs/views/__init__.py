"""Pages of needs: /needs, and writing one down from its household's page."""

from app.needs.views import deciding, reading, writing
from app.needs.views.base import bp

__all__ = ["bp", "deciding", "reading", "writing"]
