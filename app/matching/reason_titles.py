"""The reasons why a need got nothing, or not all, each in a few words for lists of many."""

from app.infra.i18n import LazyString, lazy_

TITLES: dict[str, LazyString] = {
    "needier-took-it": lazy_("Nhường hộ cần hơn"),
    "earlier-units-first": lazy_("Đã có phần đầu, nhường phần sau"),
    "group-has-its-share": lazy_("Tổ dân phố của hộ đã được nhiều hơn nơi khác"),
    "lower-in-tier": lazy_("Cùng mức, hộ khác khó khăn hơn"),
    "farther": lazy_("Cùng mức, hộ khác ở gần hơn"),
    "no-line-fits": lazy_("Chưa cam kết nào hợp điều kiện"),
    "nothing-offered": lazy_("Chưa ai cam kết loại này"),
    "household-served": lazy_("Hộ được đề xuất ở nhu cầu khác"),
    "duplicate-claim": lazy_("Hộ có nhu cầu khác cùng loại xét trước"),
    "given-recently": lazy_("Vừa được hỗ trợ loại này"),
    "given-in-programme": lazy_("Đã nhận trong chương trình này"),
    "standing-no-longer-valid": lazy_("Xác minh của hộ hết hạn hoặc chưa duyệt"),
    "project-short": lazy_("Công trình có tiền nhưng chưa đủ"),
    "project-without-money": lazy_("Công trình chưa có tiền góp"),
}
