"""What the states of runs, proposals and allocations are called, each with its tone; and deeds."""

from app.infra.i18n import LazyString, lazy_

RUN_STATES: dict[str, tuple[str, LazyString]] = {
    "pending": ("waiting", lazy_("Đang chờ chạy")),
    "running": ("active", lazy_("Đang tính")),
    "ready": ("done", lazy_("Đang dùng")),
    "failed": ("error", lazy_("Không hoàn thành")),
    "superseded": ("neutral", lazy_("Đã có lượt mới hơn")),
    "cancelled": ("neutral", lazy_("Đã hủy")),
}
SHARD_STATES: dict[str, tuple[str, LazyString]] = {
    "waiting": ("waiting", lazy_("Đang chờ")),
    "running": ("active", lazy_("Đang tính")),
    "done": ("done", lazy_("Đã xong")),
    "failed": ("error", lazy_("Không hoàn thành")),
}
TRIGGERS: dict[str, LazyString] = {
    "pledge": lazy_("Có cam kết mới"),
    "need": lazy_("Có nhu cầu gấp mới"),
    "ward": lazy_("Cán bộ yêu cầu"),
    "nightly": lazy_("Hệ thống tự chạy"),
    "province": lazy_("Chạy cho cả tỉnh"),
}
PROPOSAL_STATES: dict[str, tuple[str, LazyString]] = {
    "proposed": ("waiting", lazy_("Chờ quyết định")),
    "accepted": ("done", lazy_("Đã duyệt")),
    "declined": ("neutral", lazy_("Không chọn")),
    "superseded": ("neutral", lazy_("Đã thay bằng đề xuất mới")),
    "expired": ("neutral", lazy_("Đã hết hạn")),
}
ALLOCATION_STATES: dict[str, tuple[str, LazyString]] = {
    "approved": ("active", lazy_("Đã phân bổ")),
    "ready": ("active", lazy_("Sẵn sàng trao")),
    "part-handed": ("active", lazy_("Đã trao một phần")),
    "handed": ("waiting", lazy_("Đã trao, chờ xác nhận")),
    "confirmed": ("done", lazy_("Đã xác nhận")),
    "released": ("neutral", lazy_("Đã thu hồi")),
    "disputed": ("error", lazy_("Đang kiểm tra lại")),
    "reversed": ("neutral", lazy_("Đã hoàn lại")),
}
FAILURES: dict[str, LazyString] = {
    "newer-run": lazy_("Đã có người yêu cầu một lượt mới hơn cho cả tỉnh, nên lượt này dừng."),
    "merge-broken": lazy_("Các phần không khớp nhau nên không dùng. Đề xuất cũ vẫn giữ nguyên."),
    "cannot-solve": lazy_("Bộ giải không tìm được kết quả. Đề xuất cũ vẫn giữ nguyên."),
    "worker-gave-up": lazy_("Máy đã thử nhiều lần mà không xong. Đề xuất cũ vẫn giữ nguyên."),
    "not-certified": lazy_(
        "Kết quả chưa được chứng minh là tốt nhất nên không dùng. Đề xuất cũ vẫn giữ nguyên."
    ),
}
COMPARISON_FAILURES: dict[str, LazyString] = {
    "cancelled": lazy_("Đã dừng theo yêu cầu; không có kết quả nào được giữ."),
    "past-forgotten": lazy_("Lượt cũ đã quá hạn lưu nên không tính lại được nữa."),
    "cannot-solve": lazy_("Bộ giải không tìm được kết quả theo một trong hai bản."),
}
AUDIT: dict[str, LazyString] = {
    "request-run": lazy_("Yêu cầu một lượt ghép nối"),
    "restart-run": lazy_("Cho máy làm lại một lượt ghép nối"),
    "restart-comparison": lazy_("Cho máy tính thử lại"),
    "begin-nights": lazy_("Cho ghép nối cả tỉnh mỗi đêm"),
    "end-nights": lazy_("Thôi ghép nối cả tỉnh mỗi đêm"),
    "finish-run": lazy_("Hoàn thành lượt ghép nối"),
    "fail-run": lazy_("Lượt ghép nối không hoàn thành"),
    "cancel-run": lazy_("Hủy một lượt ghép nối"),
    "view-proposals": lazy_("Xem danh sách đề xuất ghép nối"),
    "view-proposal": lazy_("Xem một đề xuất ghép nối"),
    "view-reasons": lazy_("Xem lý do ghép nối"),
    "put-proposal-forward": lazy_("Trình đề xuất ghép nối"),
    "override-proposal": lazy_("Thay đổi đề xuất ghép nối"),
    "accept-proposal": lazy_("Duyệt đề xuất ghép nối"),
    "decline-proposal": lazy_("Không chọn đề xuất ghép nối"),
    "release-allocation": lazy_("Thu hồi phân bổ"),
    "propose-policy": lazy_("Đề nghị bản chính sách ghép nối"),
    "withdraw-proposal": lazy_("Rút đề xuất vì nơi khác đã nhận trước"),
    "open-ballot": lazy_("Mở phiếu lấy ý kiến về chính sách"),
    "cast-vote": lazy_("Bỏ phiếu lấy ý kiến"),
    "enter-ballot-paper": lazy_("Ghi phiếu theo biên bản của một tổ chức"),
    "remove-ballot-paper": lazy_("Bỏ phiếu ghi theo biên bản"),
    "count-ballot": lazy_("Kiểm phiếu lấy ý kiến"),
    "compare-policies": lazy_("Tính thử một bản chính sách"),
    "cancel-comparison": lazy_("Dừng tính thử một bản chính sách"),
    "approve-policy": lazy_("Duyệt bản chính sách ghép nối"),
    "hand-over": lazy_("Trao quà"),
    "take-back": lazy_("Ghi nhận trả lại"),
    "confirm-handover": lazy_("Xác nhận đã trao"),
}

# What has to be settled before two households become one; each names what to do.
STOPS: dict[str, LazyString] = {
    "needs-twice": lazy_(
        "Hai hộ cùng đang có nhu cầu “%(kind)s” (%(kept)s và %(closed)s). Hãy rút một nhu cầu."
    ),
    "needs-promised": lazy_(
        "Cả hai nhu cầu “%(kind)s” (%(kept)s và %(closed)s) đã có quà được phân bổ. "
        "Hãy thu hồi một phân bổ rồi rút nhu cầu đó."
    ),
    "gift-twice": lazy_(
        "Hai hộ cùng được phân bổ quà của một chương trình mỗi hộ một lần. Hãy thu hồi một phân bổ."
    ),
    "classes-differ": lazy_(
        "Hai hộ đang thuộc hai diện khác nhau (nghèo, cận nghèo…). Hãy kết thúc diện không đúng."
    ),
}
