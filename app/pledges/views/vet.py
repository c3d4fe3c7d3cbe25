"""What the ward does with offers: the queue, accepting, declining, the list of all pledges."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.jinja import number, unit_of
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.pledges import actions, queries
from app.pledges.forms import DecideForm, DeclineForm, SearchForm
from app.pledges.rules import LineState
from app.pledges.texts import ERRORS, STATES
from app.pledges.views.base import bp, page, refused


@dataclass(frozen=True, slots=True)
class Offer:
    """One pledge in the queue with its offered lines."""

    first: queries.VetRow
    rows: tuple[queries.VetRow, ...]


def _by_pledge(rows: Iterable[queries.VetRow]) -> list[Offer]:
    """The rows of each pledge together, in the order of the queue."""
    groups: dict[str, list[queries.VetRow]] = {}
    for row in rows:
        groups.setdefault(row.pledge_id, []).append(row)
    return [Offer(group[0], tuple(group)) for group in groups.values()]


@bp.get("/pledges/queue")
@requires(Action.VET_PLEDGE)
def queue() -> ResponseReturnValue:
    """Offers that wait for a decision, the oldest first."""
    return _queue()


def _queue(words: str | None = None, status: int = 200) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        rows, after = queries.lines_to_vet(session, current_actor(), request.args.get("after"))
        kinds = queries.kinds(session)
    return page("queue", offers=_by_pledge(rows), after=after, kinds=kinds, refusal=words), status


@bp.post("/pledges/<pledge_id>/accept")
@requires(Action.VET_PLEDGE)
def accept(pledge_id: str) -> ResponseReturnValue:
    """Accept the ticked lines; they open for matching at once."""
    form = DecideForm(request.form)
    if not form.validate() or not form.lines.data:
        return _queue(str(ERRORS["no-line-chosen"]), 422)
    lines, version = form.chosen()
    try:
        with transaction() as session:
            decision = actions.Decision(pledge_id, lines, version)
            actions.accept_lines(session, current_actor(), decision, now=now())
            flash_done(_("Đã tiếp nhận và báo nhà hảo tâm. Đang tìm nhu cầu phù hợp."))
            return done(session, ".show", pledge_id=pledge_id)
    except DomainError as refusal:
        if refusal.code not in {"changed-meanwhile", "line-not-offered"}:
            raise
        return _queue(str(ERRORS[refusal.code]), refusal.status)


@bp.get("/pledges/<pledge_id>/decline")
@requires(Action.VET_PLEDGE)
def decline(pledge_id: str) -> ResponseReturnValue:
    """Choose which lines cannot be taken, and why."""
    return _decline_page(pledge_id, None, 200)


def _decline_page(pledge_id: str, form: DeclineForm | None, status: int) -> ResponseReturnValue:
    with transaction(read_only=True) as session:
        pledge = queries.pledge_for(session, current_actor(), pledge_id)
        kinds = queries.kinds(session)
    offered = [line for line in pledge.lines if line.state is LineState.OFFERED]
    form = form or DeclineForm(data={"lines": [x.id for x in offered], "version": pledge.version})
    form.lines.choices = [
        (x.id, _in_words(x.counts.units, kinds[x.draft.kind_code])) for x in offered
    ]
    return page("decline", pledge=pledge, form=form), status


def _in_words(units: int, kind: queries.KindCard) -> str:
    return f"{number(units)} {unit_of(kind.unit, units)} · {kind.label}"


@bp.post("/pledges/<pledge_id>/decline")
@requires(Action.VET_PLEDGE)
def keep_decline(pledge_id: str) -> ResponseReturnValue:
    """Decline the ticked lines with a reason that the donor reads."""
    form, status = DeclineForm(request.form), 422
    form.lines.choices = []
    try:
        if form.validate():
            lines, version = form.chosen()
            with transaction() as session:
                decision = actions.Decision(pledge_id, lines, version)
                actor = current_actor()
                actions.decline_lines(session, actor, decision, form.why(), now=now())
                flash_done(_("Đã ghi lý do. Nhà hảo tâm thấy lý do này trên trang cam kết."))
                return done(session, ".queue")
    except DomainError as refusal:
        refused(form, refusal)
        status = refusal.status
    return _decline_page(pledge_id, form, status)


@bp.get("/pledges/")
@requires(Action.VET_PLEDGE)
def index() -> ResponseReturnValue:
    """All pledges of the ward, found by donor, code, kind or state."""
    form = SearchForm(request.args)
    with transaction(read_only=True) as session:
        kinds = queries.kinds(session)
        wanted = _wanted(form)
        pledges, after = queries.pledges_seen_by(session, current_actor(), wanted)
    offered = [(state.value, words) for state, (_tone, words) in STATES.items()]
    form.state.choices = [("", _("Tất cả")), *offered[1:]]
    form.kind.choices = [("", _("Tất cả")), *((k.code, k.label) for k in kinds.values())]
    return page("index", pledges=pledges, after=after, kinds=kinds, form=form)


def _wanted(form: SearchForm) -> queries.PledgeFilter:
    """What the address asks for; odd values are as good as none."""
    state = form.state.data or ""
    return queries.PledgeFilter(
        words=(form.q.data or "")[:100],
        state=LineState(state) if state in set(LineState) else None,
        kind_code=form.kind.data or None,
        after=request.args.get("after"),
    )
