"""The people of the demo, plainly invented, one for each role and two where four eyes need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.actions import (
    AccountDraft,
    RoleDraft,
    StaffDraft,
    grant_role,
    open_account,
    propose_account,
)
from app.accounts.passwords import hash_password
from app.accounts.rules import SYSTEM, Actor, Role
from app.accounts.texts import ROLES

WARD = "00364"
PROVINCE = "01"
PASSWORD = "bac-nhip-cau-qua-song"  # noqa: S105 - printed by the demo; it opens invented people only.


@dataclass(frozen=True, slots=True)
class SignIn:
    """How a visitor of the demo becomes one of its people."""

    sign_in_name: str
    password: str
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast. scope: which of the role's places the person is for."""

    key: str
    name: str
    role: Role


STAFF = (
    Person("canbo", "Cán bộ Mây (mẫu)", Role.WARD_OFFICER),
    Person("xacminh", "Cán bộ Suối (mẫu)", Role.WARD_OFFICER),
    Person("lanhdao", "Lãnh đạo Đèo (mẫu)", Role.WARD_APPROVER),
    Person("tinhnguyen", "Tình nguyện viên Nắng (mẫu)", Role.VOLUNTEER),
    Person("truongnhom", "Trưởng nhóm Gió (mẫu)", Role.EVENT_LEAD),
    Person("tinh", "Cán bộ thành phố Sông (mẫu)", Role.PROVINCE_OFFICER),
    Person("kiemtra", "Kiểm tra viên Trăng (mẫu)", Role.INSPECTOR),
    Person("kiemtoan", "Kiểm toán viên Sao (mẫu)", Role.AUDITOR),
    Person("quantri", "Quản trị viên Biển (mẫu)", Role.SYSTEM_ADMIN),
)
HEAD = Person("totruong", "Tổ trưởng Đồi (mẫu)", Role.GROUP_LEADER)
DONORS = (
    Person("nhahaotam", "Bà Hạt Gạo (mẫu)", Role.DONOR),
    Person("doanhnghiep", "Công ty Bánh Mì Trên Mây (mẫu)", Role.DONOR_ADMIN),
)


def email_of(key: str) -> str:
    """The sign-in name of one of the cast; .example is nobody's."""
    return f"{key}@nhipcau.example"


def sign_ins() -> Sequence[SignIn]:
    """What the demo prints: everybody, for what one officer registers another must verify."""
    return [
        SignIn(email_of(p.key), PASSWORD, str(ROLES[p.role]), p.name)
        for p in (*DONORS, HEAD, *STAFF)
    ]


def enter_staff(session: Session, *, now: datetime) -> dict[str, Actor]:
    """Open the staff's accounts with their roles; returns who acts, by key."""
    hashed = hash_password(PASSWORD)
    actors = {}
    for person in STAFF:
        draft = AccountDraft(person.name, email_of(person.key), None, hashed)
        account_id = open_account(session, draft, now=now)
        role = _role(person.role)
        grant_role(session, SYSTEM, account_id, role, now=now)
        wards = frozenset({role.ward_code}) if role.ward_code else frozenset()
        actors[person.key] = Actor(account_id, person.role, person.name, wards)
    return actors


def enter_head(session: Session, group_id: str, *, now: datetime) -> Actor:
    """Open the account of the head of a residential group."""
    draft = AccountDraft(HEAD.name, email_of(HEAD.key), None, hash_password(PASSWORD))
    account_id = open_account(session, draft, now=now)
    role = RoleDraft(HEAD.role, ward_code=WARD, group_id=group_id)
    grant_role(session, SYSTEM, account_id, role, now=now)
    groups = frozenset({group_id})
    return Actor(account_id, HEAD.role, HEAD.name, frozenset({WARD}), group_ids=groups)


def propose_somebody(session: Session, admin: Actor, *, now: datetime) -> None:
    """Leave a new volunteer's account waiting for the ward's second person."""
    role = RoleDraft(Role.VOLUNTEER, ward_code=WARD)
    reason = "Đoàn thanh niên phường giới thiệu, giúp các buổi trao quà Tết"
    draft = StaffDraft(role, reason, "Tình nguyện viên Sương (mẫu)", email_of("suong"))
    propose_account(session, admin, draft, now=now)


def _role(role: Role) -> RoleDraft:
    if role is Role.PROVINCE_OFFICER:
        return RoleDraft(role, province_code=PROVINCE)
    if role in {Role.AUDITOR, Role.SYSTEM_ADMIN}:
        return RoleDraft(role)
    return RoleDraft(role, ward_code=WARD)


def enter_donor(session: Session, person: Person, donor_id: str, *, now: datetime) -> Actor:
    """Open a donor's account; the donor has been written down before."""
    draft = AccountDraft(person.name, email_of(person.key), None, hash_password(PASSWORD))
    account_id = open_account(session, draft, now=now)
    grant_role(session, SYSTEM, account_id, RoleDraft(person.role, donor_id=donor_id), now=now)
    return Actor(account_id, person.role, person.name, donor_id=donor_id)
