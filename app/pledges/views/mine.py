"""What a donor sees and changes: the list, one pledge with its timeline, taking back."""

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError, NotFound
from app.pledges import actions, queries
from app.pledges.actions import ChangeDraft, WithdrawDraft
from app.pledges.forms import AnnounceForm, ChangeForm, UnitsField, WithdrawForm
from app.pledges.forms.answers import repeated
from app.pledges.rules import Earmark
from app.pledges.views.base import bp, differing, page, refused


@bp.get("/pledges/mine")
@requires(Action.MAKE_PLEDGE)
def mine() -> ResponseReturnValue:
    """The donor's pledges, newest first, and drafts not sent yet."""
    wanted = queries.PledgeFilter(after=request.args.get("after"))
    with transaction(read_only=True) as session:
        pledges, after = queries.pledges_seen_by(session, current_actor(), wanted)
        drafts = queries.drafts_of(session, current_actor())
        kinds = queries.kinds(session)
    return page("mine", pledges=pledges, after=after, drafts=drafts, kinds=kinds)


@bp.get("/pledges/<pledge_id>")
@requires(Action.USE_OWN_ACCOUNT)
def show(pledge_id: str) -> ResponseReturnValue:
    """One pledge, for its donor and for the ward that takes it in."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        pledge = queries.pledge_for(session, actor, pledge_id)
        timelines = queries.timelines(session, pledge)
        announced = queries.announced_for(session, pledge)
        kinds = queries.kinds(session)
    is_own = actor.donor_id == pledge.donor_id
    may = {
        "change": is_own or (pledge.on_behalf and actor.may(Action.PLEDGE_ON_BEHALF)),
        "vet": actor.may(Action.VET_PLEDGE),
        "receive": actor.may(Action.TAKE_IN_GOODS),
        "repeat": is_own and actor.may(Action.MAKE_PLEDGE),
    }
    return page(
        "show", pledge=pledge, timelines=timelines, announced=announced, kinds=kinds, may=may
    )


@bp.post("/pledges/<pledge_id>/repeat")
@requires(Action.MAKE_PLEDGE)
def repeat(pledge_id: str) -> ResponseReturnValue:
    """Start a draft that says the same again; only the window is asked anew."""
    with transaction() as session:
        pledge = queries.pledge_for(session, current_actor(), pledge_id)
        earmark = {
            "earmark": _earmark_of(pledge),
            "wards": [ward.code for ward in pledge.wards],
            "groups": list(pledge.groups),
            "programme": pledge.programme_id,
            "ward": pledge.ward.code,
        }
        answers = repeated((line.draft for line in pledge.lines), earmark)
        draft_id = actions.start_draft(session, current_actor(), answers, now=now())
        return done(session, ".window", draft_id=draft_id)


def _earmark_of(pledge: queries.PledgeView) -> str:
    if pledge.programme_id:
        return Earmark.PROGRAMME.value
    if pledge.wards:
        return Earmark.WARDS.value
    return Earmark.GROUPS.value if pledge.groups else Earmark.ANYONE.value


def _change_form(pledge: queries.PledgeView, data: MultiDict[str, str] | None = None) -> ChangeForm:
    """The window, and one field of units for each line that may still change."""
    live = [line for line in pledge.lines if line.may_be_withdrawn]
    fields = {f"units_{line.id}": UnitsField(_("Số lượng")) for line in live}
    known: dict[str, object] = {f"units_{line.id}": line.counts.units for line in live}
    known |= {"available_from": pledge.available_from, "available_to": pledge.available_to}
    form_of = type("PledgeChangeForm", (ChangeForm,), fields)
    form: ChangeForm = form_of(data, data=known | {"version": pledge.version})
    return form


def _change_draft(form: ChangeForm) -> ChangeDraft:
    asked = [f for f in form if isinstance(f, UnitsField) and f.whole is not None]
    units = {f.name.removeprefix("units_"): f.whole or 0 for f in asked}
    first, last = form.window()
    return ChangeDraft(units, first, last, form.version.data or 0)


@bp.get("/pledges/<pledge_id>/change")
@requires(Action.USE_OWN_ACCOUNT)
def change(pledge_id: str) -> ResponseReturnValue:
    """Change units and window."""
    with transaction(read_only=True) as session:
        pledge, kinds = _changeable(session, pledge_id), queries.kinds(session)
    return page("change", pledge=pledge, kinds=kinds, form=_change_form(pledge))


def _changeable(session: Session, pledge_id: str) -> queries.PledgeView:
    queries.pledge_to_change(session, current_actor(), pledge_id)
    return queries.pledge_for(session, current_actor(), pledge_id)


@bp.post("/pledges/<pledge_id>/change")
@requires(Action.USE_OWN_ACCOUNT)
def keep_change(pledge_id: str) -> ResponseReturnValue:
    """Store the change, unless somebody changed the pledge since it was read."""
    with transaction(read_only=True) as session:
        pledge, kinds = _changeable(session, pledge_id), queries.kinds(session)
    form = _change_form(pledge, request.form)
    status, rows = 422, []
    try:
        if form.validate():
            with transaction() as session:
                draft = _change_draft(form)
                actions.change_pledge(session, current_actor(), pledge_id, draft, now=now())
                flash_done(_("Đã lưu thay đổi."))
                return done(session, ".show", pledge_id=pledge_id)
    except DomainError as refusal:
        refused(form, refusal)
        status = refusal.status
        if refusal.code == "changed-meanwhile":
            rows = differing(form, _change_form(pledge))
        form.version.raw_data, form.version.data = None, pledge.version
    return page("change", pledge=pledge, kinds=kinds, form=form, differing=rows), status


def _line_of(pledge: queries.PledgeView, line_id: str) -> queries.LineView:
    found = next((line for line in pledge.lines if line.id == line_id), None)
    if found is None:
        raise NotFound("pledge")
    return found


@bp.get("/pledges/<pledge_id>/lines/<line_id>/withdraw")
@requires(Action.USE_OWN_ACCOUNT)
def withdraw(pledge_id: str, line_id: str) -> ResponseReturnValue:
    """Take free units back."""
    with transaction(read_only=True) as session:
        pledge, kinds = _changeable(session, pledge_id), queries.kinds(session)
    line = _line_of(pledge, line_id)
    form = WithdrawForm(data={"units": line.counts.withdrawable})
    return page("withdraw", pledge=pledge, line=line, kinds=kinds, form=form)


@bp.post("/pledges/<pledge_id>/lines/<line_id>/withdraw")
@requires(Action.USE_OWN_ACCOUNT)
def take_back(pledge_id: str, line_id: str) -> ResponseReturnValue:
    """Take them back, if they are still free."""
    form, status = WithdrawForm(request.form), 422
    try:
        if form.validate():
            with transaction() as session:
                draft = WithdrawDraft(line_id, *form.draft())
                actions.withdraw(session, current_actor(), pledge_id, draft, now=now())
                flash_done(_("Đã rút lại phần chưa ghép. Cảm ơn ông/bà đã báo."))
                return done(session, ".show", pledge_id=pledge_id)
    except DomainError as refusal:
        refused(form, refusal)
        status = refusal.status
    with transaction(read_only=True) as session:
        pledge, kinds = _changeable(session, pledge_id), queries.kinds(session)
    line = _line_of(pledge, line_id)
    return page("withdraw", pledge=pledge, line=line, kinds=kinds, form=form), status


@bp.get("/pledges/<pledge_id>/lines/<line_id>/announce")
@requires(Action.USE_OWN_ACCOUNT)
def announce(pledge_id: str, line_id: str) -> ResponseReturnValue:
    """Say on which day units will be brought."""
    with transaction(read_only=True) as session:
        pledge, kinds = _changeable(session, pledge_id), queries.kinds(session)
    line = _line_of(pledge, line_id)
    form = AnnounceForm(data={"units": line.awaited, "expected_on": today()})
    return page("announce", pledge=pledge, line=line, kinds=kinds, form=form)


@bp.post("/pledges/<pledge_id>/lines/<line_id>/announce")
@requires(Action.USE_OWN_ACCOUNT)
def keep_announcement(pledge_id: str, line_id: str) -> ResponseReturnValue:
    """Note the day; the ward sees it on the pledge."""
    form, status = AnnounceForm(request.form), 422
    with transaction(read_only=True) as session:
        pledge, kinds = _changeable(session, pledge_id), queries.kinds(session)
    line = _line_of(pledge, line_id)
    try:
        if form.validate():
            with transaction() as session:
                actions.announce(session, current_actor(), line.id, *form.draft(), now=now())
                flash_done(_("Đã báo ngày mang đến cho phường."))
                return done(session, ".show", pledge_id=pledge_id)
    except DomainError as refusal:
        refused(form, refusal)
        status = refusal.status
    return page("announce", pledge=pledge, line=line, kinds=kinds, form=form), status
