"""The words of places."""

from app.infra.i18n import LazyString, lazy_

ERRORS: dict[str, LazyString] = {
    "ward-unknown": lazy_("Không có phường, xã nào mang mã này. Hãy chọn từ danh sách."),
}
AUDIT: dict[str, LazyString] = {"open-group": lazy_("Mở tổ dân phố mới")}
