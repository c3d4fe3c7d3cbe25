"""A code to sign in by, for who has nothing but a telephone that nobody has proved."""

import sqlalchemy as sa
from alembic import op

revision = "0047_sign_in_code"
down_revision = "0041_public_figures"

NAME = "ck_account_has_a_name"
NAMED = "email_index is not null or phone_index is not null or email is not null"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column("account", sa.Column("code", sa.String(), nullable=True))
    op.add_column("account", sa.Column("code_index", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(op.f("uq_account_code_index"), "account", ["code_index"])
    op.drop_constraint(op.f(NAME), "account")
    op.create_check_constraint(op.f(NAME), "account", f"{NAMED} or code_index is not null")


def downgrade() -> None:
    # An account that only its code names cannot be signed in to before this: closed.
    op.execute(
        "update account set closed_at = coalesce(closed_at, now()),"
        " phone_index = convert_to(id, 'UTF8')"
        " where email_index is null and phone_index is null and email is null"
    )
    op.drop_constraint(op.f(NAME), "account")
    op.create_check_constraint(op.f(NAME), "account", NAMED)
    op.drop_constraint(op.f("uq_account_code_index"), "account")
    op.drop_column("account", "code_index")
    op.drop_column("account", "code")
