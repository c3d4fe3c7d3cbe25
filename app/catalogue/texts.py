"""The words of the catalogue: what is wrong with a description, and how kinds are matched."""

from collections.abc import Iterable, Mapping

from app.catalogue.rules import FieldType, Model, SpecField
from app.infra.i18n import LazyString, _, current_language, lazy_

ERRORS: dict[str, LazyString] = {
    "kind-unknown": lazy_("Không có loại hỗ trợ này trong danh mục."),
    "kind-closed": lazy_("Loại hỗ trợ này đang tạm dừng nhận."),
    "spec-missing": lazy_("Vui lòng điền ô này."),
    "spec-unknown-choice": lazy_("Lựa chọn này không có trong danh sách. Hãy chọn lại."),
    "spec-not-a-flag": lazy_("Hãy chọn có hoặc không."),
    "spec-not-a-number": lazy_("Hãy nhập một số nguyên, ví dụ 36."),
    "spec-out-of-range": lazy_("Số này nằm ngoài khoảng có thể. Hãy đo lại."),
    "spec-unknown-field": lazy_("Loại hỗ trợ này không hỏi điều đó."),
}

MODELS: dict[Model, LazyString] = {
    Model.UNITS: lazy_("Chia theo số lượng"),
    Model.ITEM: lazy_("Từng món, phải vừa người dùng"),
    Model.PLACE: lazy_("Từng suất, mỗi suất một người"),
    Model.PROJECT: lazy_("Công trình, góp đủ mới làm"),
}

SIDES: dict[str, LazyString] = {
    "need": lazy_("Cán bộ, khi ghi nhu cầu"),
    "pledge": lazy_("Nhà hảo tâm, khi cam kết"),
    "both": lazy_("Cả hai bên"),
}


def unit_words(field: SpecField) -> str:
    """What a number of this field counts, in the reader's language; empty if nothing."""
    return (current_language() == "en" and field.unit_en) or field.unit


def range_words(field: SpecField) -> str:
    """What a field may hold: its choices, its bounds, or yes and no."""
    if field.type is FieldType.FLAG:
        return _("Có hoặc không")
    if field.type is FieldType.CHOICE:
        return " · ".join(spec_words(field, choice[0]) for choice in field.choices)
    return f"{field.least}–{field.most} {unit_words(field)}".strip()


def spec_words(field: SpecField, value: object) -> str:
    """One detail as people read it: the words of a choice, a number with its unit."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    place = 2 if current_language() == "en" else 1
    chosen = next((choice[place] for choice in field.choices if choice[0] == value), value)
    return f"{chosen} {unit_words(field)}".strip()


def spec_rows(fields: Iterable[SpecField], spec: Mapping[str, object]) -> list[dict[str, str]]:
    """The details that are known, in the kind's order, as rows of a summary list."""
    english = current_language() == "en"
    return [
        {
            "key": field.label_en if english else field.label_vi,
            "value": spec_words(field, spec[field.name]),
        }
        for field in fields
        if field.name in spec
    ]
