"""Ballots on the policy: what is asked, who has voted, and what meetings said on paper."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Ballot(Base):
    """A question put to one ward or province, with its candidates and, once counted, its result.

    candidates: `v` and a version's number, or a preset. figures: what each would mean, as it was
    known when the ballot was opened. A ballot names nobody who voted.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        CheckConstraint("(ward_code is null) <> (province_code is null)", name="one_place"),
        CheckConstraint("state in ('open','closed')", name="state_known"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_is_counted"),
        CheckConstraint("closed_at >= closes_at", name="counted_after_its_end"),
        CheckConstraint("cardinality(candidates) between 2 and 6", name="some_candidates"),
        Index("ix_ballot_state", "state", "closes_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
    province_code: Mapped[str | None] = mapped_column(ForeignKey("province.code"))
    question: Mapped[str]
    candidates: Mapped[list[str]] = mapped_column(ARRAY(String()))
    figures: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    state: Mapped[str] = mapped_column(server_default="open")
    opened_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    result: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")


class BallotVote(Base):
    """One person's ranking. A trigger refuses any change once the ballot is closed.

    voter_key: a keyed digest of ballot and account, so that one person has one vote and may change
    it, and the tables do not say whose it is; taken away when the ballot is counted. No moment and
    no number is kept, whose order could be compared with the journal's.
    """

    __tablename__ = "ballot_vote"
    __table_args__ = (
        UniqueConstraint("ballot_id", "voter_key"),
        CheckConstraint(
            "constituency in ('staff','donors','volunteers')", name="constituency_known"
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"))
    voter_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    constituency: Mapped[str]
    ranking: Mapped[dict[str, int]] = mapped_column(JSONB)


class BallotPaper(Base):
    """What an organisation's meeting said by its minute: so many votes for one ranking."""

    __tablename__ = "ballot_paper"
    __table_args__ = (
        CheckConstraint("votes between 1 and 1000", name="votes_in_range"),
        Index("ix_ballot_paper_ballot_id", "ballot_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"))
    organisation: Mapped[str]
    minute: Mapped[str]
    ranking: Mapped[dict[str, int]] = mapped_column(JSONB)
    votes: Mapped[int]
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())
