"""The people of a household other than its head, and what the household agreed to."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action
from app.households import actions, queries
from app.households.forms import ConsentForm, MemberForm
from app.households.views.blueprint import bp, page, say
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError, NotFound


@bp.get("/households/<household_id>/members/new")
@requires(Action.REGISTER_HOUSEHOLD)
def new_member(household_id: str) -> ResponseReturnValue:
    """An empty person."""
    return _form(household_id, MemberForm())


def _form(household_id: str, form: MemberForm, member_id: str | None = None) -> str:
    with transaction(read_only=True) as session:
        household = queries.household_for(session, current_actor(), household_id)
    shows_names_of([household_id])
    return page("member", household=household, form=form, member_id=member_id)


@bp.post("/households/<household_id>/members/new")
@requires(Action.REGISTER_HOUSEHOLD)
def add_member(household_id: str) -> ResponseReturnValue:
    """Add a person to a household."""
    form = MemberForm(request.form)
    if not form.validate():
        return _form(household_id, form), 422
    try:
        with transaction() as session:
            actor = current_actor()
            actions.add_member(session, actor, household_id, form.draft(), now=now())
            flash_done(_("Đã thêm thành viên."))
            return done(session, "households.show", household_id=household_id)
    except DomainError as refused:
        status = say(form, "citizen_number", refused)
    return _form(household_id, form), status


@bp.get("/households/<household_id>/members/<member_id>/change")
@requires(Action.REGISTER_HOUSEHOLD)
def change_member(household_id: str, member_id: str) -> ResponseReturnValue:
    """What is known of a person, to be changed."""
    with transaction(read_only=True) as session:
        queries.household_for(session, current_actor(), household_id)
        member = _member(session, household_id, member_id)
    on = member.born_on
    data = {
        "name": member.name,
        "day": on.day if on else None,
        "month": on.month if on else None,
        "year": on.year if on else member.birth_year,
        "sex": member.sex,
        "relation": member.relation,
    }
    return _form(household_id, MemberForm(data=data), member_id)


def _member(session: Session, household_id: str, member_id: str) -> queries.MemberView:
    for member in queries.members_of(session, household_id):
        if member.id == member_id and not member.is_head:
            return member
    raise NotFound("member")


@bp.post("/households/<household_id>/members/<member_id>/change")
@requires(Action.REGISTER_HOUSEHOLD)
def save_member(household_id: str, member_id: str) -> ResponseReturnValue:
    """Change what is known of a person."""
    form = MemberForm(request.form)
    if not form.validate():
        return _form(household_id, form, member_id), 422
    try:
        with transaction() as session:
            actor = current_actor()
            actions.change_member(session, actor, household_id, member_id, form.draft(), now=now())
            flash_done(_("Đã lưu thay đổi."))
            return done(session, "households.show", household_id=household_id)
    except DomainError as refused:
        status = say(form, "citizen_number", refused)
    return _form(household_id, form, member_id), status


@bp.post("/households/<household_id>/members/<member_id>/leave")
@requires(Action.REGISTER_HOUSEHOLD)
def member_leaves(household_id: str, member_id: str) -> ResponseReturnValue:
    """Note that a person no longer lives there."""
    with transaction() as session:
        actions.member_left(session, current_actor(), household_id, member_id, today=today())
        flash_done(_("Đã ghi người này rời hộ."))
        return done(session, "households.show", household_id=household_id)


@bp.post("/households/<household_id>/consents")
@requires(Action.REGISTER_HOUSEHOLD)
def give_consent(household_id: str) -> ResponseReturnValue:
    """Note what a household answered when it was asked."""
    form = ConsentForm(request.form)
    if not form.validate():
        flash(_("Hãy chọn việc được hỏi, câu trả lời và cách trả lời."), "error")
        back = url_for("households.show", household_id=household_id, part="consents")
        return redirect(back, 303)
    with transaction() as session:
        actions.give_consent(session, current_actor(), household_id, form.draft(), now=now())
        flash_done(_("Đã ghi câu trả lời của hộ."))
        return done(session, "households.show", household_id=household_id, part="consents")


@bp.post("/households/<household_id>/consents/<consent_id>/withdraw")
@requires(Action.REGISTER_HOUSEHOLD)
def withdraw_consent(household_id: str, consent_id: str) -> ResponseReturnValue:
    """Note that a household took its agreement back."""
    with transaction() as session:
        actions.withdraw_consent(session, current_actor(), household_id, consent_id, now=now())
        flash_done(_("Đã rút sự đồng ý."))
        return done(session, "households.show", household_id=household_id, part="consents")
