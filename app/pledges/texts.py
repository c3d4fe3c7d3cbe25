"""The words of pledges: states, steps, reasons, refusals, and deeds for the journal."""

from app.infra.i18n import LazyString, lazy_
from app.pledges.rules import (
    DeclineReason,
    DonorKind,
    Earmark,
    GivenAs,
    LineState,
    Risk,
    ShownAs,
    Step,
    WithdrawReason,
)

# Tone and words of each state and step.
STATES: dict[LineState, tuple[str, LazyString]] = {
    LineState.DRAFT: ("neutral", lazy_("Bản nháp")),
    LineState.OFFERED: ("waiting", lazy_("Chờ phường xem")),
    LineState.ACCEPTED: ("active", lazy_("Đã nhận lời")),
    LineState.OPEN: ("active", lazy_("Đang chờ ghép")),
    LineState.DECLINED: ("error", lazy_("Chưa nhận được")),
    LineState.WITHDRAWN: ("neutral", lazy_("Đã rút")),
    LineState.EXPIRED: ("neutral", lazy_("Đã hết thời hạn")),
    LineState.CLOSED: ("done", lazy_("Đã trao xong")),
}
STEPS: dict[Step, tuple[str, LazyString]] = {
    Step.WAITING: ("waiting", lazy_("Chờ phường xem")),
    Step.HELD: ("active", lazy_("Đang giữ, chờ ghép")),
    Step.MATCHED: ("active", lazy_("Đã ghép với nhu cầu")),
    Step.HANDED_OVER: ("active", lazy_("Đã trao")),
    Step.PARTLY: ("active", lazy_("Đã xác nhận một phần")),
    Step.CONFIRMED: ("done", lazy_("Đã xác nhận")),
    Step.ENDED: ("neutral", lazy_("Đã kết thúc")),
}
HAPPENINGS: dict[str, LazyString] = {
    "pledge": lazy_("Ghi nhận cam kết"),
    "accept": lazy_("Phường tiếp nhận"),
    "declined": lazy_("Phường chưa nhận"),
    "announce": lazy_("Hẹn mang đến"),
    "receive": lazy_("Phường đã nhận"),
    "reserve": lazy_("Ghép với nhu cầu đã xác minh"),
    "release": lazy_("Bỏ ghép, giữ lại cho nhu cầu khác"),
    "hand-over": lazy_("Trao tận tay"),
    "take-back": lazy_("Sửa lại lượt trao ghi nhầm"),
    "fulfil": lazy_("Người nhận xác nhận"),
    "withdraw": lazy_("Rút lại"),
    "expire": lazy_("Hết thời hạn"),
    "change": lazy_("Thay đổi số lượng"),
}
DONOR_KINDS: dict[DonorKind, LazyString] = {
    DonorKind.PERSON: lazy_("Cá nhân"),
    DonorKind.BUSINESS: lazy_("Doanh nghiệp"),
    DonorKind.ORGANISATION: lazy_("Tổ chức, hội nhóm"),
}
SHOWN_AS: dict[ShownAs, LazyString] = {
    ShownAs.NAME: lazy_("Tên đầy đủ"),
    ShownAs.INITIALS: lazy_("Chữ cái đầu"),
    ShownAs.ANONYMOUS: lazy_("Không nêu tên"),
}
GIVEN_AS: dict[GivenAs, LazyString] = {
    GivenAs.KIND: lazy_("Bằng hiện vật"),
    GivenAs.CASH: lazy_("Bằng tiền, để phường mua"),
}
EARMARKS: dict[Earmark, LazyString] = {
    Earmark.ANYONE: lazy_("Hộ nào cần nhất"),
    Earmark.WARDS: lazy_("Chỉ các phường tôi chọn"),
    Earmark.GROUPS: lazy_("Chỉ các nhóm tôi chọn"),
    Earmark.PROGRAMME: lazy_("Cho một chương trình"),
}
GROUPS: dict[str, LazyString] = {
    "poor": lazy_("Hộ nghèo"),
    "near-poor": lazy_("Hộ cận nghèo"),
    "newly-escaped": lazy_("Hộ mới thoát nghèo"),
    "hardship": lazy_("Hộ có hoàn cảnh khó khăn"),
    "policy": lazy_("Gia đình chính sách"),
    "elderly": lazy_("Người cao tuổi"),
    "lonely-elderly": lazy_("Người cao tuổi neo đơn"),
    "disability": lazy_("Người khuyết tật"),
    "child": lazy_("Trẻ em"),
    "agent-orange": lazy_("Nạn nhân chất độc da cam"),
    "sudden-hardship": lazy_("Hộ gặp nạn đột xuất"),
}
WITHDRAW_REASONS: dict[WithdrawReason, LazyString] = {
    WithdrawReason.CIRCUMSTANCES: lazy_("Hoàn cảnh của tôi thay đổi"),
    WithdrawReason.GIVEN_ELSEWHERE: lazy_("Đã trao ở nơi khác"),
    WithdrawReason.WRONG_ENTRY: lazy_("Tôi ghi nhầm"),
    WithdrawReason.GOODS_UNFIT: lazy_("Hàng không còn dùng được"),
    WithdrawReason.OTHER: lazy_("Lý do khác"),
}
DECLINE_REASONS: dict[DeclineReason, LazyString] = {
    DeclineReason.NO_NEED: lazy_("Hiện chưa có nhu cầu phù hợp"),
    DeclineReason.UNSAFE: lazy_("Không bảo đảm an toàn cho người nhận"),
    DeclineReason.EXPIRES_SOON: lazy_("Hạn sử dụng còn dưới 30 ngày"),
    DeclineReason.NO_ROOM: lazy_("Phường chưa có chỗ bảo quản"),
    DeclineReason.CANNOT_REACH: lazy_("Chưa liên lạc được với nhà hảo tâm"),
    DeclineReason.CONDITION_NOT_ALLOWED: lazy_("Điều kiện kèm theo chưa phù hợp quy định"),
}
RISKS: dict[Risk, LazyString] = {
    Risk.FOOD_EXPIRY: lazy_("Thực phẩm: còn hạn ít nhất 30 ngày, bao bì nguyên vẹn"),
    Risk.WHEELCHAIR_CHECK: lazy_("Xe lăn: kiểm phanh, bánh, đệm và cỡ ghế trước khi nhận"),
    Risk.USED_GOODS: lazy_("Hỏi rõ hàng mới hay đã dùng, xem ảnh hoặc xem tận nơi"),
    Risk.LARGE_VALUE: lazy_("Giá trị từ 100 triệu đồng: gọi lại để xác nhận"),
    Risk.CASH_BY_BANK: lazy_("Tiền từ 5 triệu đồng: đề nghị chuyển khoản để có chứng từ"),
}
TAX_DOUBTS: dict[str, LazyString] = {
    "tax-code-not-digits": lazy_("Mã số thuế thường chỉ gồm chữ số. Hãy kiểm tra lại."),
    "tax-code-wrong-length": lazy_("Mã số thuế có 10, 12 hoặc 13 chữ số. Hãy kiểm tra lại."),
    "tax-code-check-digit": lazy_("Mã số thuế này có vẻ gõ nhầm một số. Hãy kiểm tra lại."),
}
ERRORS: dict[str, LazyString] = {
    "pledge": lazy_("Không tìm thấy cam kết này."),
    "pledge-draft": lazy_("Không tìm thấy bản nháp này. Hãy bắt đầu một cam kết mới."),
    "donor": lazy_("Không tìm thấy nhà hảo tâm này."),
    "donor-has-account": lazy_("Nhà hảo tâm này đã có tài khoản."),
    "draft-is-sent": lazy_("Bản nháp này đã được gửi. Hãy xem trong Cam kết của tôi."),
    "units-out-of-range": lazy_("Số lượng phải là số nguyên từ 1 đến 1.000.000."),
    "value-too-large": lazy_("Giá trị quá lớn. Tổng giá trị phải nhỏ hơn một triệu tỷ đồng."),
    "cash-needs-value": lazy_("Ủng hộ bằng tiền cần ghi số tiền cho mỗi đơn vị."),
    "money-unreadable": lazy_("Hãy ghi số tiền bằng số, ví dụ 500.000 hoặc 1,5 triệu."),
    "money-too-large": lazy_("Số tiền này quá lớn."),
    "window-out-of-order": lazy_("Ngày cuối phải sau ngày đầu."),
    "window-is-over": lazy_("Ngày cuối đã qua. Hãy chọn một ngày từ hôm nay."),
    "window-too-long": lazy_("Thời hạn không được quá hai năm."),
    "pledge-without-lines": lazy_("Cam kết cần ít nhất một khoản."),
    "too-many-lines": lazy_("Một cam kết có nhiều nhất 10 khoản. Hãy lập thêm cam kết khác."),
    "ward-not-among-wards": lazy_("Phường tiếp nhận phải nằm trong các phường đã chọn."),
    "ward-not-receiving": lazy_("Phường này chưa tiếp nhận qua Nhịp Cầu. Hãy chọn phường khác."),
    "money-in-shares": lazy_("Tiền góp làm công trình tính theo phần 100.000 đồng, góp bằng tiền."),
    "kind-not-open": lazy_("Loại hỗ trợ này hiện không nhận cam kết. Hãy chọn loại khác."),
    "programme-closed": lazy_("Chương trình này đã kết thúc hoặc không ở phường đã chọn."),
    "programme-without-kind": lazy_("Chương trình này không nhận loại hỗ trợ đã chọn."),
    "pledge-no-longer-available": lazy_("Khoản này không còn đủ số lượng để ghép."),
    "units-not-reserved": lazy_("Số lượng này không còn được giữ cho nhu cầu."),
    "units-not-in-stock": lazy_("Chưa nhận đủ hàng hoặc tiền để trao số lượng này."),
    "more-than-pledged": lazy_("Số lượng này nhiều hơn phần còn chờ nhận của khoản."),
    "units-below-promised": lazy_(
        "Không thể giảm xuống dưới số đã ghép, đã nhận hoặc đã rút của khoản này."
    ),
    "units-only-grow-before-accepted": lazy_(
        "Phường đã tiếp nhận khoản này, nên số lượng chỉ có thể giảm."
        " Muốn ủng hộ thêm, hãy lập cam kết mới."
    ),
    "not-that-many-free": lazy_(
        "Chỉ rút được phần chưa ghép và chưa nhận. Số này vừa thay đổi, hãy xem lại."
    ),
    "changed-meanwhile": lazy_("Có người vừa thay đổi hồ sơ này. Hãy xem bản mới rồi làm lại."),
    "line-not-offered": lazy_("Khoản này vừa được xử lý hoặc đã rút. Hãy xem lại danh sách."),
    "no-line-chosen": lazy_("Hãy chọn ít nhất một khoản."),
    "contact-needed": lazy_("Hãy ghi thư điện tử hoặc số điện thoại."),
    "email-odd": lazy_("Thư điện tử này chưa đúng, ví dụ đúng: lan@example.com."),
    "phone-odd": lazy_("Số điện thoại này chưa đúng, ví dụ đúng: 0912 345 678."),
    "tax-code-needed": lazy_("Doanh nghiệp cần ghi mã số thuế để biên nhận hợp lệ."),
    "choose-wards": lazy_("Hãy chọn ít nhất một phường."),
    "choose-groups": lazy_("Hãy chọn ít nhất một nhóm."),
    "choose-programme": lazy_("Hãy chọn một chương trình."),
    "no-ward-receives": lazy_("Hiện chưa có phường nào tiếp nhận qua Nhịp Cầu."),
}
AUDIT: dict[str, LazyString] = {
    "register-donor": lazy_("Ghi danh nhà hảo tâm"),
    "change-donor": lazy_("Sửa hồ sơ nhà hảo tâm"),
    "record-pledge": lazy_("Ghi nhận cam kết"),
    "accept-pledge": lazy_("Tiếp nhận cam kết"),
    "decline-pledge": lazy_("Không nhận cam kết"),
    "change-pledge": lazy_("Thay đổi cam kết"),
    "withdraw-pledge": lazy_("Rút cam kết"),
}
