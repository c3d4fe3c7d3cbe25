"""The tables of notices, and of the times in which none is sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class SendingHold(Base):
    """A time in which nothing is sent, from a restore until two people have ended it."""

    __tablename__ = "sending_hold"
    __table_args__ = (
        CheckConstraint("asked_by_id <> released_by_id", name="two_people"),
        CheckConstraint("(asked_by_id is null) = (sends_old is null)", name="asked_says_how"),
        CheckConstraint("released_by_id is null or asked_by_id is not null", name="asked_first"),
        Index(
            "uq_sending_hold_open",
            text("(true)"),
            unique=True,
            postgresql_where="released_by_id is null",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())
    cause: Mapped[str]
    sends_old: Mapped[bool | None]
    asked_by_id: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    released_by_id: Mapped[str | None]
    released_at: Mapped[datetime | None]


class ChannelToken(Base):
    """The access token of a provider and the refresh token that follows it, both encrypted."""

    __tablename__ = "channel_token"

    provider: Mapped[str] = mapped_column(primary_key=True)
    access: Mapped[bytes] = mapped_column(LargeBinary)
    refresh: Mapped[bytes] = mapped_column(LargeBinary)
    renewed_at: Mapped[datetime]


class ChannelTrouble(Base):
    """What goes wrong with a channel: failures since a moment, and whether it pauses.

    paused_until: it goes on by itself then. needs_person: it pauses until somebody has mended it.
    paused_by_id, reason: who let it pause and why, if it was a person.
    """

    __tablename__ = "channel_trouble"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_counted"),)

    channel: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    failures: Mapped[int]
    since: Mapped[datetime]
    paused_until: Mapped[datetime | None]
    needs_person: Mapped[bool] = mapped_column(server_default="false")
    paused_by_id: Mapped[str | None]
    reason: Mapped[str | None]


class WardPause(Base):
    """A channel by which nothing of one ward goes, until its staff open it again."""

    __tablename__ = "ward_pause"
    __table_args__ = (CheckConstraint("channel in ('email','sms','zalo')", name="channel_known"),)

    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    paused_by_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]


class OptOut(Base):
    """A person's wish not to be told about a topic. whom: an account, a donor, or a number.

    A number stands as the keyed digest of TRUST.md, 4.4, so that the wish outlives the lists.
    """

    __tablename__ = "opt_out"
    __table_args__ = (
        CheckConstraint("topic in ('pledges','visits','insurance','digest')", name="topic_known"),
    )

    whom: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())
    said_by: Mapped[str]


class WardWords(Base):
    """A ward's own words for a short message, with blanks in braces; the newest is in use.

    ended_at: when other words, or the supplied ones, took their place.
    """

    __tablename__ = "ward_words"
    __table_args__ = (
        CheckConstraint("language in ('vi','en')", name="language_known"),
        CheckConstraint("length(words) between 1 and 480", name="length"),
        Index(
            "uq_ward_words_in_use",
            "ward_code",
            "moment",
            "language",
            unique=True,
            postgresql_where="ended_at is null",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    moment: Mapped[str]
    language: Mapped[str]
    words: Mapped[str]
    written_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Notice(Base):
    """One message to one person by one channel. Address and rendered text are encrypted.

    recipient_kind and recipient_id: an account, a donor, a household or a person on a list.
    parameters: the facts the template needs that are not personal (codes, dates, places).
    number: the keyed digest of the telephone number. parts: of the SMS, as paid for. group_id:
    whose head tells it in person. delivery_code: what the provider said of it last. misses: how
    often nobody was met; printed_at, announced_at: when it went onto a slip, onto loudspeakers.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "state in ('queued','sending','sent','delivered','failed','uncertain','abandoned',"
            "'held','skipped')",
            name="state_known",
        ),
        CheckConstraint("channel in ('email','sms','zalo','in-app')", name="channel_known"),
        CheckConstraint(
            "recipient_kind in ('account','donor','household','holder')",
            name="recipient_kind_known",
        ),
        CheckConstraint("state <> 'sent' or sent_at is not null", name="sent_has_time"),
        CheckConstraint("language in ('vi','en')", name="language_known"),
        Index("ix_notice_recipient", "recipient_kind", "recipient_id", "id"),
        Index("ix_notice_insurance", "cause_id", postgresql_where="cause = 'insurance-card'"),
        Index("ix_notice_ward_code", "ward_code", "id"),
        Index("ix_notice_number", "number", "id", postgresql_where="number is not null"),
        Index("ix_notice_held", "id", postgresql_where="state = 'held'"),
        Index("ix_notice_group_id", "group_id", postgresql_where="read_at is null"),
        CheckConstraint("misses >= 0", name="misses_counted"),
        Index("ix_notice_due", "not_before", postgresql_where="state in ('queued','sending')"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    cause: Mapped[str]
    cause_id: Mapped[str]
    recipient_kind: Mapped[str]
    recipient_id: Mapped[str]
    ward_code: Mapped[str | None]
    channel: Mapped[str]
    language: Mapped[str]
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    parameters: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    personal: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject: Mapped[str | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default="queued")
    not_before: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    lease_until: Mapped[datetime | None]
    provider_id: Mapped[str | None]
    provider_id_sent: Mapped[str | None]
    group_id: Mapped[str | None]
    number: Mapped[bytes | None] = mapped_column(LargeBinary)
    parts: Mapped[int | None]
    delivery_code: Mapped[str | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(server_default="0")
    printed_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]


class NoticeStep(Base):
    """One step of telling somebody whom no channel reached. The note is encrypted.

    batch: the sheet of slips it was printed on, together with others.
    """

    __tablename__ = "notice_step"
    __table_args__ = (
        CheckConstraint("outcome in ('told','missed','printed','announced')", name="outcome_known"),
        Index("ix_notice_step_notice_id", "notice_id"),
        Index("ix_notice_step_batch", "batch", postgresql_where="batch is not null"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    ward_code: Mapped[str]
    outcome: Mapped[str]
    batch: Mapped[str | None]
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_id: Mapped[str]
    at: Mapped[datetime]
