"""The catalogue as staff read it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.access import requires
from app.accounts.rules import Action
from app.catalogue import queries
from app.catalogue.rules import DEPTH_BELOW_THIGH, SEAT_BEYOND_HIP
from app.catalogue.texts import MODELS, SIDES, range_words
from app.infra.transaction import transaction

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.get("/")
@requires(Action.SEE_CATALOGUE)
def index() -> ResponseReturnValue:
    """All support kinds with unit, reference value and matching model."""
    with transaction(read_only=True) as session:
        kinds = queries.all_kinds(session)
    return render_template("catalogue/index.html", kinds=kinds, models=MODELS)


@bp.get("/<code>")
@requires(Action.SEE_CATALOGUE)
def show(code: str) -> ResponseReturnValue:
    """One support kind: what must be known and shown before its need is verified."""
    with transaction(read_only=True) as session:
        kind = queries.kind(session, code)
    return render_template(
        "catalogue/show.html",
        kind=kind,
        models=MODELS,
        sides=SIDES,
        ranges={field.name: range_words(field) for field in kind.fields},
        seat_width=SEAT_BEYOND_HIP,
        seat_depth=DEPTH_BELOW_THIGH,
    )
