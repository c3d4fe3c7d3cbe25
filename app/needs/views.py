"""Needs of a ward: written down, verified, approved, returned; one page each."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires, settings
from app.accounts.queries import names_of
from app.accounts.rules import Action
from app.audit.queries import history_of
from app.catalogue import queries as catalogue
from app.catalogue.rules import Kind
from app.households import queries as households
from app.infra.i18n import _, current_language
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.needs import actions, queries
from app.needs.forms import SPEC, ReasonForm, form_for
from app.needs.rules import CARD_DELAY, NeedState, identifying_parts
from app.needs.texts import AUDIT, IDENTIFYING, LABELS, STATES, TONES, URGENCIES
from app.programmes.queries import open_programmes

bp = Blueprint("needs", __name__)


@bp.get("/needs")
@requires(Action.SEE_NEEDS)
def index() -> ResponseReturnValue:
    """The needs of the ward, the longest waiting first."""
    state, kind = request.args.get("state"), request.args.get("kind")
    wanted = queries.NeedFilter(state if state in set(NeedState) else None, kind)
    with transaction(read_only=True) as session:
        page = queries.needs_seen_by(session, current_actor(), wanted, request.args.get("after"))
        kinds = {k.code: k for k in catalogue.all_kinds(session)}
    return render_template("needs/index.html", page=page, wanted=wanted, kinds=kinds, **_words())


@bp.get("/households/<household_id>/needs/new")
@requires(Action.REGISTER_HOUSEHOLD)
def new(household_id: str) -> ResponseReturnValue:
    """Choose a kind; then its own questions."""
    code = request.args.get("kind", "")
    with transaction(read_only=True) as session:
        household = households.household_for(session, current_actor(), household_id)
        kinds = catalogue.open_kinds(session)
        if not code:
            return render_template("needs/kind.html", household=household, kinds=kinds, **_words())
        kind = catalogue.kind(session, code)
        form = form_for(kind, _programmes(session, kind), stored={"starts_on": today()})
    return render_template("needs/form.html", household=household, kind=kind, form=form, need=None)


@bp.post("/households/<household_id>/needs/new")
@requires(Action.REGISTER_HOUSEHOLD)
def create(household_id: str) -> ResponseReturnValue:
    """Write the need down and hand it in for verification."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        household = households.household_for(session, actor, household_id)
        kind = catalogue.kind(session, request.args.get("kind", ""))
        form = form_for(kind, _programmes(session, kind), request.form)
    if not form.validate():
        return render_template(
            "needs/form.html", household=household, kind=kind, form=form, need=None
        ), 422
    with transaction() as session:
        draft = form.draft(kind)
        need_id = actions.register_need(session, actor, household_id, draft, now=now())
        actions.submit_need(session, actor, need_id)
        flash_done(_("Đã ghi nhu cầu và gửi đi xác minh."))
        return done(session, ".show", need_id=need_id)


@bp.get("/needs/<need_id>")
@requires(Action.SEE_NEEDS)
def show(need_id: str) -> ResponseReturnValue:
    """One need: what it says, how far it is, what the public would read."""
    with transaction(read_only=True) as session:
        need = queries.need_for(session, current_actor(), need_id)
        kind = catalogue.kind(session, need.kind_code)
        card = queries.card_facts(session, need, today())
        history = history_of(session, "need", need_id)
        names = names_of(session, {h.actor_id for h in history if h.actor_id})
    return render_template(
        "needs/show.html",
        need=need,
        kind=kind,
        card=card,
        history=history,
        names=names,
        doubts=identifying_parts(need.story, [need.head_name]),
        identifying=IDENTIFYING,
        reason=ReasonForm(),
        **_words(),
    )


@bp.get("/needs/<need_id>/edit")
@requires(Action.REGISTER_HOUSEHOLD)
def edit(need_id: str) -> ResponseReturnValue:
    """Change a draft."""
    with transaction(read_only=True) as session:
        need = queries.need_for(session, current_actor(), need_id)
        household = households.household_for(session, current_actor(), need.household_id)
        kind = catalogue.kind(session, need.kind_code)
        form = form_for(kind, _programmes(session, kind), stored=_stored(need))
    return render_template("needs/form.html", household=household, kind=kind, form=form, need=need)


@bp.post("/needs/<need_id>/edit")
@requires(Action.REGISTER_HOUSEHOLD)
def change(need_id: str) -> ResponseReturnValue:
    """Store a changed draft and hand it in again."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        need = queries.need_for(session, actor, need_id)
        household = households.household_for(session, actor, need.household_id)
        kind = catalogue.kind(session, need.kind_code)
        form = form_for(kind, _programmes(session, kind), request.form)
    if not form.validate():
        return render_template(
            "needs/form.html", household=household, kind=kind, form=form, need=need
        ), 422
    version = form.version.data or ""
    with transaction() as session:
        number = int(version) if version.isdecimal() else 0
        actions.change_need(session, actor, need_id, number, form.draft(kind))
        actions.submit_need(session, actor, need_id)
        flash_done(_("Đã sửa nhu cầu và gửi đi xác minh."))
        return done(session, ".show", need_id=need_id)


@bp.post("/needs/<need_id>/verify")
@requires(Action.VERIFY)
def verify(need_id: str) -> ResponseReturnValue:
    """Confirm that the need is real."""
    with transaction() as session:
        actions.verify_need(session, current_actor(), need_id, now=now())
        flash_done(_("Đã xác minh. Nhu cầu chờ lãnh đạo duyệt."))
        return done(session, ".show", need_id=need_id)


@bp.post("/needs/<need_id>/approve")
@requires(Action.APPROVE)
def approve(need_id: str) -> ResponseReturnValue:
    """Open the need; in the demo its card is posted at once."""
    delay = CARD_DELAY * 0 if settings().is_demo else CARD_DELAY
    with transaction() as session:
        actions.approve_need(session, current_actor(), need_id, now=now(), longest_delay=delay)
        flash_done(_("Đã duyệt. Nhu cầu đã mở để ghép nối."))
        return done(session, ".show", need_id=need_id)


@bp.post("/needs/<need_id>/return")
@requires(Action.SEE_NEEDS)
def send_back(need_id: str) -> ResponseReturnValue:
    """Send the need back with a reason, to whoever registered it."""
    form = ReasonForm(request.form)
    with transaction() as session:
        if form.validate():
            actions.return_need(session, current_actor(), need_id, form.reason.data or "")
            flash_done(_("Đã trả lại để bổ sung và báo cho người lập."))
        return done(session, ".show", need_id=need_id)


@bp.post("/needs/<need_id>/withdraw")
@requires(Action.SEE_NEEDS)
def withdraw(need_id: str) -> ResponseReturnValue:
    """Close a need that is no longer there."""
    form = ReasonForm(request.form)
    with transaction() as session:
        if form.validate():
            actions.withdraw_need(session, current_actor(), need_id, form.reason.data or "")
            flash_done(_("Đã rút nhu cầu."))
        return done(session, ".show", need_id=need_id)


def _programmes(session: Session, kind: Kind) -> dict[str, str]:
    """The programmes that gather this kind now, by id."""
    found = open_programmes(session, current_actor().home_ward, today())
    english = current_language() == "en"
    return {p.id: p.name_en if english else p.name_vi for p in found if kind.code in p.kinds}


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
        "evidence": list(need.evidence),
        "story": need.story,
        **{SPEC + name: value for name, value in need.spec.items()},
    }


def _words() -> dict[str, object]:
    return {
        "states": STATES,
        "tones": TONES,
        "urgencies": URGENCIES,
        "labels": LABELS,
        "deeds": AUDIT,
    }
