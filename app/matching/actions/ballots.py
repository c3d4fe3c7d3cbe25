"""Ballots on the policy: opened, voted on, filled in from meetings, counted when they are over.

What they say is advice. The journal says who voted, never what.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter

from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from app.accounts.rules import SYSTEM, Actor, Role
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import Conflict, DomainError, NotFound
from app.kernel.ids import new_id
from app.matching.models import Ballot, BallotPaper, BallotVote
from app.matching.queries.ballots import (
    ballot_for,
    ballots_to_count,
    facts_of,
    slips_of,
    unknown_versions,
    voter_key,
)
from app.matching.queries.runs import province_choices
from app.matching.rules.ballots import (
    CONSTITUENCIES,
    FEWEST_CANDIDATES,
    MOST_CANDIDATES,
    MOST_PAPER_VOTES,
    BallotDraft,
    BallotState,
    Outcome,
    PaperDraft,
    fault_in,
    outcome_of,
)


def open_ballot(session: Session, actor: Actor, draft: BallotDraft, *, now: datetime) -> str:
    """Put a question to the actor's ward, or to the province of which they see every ward.

    Raises DomainError("ballot-needs-candidates"), ("ballot-closes-too-soon") or ("ballot-nowhere").
    """
    candidates = list(dict.fromkeys(draft.candidates))
    enough = FEWEST_CANDIDATES <= len(candidates) <= MOST_CANDIDATES
    if not enough or unknown_versions(session, candidates):
        raise DomainError("ballot-needs-candidates", least=FEWEST_CANDIDATES, most=MOST_CANDIDATES)
    if draft.closes_at <= now:
        raise DomainError("ballot-closes-too-soon")
    ward_code, province_code = place = _place_of(session, actor)
    values = {
        "id": new_id(),
        "ward_code": ward_code,
        "province_code": province_code,
        "question": draft.question,
        "candidates": candidates,
        "figures": facts_of(session, place, candidates),
        "opened_by": actor.account_id,
        "opened_at": now,
        "closes_at": draft.closes_at,
    }
    session.execute(insert(Ballot).values(values))
    ballot_id = str(values["id"])
    record(session, actor, "open-ballot", Subject("ballot", ballot_id, ward_code))
    return ballot_id


def _place_of(session: Session, actor: Actor) -> tuple[str | None, str | None]:
    if actor.home_ward is not None:
        return actor.home_ward, None
    provinces = province_choices(session, actor)
    if not provinces:
        raise DomainError("ballot-nowhere")
    return None, provinces[0][0]


def cast_vote(
    session: Session, actor: Actor, ballot_id: str, ranking: Mapping[str, int], *, now: datetime
) -> None:
    """Say how the actor ranks the candidates, for the first time or otherwise than before.

    Raises NotFound for a ballot of other places, DomainError for a ranking that says nothing,
    Conflict("ballot-closed").
    """
    ballot = ballot_for(session, actor, ballot_id)
    if fault := fault_in(ranking, ballot.candidates):
        raise DomainError(fault)
    constituency = CONSTITUENCIES.get(Role(actor.role))
    if constituency is None or actor.account_id is None:
        raise NotFound("ballot")
    # One statement: the ballot's row is held while the vote is written.
    still_open = (
        select(
            literal(new_id()),
            Ballot.id,
            literal(voter_key(ballot_id, actor.account_id)),
            literal(constituency.value),
            literal(dict(ranking), JSONB),
        )
        .where(Ballot.id == ballot_id, Ballot.state == BallotState.OPEN.value)
        .where(Ballot.closes_at > now)
        .with_for_update(read=True)
    )
    columns = ["id", "ballot_id", "voter_key", "constituency", "ranking"]
    statement = insert(BallotVote).from_select(columns, still_open)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["ballot_id", "voter_key"],
        set_={"ranking": new.ranking, "constituency": new.constituency},
    )
    if session.scalar(statement.returning(BallotVote.id)) is None:
        raise Conflict("ballot-closed")
    record(session, actor, "cast-vote", Subject("ballot", ballot_id, ballot.ward_code))


def enter_paper(
    session: Session, actor: Actor, ballot_id: str, draft: PaperDraft, *, now: datetime
) -> str:
    """Write down what an organisation's meeting said by its minute; everybody reads it.

    Raises NotFound, DomainError for what cannot be counted, Conflict("ballot-closed").
    """
    ballot = ballot_for(session, actor, ballot_id)
    if fault := fault_in(draft.ranking, ballot.candidates):
        raise DomainError(fault)
    if not 1 <= draft.votes <= MOST_PAPER_VOTES:
        raise DomainError("ballot-paper-votes", most=MOST_PAPER_VOTES)
    if not _hold(session, ballot_id, now=now):
        raise Conflict("ballot-closed")
    values = {
        "id": new_id(),
        "ballot_id": ballot_id,
        "organisation": draft.organisation,
        "minute": draft.minute,
        "ranking": dict(draft.ranking),
        "votes": draft.votes,
        "entered_by": actor.account_id,
        "entered_at": now,
    }
    session.execute(insert(BallotPaper).values(values))
    told: dict[str, object] = {"organisation": draft.organisation, "votes": draft.votes}
    subject = Subject("ballot", ballot_id, ballot.ward_code)
    record(session, actor, "enter-ballot-paper", subject, changes=told)
    return str(values["id"])


def remove_paper(
    session: Session, actor: Actor, ballot_id: str, paper_id: str, *, now: datetime
) -> None:
    """Take away what was entered by mistake. Raises NotFound, Conflict("ballot-closed")."""
    ballot = ballot_for(session, actor, ballot_id)
    if not _hold(session, ballot_id, now=now):
        raise Conflict("ballot-closed")
    statement = delete(BallotPaper).where(
        BallotPaper.id == paper_id, BallotPaper.ballot_id == ballot_id
    )
    if rows_changed(session, statement) != 1:
        raise NotFound("ballot-paper")
    record(session, actor, "remove-ballot-paper", Subject("ballot", ballot_id, ballot.ward_code))


def _hold(session: Session, ballot_id: str, *, now: datetime) -> bool:
    """Whether the ballot takes votes; if so nobody counts it before this transaction is over."""
    still_open = (Ballot.state == BallotState.OPEN.value, Ballot.closes_at > now)
    statement = select(Ballot.id).where(Ballot.id == ballot_id, *still_open)
    return session.scalar(statement.with_for_update(read=True)) is not None


def count_ballot(session: Session, actor: Actor, ballot_id: str, *, now: datetime) -> None:
    """Count a ballot whose time is over. Raises NotFound, Conflict("ballot-not-over")."""
    ballot_for(session, actor, ballot_id)
    if not _count(session, actor, ballot_id, now=now):
        raise Conflict("ballot-not-over")


def count_ballots_that_are_over(session: Session, *, now: datetime) -> int:
    """Count every ballot whose time is over; returns how many."""
    return sum(_count(session, SYSTEM, each, now=now) for each in ballots_to_count(session, now))


def _count(session: Session, actor: Actor, ballot_id: str, *, now: datetime) -> bool:
    """Whether it was this call that counted. Afterwards no vote leads to a person."""
    over = (Ballot.state == BallotState.OPEN.value, Ballot.closes_at <= now)
    which = select(Ballot).where(Ballot.id == ballot_id, *over)
    held = which.with_for_update().execution_options(populate_existing=True)
    ballot = session.scalars(held).one_or_none()
    if ballot is None:
        return False
    outcome = outcome_of(ballot.candidates, slips_of(session, ballot_id))
    _forget_voters(session, ballot_id)
    counted = {
        "state": BallotState.CLOSED.value,
        "closed_at": now,
        "result": _told(outcome),
    }
    of_ballot = update(Ballot).where(Ballot.id == ballot_id).values(counted)
    session.execute(of_ballot.execution_options(synchronize_session=False))
    subject = Subject("ballot", ballot_id, ballot.ward_code)
    record(session, actor, "count-ballot", subject, changes={"voters": outcome.voters})
    return True


def _forget_voters(session: Session, ballot_id: str) -> None:
    """Write the votes anew without their keys, in the order of what they say, for a recount."""
    own = BallotVote.ballot_id == ballot_id
    votes = session.execute(select(BallotVote.constituency, BallotVote.ranking).where(own)).all()
    session.execute(delete(BallotVote).where(own).execution_options(synchronize_session=False))
    slips = [(of, json.dumps(ranking, sort_keys=True), ranking) for of, ranking in votes]
    slips.sort(key=itemgetter(0, 1))
    rows = [
        {"id": new_id(), "ballot_id": ballot_id, "constituency": of, "ranking": ranking}
        for of, _said, ranking in slips
    ]
    if rows:
        session.execute(insert(BallotVote), rows)


def _told(outcome: Outcome) -> dict[str, object]:
    """What may be read of an outcome: shares of one, four places."""
    return {
        "voters": outcome.voters,
        "places": dict(outcome.places),
        "totals": {c: round(float(score), 4) for c, score in outcome.totals.items()},
        "pools": [
            {
                "of": [c.value for c in pool.constituencies],
                "voters": pool.voters,
                "scores": {c: round(float(score), 4) for c, score in pool.scores.items()},
            }
            for pool in outcome.pools
        ],
    }
