"""Who is expected on a day. Helpers get Guest, an allow-list; names stand only in ListRow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.catalogue.models import SupportKind
from app.handovers.models import Appointment, HandoverDay, HandoverLine
from app.handovers.queries.days import AnySelect, DayRow
from app.handovers.rules import LIVE, AppointmentState
from app.households.models import Household, Member
from app.kernel.english import counted
from app.kernel.errors import NotFound
from app.kernel.vietnamese import fold, given_name
from app.matching.models import Allocation
from app.matching.rules.states import GONE
from app.needs.models import Need
from app.places.models import ResidentialGroup


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one appointment is for. line_id: its handover, once it happened."""

    appointment_id: str
    code: str
    state: AppointmentState
    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str
    left: int
    line_id: str | None
    handed: int
    proxy_name: str | None
    proxy_relation: str | None

    @property
    def units(self) -> int:
        """What was given or, before that, what is to be given."""
        return self.handed if self.state is AppointmentState.DONE else self.left

    def words(self, language: str) -> str:
        """Such as "Quà Tết: 2 suất"."""
        if language == "en":
            return f"{self.label_en}: {self.units} {counted(self.unit_en, self.units)}"
        return f"{self.label_vi}: {self.units} {self.unit_vi}"


@dataclass(frozen=True, slots=True)
class Guest:
    """A household as helpers see it: first name, code, time and parcels, and nothing else."""

    first_name: str
    code: str
    slot_at: datetime
    parcels: tuple[Parcel, ...]

    @property
    def id(self) -> str:
        """The appointment that its page is found by."""
        return self.parcels[0].appointment_id

    @property
    def waiting(self) -> tuple[Parcel, ...]:
        """What is still to be handed over."""
        return tuple(p for p in self.parcels if p.state in LIVE)

    @property
    def given(self) -> tuple[Parcel, ...]:
        """What was handed over here today."""
        return tuple(p for p in self.parcels if p.line_id is not None)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A household with its name, for the ward's staff and the list that people sign."""

    head_name: str
    birth_year: int | None
    group_name: str | None
    household_id: str
    household_code: str
    guest: Guest


def roster(session: Session, day: DayRow, words: str = "") -> list[Guest]:
    """The households expected on a day, by time and name; `words`: of a name or a code."""
    return [row.guest for row in list_rows(session, day, words)]


def list_rows(session: Session, day: DayRow, words: str = "") -> list[ListRow]:
    """The same with names. The caller makes sure that the reader is of the ward's staff."""
    statement = _rows(day.id).where(
        Appointment.state != AppointmentState.CANCELLED.value, Allocation.state.not_in(GONE)
    )
    found = _grouped(session.execute(statement))
    wanted = fold(words).split()
    return [row for row in found if _is_meant(row, wanted)]


def guest_of(session: Session, day: DayRow, appointment_id: str) -> ListRow:
    """The household of one appointment of a day, with all its parcels. Raises NotFound."""
    for row in list_rows(session, day):
        if any(p.appointment_id == appointment_id for p in row.guest.parcels):
            return row
    raise NotFound("appointment")


def when_and_where(session: Session, appointment_id: str) -> tuple[datetime, str] | None:
    """Time and place of an appointment that is still to come, for notices; None if it is off."""
    statement = (
        select(Appointment.slot_at, HandoverDay.place)
        .join(HandoverDay, HandoverDay.id == Appointment.day_id)
        .join(Allocation, Allocation.id == Appointment.allocation_id)
        .where(
            Appointment.id == appointment_id,
            Appointment.state.in_(LIVE),
            Allocation.state.not_in(GONE),
        )
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row is not None else None


def _is_meant(row: ListRow, wanted: list[str]) -> bool:
    """Whether every word is in the name or in one of the codes."""
    codes = " ".join(fold(p.code) for p in row.guest.parcels)
    text = f"{fold(row.head_name)} {codes} {fold(row.household_code)}"
    return all(word in text for word in wanted)


def _rows(day_id: str) -> AnySelect:
    line = and_(HandoverLine.appointment_id == Appointment.id, ~HandoverLine.reversed)
    head = and_(Member.household_id == Household.id, Member.is_head, Member.left_on.is_(None))
    return (
        select(
            Appointment.id,
            Appointment.code,
            Appointment.state,
            Appointment.slot_at,
            SupportKind.label_vi,
            SupportKind.label_en,
            SupportKind.unit_vi,
            SupportKind.unit_en,
            (Allocation.units - Allocation.handed).label("left"),
            HandoverLine.id.label("line_id"),
            HandoverLine.units.label("handed"),
            HandoverLine.proxy_name,
            HandoverLine.proxy_relation,
            Household.id.label("household_id"),
            Household.code.label("household_code"),
            Household.head_name,
            Member.birth_year,
            ResidentialGroup.name.label("group_name"),
        )
        .join(HandoverDay, HandoverDay.id == Appointment.day_id)
        .join(Allocation, Allocation.id == Appointment.allocation_id)
        .join(Need, Need.id == Allocation.need_id)
        .join(SupportKind, SupportKind.code == Need.kind_code)
        .join(Household, Household.id == Allocation.household_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Household.group_id)
        .outerjoin(Member, head)
        .outerjoin(HandoverLine, line)
        .where(Appointment.day_id == day_id)
        .order_by(Appointment.slot_at, Household.sort_key, Household.id, Appointment.code)
    )


def _grouped(rows: Iterable[Any]) -> list[ListRow]:
    """One ListRow a household and slot."""
    found = []
    for _, together in groupby(rows, key=lambda r: (r.slot_at, r.household_id)):
        same = list(together)
        first, parcels = same[0], {r.id: _parcel(r) for r in same}
        found.append(
            ListRow(
                head_name=first.head_name,
                birth_year=first.birth_year,
                group_name=first.group_name,
                household_id=first.household_id,
                household_code=first.household_code,
                guest=Guest(
                    given_name(first.head_name),
                    first.code,
                    first.slot_at,
                    tuple(parcels.values()),
                ),
            )
        )
    return found


def _parcel(row: Any) -> Parcel:  # noqa: ANN401 - a row of _rows().
    return Parcel(
        appointment_id=row.id,
        code=row.code,
        state=AppointmentState(row.state),
        label_vi=row.label_vi,
        label_en=row.label_en,
        unit_vi=row.unit_vi,
        unit_en=row.unit_en,
        left=row.left,
        line_id=row.line_id,
        handed=row.handed or 0,
        proxy_name=row.proxy_name,
        proxy_relation=row.proxy_relation,
    )
