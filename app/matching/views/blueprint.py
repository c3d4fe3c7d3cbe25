"""The blueprint of matching, and the words that its templates use."""

from flask import Blueprint, render_template

from app.matching import texts

bp = Blueprint("matching", __name__)


def page(template: str, **values: object) -> str:
    """A page of matching with its words at hand."""
    return render_template(f"matching/{template}.html", texts=texts, **values)
