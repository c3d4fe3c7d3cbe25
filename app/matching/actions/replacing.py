"""What to do where two wards were offered the same units and one of them accepted first."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.rules import SYSTEM
from app.audit.actions import Subject, record
from app.matching.actions.runs import request_nightly_run
from app.matching.models import Proposal
from app.matching.queries.deciding import with_their_whole
from app.matching.queries.overtaken import overtaken_on
from app.matching.rules.states import ProposalState

TAKEN = "pledge-taken-elsewhere"


def withdraw_overtaken(session: Session, line_id: str, *, now: datetime) -> list[str]:
    """Withdraw the proposals that a line has no units left for, and look for others at once.

    Needs sight of all wards. Returns the wards in which a run was asked for; where one is under
    way already, that one finds another place. Repeatable: a second call finds nothing.
    """
    late = with_their_whole(session, SYSTEM, overtaken_on(session, line_id))
    if not late:
        return []
    statement = (
        update(Proposal)
        .where(Proposal.id.in_(late), Proposal.state == ProposalState.PROPOSED.value)
        .values(state=ProposalState.EXPIRED.value, last_refusal=TAKEN, decided_at=now)
        .returning(Proposal.id, Proposal.ward_code)
        .execution_options(synchronize_session=False)
    )
    withdrawn = session.execute(statement).all()
    for row in sorted(withdrawn):
        subject = Subject("proposal", str(row.id), row.ward_code)
        record(session, SYSTEM, "withdraw-proposal", subject, changes={"line": line_id})
    wards = sorted({row.ward_code for row in withdrawn})
    return [ward for ward in wards if request_nightly_run(session, ward, now=now) is not None]
