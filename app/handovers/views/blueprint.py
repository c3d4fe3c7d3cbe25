"""The blueprint of handovers, and how its pages show a refusal with what was typed."""

from flask import Blueprint, render_template

from app.handovers import texts
from app.kernel.errors import DomainError

bp = Blueprint("handovers", __name__)


def page(name: str, **values: object) -> str:
    """A page of this area with its words."""
    return render_template(f"handovers/{name}.html", texts=texts, **values)


def refused_words(refusal: DomainError) -> str:
    """Our sentence for a refusal. Raises it on if its words are another area's."""
    words = texts.ERRORS.get(refusal.code)
    if words is None or refusal.status == NOT_FOUND:
        raise refusal
    return str(words) % refusal.facts if refusal.facts else str(words)


NOT_FOUND = 404
