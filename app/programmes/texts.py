"""The words of programmes."""

from app.infra.i18n import LazyString, lazy_
from app.programmes.rules import Phase, Theme

PHASES: dict[Phase, tuple[str, LazyString]] = {
    Phase.PLANNED: ("neutral", lazy_("Sắp tới")),
    Phase.GATHERING: ("active", lazy_("Đang vận động")),
    Phase.HANDING_OUT: ("giver", lazy_("Đang trao")),
    Phase.OVER: ("done", lazy_("Đã kết thúc")),
    Phase.CLOSED: ("neutral", lazy_("Đã đóng")),
}
THEMES: dict[Theme, LazyString] = {
    Theme.TET: lazy_("Tết"),
    Theme.GRATITUDE: lazy_("Đền ơn đáp nghĩa"),
    Theme.SCHOOL: lazy_("Đến trường"),
    Theme.ZERO_DONG: lazy_("Siêu thị 0 đồng"),
    Theme.ELDERLY: lazy_("Người cao tuổi"),
    Theme.POOR: lazy_("Vì người nghèo"),
    Theme.DISABILITY: lazy_("Người khuyết tật"),
    Theme.OTHER: lazy_("Việc khác"),
}
# A plain drawing for each theme.
PICTURES: dict[Theme, str] = {
    Theme.TET: "gift",
    Theme.GRATITUDE: "award",
    Theme.SCHOOL: "school",
    Theme.ZERO_DONG: "basket",
    Theme.ELDERLY: "armchair",
    Theme.POOR: "home",
    Theme.DISABILITY: "wheelchair",
    Theme.OTHER: "hearts",
}
ERRORS: dict[str, LazyString] = {
    "programme-unknown": lazy_("Không tìm thấy chương trình này."),
    "programme-code-taken": lazy_("Mã chương trình vừa trùng. Hãy gửi lại lần nữa."),
    "programme-dates-out-of-order": lazy_("Ngày kết thúc phải sau ngày bắt đầu."),
    "programme-handover-outside": lazy_(
        "Những ngày trao phải nằm trong thời gian của chương trình."
    ),
    "programme-too-long": lazy_("Một chương trình dài nhất là hai năm."),
    "programme-without-kinds": lazy_("Hãy chọn ít nhất một loại hỗ trợ."),
}
AUDIT: dict[str, LazyString] = {
    "open-programme": lazy_("Mở chương trình"),
    "close-programme": lazy_("Đóng chương trình"),
}
EVERYWHERE = lazy_("Cả nước")
WHOLE_PROVINCE = lazy_("Cả tỉnh, thành phố")
ONE_WARD = lazy_("Phường, xã này")
