"""Whoever minds the channels of all wards reads which of them paused one for themselves."""

from alembic import op

revision = "0060_ward_pauses_seen"
down_revision = "0059_kin_ends"


def upgrade() -> None:
    # A pause names nobody of a household: a ward, a channel, an officer and a reason. Only reading
    # is opened; a pause is still begun and ended within its own ward's scope.
    op.execute("create policy read_by_operators on ward_pause for select using (true)")


def downgrade() -> None:
    op.execute("drop policy read_by_operators on ward_pause")
