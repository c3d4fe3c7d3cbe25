"""What a donor is told about a pledge."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.notices.actions import NoticeDraft, owe
from app.pledges import queries
from app.pledges.models import Pledge


def tell_accepted(session: Session, pledge: Pledge, line_ids: Sequence[str]) -> None:
    """Owe the donor one notice that these lines of the pledge are accepted, once a decision."""
    donor = queries.contact_of(session, pledge.donor_id)
    owe(
        session,
        NoticeDraft(
            template="pledge-accepted",
            cause="pledge",
            cause_id=f"{pledge.id}:{pledge.version}",
            recipient_kind="donor",
            recipient_id=donor.id,
            ward_code=pledge.ward_code,
            language=donor.language,
            email=donor.email,
            phone=donor.phone,
            parameters={
                "pledge_id": pledge.id,
                "pledge_code": pledge.code,
                "lines": len(line_ids),
            },
            personal={"name": donor.name},
        ),
    )
