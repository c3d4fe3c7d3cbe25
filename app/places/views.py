"""The ward's residential groups, as its staff keep them."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import today
from app.kernel.errors import DomainError
from app.places import actions, queries
from app.places.forms import GroupForm
from app.places.texts import ERRORS

bp = Blueprint("places", __name__, url_prefix="/places")


@bp.get("/groups")
@requires(Action.SET_UP_WARD)
def groups() -> ResponseReturnValue:
    """The groups of the ward, and a form to open one more."""
    return _groups(GroupForm())


@bp.post("/groups")
@requires(Action.SET_UP_WARD)
def open_group() -> ResponseReturnValue:
    """Open a group."""
    form = GroupForm(request.form)
    if not form.validate():
        return _groups(form, status=422)

    def open_it(session: Session) -> None:
        actions.open_group(session, current_actor(), _ward(), form.draft(), today=today())

    return _done(open_it, _("Đã mở tổ mới."), lambda words, code: _groups(form, words, code))


@bp.get("/groups/<group_id>")
@requires(Action.SET_UP_WARD)
def group(group_id: str) -> ResponseReturnValue:
    """One group: correct its name, or close it."""
    return _group(group_id, None)


@bp.post("/groups/<group_id>")
@requires(Action.SET_UP_WARD)
def rename_group(group_id: str) -> ResponseReturnValue:
    """Correct a group's name."""
    form = GroupForm(request.form)
    if not form.validate():
        return _group(group_id, form, status=422)

    def rename(session: Session) -> None:
        actions.rename_group(session, current_actor(), _ward(), group_id, form.draft())

    return _done(rename, _("Đã sửa tên."), lambda words, code: _group(group_id, form, words, code))


@bp.post("/groups/<group_id>/close")
@requires(Action.SET_UP_WARD)
def close_group(group_id: str) -> ResponseReturnValue:
    """Close a group; the households in it keep its name until they are moved."""
    with transaction() as session:
        actions.close_group(session, current_actor(), _ward(), group_id, today=today())
        flash_done(_("Đã giải thể. Các hộ trong tổ vẫn giữ tên cũ cho đến khi được chuyển."))
        return done(session, ".groups")


def _ward() -> str:
    """The one ward that this person keeps."""
    return current_actor().home_ward or ""


def _done(
    act: Callable[[Session], None],
    words: str,
    refused: Callable[[str, int], ResponseReturnValue],
) -> ResponseReturnValue:
    """Act and go back to the list, or show the form again with why not."""
    try:
        with transaction() as session:
            act(session)
            flash_done(words)
            return done(session, ".groups")
    except DomainError as refusal:
        if refusal.code not in ERRORS:
            raise
        return refused(str(ERRORS[refusal.code]) % refusal.facts, refusal.status)


def _groups(form: GroupForm, words: str | None = None, status: int = 200) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        lines = queries.group_lines(session, _ward())
        ward = queries.ward(session, _ward())
    return render_template(
        "places/groups.html", lines=lines, ward=ward, form=form, words=words
    ), status


def _group(
    group_id: str, form: GroupForm | None, words: str | None = None, status: int = 200
) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        line = queries.group_line(session, _ward(), group_id)
    shown = form or GroupForm(data={"name": line.name})
    return render_template("places/group.html", line=line, form=shown, words=words), status
