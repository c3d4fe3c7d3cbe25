"""Accounts of staff: proposed by one person, agreed to by another."""

import sqlalchemy as sa
from alembic import op

revision = "0027_account_proposals"
down_revision = "0026_ladder"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "account_proposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="proposed", nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("ward_code", sa.String(), nullable=True),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column(
            "proposed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.String(), nullable=True),
        *_checks(),
        *_references(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_proposal")),
    )
    for name, column in (("email", "email_index"), ("account", "account_id")):
        op.create_index(
            f"uq_account_proposal_open_{name}",
            "account_proposal",
            [column],
            unique=True,
            postgresql_where="state = 'proposed'",
        )


def _checks() -> list[sa.CheckConstraint]:
    checks = {
        "kind_known": "kind in ('open','role')",
        "state_known": "state in ('proposed','agreed','declined')",
        "decided_by_somebody": "(state = 'proposed') = (decided_by is null)",
        "two_persons": "decided_by is distinct from proposed_by",
        "not_about_oneself": "account_id is null or (account_id <> proposed_by"
        " and account_id is distinct from decided_by)",
        "has_a_place": "ward_code is not null or province_code is not null",
        "says_whose": "case kind when 'open' then email is not null and email_index is not null"
        " else account_id is not null end",
    }
    return [
        sa.CheckConstraint(words, name=op.f(f"ck_account_proposal_{name}"))
        for name, words in checks.items()
    ]


def _references() -> list[sa.ForeignKeyConstraint]:
    targets = {
        "account_id": "account.id",
        "proposed_by": "account.id",
        "decided_by": "account.id",
        "ward_code": "ward.code",
        "province_code": "province.code",
        "group_id": "residential_group.id",
        "replaces": "assignment.id",
    }
    return [
        sa.ForeignKeyConstraint(
            [column],
            [target],
            name=op.f(f"fk_account_proposal_{column}_{target.partition('.')[0]}"),
        )
        for column, target in targets.items()
    ]


def downgrade() -> None:
    op.drop_table("account_proposal")
