"""What the states of runs, proposals and allocations are called, each with its tone."""

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
    "need": lazy_("Có nhu cầu mới"),
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
