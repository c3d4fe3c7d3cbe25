"""Programmes of a year and their dates. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

# First day of Tết (DOMAIN.md, 8.6; Vietnamese reckoning, which differs from the Chinese in 2030).
TET = {
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 2),
    2031: date(2031, 1, 23),
    2032: date(2032, 2, 11),
    2033: date(2033, 1, 31),
    2034: date(2034, 2, 19),
    2035: date(2035, 2, 8),
    2036: date(2036, 1, 28),
}


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """A programme before it has an id; kinds are codes of the catalogue."""

    code: str
    theme: str
    name_vi: str
    name_en: str
    aim_vi: str
    aim_en: str
    kinds: tuple[str, ...]
    starts_on: date
    ends_on: date
    handover_from: date
    handover_to: date
    once_per_household: bool
    ward_code: str | None = None


class Theme(StrEnum):
    """What a drive is for; it chooses the picture beside its name."""

    TET = "tet"
    GRATITUDE = "gratitude"
    SCHOOL = "school"
    ZERO_DONG = "zero-dong"
    ELDERLY = "elderly"
    POOR = "poor"
    DISABILITY = "disability"
    OTHER = "other"


class Phase(StrEnum):
    """Where a programme stands on a day."""

    PLANNED = "planned"
    GATHERING = "gathering"
    HANDING_OUT = "handing-out"
    OVER = "over"
    CLOSED = "closed"


class Dated(Protocol):
    """What has a programme's dates."""

    @property
    def starts_on(self) -> date:
        """The first day of pledging."""
        ...

    @property
    def ends_on(self) -> date:
        """The last day."""
        ...

    @property
    def handover_from(self) -> date | None:
        """The first day of handing out."""
        ...

    @property
    def handover_to(self) -> date | None:
        """The last day of handing out."""
        ...


def phase_of(programme: Dated, on: date, *, is_closed: bool = False) -> Phase:
    """Where a programme stands on a day: the days of handing out lie within its time."""
    if is_closed:
        return Phase.CLOSED
    if on < programme.starts_on:
        return Phase.PLANNED
    if on > programme.ends_on:
        return Phase.OVER
    first, last = programme.handover_from, programme.handover_to
    if first is not None and last is not None and first <= on <= last:
        return Phase.HANDING_OUT
    return Phase.GATHERING


LONGEST_PROGRAMME = timedelta(days=731)


def refusal_for(draft: ProgrammeDraft) -> str | None:
    """Why a programme may not be opened so, as an error code, or None."""
    if draft.ends_on < draft.starts_on or draft.handover_to < draft.handover_from:
        return "programme-dates-out-of-order"
    if not draft.starts_on <= draft.handover_from <= draft.handover_to <= draft.ends_on:
        return "programme-handover-outside"
    if draft.ends_on - draft.starts_on > LONGEST_PROGRAMME:
        return "programme-too-long"
    return None if draft.kinds else "programme-without-kinds"


def default_programmes(year: int) -> Sequence[ProgrammeDraft]:
    """The drives that a ward runs each year, on the dates of `year` (2026 to 2036).

    Tết: planned 60 days before, handed out 15 to 3 days before. Raises KeyError for a year
    without a Tết in the table.
    """
    tet = TET[year]
    return (
        ProgrammeDraft(
            f"tet-{year}",
            "tet",
            f"Tết Nhân ái {year}: vì người nghèo và nạn nhân chất độc da cam",
            f"Lunar New Year {year}: for the poor and Agent Orange victims",
            "Mỗi hộ khó khăn có một phần quà Tết trước ngày 27 tháng Chạp.",
            "Each household in hardship has a gift before the New Year.",
            ("qua_tet", "nhu_yeu_pham"),
            tet - timedelta(days=90),
            tet - timedelta(days=1),
            tet - timedelta(days=15),
            tet - timedelta(days=3),
            once_per_household=True,
        ),
        ProgrammeDraft(
            f"den-on-{year}",
            "gratitude",
            f"Đền ơn đáp nghĩa 27/7/{year}",
            f"Repaying gratitude, 27 July {year}",
            "Thăm, tặng quà, sửa nhà cho người có công và thân nhân.",
            "Visits, gifts and house repairs for people of merit and their relatives.",
            ("qua_tet", "nha_sua", "so_tiet_kiem"),
            date(year, 6, 1),
            date(year, 7, 31),
            date(year, 7, 15),
            date(year, 7, 27),
            once_per_household=True,
        ),
        ProgrammeDraft(
            f"den-truong-{year}",
            "school",
            f"Tiếp sức đến trường {year}",
            f"Back to school {year}",
            "Không em nào phải bỏ học vì thiếu sách vở, xe đạp hay học phí.",
            "No child leaves school for want of books, a bicycle or fees.",
            ("hoc_bong", "sach_vo", "do_dau"),
            date(year, 7, 1),
            date(year, 10, 31),
            date(year, 8, 15),
            date(year, 9, 5),
            once_per_household=False,
        ),
        ProgrammeDraft(
            f"sieu-thi-0d-{year}",
            "zero-dong",
            f"Siêu thị 0 đồng {year}",
            f"Zero-dong supermarket {year}",
            "Mỗi hộ chọn món mình cần bằng phiếu điểm, như đi chợ.",
            "Each household chooses what it needs with points, as at a market.",
            ("sieu_thi_0d", "nhu_yeu_pham"),
            date(year, 1, 1),
            date(year, 12, 31),
            date(year, 1, 1),
            date(year, 12, 31),
            once_per_household=False,
        ),
        ProgrammeDraft(
            f"nguoi-cao-tuoi-{year}",
            "elderly",
            f"Ngày Quốc tế Người cao tuổi 1/10/{year}",
            f"Day of Older Persons, 1 October {year}",
            "Thăm và tặng quà người cao tuổi cô đơn, ốm đau.",
            "Visits and presents for older people who live alone or are ill.",
            ("qua_tet", "nhu_yeu_pham", "xe_lan"),
            date(year, 9, 1),
            date(year, 10, 31),
            date(year, 9, 25),
            date(year, 10, 5),
            once_per_household=True,
        ),
        ProgrammeDraft(
            f"vi-nguoi-ngheo-{year}",
            "poor",
            f"Tháng cao điểm Vì người nghèo {year}",
            f"Peak month for the poor {year}",
            "Từ 17/10 đến 18/11: sửa nhà, sinh kế, thẻ bảo hiểm y tế.",
            "17 October to 18 November: houses, livelihoods, insurance cards.",
            ("nha_moi", "nha_sua", "nha_tieu", "sinh_ke", "the_bhyt"),
            date(year, 10, 17),
            date(year, 12, 31),
            date(year, 10, 17),
            date(year, 12, 31),
            once_per_household=False,
        ),
        ProgrammeDraft(
            f"nguoi-khuyet-tat-{year}",
            "disability",
            f"Ngày Người khuyết tật 3/12/{year}",
            f"Day of Persons with Disabilities, 3 December {year}",
            "Xe lăn vừa người dùng, có hướng dẫn và theo dõi.",
            "Wheelchairs that fit, with training and follow-up.",
            ("xe_lan",),
            date(year, 10, 1),
            date(year, 12, 31),
            date(year, 11, 25),
            date(year, 12, 31),
            once_per_household=False,
        ),
    )
