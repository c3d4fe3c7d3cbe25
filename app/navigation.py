"""What each role finds in the menu: at most six doors, the most used first."""

from dataclasses import dataclass

from flask import current_app

from app.accounts.rules import Actor, Role
from app.infra.addresses import address
from app.infra.i18n import LazyString, lazy_


@dataclass(frozen=True, slots=True)
class NavItem:
    """One door of the menu."""

    label: str
    url: str
    current: bool


_DESK = (lazy_("Việc hôm nay"), "desk.show")
_BOARD = (lazy_("Nhu cầu"), "publicity.board")
_HOUSEHOLDS = (lazy_("Hộ gia đình"), "households.index")
_NEEDS = (lazy_("Nhu cầu"), "needs.index")
_OFFERS = (lazy_("Cam kết"), "pledges.queue")
_PROPOSALS = (lazy_("Ghép nối"), "matching.proposals")
_HANDOVERS = (lazy_("Buổi trao"), "handovers.index")
_REPORTS = (lazy_("Báo cáo"), "reports.index")
_PUBLIC_REPORT = (lazy_("Minh bạch"), "reports.published")
_OWN_PLEDGES = (lazy_("Cam kết của tôi"), "pledges.mine")
_NEW_PLEDGE = (lazy_("Cam kết mới"), "pledges.new")
_AUDIT = (lazy_("Nhật ký"), "audit.index")
_CAMPAIGNS = (lazy_("Đợt nhắc"), "campaigns.index")
_BALLOTS = (lazy_("Lấy ý kiến"), "matching.ballots")
_ACCOUNTS = (lazy_("Tài khoản"), "accounts.staff")
_JOBS = (lazy_("Việc nền"), "operations.jobs")

Door = tuple[LazyString, str]

_STAFF: tuple[Door, ...] = (_DESK, _HOUSEHOLDS, _NEEDS, _OFFERS, _PROPOSALS, _HANDOVERS, _REPORTS)
MENU: dict[Role, tuple[Door, ...]] = {
    Role.PUBLIC: (_BOARD, _NEW_PLEDGE, _PUBLIC_REPORT),
    Role.DONOR: (_BOARD, _OWN_PLEDGES, _NEW_PLEDGE, _PUBLIC_REPORT, _BALLOTS),
    Role.DONOR_ADMIN: (_BOARD, _OWN_PLEDGES, _NEW_PLEDGE, _PUBLIC_REPORT, _BALLOTS),
    Role.WARD_OFFICER: _STAFF,
    Role.WARD_APPROVER: (*_STAFF, _AUDIT),
    Role.PROVINCE_OFFICER: (_DESK, _PROPOSALS, _CAMPAIGNS, _REPORTS, _AUDIT),
    Role.GROUP_LEADER: (_DESK, _HOUSEHOLDS, _BALLOTS),
    Role.VOLUNTEER: (_DESK, _HANDOVERS, _BALLOTS),
    Role.EVENT_LEAD: (_DESK, _HANDOVERS, _BALLOTS),
    Role.INSPECTOR: (_DESK, _REPORTS),
    Role.AUDITOR: (_DESK, _REPORTS, _AUDIT),
    Role.SYSTEM_ADMIN: (_DESK, _ACCOUNTS, _JOBS),
}


def items_for(actor: Actor, endpoint: str | None) -> list[NavItem]:
    """The menu of a role, in the language of this request."""
    area = (endpoint or "").partition(".")[0]
    doors = MENU.get(actor.role, ())
    return [
        NavItem(str(label), address(door), _is_current(door, endpoint, area, doors))
        for label, door in doors
        if door in current_app.view_functions
    ]


def _is_current(door: str, endpoint: str | None, area: str, doors: tuple[Door, ...]) -> bool:
    """The very page, or the only door into the area that the page belongs to."""
    if door == endpoint:
        return True
    in_area = [d for _, d in doors if d.partition(".")[0] == area]
    return in_area == [door]
