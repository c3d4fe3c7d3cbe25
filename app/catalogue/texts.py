"""The words of the catalogue: what is wrong with a description, and how kinds are matched."""

from app.catalogue.rules import Model
from app.infra.i18n import LazyString, lazy_

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
