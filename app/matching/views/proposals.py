"""Pages of proposals: the list for bulk decisions, one proposal, and its change."""

from collections import Counter
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action, Actor
from app.audit.actions import Subject, record
from app.infra.i18n import _, current_language
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError, NotFound
from app.matching import actions, texts
from app.matching.actions import Outcome
from app.matching.forms import ChangeForm, ChosenForm, DecideForm, ProposalFilterForm
from app.matching.queries.proposal_choices import FilterChoices, filter_choices, other_needs_for
from app.matching.queries.proposal_list import (
    PAGE,
    ProposalFilter,
    count_of_proposals,
    proposals_to_decide,
)
from app.matching.queries.proposals import ProposalRow, proposal_for
from app.matching.rules.decisions import DecisionDraft, is_in_sample
from app.matching.rules.policy import TIER_NAMES
from app.matching.rules.shares import SHARE_DONG
from app.matching.rules.states import ProposalState
from app.matching.views.blueprint import bp, page

MOST_CODE = 20
FILTERS = frozenset({"kind", "group", "ward", "tier", "pledge", "state", "run", "only"})


@bp.get("/proposals")
@requires(Action.SEE_PROPOSALS)
def proposals() -> ResponseReturnValue:
    """The proposals to decide, neediest first; opening the list is stamped for the approver."""
    actor, wanted = current_actor(), _filter()
    with transaction() as session:
        return _list(session, actor, wanted)


def _list(
    session: Session, actor: Actor, wanted: ProposalFilter, *, words: str | None = None
) -> str:
    found = proposals_to_decide(session, actor, wanted)
    choices = filter_choices(session, actor)
    total = count_of_proposals(session, actor, wanted)
    _note_view(session, actor, found)
    form = DecideForm(request.form)
    last = found[-1] if len(found) == PAGE else None
    return page(
        "proposals",
        rows=found,
        words=words,
        form=form,
        filters=_filter_form(choices),
        active=_active_filters(choices, wanted),
        chosen=[str(i) for i in form.proposal.data or ()],
        total=total,
        wanted=wanted,
        kept=_kept(),
        after=f"{last.rank}-{last.id}" if last else None,
        in_sample=is_in_sample,
        may_decide=actor.may(Action.DECIDE_PROPOSALS),
        may_prepare=actor.may(Action.PREPARE_PROPOSALS),
        me=actor.account_id,
        many_wards=actor.home_ward is None,
    )


def _note_view(session: Session, actor: Actor, found: list[ProposalRow]) -> None:
    """Names are on this page: write down that they were seen, and open what an approver reads."""
    if not found or found[0].head_name is None:
        return
    ids = [row.id for row in found]
    subject = Subject("proposal-list", found[0].ward_code, found[0].ward_code)
    record(session, actor, "view-proposals", subject, changes={"proposals": ids})
    if actor.may(Action.DECIDE_PROPOSALS):
        actions.open_proposals(session, actor, ids, alone=False, now=now())


@bp.post("/proposals/decide")
@requires(Action.DECIDE_PROPOSALS)
def decide() -> ResponseReturnValue:
    """Accept or decline what was ticked; what cannot be accepted stays, with its reason."""
    form, actor = DecideForm(request.form), current_actor()
    with transaction() as session:
        if not form.validate():
            return _list(session, actor, _filter(), words=_first_error(form)), 422
        draft = form.draft()
        outcome = _decide(session, actor, draft)
        tone = "done" if not outcome.refused else "waiting" if outcome.done else "error"
        flash(_summary(outcome, draft), tone)
        return done(session, "matching.proposals", **_kept())


def _first_error(form: ChosenForm) -> str:
    return next(str(error) for field in form for error in field.errors)


def _decide(session: Session, actor: Actor, draft: DecisionDraft) -> Outcome:
    if draft.accepts:
        return actions.accept_proposals(
            session, actor, draft.proposal_ids, reason=draft.reason, now=now()
        )
    return actions.decline_proposals(
        session, actor, draft.proposal_ids, reason=draft.reason or "", now=now()
    )


def _summary(outcome: Outcome, draft: DecisionDraft) -> str:
    """What became of what was chosen; a project that several pledges pay for was listed once."""
    chosen = set(draft.proposal_ids)
    count = len(chosen.intersection(outcome.done))
    done_words = (
        _("Đã duyệt %(n)s đề xuất.", n=count)
        if draft.accepts
        else _("Không chọn %(n)s đề xuất.", n=count)
    )
    why = Counter(one.code for one in outcome.refused if one.proposal_id in chosen)
    refusals = [
        _("%(n)s đề xuất chưa quyết định được: %(why)s", n=n, why=texts.refusal_words(code))
        for code, n in why.most_common()
    ]
    return " ".join([done_words, *refusals] if outcome.done else refusals)


@bp.post("/proposals/put-forward")
@requires(Action.PREPARE_PROPOSALS)
def put_forward() -> ResponseReturnValue:
    """Take up what was ticked as prepared by this officer."""
    form = ChosenForm(request.form)
    with transaction() as session:
        if not form.validate():
            return _list(session, current_actor(), _filter(), words=_first_error(form)), 422
        count = actions.put_forward(session, current_actor(), form.chosen(), now=now())
        flash_done(_("Đã trình %(n)s đề xuất để duyệt.", n=count))
        return done(session, "matching.proposals", **_kept())


@bp.get("/proposals/<int:proposal_id>")
@requires(Action.SEE_PROPOSALS)
def proposal(proposal_id: int) -> ResponseReturnValue:
    """One proposal: why this household, and what may be done with it."""
    actor = current_actor()
    with transaction() as session:
        row = proposal_for(session, actor, proposal_id)
        if row.head_name is not None:
            subject = Subject("proposal", str(row.id), row.ward_code)
            record(session, actor, "view-proposal", subject)
        if actor.may(Action.DECIDE_PROPOSALS):
            actions.open_proposals(session, actor, [row.id], alone=True, now=now())
    return page(
        "proposal",
        row=row,
        form=DecideForm(),
        share_dong=SHARE_DONG,
        may_decide=actor.may(Action.DECIDE_PROPOSALS) and row.prepared_by != actor.account_id,
        may_prepare=actor.may(Action.PREPARE_PROPOSALS),
    )


@bp.route("/proposals/<int:proposal_id>/change", methods=["GET", "POST"])
@requires(Action.PREPARE_PROPOSALS)
def change(proposal_id: int) -> ResponseReturnValue:
    """Make a proposal smaller, or turn it to another need, with a reason."""
    actor, form = current_actor(), ChangeForm(request.form)
    status = 422 if request.method == "POST" else 200
    try:
        if request.method == "POST" and form.validate():
            with transaction() as session:
                draft = form.draft()
                now_id = actions.change_proposal(session, actor, proposal_id, draft, now=now())
                flash_done(_("Đã đổi đề xuất. Một người khác sẽ duyệt."))
                return done(session, "matching.proposal", proposal_id=now_id)
    except DomainError as refusal:
        form.form_errors.append(_words_of(refusal))
        status = refusal.status
    with transaction(read_only=True) as session:
        row = proposal_for(session, actor, proposal_id)
        others = other_needs_for(session, actor, row)
    if not form.units.raw_data:
        form.units.data = row.units
        form.need_code.data = request.args.get("instead", "")[:MOST_CODE]
    return page("change", row=row, form=form, others=others), status


def _words_of(refusal: DomainError) -> str:
    """Our sentence for a refusal. Raises it on where the row is not to be seen."""
    words = texts.ERRORS.get(refusal.code)
    if words is None or isinstance(refusal, NotFound):
        raise refusal
    return str(words) % refusal.facts if refusal.facts else str(words)


def _filter() -> ProposalFilter:
    """The list's filter as the address has it; odd values are as if left out."""
    args = request.args
    state = args.get("state", "")
    rank, _dash, last = args.get("after", "").partition("-")
    return ProposalFilter(
        state=state if state in set(ProposalState) else ProposalState.PROPOSED.value,
        kind_code=args.get("kind") or None,
        group_id=args.get("group") or None,
        pledge_code=args.get("pledge", "").strip().upper() or None,
        run_id=args.get("run") or None,
        tier=args.get("tier") if args.get("tier") in set(TIER_NAMES) else None,
        ward_code=args.get("ward") or None,
        refused=args.get("only") == "refused",
        after=(int(rank), int(last)) if rank.isdecimal() and last.isdecimal() else None,
    )


def _filter_form(choices: FilterChoices) -> ProposalFilterForm:
    form = ProposalFilterForm(request.args)
    any_of = ("", _("Tất cả"))
    form.kind.choices = [any_of, *((k.code, k.label(current_language())) for k in choices.kinds)]
    form.group.choices = [any_of, *choices.groups]
    form.ward.choices = [any_of, *choices.wards]
    form.state.choices = [(s, str(words)) for s, (_tone, words) in texts.PROPOSAL_STATES.items()]
    return form


def _active_filters(choices: FilterChoices, wanted: ProposalFilter) -> list[tuple[str, str]]:
    """The filters in use, each with the address without it."""
    kinds = {k.code: k.label(current_language()) for k in choices.kinds}
    named = {
        "kind": kinds.get(wanted.kind_code or "", wanted.kind_code),
        "group": dict(choices.groups).get(wanted.group_id or ""),
        "ward": dict(choices.wards).get(wanted.ward_code or "", wanted.ward_code),
        "tier": _("mức %(tier)s", tier=wanted.tier) if wanted.tier else None,
        "pledge": wanted.pledge_code,
        "run": _("một lượt ghép nối") if wanted.run_id else None,
        "only": _("chưa duyệt được") if wanted.refused else None,
    }
    kept = _kept()
    return [
        (words, url_for("matching.proposals", **{k: v for k, v in kept.items() if k != name}))
        for name, words in named.items()
        if words
    ]


def _kept() -> dict[str, Any]:
    """The filters of the address, for the list that comes after; it begins anew."""
    return {k: v for k, v in request.args.items() if k in FILTERS and v}
