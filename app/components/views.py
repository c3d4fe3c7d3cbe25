"""The style guide, in development, tests and the demo."""

from datetime import UTC, date, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import public, settings
from app.components.forms import ExampleForm
from app.kernel.errors import NotFound

bp = Blueprint("components", __name__)
ALL_ROWS = 300


@bp.get("/_components")
@public
def show() -> ResponseReturnValue:
    """Every component in its states; `?errors=1` shows the form refused."""
    _refuse_in_production()
    form = ExampleForm(name="Trần Thị Ví Dụ", kind="rice", way="event")
    if request.args.get("errors"):
        form = ExampleForm(request.args)
        form.validate()
    return render_template(
        "components/guide.html",
        form=form,
        search=ExampleForm(prefix="search"),
        at=datetime(2026, 11, 23, 2, 5, tzinfo=UTC),
        on=date(2026, 11, 23),
    )


@bp.get("/_components/public")
@public
def show_public() -> ResponseReturnValue:
    """The frame of public pages."""
    _refuse_in_production()
    return render_template("components/guide_public.html")


@bp.get("/_components/progress/<int:done>")
@public
def show_progress(done: int) -> ResponseReturnValue:
    """A bar that moves with each question and then stops asking."""
    _refuse_in_production()
    return render_template(
        "components/guide_progress.html", done=min(done, ALL_ROWS), total=ALL_ROWS
    )


def _refuse_in_production() -> None:
    if settings().environment == "production":
        raise NotFound("page")
