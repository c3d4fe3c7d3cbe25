"""Writing needs down from a household's page, and changing what was sent back."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.catalogue import queries as catalogue
from app.catalogue.rules import Kind
from app.households import queries as households
from app.infra.i18n import _, current_language
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError
from app.needs import actions, queries
from app.needs.forms import SPEC, NeedForm, form_for
from app.needs.rules import NeedState
from app.needs.texts import URGENCIES
from app.needs.views.base import bp, page, words_of
from app.programmes.queries import open_programmes


@bp.get("/households/<household_id>/needs/new")
@requires(Action.REGISTER_HOUSEHOLD)
def new(household_id: str) -> ResponseReturnValue:
    """Choose a kind; then its own questions."""
    code = request.args.get("kind", "")
    with transaction(read_only=True) as session:
        household = households.household_for(session, current_actor(), household_id)
        if not code:
            kinds = catalogue.open_kinds(session)
            return page("kind", household=household, kinds=kinds)
        kind = catalogue.kind(session, code)
        form = _form(session, kind, household_id, stored={"starts_on": today()})
    return page("form", household=household, kind=kind, form=form, need=None)


@bp.post("/households/<household_id>/needs/new")
@requires(Action.REGISTER_HOUSEHOLD)
def create(household_id: str) -> ResponseReturnValue:
    """Write the need down and hand it in for verification."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        household = households.household_for(session, actor, household_id)
        kind = catalogue.kind(session, request.args.get("kind", ""))
        form = _form(session, kind, household_id, is_typed=True)
    shown = {"household": household, "kind": kind, "form": form, "need": None}
    if not form.validate():
        return page("form", **shown), 422
    try:
        with transaction() as session:
            draft = form.draft(kind)
            need_id = actions.register_need(session, actor, household_id, draft, now=now())
            actions.submit_need(session, actor, need_id)
            flash_done(_("Đã ghi nhu cầu và gửi đi xác minh."))
            return done(session, ".show", need_id=need_id)
    except DomainError as refusal:
        return page("form", **shown, words=words_of(refusal)), refusal.status


@bp.get("/needs/<need_id>/edit")
@requires(Action.REGISTER_HOUSEHOLD)
def edit(need_id: str) -> ResponseReturnValue:
    """Change a draft."""
    with transaction(read_only=True) as session:
        need = queries.need_for(session, current_actor(), need_id)
        household = households.household_for(session, current_actor(), need.household_id)
        kind = catalogue.kind(session, need.kind_code)
        form = _form(session, kind, need.household_id, stored=_stored(need))
    return page("form", household=household, kind=kind, form=form, need=need)


@bp.post("/needs/<need_id>/edit")
@requires(Action.REGISTER_HOUSEHOLD)
def change(need_id: str) -> ResponseReturnValue:
    """Store a changed draft and hand it in again."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        need = queries.need_for(session, actor, need_id)
        household = households.household_for(session, actor, need.household_id)
        kind = catalogue.kind(session, need.kind_code)
        form = _form(session, kind, need.household_id, is_typed=True)
    shown = {"household": household, "kind": kind, "form": form, "need": need}
    if not form.validate():
        return page("form", **shown), 422
    try:
        with transaction() as session:
            actions.change_need(session, actor, need_id, form.seen(), form.draft(kind))
            actions.submit_need(session, actor, need_id)
            flash_done(_("Đã sửa nhu cầu và gửi đi xác minh."))
            return done(session, ".show", need_id=need_id)
    except Conflict as refusal:
        differing = _differing(need, form) if need.state == NeedState.DRAFT else []
        form.version.data = str(need.version)
        return page("form", **shown, words=words_of(refusal), differing=differing), 409
    except DomainError as refusal:
        return page("form", **shown, words=words_of(refusal)), refusal.status


def _form(
    session: Session,
    kind: Kind,
    household_id: str,
    *,
    is_typed: bool = False,
    stored: dict[str, object] | None = None,
) -> NeedForm:
    """The form of one kind, with the household's people and the programmes that gather it."""
    form = form_for(kind, request.form if is_typed else None, stored)
    found = open_programmes(session, current_actor().home_ward, today())
    english = current_language() == "en"
    programmes = [
        (p.id, p.name_en if english else p.name_vi) for p in found if kind.code in p.kinds
    ]
    people = [(m.id, m.name) for m in households.members_of(session, household_id)]
    return form.with_choices(kind, programmes, people)


def _stored(need: queries.NeedView) -> dict[str, object]:
    """A need as its form shows it."""
    return {
        "version": str(need.version),
        "units": need.units,
        "cost": str(need.cost_dong),
        "urgency": str(need.urgency),
        "starts_on": need.starts_on,
        "deadline_on": need.deadline_on,
        "programme_id": need.programme_id or "",
        "member_id": need.member_id or "",
        "evidence": list(need.evidence),
        "story": need.story,
        **{SPEC + name: value for name, value in need.spec.items()},
    }


def _differing(need: queries.NeedView, form: NeedForm) -> list[tuple[str, object, object]]:
    """Label, stored and typed value of each field that somebody else changed meanwhile."""
    stored = _stored(need)
    typed = [(f, f.data if f.data is not None else "") for f in form if f.name in stored]
    rows = [(f, stored[f.name] or "", value) for f, value in typed if f.name != "version"]
    return [
        (str(f.label.text), _words(f.name, old), _words(f.name, new))
        for f, old, new in rows
        if str(old) != str(new)
    ]


def _words(name: str, value: object) -> object:
    """A value as people read it; only urgency is stored as a number that means a word."""
    return URGENCIES[int(str(value))] if name == "urgency" and str(value).isdecimal() else value
