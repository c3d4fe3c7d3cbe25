"""The words of needs."""

from app.infra.i18n import LazyString, lazy_
from app.needs.rules import NeedState, SafeLabel

STATES: dict[str, LazyString] = {
    NeedState.DRAFT: lazy_("Bản nháp"),
    NeedState.SUBMITTED: lazy_("Chờ xác minh"),
    NeedState.VERIFIED: lazy_("Chờ duyệt"),
    NeedState.APPROVED: lazy_("Đang cần"),
    NeedState.CLOSED: lazy_("Đã nhận đủ"),
    NeedState.REJECTED: lazy_("Không duyệt"),
    NeedState.SUSPENDED: lazy_("Tạm dừng"),
    NeedState.EXPIRED: lazy_("Quá hạn"),
    NeedState.WITHDRAWN: lazy_("Đã rút"),
}
TONES: dict[str, str] = {
    NeedState.DRAFT: "neutral",
    NeedState.SUBMITTED: "waiting",
    NeedState.VERIFIED: "waiting",
    NeedState.APPROVED: "active",
    NeedState.CLOSED: "done",
    NeedState.REJECTED: "error",
    NeedState.SUSPENDED: "neutral",
    NeedState.EXPIRED: "neutral",
    NeedState.WITHDRAWN: "neutral",
}
URGENCIES: tuple[LazyString, ...] = (
    lazy_("Bình thường"),
    lazy_("Nên sớm"),
    lazy_("Gấp"),
    lazy_("Rất gấp, trong 24 giờ"),
)
# Words for the public: what the household is, said with respect.
LABELS: dict[str, LazyString] = {
    SafeLabel.POOR: lazy_("Hộ nghèo"),
    SafeLabel.NEAR_POOR: lazy_("Hộ cận nghèo"),
    SafeLabel.NEWLY_ESCAPED: lazy_("Hộ mới thoát nghèo"),
    SafeLabel.HARDSHIP: lazy_("Hộ có hoàn cảnh khó khăn"),
    SafeLabel.POLICY: lazy_("Gia đình chính sách"),
    SafeLabel.LONELY_ELDERLY: lazy_("Người cao tuổi cô đơn"),
    SafeLabel.ELDERLY: lazy_("Người cao tuổi"),
    SafeLabel.DISABILITY: lazy_("Gia đình có người khuyết tật"),
    SafeLabel.CHILD: lazy_("Trẻ em có hoàn cảnh đặc biệt"),
    SafeLabel.AGENT_ORANGE: lazy_("Gia đình có nạn nhân chất độc da cam"),
}
ANY_LABEL = lazy_("Một hộ trong phường")

ERRORS: dict[str, LazyString] = {
    "need": lazy_("Không tìm thấy nhu cầu này."),
    "card": lazy_("Không tìm thấy phiếu nhu cầu này. Có thể phiếu đã được gỡ xuống."),
    "need-units-out-of-range": lazy_("Số lượng phải từ 1 đến %(most)s."),
    "need-cost-out-of-range": lazy_("Chi phí phải là số đồng không âm, dưới 1.000 tỷ."),
    "need-deadline-before-start": lazy_("Hạn chót phải sau ngày bắt đầu."),
    "need-story-too-long": lazy_("Hoàn cảnh viết gọn trong 300 ký tự."),
    "need-asked-already": lazy_(
        "Hộ này đang có nhu cầu %(need)s cùng loại. Hãy mở nhu cầu đó để xem hoặc sửa."
    ),
    "household-not-active": lazy_("Hộ này đã chuyển đi hoặc đã gộp vào hộ khác."),
    "no-need-chosen": lazy_("Chưa chọn nhu cầu nào. Hãy đánh dấu ít nhất một dòng."),
    "too-many-needs": lazy_("Mỗi lần chỉ xử lý được %(most)s nhu cầu. Hãy chọn bớt."),
    "need-changed-meanwhile": lazy_(
        "Người khác vừa sửa nhu cầu này. Hãy xem bản mới rồi sửa lại phần của mình."
    ),
    "need-state-changed": lazy_("Nhu cầu này vừa được người khác xử lý. Hãy tải lại trang."),
    "need-no-longer-open": lazy_("Nhu cầu này đã đủ hoặc đã đóng."),
    "need-already-handed": lazy_("Phần này đã trao rồi nên không thể bỏ cam kết."),
    "need-handed-beyond-covered": lazy_("Không thể trao quá số đã phân bổ cho hộ."),
    "need-has-promises": lazy_(
        "Đã có quà được phân bổ cho nhu cầu này. Hãy bỏ phân bổ trước khi rút nhu cầu."
    ),
    "own-work": lazy_(
        "Hồ sơ này do chính anh/chị lập hoặc xác minh, nên phải do người khác làm bước này."
    ),
    "standing-needed": lazy_(
        "Hộ chưa có hoàn cảnh nào được duyệt và còn hạn. Hãy xác minh và duyệt hoàn cảnh trước."
    ),
    "evidence-missing": lazy_("Chưa đủ giấy tờ hoặc căn cứ cho loại hỗ trợ này. Hãy bổ sung."),
    "referred": lazy_(
        "Trường hợp này cần cán bộ y tế khám trước, chưa ghép ngay được. Hãy chuyển trạm y tế."
    ),
}
AUDIT: dict[str, LazyString] = {
    "register-need": lazy_("Ghi nhận nhu cầu"),
    "change-need": lazy_("Sửa nhu cầu"),
    "submit-need": lazy_("Gửi nhu cầu để xác minh"),
    "verify-need": lazy_("Xác minh nhu cầu"),
    "approve-need": lazy_("Duyệt nhu cầu"),
    "reject-need": lazy_("Không duyệt nhu cầu"),
    "return-need": lazy_("Trả lại nhu cầu để bổ sung"),
    "suspend-need": lazy_("Tạm dừng nhu cầu"),
    "resume-need": lazy_("Mở lại nhu cầu"),
    "withdraw-need": lazy_("Rút nhu cầu"),
    "expire-need": lazy_("Nhu cầu quá hạn"),
}
IDENTIFYING: dict[str, LazyString] = {
    "story-has-phone": lazy_("Hoàn cảnh có số điện thoại, nên sẽ không hiện trên phiếu công khai."),
    "story-has-number": lazy_("Hoàn cảnh có dãy số dài, nên sẽ không hiện trên phiếu công khai."),
    "story-has-contact": lazy_(
        "Hoàn cảnh có thư điện tử hoặc trang mạng, nên sẽ không hiện trên phiếu công khai."
    ),
    "story-has-address": lazy_("Hoàn cảnh có địa chỉ, nên sẽ không hiện trên phiếu công khai."),
    "story-has-name": lazy_("Hoàn cảnh có tên người, nên sẽ không hiện trên phiếu công khai."),
}

STILL_HELD = lazy_("%(n)s nhu cầu đã có quà được duyệt: xin trao trước khi hộ đi, hoặc thu hồi.")
