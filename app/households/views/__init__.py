"""Pages of households, one module a subject; all on one blueprint."""

from app.households.views import imports, lists, people, registering, showing, vouching
from app.households.views.blueprint import bp

__all__ = ["bp", "imports", "lists", "people", "registering", "showing", "vouching"]
