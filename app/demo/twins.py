"""Two households that came into the book a second time: one is merged, one waits for approval."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.demo.book import Registrar
from app.demo.cast import WARD
from app.households import actions as households
from app.households.models import Household, Member
from app.households.rules import HouseholdDraft, MemberDraft, MergeDraft, Side
from app.infra.transaction import transaction
from app.matching import actions as matching

REASON = "Cùng họ tên, ngày sinh; tổ trưởng xác nhận là một nhà (mẫu)."
AGO = (timedelta(days=6), timedelta(hours=4))


def find_twins(registrar: Registrar, *, now: datetime, today: date) -> None:
    """Enter two known heads anew, as a hurried officer would, and find out."""
    with transaction(read_only=True) as session:
        heads = session.execute(
            select(Member.household_id, Member.name, Member.birth_year, Member.born_on)
            .join(Household, Household.id == Member.household_id)
            .where(Household.ward_code == WARD, Member.is_head, Member.birth_year.is_not(None))
            .where(Household.phone_index.is_not(None))
            .order_by(Household.id.desc())
            .limit(len(AGO))
        ).all()
    for ago, (kept_id, name, year, born_on) in zip(AGO, heads, strict=True):
        at = now - ago
        with transaction() as session:
            draft = HouseholdDraft(
                head=MemberDraft(name, birth_year=year, born_on=born_on),
                address="Nhà cuối ngõ (mẫu)",
                note="Ghi thêm khi đi thăm (mẫu).",
            )
            twin_id = households.register_household(
                session, registrar.writer, WARD, draft, now=at, today=today
            )
            choices = MergeDraft({"note": Side.KEPT}, REASON)
            merge_id = matching.propose_merge(
                session, registrar.writer, kept_id, twin_id, choices, now=at
            )
        if ago == AGO[0]:
            with transaction() as session:
                done = at + timedelta(hours=2)
                matching.unite_households(session, registrar.approver, merge_id, now=done)
