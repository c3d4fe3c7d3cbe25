"""What the pages of pledges share: the blueprint, and saying a refusal on its form."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask import Blueprint, render_template
from wtforms import Form, RadioField
from wtforms.fields import Field

from app.catalogue.rules import SpecField
from app.catalogue.texts import ERRORS as CATALOGUE_ERRORS
from app.catalogue.texts import unit_words
from app.infra.i18n import _, current_language
from app.infra.jinja import day
from app.kernel.errors import DomainError, NotFound
from app.pledges.texts import (
    DECLINE_REASONS,
    DONOR_KINDS,
    EARMARKS,
    ERRORS,
    GIVEN_AS,
    GROUPS,
    HAPPENINGS,
    RISKS,
    SHOWN_AS,
    STATES,
    STEPS,
    TAX_DOUBTS,
    WITHDRAW_REASONS,
)
from app.stock.texts import CONDITIONS
from app.stock.texts import ERRORS as STOCK_ERRORS

ALL_ERRORS = {**CATALOGUE_ERRORS, **STOCK_ERRORS, **ERRORS}
bp = Blueprint("pledges", __name__)

WORDS = {
    "states": STATES,
    "steps": STEPS,
    "happenings": HAPPENINGS,
    "donor_kinds": DONOR_KINDS,
    "shown_as": SHOWN_AS,
    "given_as": GIVEN_AS,
    "earmarks": EARMARKS,
    "groups": GROUPS,
    "withdraw_reasons": WITHDRAW_REASONS,
    "decline_reasons": DECLINE_REASONS,
    "risks": RISKS,
    "tax_doubts": TAX_DOUBTS,
    "conditions": CONDITIONS,
}


def page(template: str, **values: object) -> str:
    """A page of this area, with the words of its states and reasons as `words`."""
    helpers = {"words": WORDS, "names": names, "spec_words": spec_words}
    return render_template(f"pledges/{template}.html", **helpers, **values)


def names(codes: Iterable[str], table: Mapping[str, object]) -> str:
    """The words of several codes, in one line."""
    return ", ".join(str(table[code]) for code in codes if code in table)


def spec_words(field: SpecField, value: object) -> str:
    """One detail as people read it: the words of a choice, a number with its unit."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    place = 2 if current_language() == "en" else 1
    for choice in field.choices:
        if choice[0] == value:
            return choice[place]
    return f"{value} {unit_words(field)}".strip()


def differing(typed: Form, stored: Form) -> list[tuple[str, str, str]]:
    """Label, stored and typed words of each field in which two forms of one thing differ."""
    pairs = ((field, shown_in(stored[field.name]), shown_in(field)) for field in typed)
    return [
        (str(field.label.text), old, new)
        for field, old, new in pairs
        if field.name != "version" and old != new
    ]


def shown_in(field: Field) -> str:
    """A field's value as people read it: the words of a choice, a day in figures."""
    if isinstance(field, RadioField):
        return next(
            (str(words) for value, words, *_rest in field.iter_choices() if value == field.data), ""
        )
    return day(field.data) if isinstance(field.data, date) else str(field.data or "")


def refused(form: Form, refusal: DomainError) -> bool:
    """Write a refusal on the form it is about; False, so that it reads as "not done".

    What is missing or not to be seen is no matter of the form and is raised on.
    """
    if isinstance(refusal, NotFound):
        raise refusal
    words = ALL_ERRORS.get(refusal.code)
    if words is None:
        raise refusal
    form.form_errors.append(str(words))
    return False
