"""Whether what a notice says still holds, asked of the area it is about, just before it leaves."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.accounts.queries import pending_reset
from app.notices.queries import Outgoing
from app.notices.rules import Template

Check = Callable[[Session, Outgoing], bool]

CHECKS: dict[Template, Check] = {
    Template.PASSWORD_RESET: lambda s, n: pending_reset(s, n.cause_id) is not None,
}


def still_holds(session: Session, notice: Outgoing) -> bool:
    """False if the pledge, appointment or link that it tells of is gone meanwhile."""
    check = CHECKS.get(notice.template)
    return check is None or check(session, notice)
