"""The words of reports."""

from app.infra.i18n import LazyString, lazy_
from app.reports.rules import Dimension, Measure

MEASURES: dict[Measure, LazyString] = {
    Measure.PLEDGED: lazy_("Đã cam kết"),
    Measure.RECEIVED: lazy_("Đã tiếp nhận"),
    Measure.HANDED_OVER: lazy_("Đã trao"),
}

# What each figure counts; shown beside it, so that two readers mean the same.
DEFINITIONS: dict[Measure, LazyString] = {
    Measure.PLEDGED: lazy_(
        "Các dòng cam kết đã được phường nhận lời, trừ phần nhà hảo tâm đã rút, theo ngày cam kết."
    ),
    Measure.RECEIVED: lazy_("Hàng hoặc tiền đã thực sự vào kho hay vào quỹ, theo ngày tiếp nhận."),
    Measure.HANDED_OVER: lazy_("Phần đã đến tay hộ, trừ phần đã trả lại, theo ngày trao."),
}

DIMENSIONS: dict[Dimension, LazyString] = {
    Dimension.KIND: lazy_("Loại hỗ trợ"),
    Dimension.PROGRAMME: lazy_("Chương trình"),
    Dimension.DONOR_KIND: lazy_("Nguồn ủng hộ"),
    Dimension.GROUP: lazy_("Tổ dân phố"),
    Dimension.MONTH: lazy_("Tháng"),
}

DONOR_KINDS: dict[str, LazyString] = {
    "person": lazy_("Cá nhân"),
    "business": lazy_("Doanh nghiệp"),
    "organisation": lazy_("Tổ chức"),
}

ERRORS: dict[str, LazyString] = {
    "period-out-of-order": lazy_("Ngày kết thúc phải sau ngày bắt đầu."),
}
