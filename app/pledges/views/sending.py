"""The end of the wizard: check the answers, send them, learn the reference number."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, public, requires
from app.accounts.rules import Action
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import NotFound
from app.needs import queries as needs
from app.pledges import actions, queries
from app.pledges.forms.answers import Answers, draft_from, is_complete, lines_in, window_in
from app.pledges.views.base import bp, page


@bp.get("/pledges/new/<draft_id>/check")
@public
def check(draft_id: str) -> ResponseReturnValue:
    """All answers on one page, each with a way back to it."""
    with transaction(read_only=True) as session:
        draft = queries.draft_for(session, current_actor(), draft_id)
        if draft.pledge_id is not None:
            return redirect(url_for(".show", pledge_id=draft.pledge_id), 303)
        if not draft.answers.get("lines"):
            return redirect(url_for(".kind", draft_id=draft_id), 303)
        if not is_complete(draft.answers):
            return redirect(url_for(".earmark", draft_id=draft_id), 303)
        values = _to_check(session, draft.answers)
    return page("check", draft=draft, answers=draft.answers, **values)


def _to_check(session: Session, answers: Answers) -> dict[str, object]:
    """The answers in words."""
    lines = lines_in(answers)
    wards = {ward.code: ward.name for ward in queries.receiving_wards(session, now())}
    programmes = {p.id: p.name for p in queries.programmes_open(session, today())}
    earmark = (answers["wards"], answers["groups"])
    return {
        "lines": lines,
        "kinds": queries.kinds(session),
        "wards": wards,
        "programme": programmes.get(answers["programme"]),
        "window": window_in(answers),
        "total": sum(line.units * line.unit_value for line in lines),
        "fitting": sum(
            needs.count_fitting(session, line.kind_code, dict(line.spec), *earmark)
            for line in lines
        ),
    }


@bp.post("/pledges/new/<draft_id>/send")
@requires(Action.MAKE_PLEDGE)
def send(draft_id: str) -> ResponseReturnValue:
    """Record the pledge of the signed-in donor."""
    actor = current_actor()
    if actor.donor_id is None:
        raise NotFound("donor")
    with transaction() as session:
        draft = queries.draft_for(session, actor, draft_id)
        if not draft.is_claimed and draft.pledge_id is None:
            actions.claim_draft(session, actor, draft_id)
        giver = actions.Giver(actor.donor_id, draft_id=draft_id)
        pledge_id = _record(session, giver, draft)
        return done(session, ".sent", pledge_id=pledge_id)


@bp.post("/pledges/new/<draft_id>/send-on-behalf")
@requires(Action.PLEDGE_ON_BEHALF)
def send_on_behalf(draft_id: str) -> ResponseReturnValue:
    """Record what a donor said by phone; it is marked as written down by staff."""
    with transaction() as session:
        draft = queries.draft_for(session, current_actor(), draft_id)
        donor = queries.donor_for(session, current_actor(), draft.donor_id or "")
        giver = actions.Giver(donor.id, on_behalf=True, draft_id=draft_id)
        pledge_id = _record(session, giver, draft)
        return done(session, ".sent", pledge_id=pledge_id)


def _record(session: Session, giver: actions.Giver, draft: queries.DraftView) -> str:
    """Record the draft, unless it was before: then the pledge that it became."""
    if draft.pledge_id is not None:
        return draft.pledge_id
    if not is_complete(draft.answers):
        raise NotFound("pledge-draft")
    wanted = draft_from(draft.answers, draft.note)
    return actions.record_pledge(session, current_actor(), giver, wanted, now=now())


@bp.get("/pledges/<pledge_id>/sent")
@requires(Action.USE_OWN_ACCOUNT)
def sent(pledge_id: str) -> ResponseReturnValue:
    """The reference number, and what happens next."""
    with transaction(read_only=True) as session:
        pledge = queries.pledge_for(session, current_actor(), pledge_id)
        kinds = queries.kinds(session)
    return page("sent", pledge=pledge, kinds=kinds)
