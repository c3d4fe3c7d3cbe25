"""One fact: written down, verified by one person, approved by another, sent back or ended."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action
from app.households import actions, queries
from app.households.forms import ReasonForm, StandingForm, VisitForm
from app.households.rules import StandingState
from app.households.views.blueprint import bp, page, say
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError


@bp.get("/households/<household_id>/standings/new")
@requires(Action.REGISTER_HOUSEHOLD)
def new_standing(household_id: str) -> ResponseReturnValue:
    """An empty fact."""
    return _form(household_id, StandingForm(data={"valid_from": today()}))


def _form(household_id: str, form: StandingForm) -> str:
    with transaction(read_only=True) as session:
        household = queries.household_for(session, current_actor(), household_id)
        members = queries.members_of(session, household_id)
    shows_names_of([household_id])
    form.member.choices = [("", _("Cả hộ")), *((m.id, m.name) for m in members)]
    return page("standing_new", household=household, form=form)


@bp.post("/households/<household_id>/standings/new")
@requires(Action.REGISTER_HOUSEHOLD)
def claim(household_id: str) -> ResponseReturnValue:
    """Write a fact down; it waits for two other people."""
    form = StandingForm(request.form)
    if not form.validate():
        return _form(household_id, form), 422
    try:
        with transaction() as session:
            actor = current_actor()
            actions.claim_standing(session, actor, household_id, form.draft(), now=now())
            flash_done(_("Đã ghi hoàn cảnh; chờ người khác xác minh."))
            return done(session, "households.show", household_id=household_id, part="standings")
    except DomainError as refused:
        status = say(form, "valid_until", refused)
    return _form(household_id, form), status


@bp.get("/households/standings/<standing_id>")
@requires(Action.SEE_HOUSEHOLDS)
def standing(standing_id: str) -> ResponseReturnValue:
    """One fact, with what this person may decide about it."""
    with transaction(read_only=True) as session:
        return _standing(session, standing_id)


def _standing(
    session: Session,
    standing_id: str,
    visit: VisitForm | None = None,
    reason: ReasonForm | None = None,
) -> str:
    actor = current_actor()
    found = queries.standing_for(session, actor, standing_id)
    household = queries.household_for(session, actor, found.household_id)
    shows_names_of([household.id])
    members = {m.id: m.name for m in queries.members_of(session, household.id)}
    people = {found.created_by, found.verified_by or "", found.approved_by or ""}
    return page(
        "standing",
        standing=found,
        household=household,
        member=members.get(found.member_id or ""),
        names=accounts.names_of(session, people),
        is_own=actor.account_id in people,
        visit=visit or VisitForm(data={"visited_on": today(), "valid_until": found.valid_until}),
        reason=reason or ReasonForm(),
    )


def _again(
    standing_id: str, visit: VisitForm | None = None, reason: ReasonForm | None = None
) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        return _standing(session, standing_id, visit, reason), 422


@bp.post("/households/standings/<standing_id>/verify")
@requires(Action.VERIFY)
def verify(standing_id: str) -> ResponseReturnValue:
    """Confirm a fact after a visit or a look at the papers."""
    form = VisitForm(request.form)
    if not form.validate():
        return _again(standing_id, visit=form)
    with transaction() as session:
        actions.verify_standing(session, current_actor(), standing_id, form.draft(), now=now())
        flash_done(_("Đã xác minh; chờ lãnh đạo duyệt."))
        return done(session, "households.queue", state="submitted")


@bp.post("/households/standings/<standing_id>/approve")
@requires(Action.APPROVE)
def approve(standing_id: str) -> ResponseReturnValue:
    """Approve a verified fact."""
    with transaction() as session:
        actions.approve_standing(session, current_actor(), standing_id, now=now())
        flash_done(_("Đã duyệt hoàn cảnh này."))
        return done(session, "households.queue", state="verified")


@bp.post("/households/standings/<standing_id>/reject")
@requires(Action.VERIFY)
def reject(standing_id: str) -> ResponseReturnValue:
    """Send back what a visit did not confirm."""
    return _send_back(standing_id, StandingState.SUBMITTED)


@bp.post("/households/standings/<standing_id>/send-back")
@requires(Action.APPROVE)
def send_back(standing_id: str) -> ResponseReturnValue:
    """Send back what was verified but cannot be approved."""
    return _send_back(standing_id, StandingState.VERIFIED)


def _send_back(standing_id: str, waiting: StandingState) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return _again(standing_id, reason=form)
    with transaction() as session:
        actor = current_actor()
        actions.reject_standing(session, actor, standing_id, form.draft(), waiting=waiting)
        flash_done(_("Đã trả lại; người ghi sẽ được báo."))
        return done(session, "households.queue", state=waiting.value)


@bp.post("/households/standings/<standing_id>/end")
@requires(Action.APPROVE)
def end(standing_id: str) -> ResponseReturnValue:
    """End an approved fact before its day."""
    form = ReasonForm(request.form)
    if not form.validate():
        return _again(standing_id, reason=form)
    with transaction() as session:
        found = queries.standing_for(session, current_actor(), standing_id)
        actions.end_standing(session, current_actor(), standing_id, form.draft(), today=today())
        flash_done(_("Hoàn cảnh này không còn hiệu lực."))
        return done(session, "households.show", household_id=found.household_id, part="standings")
