"""Telling the donor that a match was found; never for whom."""

from sqlalchemy.orm import Session

from app.matching.rules.decisions import Candidate
from app.notices.actions import owe
from app.notices.rules import NoticeDraft
from app.pledges.queries.donors import contact_of


def tell_donor(session: Session, candidate: Candidate, allocation_id: str) -> None:
    """Owe the donor the notice "match-found": codes and units, no name, no address."""
    donor = contact_of(session, candidate.donor_id)
    draft = NoticeDraft(
        template="match-found",
        cause="allocation",
        cause_id=allocation_id,
        recipient_kind="donor",
        recipient_id=candidate.donor_id,
        ward_code=candidate.ward_code,
        language=donor.language,
        email=donor.email,
        phone=donor.phone,
        parameters={
            "pledge_code": candidate.pledge_code,
            "pledge_id": candidate.pledge_id,
            "need_code": candidate.need_code,
            "kind_code": candidate.line.kind_code,
            "units": candidate.units,
        },
    )
    owe(session, draft)
