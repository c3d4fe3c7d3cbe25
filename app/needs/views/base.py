"""What the pages of needs share: the blueprint, their words, and a refusal said in words."""

from flask import Blueprint, render_template

from app.catalogue.texts import ERRORS as CATALOGUE_ERRORS
from app.households.texts import ERRORS as HOUSEHOLD_ERRORS
from app.kernel.errors import DomainError
from app.needs.texts import ERRORS, IDENTIFYING, LABELS, STATES, TONES, URGENCIES

ALL_ERRORS = {**HOUSEHOLD_ERRORS, **CATALOGUE_ERRORS, **ERRORS}
bp = Blueprint("needs", __name__)


def page(template: str, **values: object) -> str:
    """A page of this area, with the words of its states."""
    words = {
        "states": STATES,
        "tones": TONES,
        "urgencies": URGENCIES,
        "labels": LABELS,
        "identifying": IDENTIFYING,
    }
    return render_template(f"needs/{template}.html", **words, **values)


def words_of(refusal: DomainError) -> str:
    """What a refusal says, to be shown above the form that was refused."""
    words = ALL_ERRORS.get(refusal.code)
    if words is None:
        raise refusal
    return str(words) % refusal.facts if refusal.facts else str(words)
