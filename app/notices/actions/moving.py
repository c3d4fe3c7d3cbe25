"""What was told, or is still owed, to a household that turned out to be another one."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.infra.transaction import rows_changed
from app.notices.models import Notice
from app.notices.rules import RecipientKind


def readdress_home(session: Session, closed_id: str, kept_id: str) -> int:
    """Let the notices of a closed household be the kept one's; returns how many.

    Their keys stay, so that nothing is told twice; consent is asked of the kept one as each leaves.
    """
    statement = update(Notice).where(
        Notice.recipient_kind == RecipientKind.HOUSEHOLD.value, Notice.recipient_id == closed_id
    )
    return rows_changed(session, statement.values(recipient_id=kept_id))
