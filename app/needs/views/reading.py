"""Reading needs: the ward's list, and one need with what the public would read of it."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.looks import shows_names_of
from app.accounts.queries import names_of
from app.accounts.rules import Action
from app.audit.queries import history_of
from app.catalogue import queries as catalogue
from app.catalogue.rules import Seat, seat_for
from app.catalogue.texts import spec_rows
from app.infra.transaction import transaction
from app.kernel.clock import today
from app.needs import queries
from app.needs.forms import FilterForm, ReasonForm
from app.needs.rules import NeedState
from app.needs.views.base import bp, page

# The steps that are not taken without a reason in words.
REASONED = ("return", "reject", "suspend", "withdraw")


@bp.get("/needs")
@requires(Action.SEE_NEEDS)
def index() -> ResponseReturnValue:
    """The needs of the ward, the longest waiting first."""
    return listed()


def listed(words: str | None = None, status: int = 200) -> ResponseReturnValue:
    """The list as the address narrows it; `words` say why something was refused."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        kinds = {k.code: k for k in catalogue.all_kinds(session)}
        form = FilterForm(request.args).with_kinds(list(kinds.values()))
        found = queries.needs_seen_by(session, actor, form.wanted(), request.args.get("after"))
    shows_names_of(line.household_id for line in found.lines)
    wanted = form.wanted()
    deciding = {"submitted": Action.VERIFY, "verified": Action.APPROVE}.get(wanted.state or "")
    return page(
        "index",
        page=found,
        wanted=wanted,
        form=form,
        kinds=kinds,
        decides=wanted.state if deciding and actor.may(deciding) else None,
        words=words,
        me=actor.account_id,
    ), status


@bp.get("/needs/<need_id>")
@requires(Action.SEE_NEEDS)
def show(need_id: str) -> ResponseReturnValue:
    """One need: what it says, how far it is, what the public would read."""
    return shown(need_id)


def shown(
    need_id: str,
    words: str | None = None,
    status: int = 200,
    *,
    typed: Mapping[str, ReasonForm] | None = None,
) -> ResponseReturnValue:
    """The page of one need; `words` say why a decision on it was refused.

    typed: the reason forms as they were sent, by their step.
    """
    actor = current_actor()
    with transaction(read_only=True) as session:
        need = queries.need_for(session, actor, need_id)
        shows_names_of([need.household_id])
        kind = catalogue.kind(session, need.kind_code)
        card, doubts = queries.card_and_doubts(session, need, today())
        history = history_of(session, "need", need_id)
        names = names_of(session, {h.actor_id for h in history if h.actor_id})
    return page(
        "show",
        need=need,
        kind=kind,
        details=spec_rows(kind.fields, need.spec),
        card=card,
        seat=_seat(need.spec),
        doubts=doubts,
        history=history,
        names=names,
        may=_open_to(need),
        reasons={step: ReasonForm(prefix=f"{step}-") for step in REASONED} | dict(typed or {}),
        words=words,
    ), status


def _seat(spec: Mapping[str, object]) -> Seat | None:
    """The wheelchair seat for the measures in a spec, if it has any."""
    hip, thigh = spec.get("hip_cm"), spec.get("thigh_cm")
    if not isinstance(hip, int):
        return None
    return seat_for(hip, thigh if isinstance(thigh, int) else None)


def _open_to(need: queries.NeedView) -> set[str]:
    """What this person may do with the need now; the actions check it again."""
    actor = current_actor()
    state, own = need.state, actor.account_id in {need.created_by, need.verified_by}
    officer, approver = actor.may(Action.VERIFY), actor.may(Action.APPROVE)
    steps = {
        "verify": officer and state == NeedState.SUBMITTED and (not own or need.light),
        "approve": approver and state == NeedState.VERIFIED and not own,
        "edit": officer and state == NeedState.DRAFT,
        "return": state in {NeedState.SUBMITTED, NeedState.VERIFIED},
        "reject": state in {NeedState.SUBMITTED, NeedState.VERIFIED},
        "suspend": state == NeedState.APPROVED,
        "resume": approver and state == NeedState.SUSPENDED,
        "withdraw": not need.covered
        and state in {NeedState.DRAFT, NeedState.APPROVED, NeedState.SUSPENDED},
    }
    return {step for step, is_open in steps.items() if is_open}
