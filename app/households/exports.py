"""The book of households as a table, with the headers that `import` reads again."""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.households.queries import BookEntry, entries_of
from app.households.rules import HouseholdFilter
from app.households.texts import SEXES, kinds_words
from app.infra.i18n import _
from app.infra.sheets import Sheet
from app.infra.transaction import Session
from app.kernel.clock import VIETNAM


def take_book(session: Session, actor: Actor, wanted: HouseholdFilter, *, at: datetime) -> Sheet:
    """The households that the filter leaves, as a table; who takes whom is written down first."""
    entries = entries_of(session, actor, wanted)
    for ward_code in sorted(actor.ward_codes):
        seen = {"households": [entry.id for entry in entries], "search": wanted.search}
        record(
            session, actor, "export-households", Subject("ward", ward_code, ward_code), changes=seen
        )
    facts = [
        (_("Danh sách"), _("Sổ hộ của phường")),
        (_("Số hộ"), str(len(entries))),
        (_("Người xuất"), actor.name),
        (_("Lúc xuất"), f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"),
    ]
    return book_sheet(entries, facts)


def book_sheet(entries: Sequence[BookEntry], facts: Sequence[tuple[str, str]]) -> Sheet:
    """One row a household. Citizen numbers stay in the system: no task needs a list of them."""
    headers = [
        _("STT"),
        _("Họ và tên chủ hộ"),
        _("Ngày sinh"),
        _("Giới tính"),
        _("Tổ dân phố"),
        _("Địa chỉ"),
        _("Điện thoại"),
        _("Diện hộ"),
        _("Số nhân khẩu"),
        _("Mã hộ của phường"),
        _("Ghi chú"),
        _("Mã trong hệ thống"),
    ]
    rows = [[number, *_cells(entry)] for number, entry in enumerate(entries, start=1)]
    return Sheet(_("Hộ gia đình"), facts, headers, rows)


def _cells(entry: BookEntry) -> list[str | int | None]:
    born = entry.born
    return [
        entry.head_name,
        born if born is None or isinstance(born, int) else f"{born:%d/%m/%Y}",
        str(SEXES[entry.sex]) if entry.sex else None,
        entry.group,
        entry.address,
        entry.phone,
        kinds_words(entry.kinds),
        entry.size,
        entry.own_code,
        entry.note,
        entry.code,
    ]
