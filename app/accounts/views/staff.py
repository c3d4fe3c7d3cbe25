"""Accounts of staff: the list, proposing, agreeing, suspending."""

from typing import TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import actions, queries
from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.forms import (
    ForgetForm,
    NewRoleForm,
    NewStaffForm,
    ReasonForm,
    RoleForm,
    SuspendForm,
)
from app.accounts.rules import PROVINCE_ROLES, Action, Role
from app.accounts.texts import ERRORS, ROLES
from app.accounts.views.base import bp
from app.infra.forms import BaseForm
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError, NotFound
from app.kernel.vietnamese import fold
from app.places import queries as places
from app.places.actions import canonical_group
from app.places.texts import ERRORS as PLACE_ERRORS


@bp.get("/staff")
@requires(Action.SEE_STAFF)
def staff() -> ResponseReturnValue:
    """Who works at one's places, and what waits for a second person."""
    with transaction(read_only=True) as session:
        people = queries.staff_seen_by(session, current_actor(), now())
        proposals = queries.proposals_seen_by(session, current_actor())
        names = queries.names_of(session, {p.proposed_by for p in proposals})
    return render_template(
        "accounts/staff.html", people=people, proposals=proposals, names=names, role_words=ROLES
    )


@bp.get("/staff/new")
@requires(Action.PROPOSE_STAFF)
def new_staff() -> ResponseReturnValue:
    """Whom to propose."""
    return _new_page(NewStaffForm())


@bp.post("/staff/new")
@requires(Action.PROPOSE_STAFF)
def propose_staff() -> ResponseReturnValue:
    """Propose a new account; nothing opens before a second person agrees."""
    form = NewStaffForm(request.form)
    if not form.validate():
        return _new_page(form, 422)
    name, email = form.person()
    try:
        with transaction() as session:
            role = _role_of(session, form)
            draft = actions.StaffDraft(role, form.reason.data or "", name, email)
            actions.propose_account(session, current_actor(), draft, now=now())
            flash_done(_("Đã gửi đề nghị. Tài khoản mở khi một người của nơi đó đồng ý."))
            return done(session, ".staff")
    except DomainError as refusal:
        return _new_page(_refused(form, refusal), refusal.status)


def _new_page(form: NewStaffForm, status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/staff_new.html", form=form), status


@bp.get("/staff/<account_id>")
@requires(Action.SEE_STAFF)
def staff_member(account_id: str) -> ResponseReturnValue:
    """One person's roles; propose another, or suspend."""
    return _member_page(account_id, NewRoleForm(), SuspendForm())


@bp.post("/staff/<account_id>/roles")
@requires(Action.PROPOSE_STAFF)
def propose_role(account_id: str) -> ResponseReturnValue:
    """Propose a role for this person, beside the others or in place of one."""
    form = NewRoleForm(request.form)
    if not form.validate():
        return _member_page(account_id, form, SuspendForm(), 422)
    try:
        with transaction() as session:
            draft = actions.StaffDraft(
                _role_of(session, form),
                form.reason.data or "",
                account_id=account_id,
                replaces=form.replaces.data or None,
            )
            actions.propose_role(session, current_actor(), draft, now=now())
            flash_done(_("Đã gửi đề nghị. Vai trò có hiệu lực khi một người của nơi đó đồng ý."))
            return done(session, ".staff")
    except DomainError as refusal:
        return _member_page(account_id, _refused(form, refusal), SuspendForm(), refusal.status)


@bp.post("/staff/<account_id>/suspend")
@requires(Action.SEE_STAFF)
def suspend_staff(account_id: str) -> ResponseReturnValue:
    """End this person's roles at one's places and their sessions, at once."""
    form = SuspendForm(request.form)
    if not form.validate():
        return _member_page(account_id, NewRoleForm(), form, 422)
    try:
        with transaction() as session:
            reason = form.why.data or ""
            actions.suspend(session, current_actor(), account_id, reason, now=now())
            flash_done(_("Đã tạm ngừng: các phiên đăng nhập của người này đã kết thúc."))
            return done(session, ".staff")
    except DomainError as refusal:
        return _member_page(account_id, NewRoleForm(), _refused(form, refusal), refusal.status)


@bp.post("/staff/<account_id>/factor")
@requires(Action.PROPOSE_STAFF)
def propose_forgetting(account_id: str) -> ResponseReturnValue:
    """Propose to forget this person's lost second factor."""
    form, role_form = ForgetForm(request.form), NewRoleForm()
    if not form.validate():
        return _member_page(account_id, role_form, SuspendForm(), 422, form)
    try:
        with transaction() as session:
            reason = form.lost.data or ""
            actions.propose_forgetting(session, current_actor(), account_id, reason, now=now())
            flash_done(_("Đã gửi đề nghị. Một người của nơi đó cần gặp tận mặt rồi đồng ý."))
            return done(session, ".staff")
    except DomainError as refusal:
        form = _refused(form, refusal)
        return _member_page(account_id, role_form, SuspendForm(), refusal.status, form)


def _member_page(
    account_id: str,
    role_form: NewRoleForm,
    suspend_form: SuspendForm,
    status: int = 200,
    forget_form: ForgetForm | None = None,
) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        person = queries.staff_member_for(session, current_actor(), account_id, now())
    role_form.replaces.choices = [
        ("", _("Thêm vào các vai trò đang có")),
        *(
            (r.id, _("Thay vai trò %(role)s", role=f"{ROLES[r.role]}, {r.place}"))
            for r in person.roles
            if r.is_held
        ),
    ]
    role_form.replaces.data = role_form.replaces.data or ""
    return render_template(
        "accounts/staff_member.html",
        person=person,
        role_form=role_form,
        suspend_form=suspend_form,
        forget_form=forget_form or ForgetForm(),
        role_words=ROLES,
    ), status


@bp.get("/staff/proposals/<account_proposal_id>")
@requires(Action.AGREE_STAFF)
def staff_proposal(account_proposal_id: str) -> ResponseReturnValue:
    """One proposal, to agree to or to decline."""
    return _proposal_page(account_proposal_id, ReasonForm())


@bp.post("/staff/proposals/<account_proposal_id>/agree")
@requires(Action.AGREE_STAFF)
def agree_staff(account_proposal_id: str) -> ResponseReturnValue:
    """Let it be so; a new person gets a letter."""
    try:
        with transaction() as session:
            actions.agree(session, current_actor(), account_proposal_id, now=now())
            flash_done(_("Đã đồng ý. Người mới nhận thư có liên kết đặt mật khẩu."))
            return done(session, ".staff")
    except DomainError as refusal:
        form = _refused(ReasonForm(), refusal)
        return _proposal_page(account_proposal_id, form, refusal.status)


@bp.post("/staff/proposals/<account_proposal_id>/decline")
@requires(Action.AGREE_STAFF)
def decline_staff(account_proposal_id: str) -> ResponseReturnValue:
    """Say no, and why."""
    form = ReasonForm(request.form)
    if not form.validate():
        return _proposal_page(account_proposal_id, form, 422)
    try:
        with transaction() as session:
            reason = form.reason.data or ""
            actions.decline(session, current_actor(), account_proposal_id, reason, now=now())
            flash_done(_("Đã ghi là không đồng ý."))
            return done(session, ".staff")
    except DomainError as refusal:
        return _proposal_page(account_proposal_id, _refused(form, refusal), refusal.status)


def _proposal_page(
    account_proposal_id: str, form: ReasonForm, status: int = 200
) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        proposal = queries.proposal_for(session, current_actor(), account_proposal_id)
        people = {proposal.proposed_by, proposal.decided_by or ""}
        names = queries.names_of(session, people)
    return render_template(
        "accounts/staff_proposal.html",
        proposal=proposal,
        names=names,
        form=form,
        role_words=ROLES,
    ), status


def _role_of(session: Session, form: RoleForm) -> actions.RoleDraft:
    """The role at the place that was typed. Raises DomainError if it is none, or several."""
    role, typed = form.chosen_role(), form.place.data or ""
    if role in PROVINCE_ROLES:
        return actions.RoleDraft(role, province_code=places.province_named(session, typed))
    ward = places.ward_named(session, typed)
    if role is not Role.GROUP_LEADER:
        return actions.RoleDraft(role, ward_code=ward)
    _kind, name = canonical_group(form.group.data or "")
    found = [g.id for g in places.groups_of(session, ward) if fold(g.name) == fold(name)]
    return actions.RoleDraft(role, ward_code=ward, group_id=found[0] if found else None)


F = TypeVar("F", bound=BaseForm)


def _refused(form: F, refusal: DomainError) -> F:
    """Write a refusal beside the box it is about, or above the form. What is missing stays so."""
    words = {**PLACE_ERRORS, **ERRORS}.get(refusal.code)
    if isinstance(refusal, NotFound) or words is None:
        raise refusal
    box = BOXES.get(refusal.code)
    if box and box in form:
        form[box].errors = [str(words)]
    else:
        form.form_errors.append(str(words))
    return form


BOXES = {
    "place-unknown": "place",
    "place-several": "place",
    "place-of-role": "place",
    "group-of-role": "group",
    "account-exists": "email",
}
