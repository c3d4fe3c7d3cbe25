"""Reads of ballots: those of a person's places, what the person said, what meetings said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import Actor, Role
from app.infra.crypto import cipher
from app.kernel.errors import NotFound
from app.matching.models import Ballot, BallotPaper, BallotVote, MatchRun, Policy, PolicyComparison
from app.matching.rules.ballots import BallotState, Constituency, Preset, Slip, version_of
from app.places.models import Province, Ward
from app.pledges.models import Pledge

LISTED = 50
DONORS = frozenset({Role.DONOR, Role.DONOR_ADMIN})


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot as a voter reads it. voters: how many have voted so far, on paper too."""

    id: str
    ward_code: str | None
    province_code: str | None
    place: str
    question: str
    candidates: tuple[str, ...]
    figures: Mapping[str, Mapping[str, float]]
    state: str
    opened_by: str | None
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    result: Mapping[str, object]
    voters: int

    def takes_votes_at(self, moment: datetime) -> bool:
        """Whether a vote counts at that moment."""
        return self.state == BallotState.OPEN and moment < self.closes_at

    def waits_for_count_at(self, moment: datetime) -> bool:
        """Whether its time is over and nobody has counted it."""
        return self.state == BallotState.OPEN and moment >= self.closes_at


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What a meeting said, as everybody may check it."""

    id: str
    organisation: str
    minute: str
    ranking: Mapping[str, int]
    votes: int
    entered_by: str | None


def voter_key(ballot_id: str, account_id: str) -> bytes:
    """What stands for a person in one ballot; nobody without the key can go back from it."""
    return cipher().index(f"{ballot_id}:{account_id}", "ballot-voter")


def ballots_for(session: Session, actor: Actor) -> list[BallotRow]:
    """The ballots of the actor's places, the open ones first, then the newest."""
    return _rows(session, _concerns(session, actor))


def ballot_for(session: Session, actor: Actor, ballot_id: str) -> BallotRow:
    """One ballot of the actor's places. Raises NotFound for any other."""
    found = _rows(session, _concerns(session, actor), Ballot.id == ballot_id)
    if not found:
        raise NotFound("ballot")
    return found[0]


def counted_ballots(session: Session, actor: Actor, version: int | None = None) -> list[BallotRow]:
    """What ballots of the actor's places said; of those in which a version stood, if one is named.

    The newest first.
    """
    counted = Ballot.state == BallotState.CLOSED.value
    if version is not None:
        counted &= literal(f"v{version}") == func.any(Ballot.candidates)
    return _rows(session, _concerns(session, actor), counted)


def _concerns(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A ward's people have its ballots and its province's; a donor those where they pledged."""
    if "*" in actor.ward_codes:
        return Ballot.id.is_not(None)
    wards = _wards_of_donor(session, actor) if actor.role in DONORS else actor.ward_codes
    if not wards:
        return false()
    provinces = select(Ward.province_code).where(Ward.code.in_(sorted(wards)))
    return or_(Ballot.ward_code.in_(sorted(wards)), Ballot.province_code.in_(provinces))


def _wards_of_donor(session: Session, actor: Actor) -> Collection[str]:
    pledged = select(Pledge.ward_code, Pledge.wards).where(Pledge.donor_id == actor.donor_id)
    rows = session.execute(pledged).all()
    return {row[0] for row in rows if row[0]} | {code for row in rows for code in row[1]}


def _rows(session: Session, *which: ColumnElement[bool]) -> list[BallotRow]:
    people = select(func.count()).where(BallotVote.ballot_id == Ballot.id).scalar_subquery()
    papers = select(func.coalesce(func.sum(BallotPaper.votes), 0))
    on_paper = papers.where(BallotPaper.ballot_id == Ballot.id).scalar_subquery()
    statement = (
        select(Ballot, func.coalesce(Ward.name, Province.name), Account.name, people + on_paper)
        .outerjoin(Ward, Ward.code == Ballot.ward_code)
        .outerjoin(Province, Province.code == Ballot.province_code)
        .outerjoin(Account, Account.id == Ballot.opened_by)
        .where(*which)
        .order_by(Ballot.state.desc(), Ballot.closes_at.desc(), Ballot.id)
        .limit(LISTED)
        .execution_options(populate_existing=True)
    )
    return [_row(*row) for row in session.execute(statement)]


def _row(one: Ballot, place: str, opened_by: str | None, voters: int) -> BallotRow:
    return BallotRow(
        id=one.id,
        ward_code=one.ward_code,
        province_code=one.province_code,
        place=place,
        question=one.question,
        candidates=tuple(one.candidates),
        figures=one.figures,  # type: ignore[arg-type]  # facts_of() has put numbers there.
        state=one.state,
        opened_by=opened_by,
        opened_at=one.opened_at,
        closes_at=one.closes_at,
        closed_at=one.closed_at,
        result=one.result,
        voters=int(voters),
    )


def own_ranking(session: Session, actor: Actor, ballot_id: str) -> Mapping[str, int] | None:
    """What the actor has said, while it can still be changed; None if nothing."""
    key = voter_key(ballot_id, actor.account_id or "")
    mine = (BallotVote.ballot_id == ballot_id, BallotVote.voter_key == key)
    return session.scalar(select(BallotVote.ranking).where(*mine))


def papers_of(session: Session, ballot_id: str) -> list[PaperRow]:
    """What meetings said, in the order in which it was entered."""
    statement = (
        select(BallotPaper, Account.name)
        .outerjoin(Account, Account.id == BallotPaper.entered_by)
        .where(BallotPaper.ballot_id == ballot_id)
        .order_by(BallotPaper.entered_at, BallotPaper.id)
    )
    return [
        PaperRow(p.id, p.organisation, p.minute, p.ranking, p.votes, name)
        for p, name in session.execute(statement)
    ]


def slips_of(session: Session, ballot_id: str) -> list[Slip]:
    """Every vote of a ballot, without whose it is."""
    votes = select(BallotVote.constituency, BallotVote.ranking)
    papers = select(BallotPaper.ranking, BallotPaper.votes)
    return [
        *(
            Slip(Constituency(of), ranking)
            for of, ranking in session.execute(votes.where(BallotVote.ballot_id == ballot_id))
        ),
        *(
            Slip(Constituency.ORGANISATIONS, ranking, count)
            for ranking, count in session.execute(papers.where(BallotPaper.ballot_id == ballot_id))
        ),
    ]


def unknown_versions(session: Session, candidates: Sequence[str]) -> set[str]:
    """The candidates that are neither a stored version nor a preset."""
    known = {f"v{number}" for number in session.scalars(select(Policy.version))}
    return set(candidates) - known - {preset.value for preset in Preset}


def ballots_to_count(session: Session, at: datetime) -> list[str]:
    """The ids of the ballots whose time is over and that nobody has counted."""
    over = (Ballot.state == BallotState.OPEN.value, Ballot.closes_at <= at)
    return list(session.scalars(select(Ballot.id).where(*over).order_by(Ballot.id)))


def facts_of(
    session: Session, place: tuple[str | None, str | None], candidates: Sequence[str]
) -> dict[str, dict[str, float]]:
    """What each candidate would mean, as far as trials and runs of the place have found out.

    place: a ward's code, or else a province's. Of a version what its newest trial there said; of
    the presets what the newest run did, and what evenness first would have cost it.
    """
    found = {c: _of_trial(session, place, version_of(c) or 0) for c in candidates}
    figures = _of_newest_run(session, place)
    price = cast("Mapping[str, int]", figures.get("price", {}))
    if price.get("best"):
        share = round(1 - price["evenest"] / price["best"], 4)
        told: dict[str, dict[str, float]] = {
            Preset.PRIORITY_FIRST.value: {"cost": 0.0},
            Preset.EVENNESS_FIRST.value: {"cost": share},
        }
        found |= {c: facts for c, facts in told.items() if c in candidates}
    return found


def _of_trial(
    session: Session, place: tuple[str | None, str | None], version: int
) -> dict[str, float]:
    ward_code, province_code = place
    result = PolicyComparison.result
    statement = (
        select(PolicyComparison.version, result)
        .where(or_(PolicyComparison.version == version, PolicyComparison.against == version))
        .where(PolicyComparison.ward_code.is_not_distinct_from(ward_code))
        .where(PolicyComparison.province_code.is_not_distinct_from(province_code))
        .where(result.has_key("totals"))
        .order_by(PolicyComparison.created_at.desc(), PolicyComparison.id)
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return {}
    side = "after" if row[0] == version else "before"
    totals = cast("Mapping[str, Mapping[str, float]]", row[1]["totals"])[side]
    return {name: totals[name] for name in ("units", "households", "least", "gini", "price")}


def _of_newest_run(session: Session, place: tuple[str | None, str | None]) -> Mapping[str, object]:
    ward_code, province_code = place
    here = MatchRun.ward_code == ward_code
    if ward_code is None:
        here = MatchRun.provinces.contains(array([province_code or ""]))
    priced = (MatchRun.certified, MatchRun.figures["price"].has_key("best"), here)
    statement = select(MatchRun.figures).where(*priced).order_by(MatchRun.created_at.desc())
    return session.scalar(statement.limit(1)) or {}
