"""The blueprint of households, the words its templates use, and refusals on their own form."""

from flask import Blueprint, render_template
from wtforms import Form

from app.accounts.access import current_actor
from app.households import texts
from app.kernel.errors import DomainError, NotFound

bp = Blueprint("households", __name__)


def page(template: str, **values: object) -> str:
    """A page of households with its words at hand."""
    return render_template(f"households/{template}.html", texts=texts, **values)


def home_ward() -> str:
    """The ward whose book this person keeps. Raises NotFound for who keeps none."""
    ward_code = current_actor().home_ward
    if ward_code is None:
        raise NotFound("page")
    return ward_code


def say(form: Form, field: str, refused: DomainError) -> int:
    """Write a refusal at a field of its form; returns the status to answer with.

    NotFound is raised again: that there is no such thing is no matter of the form.
    """
    if isinstance(refused, NotFound):
        raise refused
    form[field].errors = [texts.error_words(refused.code, refused.facts)]
    return refused.status
