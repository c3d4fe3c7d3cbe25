"""The papers of a day: the list that people sign, its masked copy, and invitations on paper."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.handovers.queries import DayRow, ListRow, Parcel
from app.handovers.rules import AppointmentState
from app.infra.papers import make_pdf, qr_svg
from app.kernel.clock import VIETNAM
from app.kernel.money import number_in_words
from app.kernel.vietnamese import name_parts


@dataclass(frozen=True, slots=True)
class PaperHead:
    """What stands above a paper: the office, the place it is dated at, the site, the day."""

    office: str
    place: str
    base_url: str
    on: date


def signed_list(day: DayRow, rows: Sequence[ListRow], head: PaperHead, *, masked: bool) -> bytes:
    """The list as PDF, A4 across. masked: for the notice board, without what identifies."""
    data = {
        "masked": masked,
        "code": day.code,
        "office": head.office,
        "place": head.place,
        "title": day.title,
        "when": _when(day),
        "where": day.place,
        "qr": qr_svg(f"{head.base_url}/handovers/{day.id}"),
        "rows": [_masked(row) if masked else _full(row) for row in rows],
        "households_in_words": number_in_words(len(rows)),
        "totals": _totals(rows),
    }
    return make_pdf("signed-list", data, on=head.on)


def slips(day: DayRow, rows: Sequence[ListRow], head: PaperHead) -> bytes:
    """Invitations on paper, four to an A4 sheet, each with its code as QR."""
    data = {
        "code": day.code,
        "office": head.office,
        "where": day.place,
        "rows": [_slip(day, row, head.base_url) for row in rows],
    }
    return make_pdf("slips", data, on=head.on)


def _when(day: DayRow) -> str:
    starts, ends = (t.astimezone(VIETNAM) for t in (day.starts_at, day.ends_at))
    return f"{starts:%H:%M} – {ends:%H:%M} ngày {starts:%d/%m/%Y}"


def _full(row: ListRow) -> dict[str, str]:
    guest = row.guest
    done = all(p.state is AppointmentState.DONE for p in guest.parcels)
    return {
        "name": row.head_name,
        "year": str(row.birth_year or ""),
        "group": row.group_name or "",
        "code": row.household_code,
        "parcels": "; ".join(p.words("vi") for p in guest.parcels),
        "signed": "đã nhận" if done else "",
        "note": "; ".join(filter(None, (_proxy(p) for p in guest.parcels))),
    }


def _proxy(parcel: Parcel) -> str:
    if parcel.proxy_name is None:
        return ""
    return f"nhận thay: {parcel.proxy_name}, {parcel.proxy_relation}"


def _masked(row: ListRow) -> dict[str, str]:
    family, middle, given = name_parts(row.head_name)
    initials = [f"{word[0]}." for word in f"{family} {middle}".split()]
    return {
        "name": " ".join([*initials, given]),
        "group": row.group_name or "",
        "parcels": "; ".join(p.words("vi") for p in row.guest.parcels),
    }


def _slip(day: DayRow, row: ListRow, base_url: str) -> dict[str, str]:
    slot = row.guest.slot_at.astimezone(VIETNAM)
    address = f"{base_url}/handovers/{day.id}/check-in?code={row.guest.code}"
    return {
        "name": row.head_name,
        "group": row.group_name or "",
        "when": f"{slot:%H:%M} ngày {slot:%d/%m/%Y}",
        "code": row.guest.code,
        "qr": qr_svg(address),
    }


def _totals(rows: Sequence[ListRow]) -> list[dict[str, object]]:
    """Units of each kind of parcel, in figures and in words."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for parcel in row.guest.parcels:
            counted[parcel.label_vi, parcel.unit_vi] += parcel.units
    return [
        {"label": label, "unit": unit, "units": units, "in_words": number_in_words(units)}
        for (label, unit), units in sorted(counted.items())
    ]
