"""Pages of ballots: their list, one to vote on or to read, opening one, what meetings said."""

from typing import cast

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.matching import ballot_words
from app.matching.actions import ballots as actions
from app.matching.ballot_form import BallotForm, PaperForm, RankForm, rank_form_class
from app.matching.queries.ballots import (
    BallotRow,
    ballot_for,
    ballots_for,
    own_ranking,
    papers_of,
)
from app.matching.queries.policy import VersionRow, policy_versions
from app.matching.rules.ballots import Constituency, Preset
from app.matching.rules.policy_versions import PolicyState
from app.matching.views.blueprint import bp, page


@bp.get("/ballots")
@requires(Action.CAST_VOTE)
def ballots() -> ResponseReturnValue:
    """The ballots of one's places: those that take votes, then what others said."""
    with transaction(read_only=True) as session:
        found = ballots_for(session, current_actor())
        versions = policy_versions(session, today())
    may_open = current_actor().may(Action.HOLD_BALLOT)
    return page(
        "ballots",
        ballots=[(row, _state(row), _outcome(row, versions)) for row in found],
        words=ballot_words,
        may_open=may_open,
    )


def _state(row: BallotRow) -> str:
    return "over" if row.waits_for_count_at(now()) else row.state


def _outcome(row: BallotRow, versions: list[VersionRow]) -> str:
    labels = ballot_words.labels_of(row.candidates, versions)
    return ballot_words.outcome_in_words(row.result, labels) if row.closed_at else ""


@bp.route("/ballots/new", methods=["GET", "POST"])
@requires(Action.HOLD_BALLOT)
def new_ballot() -> ResponseReturnValue:
    """Put a question to one's ward or province."""
    form = BallotForm(request.form)
    with transaction() as session:
        form.offer(_to_choose(policy_versions(session, today())))
        if request.method == "POST" and form.validate():
            made = actions.open_ballot(session, current_actor(), form.draft(), now=now())
            flash_done(_("Đã mở phiếu lấy ý kiến."))
            return done(session, "matching.ballot", ballot_id=made)
    return page("ballot_new", form=form), 422 if request.method == "POST" else 200


def _to_choose(versions: list[VersionRow]) -> list[tuple[str, str]]:
    """What may stand: versions that hold or may come to hold, and the trade-offs in words."""
    standing = [row for row in versions if row.state is not PolicyState.OLDER]
    keys = [*(f"v{row.version}" for row in standing), *(preset.value for preset in Preset)]
    return list(ballot_words.labels_of(keys, versions).items())


@bp.get("/ballots/<ballot_id>")
@requires(Action.CAST_VOTE)
def ballot(ballot_id: str) -> ResponseReturnValue:
    """One ballot: its question and candidates, one's own vote while it runs, then the result."""
    with transaction(read_only=True) as session:
        return _shown(session, ballot_for(session, current_actor(), ballot_id))


def _shown(session: Session, row: BallotRow, form: RankForm | None = None) -> str:
    actor = current_actor()
    labels = ballot_words.labels_of(row.candidates, policy_versions(session, today()))
    own = own_ranking(session, actor, row.id)
    if form is None:
        form = _rank_form(RankForm, labels)
        form.show(dict(own or {}))
    return page(
        "ballot",
        ballot=row,
        state=_state(row),
        labels=labels,
        words=ballot_words,
        form=form if row.takes_votes_at(now()) else None,
        has_voted=own is not None,
        papers=papers_of(session, row.id),
        shows_papers=_tells_organisations_alone(row),
        may_hold=actor.may(Action.HOLD_BALLOT),
    )


def _tells_organisations_alone(row: BallotRow) -> bool:
    """What single meetings said is read after the count, and only if enough stand behind it."""
    pools = cast("list[dict[str, object]]", row.result.get("pools", []))
    return [Constituency.ORGANISATIONS.value] in [pool["of"] for pool in pools]


def _rank_form(base: type[RankForm], labels: dict[str, str]) -> RankForm:
    return rank_form_class(base, list(labels.items()))(request.form)


@bp.post("/ballots/<ballot_id>/vote")
@requires(Action.CAST_VOTE)
def vote(ballot_id: str) -> ResponseReturnValue:
    """Rank the candidates, or rank them otherwise."""
    actor = current_actor()
    with transaction() as session:
        row = ballot_for(session, actor, ballot_id)
        versions = policy_versions(session, today())
        form = _rank_form(RankForm, ballot_words.labels_of(row.candidates, versions))
        if not form.validate():
            return _shown(session, row, form), 422
        actions.cast_vote(session, actor, ballot_id, form.ranking(), now=now())
        flash_done(_("Đã ghi phiếu. Có thể đổi cho đến khi hết hạn."))
        return done(session, "matching.ballot", ballot_id=ballot_id)


@bp.route("/ballots/<ballot_id>/papers/new", methods=["GET", "POST"])
@requires(Action.HOLD_BALLOT)
def new_paper(ballot_id: str) -> ResponseReturnValue:
    """Write down what the Front or another organisation said at its meeting."""
    actor = current_actor()
    with transaction() as session:
        row = ballot_for(session, actor, ballot_id)
        labels = ballot_words.labels_of(row.candidates, policy_versions(session, today()))
        form = cast("PaperForm", _rank_form(PaperForm, labels))
        if request.method == "POST" and form.validate():
            actions.enter_paper(session, actor, ballot_id, form.draft(), now=now())
            flash_done(_("Đã ghi phiếu theo biên bản."))
            return done(session, "matching.ballot", ballot_id=ballot_id)
    answer = page("ballot_paper", form=form, ballot=row, labels=labels)
    return answer, 422 if request.method == "POST" else 200


@bp.post("/ballots/<ballot_id>/papers/<paper_id>/remove")
@requires(Action.HOLD_BALLOT)
def remove_paper(ballot_id: str, paper_id: str) -> ResponseReturnValue:
    """Take away what was entered by mistake."""
    with transaction() as session:
        actions.remove_paper(session, current_actor(), ballot_id, paper_id, now=now())
        flash_done(_("Đã bỏ phiếu giấy này."))
        return done(session, "matching.ballot", ballot_id=ballot_id)


@bp.post("/ballots/<ballot_id>/count")
@requires(Action.HOLD_BALLOT)
def count_ballot(ballot_id: str) -> ResponseReturnValue:
    """Count a ballot whose time is over, without waiting for the sweep."""
    with transaction() as session:
        actions.count_ballot(session, current_actor(), ballot_id, now=now())
        return done(session, "matching.ballot", ballot_id=ballot_id)
