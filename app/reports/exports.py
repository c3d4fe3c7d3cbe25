"""The report as a table: the page, the CSV, the XLSX and the PDF are written from this one."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.infra.i18n import _
from app.infra.jinja import number
from app.infra.papers import make_pdf
from app.infra.sheets import Sheet
from app.reports.queries import Row
from app.reports.rules import Line, Measure, Question, total_of
from app.reports.texts import DEFINITIONS, DIMENSIONS, DONOR_KINDS, MEASURES


def label_of(line: Line, question: Question) -> str:
    """What the first column of a line says."""
    if line.key is None:
        return _("Chưa gắn với mục nào")
    if question.dimension.value == "donor-kind":
        return str(DONOR_KINDS.get(line.key, line.key))
    return line.label


def facts_of(
    question: Question, wards: Mapping[str, str], who: str, when: str
) -> list[tuple[str, str]]:
    """Who exported what, when and with which filter, for the cover sheet."""
    return [
        (_("Báo cáo"), _("Nguồn lực huy động")),
        (_("Từ ngày"), f"{question.first:%d/%m/%Y}"),
        (_("Đến ngày"), f"{question.last:%d/%m/%Y}"),
        (_("Phường, xã"), ", ".join(wards.get(code, code) for code in question.ward_codes[:20])),
        (_("Xem theo"), str(DIMENSIONS[question.dimension])),
        (_("Người xuất"), who),
        (_("Lúc xuất"), when),
    ]


def figures_sheet(
    question: Question, lines: Sequence[Line], facts: Sequence[tuple[str, str]]
) -> Sheet:
    """One row a line and the total; units and đồng of each stage side by side.

    Units are added up for one kind only: a sum of gifts and wheelchairs counts nothing.
    """
    headers = [str(DIMENSIONS[question.dimension])]
    for measure in Measure:
        headers += [
            _("%(stage)s (đơn vị)", stage=str(MEASURES[measure])),
            _("%(stage)s (đồng)", stage=str(MEASURES[measure])),
        ]
    rows = [[label_of(line, question), *_cells(line.amounts)] for line in lines]
    sums = _cells(total_of(lines))
    if question.kind is None:
        sums[::2] = [None] * len(Measure)
    rows.append([_("Tổng cộng"), *sums])
    return Sheet(_("Số liệu"), facts, headers, rows)


def _cells(amounts: Mapping[Measure, object]) -> list[str | int | None]:
    cells: list[str | int | None] = []
    for measure in Measure:
        amount = amounts.get(measure)
        cells += [getattr(amount, "units", 0), getattr(amount, "dong", 0)]
    return cells


def figures_paper(sheet: Sheet, wards: Mapping[str, str], *, on: date) -> bytes:
    """The figures as a PDF to sign, A4 across, in the one language of official papers.

    sheet: from `figures_sheet`, in Vietnamese; its last row is the sum.
    wards: names by code of those that the report covers; one alone heads the paper.
    """
    place = next(iter(wards.values())) if len(wards) == 1 else ""
    numeric = [False, *(True for _header in sheet.headers[1:])]
    printed = [[_printed(cell) for cell in row] for row in sheet.rows]
    data = {
        "code": "Nhịp Cầu",
        "office": f"UBND {place}" if place else "Nhịp Cầu",
        "place": place or "…………",
        "title": _("Nguồn lực huy động"),
        "facts": sheet.facts,
        "widths": [4 if not is_number else 2 for is_number in numeric],
        "numeric": numeric,
        "headers": sheet.headers,
        "rows": printed[:-1],
        "sum": printed[-1],
        "notes": [f"{MEASURES[m]}: {DEFINITIONS[m]}" for m in Measure],
        "signers": ["NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"],
    }
    return make_pdf("table", data, on=on)


def _printed(cell: str | int | None) -> str:
    return cell if isinstance(cell, str) else number(cell)


def rows_sheet(rows: Sequence[Row], kinds: Mapping[str, str]) -> Sheet:
    """The events behind the figures, one a row."""
    headers = [
        _("Ngày"),
        _("Giai đoạn"),
        _("Mã"),
        _("Loại hỗ trợ"),
        _("Nguồn ủng hộ"),
        _("Số lượng"),
        _("Giá trị (đồng)"),
    ]
    body: list[list[str | int | None]] = [
        [
            f"{row.on:%d/%m/%Y}",
            str(MEASURES[row.measure]),
            row.code,
            kinds.get(row.kind, row.kind),
            str(DONOR_KINDS.get(row.donor_kind, row.donor_kind)),
            row.units,
            row.dong,
        ]
        for row in rows
    ]
    return Sheet(_("Chi tiết"), [], headers, body)
