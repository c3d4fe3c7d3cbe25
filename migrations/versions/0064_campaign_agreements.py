"""A second person's word on campaigns that reach many; those under way are put to one."""

import sqlalchemy as sa
from alembic import op

revision = "0064_campaign_agreements"
down_revision = "0063_ballots"

NOW = sa.text("now()")
# More people than one person may let a campaign reach, as the rules have it today.
ASK = (
    "insert into campaign_agreement (campaign_id, people, drafted_by, asked_by)"
    " select c.id, cards.people, c.created_by, c.created_by from campaign c,"
    " lateral (select count(*) people from insurance_card i where i.ward_code = c.ward_code) cards"
    " where c.state in ('running','paused') and cards.people > 200"
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.create_table(
        "campaign_agreement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), server_default="asked", nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state in ('asked','agreed','declined','lapsed')",
            name=op.f("ck_campaign_agreement_state_known"),
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_campaign_agreement_people_positive")),
        sa.CheckConstraint(
            "state <> 'agreed' or (decided_by is not null and decided_by <> asked_by"
            " and decided_by <> drafted_by)",
            name=op.f("ck_campaign_agreement_four_eyes"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' or (decided_by is not null and reason is not null)",
            name=op.f("ck_campaign_agreement_declined_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_agreement_campaign_id_campaign"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_agreement")),
    )
    op.create_index("ix_campaign_agreement_campaign_id", "campaign_agreement", ["campaign_id"])
    op.create_index(
        "uq_campaign_agreement_asked",
        "campaign_agreement",
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    # The table of cards holds whoever owns it to a scope too.
    op.execute("select set_config('nc.wards', '*', true)")
    op.execute(ASK)
    op.execute("select set_config('nc.wards', '', true)")


def downgrade() -> None:
    op.drop_table("campaign_agreement")
