"""A kind may be money that pays for projects together with others'."""

from alembic import op

revision = "0023_project_money"
down_revision = "0019_notice_numbers"

OLD = "model in ('units','item','place','project')"
NEW = "model in ('units','item','place','project','money')"
NAME = "ck_support_kind_model_known"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "support_kind")
    op.create_check_constraint(op.f(NAME), "support_kind", NEW)


def downgrade() -> None:
    op.execute("delete from support_kind where model = 'money'")
    op.drop_constraint(op.f(NAME), "support_kind")
    op.create_check_constraint(op.f(NAME), "support_kind", OLD)
