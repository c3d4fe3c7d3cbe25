"""Pages of days: the list, planning one, inviting to it, moving it, opening and closing."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action, Role
from app.handovers import actions, queries
from app.handovers.actions.days import Read
from app.handovers.forms import DayForm, InviteForm, ReasonForm, version_in
from app.handovers.rules import may_run
from app.handovers.views.blueprint import bp, page, refused_words
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import VIETNAM, now
from app.kernel.errors import DomainError

OFFICE = frozenset({Role.WARD_OFFICER, Role.WARD_APPROVER})


@bp.get("/handovers")
@requires(Action.SEE_HANDOVERS)
def index() -> ResponseReturnValue:
    """The days to come and those that are over; for officers also what waits for a day."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        coming, past = queries.days_seen_by(session, actor, now())
        may_plan = actor.may(Action.PLAN_HANDOVER)
        waiting = queries.uninvited(session, actor) if may_plan else []
    return page("index", coming=coming, past=past, waiting=waiting)


@bp.get("/handovers/new")
@requires(Action.PLAN_HANDOVER)
def new() -> ResponseReturnValue:
    """The form for a day."""
    return page("day_form", form=DayForm(), day=None, words=None)


@bp.post("/handovers/new")
@requires(Action.PLAN_HANDOVER)
def create() -> ResponseReturnValue:
    """Plan a day."""
    form = DayForm(request.form)
    if not form.validate():
        return page("day_form", form=form, day=None, words=None), 422
    try:
        with transaction() as session:
            day_id = actions.plan_day(session, current_actor(), form.draft(), now=now())
            flash_done(_("Đã lập buổi trao. Bây giờ hãy mời các hộ."))
            return done(session, "handovers.invite", day_id=day_id)
    except DomainError as refusal:
        words = refused_words(refusal)
        return page("day_form", form=form, day=None, words=words), refusal.status


@bp.get("/handovers/<day_id>")
@requires(Action.SEE_HANDOVERS)
def show(day_id: str) -> ResponseReturnValue:
    """One day; names only for the ward's office."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        day = queries.day_for(session, actor, day_id)
        is_office = actor.role in OFFICE
        rows = queries.list_rows(session, day) if is_office else []
        shows_names_of(row.household_id for row in rows)
        facts = {
            "rows": rows,
            "reminders": queries.reminders_of(session, day) if is_office else None,
        }
    return page("show", day=day, runs=may_run(actor.role), form=ReasonForm(), **facts)


@bp.get("/handovers/<day_id>/change")
@requires(Action.PLAN_HANDOVER)
def change(day_id: str) -> ResponseReturnValue:
    """The form with the day as it is."""
    with transaction(read_only=True) as session:
        day = queries.day_for(session, current_actor(), day_id)
    starts, ends = (t.astimezone(VIETNAM) for t in (day.starts_at, day.ends_at))
    form = DayForm(
        title=day.title,
        place=day.place,
        on=starts.date(),
        starts=starts.time(),
        ends=ends.time(),
        version=str(day.version),
    )
    return page("day_form", form=form, day=day, words=None)


@bp.post("/handovers/<day_id>/change")
@requires(Action.PLAN_HANDOVER)
def save(day_id: str) -> ResponseReturnValue:
    """Change the day and tell those who still have to come; a stale form keeps what was typed."""
    actor, form = current_actor(), DayForm(request.form)
    with transaction(read_only=True) as session:
        day = queries.day_for(session, actor, day_id)
    if not form.validate():
        return page("day_form", form=form, day=day, words=None), 422
    try:
        with transaction() as session:
            read = Read(day_id, version_in(form.version))
            told = actions.change_day(session, actor, read, form.draft(), now=now())
            flash_done(_("Đã đổi buổi trao; %(n)s hộ sẽ được báo.", n=told))
            return done(session, "handovers.show", day_id=day_id)
    except DomainError as refusal:
        words = refused_words(refusal)
        # Both versions are on the page now; sent again, this one is meant.
        form.version.data = str(day.version)
        return page("day_form", form=form, day=day, words=words), refusal.status


@bp.post("/handovers/<day_id>/cancel")
@requires(Action.PLAN_HANDOVER)
def cancel(day_id: str) -> ResponseReturnValue:
    """Call the day off and tell everybody invited."""
    actor, form = current_actor(), ReasonForm(request.form)
    if not form.validate():
        with transaction(read_only=True) as session:
            day = queries.day_for(session, actor, day_id)
            rows = queries.list_rows(session, day)
            reminders = queries.reminders_of(session, day)
        facts = {"rows": rows, "reminders": reminders}
        return page("show", day=day, runs=True, form=form, **facts), 422
    with transaction() as session:
        read = Read(day_id, version_in(form.version))
        told = actions.cancel_day(session, actor, read, form.draft(), now=now())
        flash_done(_("Đã huỷ buổi trao; %(n)s hộ sẽ được báo.", n=told))
        return done(session, "handovers.show", day_id=day_id)


@bp.get("/handovers/<day_id>/invite")
@requires(Action.PLAN_HANDOVER)
def invite(day_id: str) -> ResponseReturnValue:
    """Choose whose parcels are handed over on this day."""
    return _invite_page(day_id, words=None), 200


@bp.post("/handovers/<day_id>/invite")
@requires(Action.PLAN_HANDOVER)
def send_invitations(day_id: str) -> ResponseReturnValue:
    """Invite the households of the chosen parcels."""
    form = InviteForm(request.form)
    form.validate()
    try:
        with transaction() as session:
            actor = current_actor()
            invited = actions.invite(session, actor, day_id, form.draft(), now=now())
            flash_done(_("Đã mời %(n)s hộ.", n=invited.households))
            if invited.in_person:
                n = invited.in_person
                flash_done(_("%(n)s hộ không nhận tin qua điện thoại: hãy in giấy mời.", n=n))
            return done(session, "handovers.show", day_id=day_id)
    except DomainError as refusal:
        return _invite_page(day_id, words=refused_words(refusal)), refusal.status


def _invite_page(day_id: str, words: str | None) -> str:
    with transaction(read_only=True) as session:
        day = queries.day_for(session, current_actor(), day_id)
        waiting = queries.waiting_to_invite(session, current_actor())
    shows_names_of(row.allocation.household_id for row in waiting)
    chosen = set(InviteForm(request.form).draft())
    return page("invite", day=day, waiting=waiting, words=words, chosen=chosen)


@bp.post("/handovers/<day_id>/appointments/<appointment_id>/cancel")
@requires(Action.PLAN_HANDOVER)
def cancel_appointment(day_id: str, appointment_id: str) -> ResponseReturnValue:
    """Take one parcel off the day."""
    reason = ReasonForm(request.form).reason_given()
    with transaction() as session:
        actions.cancel_appointment(session, current_actor(), day_id, appointment_id, reason=reason)
        flash_done(_("Đã rút lời mời."))
        return done(session, "handovers.show", day_id=day_id)


@bp.post("/handovers/<day_id>/open")
@requires(Action.HAND_OVER)
def open_day(day_id: str) -> ResponseReturnValue:
    """Begin handing over."""
    with transaction() as session:
        actions.open_day(session, current_actor(), day_id)
        flash_done(_("Buổi trao đã bắt đầu."))
        return done(session, "handovers.check_in", day_id=day_id)


@bp.post("/handovers/<day_id>/close")
@requires(Action.HAND_OVER)
def close_day(day_id: str) -> ResponseReturnValue:
    """End handing over; who did not come waits for another day."""
    with transaction() as session:
        missed = actions.close_day(session, current_actor(), day_id)
        flash_done(_("Buổi trao đã kết thúc; %(n)s phần quà chưa nhận.", n=missed))
        return done(session, "handovers.show", day_id=day_id)
