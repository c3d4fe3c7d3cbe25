"""The reasons of a run: why a need got nothing, in a few words for lists of many; and sentences."""

from app.infra.i18n import LazyString, lazy_

TITLES: dict[str, LazyString] = {
    "needier-took-it": lazy_("Nhường hộ cần hơn"),
    "earlier-units-first": lazy_("Đã có phần đầu, nhường phần sau"),
    "group-has-its-share": lazy_("Tổ dân phố của hộ đã được nhiều hơn nơi khác"),
    "group-below-floor": lazy_("Tổ dân phố khác chưa tới mức sàn, được trước"),
    "lower-in-tier": lazy_("Cùng mức, hộ khác khó khăn hơn"),
    "farther": lazy_("Cùng mức, hộ khác ở gần hơn"),
    "by-order": lazy_("Ngang nhau mọi mặt, theo thứ tự mã"),
    "pending-kept": lazy_("Cùng mức, đề xuất đang chờ được giữ"),
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
SENTENCES: dict[str, LazyString] = {
    "duplicate-claim": lazy_(
        "Hộ có nhu cầu khác cùng loại (%(of)s) được xét trước; mỗi hộ một lần."
    ),
    "household-served": lazy_(
        "Hộ được đề xuất cho một nhu cầu khác cùng loại (%(of)s); mỗi hộ một lần."
    ),
    "nothing-offered": lazy_("Chưa có cam kết nào còn phần cho loại hỗ trợ này."),
    "needier-took-it": lazy_(
        "Các phần hợp điều kiện đã dành cho hộ ở mức ưu tiên %(cutoff)s trở lên;"
        " hộ này ở mức %(tier)s."
    ),
    "needier-took-it-together": lazy_(
        "Thêm một phần cho hộ này (mức %(tier)s) thì những hộ khác phải bớt nhiều hơn thế, tính"
        " theo mức ưu tiên."
    ),
    "earlier-units-first": lazy_(
        "Hộ đã có phần đầu; phần còn lại nhường phần đầu cho hộ khác (từ mức %(cutoff)s)."
    ),
    "group-has-its-share": lazy_(
        "Cùng mức ưu tiên %(tier)s, nhưng tổ dân phố của hộ đã được đáp ứng với tỉ lệ cao hơn tổ"
        " khác."
    ),
    "lower-in-tier": lazy_(
        "Cùng mức ưu tiên %(tier)s, nhưng hộ được chọn khó khăn hơn hoặc đã chờ lâu hơn."
    ),
    "farther": lazy_("Cùng mức ưu tiên %(tier)s và hoàn cảnh ngang nhau; hộ được chọn ở gần hơn."),
    "by-order": lazy_(
        "Cùng mức ưu tiên %(tier)s, ngang hộ được chọn về mọi điều chính sách so sánh; không đủ"
        " phần nên theo thứ tự mã, không ai chọn riêng."
    ),
    "pending-kept": lazy_(
        "Cùng mức ưu tiên %(tier)s. Đề xuất đang chờ quyết định được giữ, vì cách ghép mới không"
        " hơn về mức ưu tiên và chia đều; chỉ hơn về hoàn cảnh hay khoảng cách thì chưa đổi."
    ),
    "group-below-floor": lazy_(
        "Phần hợp điều kiện dành trước cho tổ dân phố chưa tới mức sàn của chính sách, rồi mới xét"
        " mức ưu tiên; tổ của hộ này đã tới mức sàn (hộ ở mức %(tier)s)."
    ),
    "chosen-by-people": lazy_("Cán bộ chọn hộ này thay cho nhu cầu %(instead_of)s."),
    "project-short": lazy_(
        "Công trình chưa đủ tiền: cần %(cost)s, hiện có thể góp %(got)s. Chưa đủ thì chưa đề xuất."
    ),
    "project-without-money": lazy_("Chưa có tiền góp nào dành cho công trình này (cần %(cost)s)."),
    "money-waits": lazy_("Phần tiền này chưa đủ cho thêm công trình nào; giữ lại chờ góp thêm."),
    "no-project-waits": lazy_("Chưa có công trình nào đã duyệt mà còn thiếu tiền."),
    "nobody-needs": lazy_("Chưa có nhu cầu đã duyệt nào thuộc loại hỗ trợ này."),
    "needs-barred": lazy_("Các nhu cầu cùng loại hiện chưa được nhận."),
    "all-needs-met": lazy_("Mọi nhu cầu hợp với cam kết này đã đủ phần."),
}
LEVELS: tuple[LazyString, ...] = (
    lazy_("từ chính tổ dân phố"),
    lazy_("từ cùng phường"),
    lazy_("từ cùng tỉnh, thành phố"),
    lazy_("từ tỉnh, thành phố khác"),
)
STEPS: tuple[LazyString, ...] = (
    lazy_("phần đầu tiên của nhu cầu"),
    lazy_("phần thứ hai của nhu cầu"),
    lazy_("từ phần thứ ba trở đi"),
)
