"""Donors of the demo and what they promise; goods that came in; days on which they are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import SYSTEM, Actor
from app.demo.cast import DONORS, WARD, email_of, enter_donor
from app.infra.transaction import as_of, transaction
from app.pledges import actions as pledges
from app.pledges.models import Pledge, PledgeLine
from app.pledges.rules import DonorKind, GivenAs, LineDraft, PledgeDraft, ShownAs
from app.stock.rules import FOOD_KINDS, Condition, ReceiptDraft


@dataclass(frozen=True, slots=True)
class Promise:
    """One invented pledge. `days`: how long before today; accepted unless `waits`."""

    donor: str
    days: int
    lines: tuple[LineDraft, ...]
    groups: tuple[str, ...] = ()
    waits: bool = False
    received: bool = True


def _line(kind: str, units: int, value: int, *, cash: bool = False, **spec: object) -> LineDraft:
    return LineDraft(kind, units, value, GivenAs.CASH if cash else GivenAs.KIND, spec)


WRITTEN_DOWN = (
    ("nhahaotam", DonorKind.PERSON, "Bà Hạt Gạo (mẫu)", ShownAs.NAME),
    ("doanhnghiep", DonorKind.BUSINESS, "Công ty Bánh Mì Trên Mây (mẫu)", ShownAs.NAME),
    ("xuong", DonorKind.BUSINESS, "Xưởng Xe Lăn Cầu Vồng (mẫu)", ShownAs.NAME),
    ("an-danh", DonorKind.PERSON, "Ông Giấu Tên (mẫu)", ShownAs.ANONYMOUS),
    ("hoi", DonorKind.ORGANISATION, "Hội Cựu học sinh Trường Làng Gió (mẫu)", ShownAs.NAME),
    ("tiem-thuoc", DonorKind.BUSINESS, "Tiệm Thuốc Lá Bạc Hà (mẫu)", ShownAs.INITIALS),
)
_FOR_REPAIR, _FOR_ANY = {"for": "nha_sua"}, {"for": "any"}
PROMISES = (
    Promise("doanhnghiep", 72, (_line("qua_tet", 30, 500_000),), groups=("near-poor", "poor")),
    Promise("nhahaotam", 65, (_line("nhu_yeu_pham", 24, 300_000),)),
    Promise("xuong", 60, (_line("xe_lan", 6, 2_500_000, type="standard", seat_cm=40),)),
    Promise("hoi", 57, (_line("hoc_bong", 12, 2_000_000, cash=True, level=2),)),
    Promise("tiem-thuoc", 52, (_line("the_bhyt", 18, 1_263_600, cash=True),)),
    Promise("an-danh", 14, (_line("qua_tet", 12, 600_000),), received=False),
    Promise("xuong", 9, (_line("xe_lan", 3, 3_200_000, type="tricycle", seat_cm=44),)),
    Promise("doanhnghiep", 51, (_line("gop_cong_trinh", 420, 100_000, cash=True, **_FOR_REPAIR),)),
    Promise("hoi", 48, (_line("gop_cong_trinh", 260, 100_000, cash=True, **_FOR_ANY),)),
    Promise("an-danh", 12, (_line("gop_cong_trinh", 150, 100_000, cash=True, fund=True),)),
    Promise("nhahaotam", 3, (_line("nhu_yeu_pham", 10, 350_000),), waits=True),
    Promise("doanhnghiep", 2, (_line("qua_tet", 40, 500_000),), waits=True),
)


def enter_donors(now: datetime) -> dict[str, Actor]:
    """Write the donors down and open accounts for two of them; returns who acts, by key."""
    people = {person.key: person for person in DONORS}
    actors = {}
    for key, kind, name, shown_as in WRITTEN_DOWN:
        with transaction() as session:
            email = email_of(key)
            draft = pledges.DonorDraft(kind, name, shown_as, email=email, ward_code=WARD)
            donor_id = pledges.register_donor(session, SYSTEM, draft, now=now)
            if key in people:
                actors[key] = enter_donor(session, people[key], donor_id, now=now)
                pledges.give_account(session, donor_id, actors[key].account_id or "")
            else:
                actors[key] = Actor(None, SYSTEM.role, name, donor_id=donor_id)
    return actors


def promise(donors: dict[str, Actor], officer: Actor, *, now: datetime, today: date) -> None:
    """Record all pledges; accept those that do not wait, and take most goods in."""
    for one in PROMISES:
        at = now - timedelta(days=one.days)
        giver = donors[one.donor]
        by = giver if giver.account_id else officer
        with as_of(at), transaction() as session:
            draft = PledgeDraft(
                lines=one.lines,
                ward_code=WARD,
                available_from=at.date(),
                available_to=today + timedelta(days=120),
                wards=(WARD,),
                groups=one.groups,
            )
            whose = pledges.Giver(giver.donor_id or "", on_behalf=giver.account_id is None)
            pledge_id = pledges.record_pledge(session, by, whose, draft, now=at)
        if not one.waits:
            _accept(officer, pledge_id, at + timedelta(days=1))
        if one.received and not one.waits:
            _receive(officer, pledge_id, min(at + timedelta(days=3), now), today)


def _accept(officer: Actor, pledge_id: str, at: datetime) -> None:
    with as_of(at), transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        decision = pledges.Decision(pledge_id, tuple(_lines(session, pledge_id)), pledge.version)
        pledges.accept_lines(session, officer, decision, now=at)


def _lines(session: Session, pledge_id: str) -> Sequence[str]:
    return session.scalars(
        select(PledgeLine.id).where(PledgeLine.pledge_id == pledge_id).order_by(PledgeLine.id)
    ).all()


def _receive(officer: Actor, pledge_id: str, at: datetime, today: date) -> None:
    """Take all units of a pledge in, inspected, with a date on food."""
    with as_of(at), transaction() as session:
        lines = session.scalars(select(PledgeLine).where(PledgeLine.pledge_id == pledge_id)).all()
        for line in lines:
            cash = line.given_as == GivenAs.CASH
            food = line.kind_code in FOOD_KINDS and not cash
            draft = ReceiptDraft(
                units=line.units,
                received_on=at.date(),
                condition=Condition.MONEY_SEEN if cash else Condition.NEW,
                expires_on=today + timedelta(days=200) if food else None,
            )
            pledges.take_in(session, officer, line.id, draft, now=at)
