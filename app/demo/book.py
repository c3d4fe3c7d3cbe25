"""The ward's book: its workbook imported, most facts vouched for, needs in every state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.catalogue import queries as catalogue
from app.demo.cast import WARD
from app.households import actions as households
from app.households.models import Household, ImportRow, Standing
from app.households.queries import consents_of
from app.households.queries.importing import open_draft
from app.households.rules import ConsentDraft, ConsentMethod, ConsentPurpose
from app.households.sheets import read_list
from app.infra.transaction import transaction
from app.needs import actions as needs
from app.needs.models import Need
from app.needs.queries import standing_in_force
from app.needs.rules import NeedDraft

WORKBOOK = Path(__file__).parent / "data" / "ward_list.xlsx"
AGREED = (ConsentPurpose.KEEP_RECORD, ConsentPurpose.MESSAGE, ConsentPurpose.SHOW_CARD)
CHUNK = 40
# Of so many households one changes its mind about messages, and the one after it twice.
MINDS, CHANGED, CHANGED_TWICE = 27, 1, 2
# Of the one household in nine that is asked about its record only, every sixth refuses messages.
REFUSES = 54
T = TypeVar("T")
STORIES = (
    "Nhà neo người, việc làm theo mùa, tháng này chưa có thu nhập.",
    "Người lớn trong nhà đau yếu, các cháu còn đi học.",
    "Mái nhà dột khi mưa lớn, đồ đạc phải kê cao.",
    "Sống một mình, hàng xóm giúp cơm nước hằng ngày.",
    "Vừa qua đợt điều trị dài, tiền dành dụm đã hết.",
)
KIND_WORDS = {
    "quà Tết": "qua_tet",
    "xe lăn": "xe_lan",
    "sửa nhà": "nha_sua",
    "thẻ BHYT": "the_bhyt",
    "học bổng": "hoc_bong",
    "gạo": "nhu_yeu_pham",
}


@dataclass(frozen=True, slots=True)
class Registrar:
    """Who writes, who verifies, who approves: three people."""

    writer: Actor
    verifier: Actor
    approver: Actor


def bring_in_workbook(who: Actor, *, now: datetime, today: date) -> str:
    """Import the ward's list as an officer would; returns the import's id."""
    body = WORKBOOK.read_bytes()
    rows = read_list(body, WORKBOOK.name, today)
    with transaction() as session:
        upload = households.Upload("danh-sach-ho-2026.xlsx", body)
        import_id = households.start_import(session, who, WARD, upload, now=now)
        households.store_rows(session, import_id, WARD, rows)
        households.finish_check(session, import_id, rows)
    with transaction() as session:
        households.begin_commit(session, who, import_id)
        households.commit_import(session, who, import_id, now=now, today=today)
    return import_id


def vouch(registrar: Registrar, *, now: datetime) -> None:
    """Verify and approve most facts of the list; some wait at each step."""
    with transaction(read_only=True) as session:
        ids = session.scalars(select(Standing.id).order_by(Standing.id)).all()
    for chunk in _chunks(ids):
        with transaction() as session:
            for number, standing_id in chunk:
                if number % 13 == 0:
                    continue
                households.verify_standing(session, registrar.verifier, standing_id, now=now)
                if number % 17:
                    households.approve_standing(session, registrar.approver, standing_id, now=now)


def agree(who: Actor, *, now: datetime) -> None:
    """Note the consents that were taken on the visits.

    One household in nine was asked about its record only; a few took their consent to messages
    back, as many gave it anew, and some were asked and said no.
    """
    with transaction(read_only=True) as session:
        ids = session.scalars(select(Household.id).order_by(Household.id)).all()
    for chunk in _chunks(ids):
        with transaction() as session:
            for number, household_id in chunk:
                for purpose in AGREED[: 1 if number % 9 == 0 else 3]:
                    draft = ConsentDraft(purpose, ConsentMethod.PAPER)
                    households.give_consent(session, who, household_id, draft, now=now)
                if number % REFUSES == 0:
                    no = ConsentDraft(ConsentPurpose.MESSAGE, ConsentMethod.WITNESSED, agrees=False)
                    households.give_consent(session, who, household_id, no, now=now)
                if number % MINDS in {CHANGED, CHANGED_TWICE}:
                    _take_back(session, who, household_id, now + timedelta(days=10))
                if number % MINDS == CHANGED_TWICE:
                    draft = ConsentDraft(ConsentPurpose.MESSAGE, ConsentMethod.WITNESSED)
                    at = now + timedelta(days=20)
                    households.give_consent(session, who, household_id, draft, now=at)


def _take_back(session: Session, who: Actor, household_id: str, at: datetime) -> None:
    for consent in consents_of(session, household_id):
        if consent.purpose == ConsentPurpose.MESSAGE:
            households.withdraw_consent(session, who, household_id, consent.id, now=at)


def write_needs(registrar: Registrar, import_id: str, *, now: datetime) -> None:
    """What each household of the list asked for, as needs at every step of their way."""
    with transaction(read_only=True) as session:
        asked = list(_asked(session, import_id))
    for chunk in _chunks(asked):
        with transaction() as session:
            for number, (household_id, code) in chunk:
                at = now + timedelta(minutes=17 * number)
                need_id = _register(session, registrar.writer, household_id, code, number, at)
                _move_on(session, registrar, need_id, number, at)


def _asked(session: Session, import_id: str) -> Iterator[tuple[str, str]]:
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.household_id.is_not(None))
        .order_by(ImportRow.id)
    )
    for row in rows:
        words = str(open_draft(row.draft, import_id, row.sheet, row.row).get("need") or "")
        code = next((c for start, c in KIND_WORDS.items() if words.startswith(start)), None)
        if code is not None and row.household_id is not None:
            yield row.household_id, code


def _register(  # noqa: PLR0913, PLR0917 - one need, told in full.
    session: Session, who: Actor, household_id: str, code: str, number: int, at: datetime
) -> str:
    kind = catalogue.kind(session, code)
    evidence = tuple(str(item["code"]) for item in kind.evidence)
    draft = NeedDraft(
        kind_code=code,
        units=1 + number % min(kind.max_units, 3),
        cost_dong=(25_000_000 + 1_000_000 * (number % 9)) if code == "nha_sua" else 0,
        urgency=(0, 0, 1, 0, 2, 0, 1)[number % 7],
        starts_on=at.date(),
        deadline_on=at.date() + timedelta(days=60 + number % 90),
        spec=_spec(code, number),
        evidence=evidence if number % 23 else (),
        story=STORIES[number % len(STORIES)],
    )
    need_id = needs.register_need(session, who, household_id, draft, now=at)
    if number % 31:
        needs.submit_need(session, who, need_id)
    return need_id


def _spec(code: str, number: int) -> dict[str, object]:
    if code == "xe_lan":
        types = ("standard", "standard", "standard", "tricycle", "child")
        return {"type": types[number % 5], "hip_cm": 32 + number % 14, "doorway_cm": 70}
    return {"level": 1 + number % 3} if code == "hoc_bong" else {}


def _move_on(
    session: Session, registrar: Registrar, need_id: str, number: int, at: datetime
) -> None:
    """Let most needs be verified and approved; leave some waiting, send a few back."""
    if not number % 31 or not number % 23 or not (number + 5) % 8:
        return
    if not (number + 24) % 29:
        reason = "Thiếu ảnh khảo sát, xin bổ sung."
        needs.return_need(session, registrar.verifier, need_id, reason)
        return
    needs.verify_need(session, registrar.verifier, need_id, now=at + timedelta(days=1))
    household_id = session.scalars(select(Need.household_id).where(Need.id == need_id)).one()
    vouched = standing_in_force(session, household_id, (at + timedelta(days=2)).date())
    if (number + 4) % 11 and vouched is not None:
        needs.approve_need(
            session,
            registrar.approver,
            need_id,
            now=at + timedelta(days=2),
            longest_delay=timedelta(0),
        )


def _chunks(rows: Sequence[T]) -> Iterator[list[tuple[int, T]]]:
    numbered = list(enumerate(rows, start=1))
    for start in range(0, len(numbered), CHUNK):
        yield numbered[start : start + CHUNK]
