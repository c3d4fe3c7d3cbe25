"""Writing needs down from a household's page, and changing what was sent back."""

from dataclasses import dataclass, replace

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A need being written: for whom, of which kind, and the form itself."""

    household: households.HouseholdView
    kind: Kind
    form: NeedForm
    need: queries.NeedView | None = None

    def page(self, **values: object) -> str:
        """The form's page."""
        known = {"household": self.household, "kind": self.kind, "need": self.need}
        return page("form", form=self.form, **known, **values)


@bp.get("/households/<household_id>/needs/new")
@requires(Action.REGISTER_HOUSEHOLD)
def new(household_id: str) -> ResponseReturnValue:
    """Choose a kind; then its own questions."""
    code = request.args.get("kind", "")
    with transaction(read_only=True) as session:
        if code:
            return _sheet(session, household_id, code, stored={"starts_on": today()}).page()
        household = households.household_for(session, current_actor(), household_id)
        shows_names_of([household_id])
        return page("kind", household=household, kinds=catalogue.needed_kinds(session))


@bp.post("/households/<household_id>/needs/new")
@requires(Action.REGISTER_HOUSEHOLD)
def create(household_id: str) -> ResponseReturnValue:
    """Write the need down and hand it in for verification."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        sheet = _sheet(session, household_id, request.args.get("kind", ""), is_typed=True)
    if not sheet.form.validate():
        return sheet.page(), 422
    try:
        with transaction() as session:
            draft = sheet.form.draft(sheet.kind)
            need_id = actions.register_need(session, actor, household_id, draft, now=now())
            actions.submit_need(session, actor, need_id)
            flash_done(_("Đã ghi nhu cầu và gửi đi xác minh."))
            return done(session, ".show", need_id=need_id)
    except DomainError as refusal:
        return sheet.page(words=words_of(refusal)), refusal.status


@bp.get("/needs/<need_id>/edit")
@requires(Action.REGISTER_HOUSEHOLD)
def edit(need_id: str) -> ResponseReturnValue:
    """Change a draft."""
    with transaction(read_only=True) as session:
        return _sheet_of(session, need_id).page()


@bp.post("/needs/<need_id>/edit")
@requires(Action.REGISTER_HOUSEHOLD)
def change(need_id: str) -> ResponseReturnValue:
    """Store a changed draft and hand it in again."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        sheet = _sheet_of(session, need_id, is_typed=True)
    form = sheet.form
    if not form.validate():
        return sheet.page(), 422
    try:
        with transaction() as session:
            actions.change_need(session, actor, need_id, form.seen(), form.draft(sheet.kind))
            actions.submit_need(session, actor, need_id)
            flash_done(_("Đã sửa nhu cầu và gửi đi xác minh."))
            return done(session, ".show", need_id=need_id)
    except Conflict as refusal:
        return sheet.page(words=words_of(refusal), differing=_differing(sheet)), 409
    except DomainError as refusal:
        return sheet.page(words=words_of(refusal)), refusal.status


def _sheet(
    session: Session,
    household_id: str,
    code: str,
    *,
    is_typed: bool = False,
    stored: dict[str, object] | None = None,
) -> _Sheet:
    """The form of one kind, with the household's people and the programmes that gather it."""
    household = households.household_for(session, current_actor(), household_id)
    shows_names_of([household_id])
    kind = catalogue.kind(session, code)
    form = form_for(kind, request.form if is_typed else None, stored)
    found = open_programmes(session, current_actor().home_ward, today())
    english = current_language() == "en"
    programmes = [
        (p.id, p.name_en if english else p.name_vi) for p in found if kind.code in p.kinds
    ]
    people = [(m.id, m.name) for m in households.members_of(session, household_id)]
    return _Sheet(household, kind, form.with_choices(kind, programmes, people))


def _sheet_of(session: Session, need_id: str, *, is_typed: bool = False) -> _Sheet:
    """The form of a need that is written down already."""
    need = queries.need_for(session, current_actor(), need_id)
    stored = None if is_typed else _stored(need)
    sheet = _sheet(session, need.household_id, need.kind_code, is_typed=is_typed, stored=stored)
    return replace(sheet, need=need)


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


def _differing(sheet: _Sheet) -> list[tuple[str, object, object]]:
    """Label, stored and typed value of what somebody else changed meanwhile in a draft.

    The form takes the stored version, so that sending it again replaces what is stored.
    """
    need, form = sheet.need, sheet.form
    if need is None or need.state != NeedState.DRAFT:
        return []
    stored = _stored(need)
    form.version.data = str(need.version)
    typed = [(f, "" if f.data is None else f.data) for f in form if f.name in stored]
    return [
        (str(f.label.text), _words(f.name, stored[f.name] or ""), _words(f.name, value))
        for f, value in typed
        if f.name != "version" and str(stored[f.name] or "") != str(value)
    ]


def _words(name: str, value: object) -> object:
    """A value as people read it; only urgency is stored as a number that means a word."""
    return URGENCIES[int(str(value))] if name == "urgency" and str(value).isdecimal() else value
