"""Slips for those whom nobody reached: several to a sheet, to be cut and brought home."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.infra.papers import make_pdf
from app.notices.queries import Slip


def slips(rows: Sequence[Slip], groups: Mapping[str, str], office: str, *, on: date) -> bytes:
    """The slips as PDF, A4, in the order of groups, so that each head cuts out a run of them.

    groups: their names by id. A slip says what the message would have said.
    """
    data = {
        "code": "Giấy báo",
        "office": office,
        "rows": [
            {
                "name": row.name,
                "group": groups.get(row.group_id or "", ""),
                "lines": [line for line in row.text.splitlines() if line.strip()],
            }
            for row in rows
        ],
    }
    return make_pdf("notice-slips", data, on=on)
