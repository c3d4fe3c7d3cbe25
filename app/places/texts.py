"""The words of places."""

from app.infra.i18n import LazyString, lazy_

ERRORS: dict[str, LazyString] = {
    "ward-unknown": lazy_("Không có phường, xã nào mang mã này. Hãy chọn từ danh sách."),
    "group-unknown": lazy_("Không tìm thấy tổ, thôn này trong phường, hoặc tổ đã giải thể."),
    "group-known": lazy_("Phường đã có %(name)s. Hãy dùng tên khác."),
    "place-unknown": lazy_("Không tìm thấy nơi này. Hãy nhập tên phường, xã hoặc mã của nơi đó."),
    "place-several": lazy_("Có nhiều nơi trùng tên. Hãy nhập thêm tên tỉnh, hoặc mã của nơi đó."),
    "group-without-name": lazy_("Hãy ghi số hoặc tên, ví dụ Tổ dân phố 13 hoặc Thôn Đoài."),
}
AUDIT: dict[str, LazyString] = {
    "open-group": lazy_("Mở tổ dân phố mới"),
    "rename-group": lazy_("Sửa tên tổ dân phố"),
    "close-group": lazy_("Giải thể tổ dân phố"),
}
