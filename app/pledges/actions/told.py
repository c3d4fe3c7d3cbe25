"""What a donor is told about a pledge."""

from collections.abc import Sequence

from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from app.catalogue import queries as catalogue
from app.kernel.english import counted
from app.notices.actions import NoticeDraft, owe
from app.pledges import queries
from app.pledges.models import Pledge
from app.pledges.rules import GivenAs
from app.stock.queries import ReceiptRow
from app.stock.rules import PledgedLine


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


def tell_received(session: Session, line: PledgedLine, receipt: ReceiptRow) -> None:
    """Owe the donor one notice that units of a line came in, with the number of its receipt."""
    donor = queries.contact_of(session, line.donor_id)
    owe(
        session,
        NoticeDraft(
            template="gift-received",
            cause="receipt",
            cause_id=receipt.id,
            recipient_kind="donor",
            recipient_id=donor.id,
            ward_code=line.ward_code,
            language=donor.language,
            email=donor.email,
            phone=donor.phone,
            parameters={
                "pledge_id": line.pledge_id,
                "pledge_code": line.pledge_code,
                "receipt_id": receipt.id,
                "number": receipt.number,
                "on": receipt.received_on,
                "what": _what(session, line, receipt.units, donor.language),
            },
            personal={"name": donor.name},
        ),
    )


def _what(session: Session, line: PledgedLine, units: int, language: str) -> str:
    """What came in, in the donor's words: 5 suất Quà Tết; of money the sum."""
    if line.given_as == GivenAs.CASH:
        return f"{format_decimal(units * line.unit_value, locale=language)} đồng"
    kind = catalogue.kind(session, line.kind_code)
    unit = kind.unit(language)
    count = format_decimal(units, locale=language)
    return f"{count} {counted(unit, units) if language == 'en' else unit} {kind.label(language)}"
