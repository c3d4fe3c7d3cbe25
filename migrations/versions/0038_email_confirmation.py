"""An e-mail that its donor has still to confirm, and the link that does it."""

import sqlalchemy as sa
from alembic import op

revision = "0038_email_confirmation"
down_revision = "0034_ward_words"

NAME = "ck_account_has_a_name"
INDEXED = "email_index is not null or phone_index is not null"


def upgrade() -> None:
    op.execute("set local lock_timeout = '4s'")
    op.add_column(
        "password_reset",
        sa.Column("purpose", sa.String(), server_default="password", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_password_reset_purpose_known"),
        "password_reset",
        "purpose in ('password','email')",
    )
    op.drop_constraint(op.f(NAME), "account")
    op.create_check_constraint(op.f(NAME), "account", f"{INDEXED} or email is not null")


def downgrade() -> None:
    # An account that only an unconfirmed e-mail names cannot be signed in to before this: closed.
    op.execute(
        "update account set closed_at = coalesce(closed_at, now()),"
        " phone_index = convert_to(id, 'UTF8') where email_index is null and phone_index is null"
    )
    op.drop_constraint(op.f(NAME), "account")
    op.create_check_constraint(op.f(NAME), "account", INDEXED)
    op.execute("delete from password_reset where purpose = 'email'")
    op.drop_constraint(op.f("ck_password_reset_purpose_known"), "password_reset")
    op.drop_column("password_reset", "purpose")
