"""Tables of accounts. Sign-in names are found by keyed digests and kept encrypted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.database import Base


class Account(Base):
    """A person who signs in by e-mail or phone. Closed accounts stay, for the audit's sake.

    An e-mail or phone without its index was typed by its donor and is not confirmed: nobody signs
    in by it, and somebody else may confirm the same. Who has typed a phone only signs in by `code`.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "email_index is not null or phone_index is not null or email is not null"
            " or code_index is not null",
            name="has_a_name",
        ),
        CheckConstraint("language in ('vi','en')", name="language_known"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    code: Mapped[str | None]
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="vi")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_at: Mapped[datetime | None]


class Assignment(Base):
    """A role that an account holds for a time, within one scope."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("ends_at <= starts_at + interval '367 days'", name="at_most_a_year"),
        CheckConstraint("granted_by is distinct from account_id", name="not_granted_to_oneself"),
        Index("ix_assignment_account_id", "account_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
    province_code: Mapped[str | None] = mapped_column(ForeignKey("province.code"))
    group_id: Mapped[str | None] = mapped_column(ForeignKey("residential_group.id"))
    donor_id: Mapped[str | None]
    granted_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class SignIn(Base):
    """One session. Only the SHA-256 of its token is kept, so a stolen table opens nothing.

    needs_code: the password was right, and the second factor is still to come; until then the
    session opens nothing.
    """

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_account_id", "account_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignment.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str]
    needs_code: Mapped[bool] = mapped_column(server_default=text("false"))


class PasswordReset(Base):
    """A link sent by mail that lets its holder do one thing once, until it ends.

    purpose: "password", to set one; "email", to show that the address is theirs.
    """

    __tablename__ = "password_reset"
    __table_args__ = (CheckConstraint("purpose in ('password','email')", name="purpose_known"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(server_default="password")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """A try that is counted against a limit: `bucket` names what is limited, digested."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    bucket: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountProposal(Base):
    """What one person proposes about the accounts of staff, until another agrees or declines.

    kind "open": a new account, whose e-mail is kept here until then. kind "role": a role for an
    account there is, perhaps in place of the assignment `replaces`. kind "factor": to forget the
    lost second factor of somebody who holds that role.
    """

    __tablename__ = "account_proposal"
    __table_args__ = (
        CheckConstraint("kind in ('open','role','factor')", name="kind_known"),
        CheckConstraint("state in ('proposed','agreed','declined')", name="state_known"),
        CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided_by_somebody"),
        CheckConstraint("decided_by is distinct from proposed_by", name="two_persons"),
        CheckConstraint(
            "account_id is null or (account_id <> proposed_by"
            " and account_id is distinct from decided_by)",
            name="not_about_oneself",
        ),
        CheckConstraint("ward_code is not null or province_code is not null", name="has_a_place"),
        CheckConstraint(
            "case kind when 'open' then email is not null and email_index is not null"
            " else account_id is not null end",
            name="says_whose",
        ),
        Index(
            "uq_account_proposal_open_email",
            "email_index",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
        Index(
            "uq_account_proposal_open_account",
            "account_id",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="proposed")
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    role: Mapped[str]
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
    province_code: Mapped[str | None] = mapped_column(ForeignKey("province.code"))
    group_id: Mapped[str | None] = mapped_column(ForeignKey("residential_group.id"))
    replaces: Mapped[str | None] = mapped_column(ForeignKey("assignment.id"))
    reason: Mapped[str]
    proposed_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_reason: Mapped[str | None]


class SecondFactor(Base):
    """An account's code generator (TOTP), asked for beside the password once it is confirmed.

    last_step: the 30-second step of the last code used; a code is good once.
    """

    __tablename__ = "second_factor"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes for a lost phone, good once; only its keyed digest is kept."""

    __tablename__ = "recovery_code"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]
