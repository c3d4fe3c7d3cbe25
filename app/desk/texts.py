"""The words of the desk: each queue as a task, and the page that does it."""

from app.accounts.rules import Role
from app.desk.rules import Queue
from app.infra.i18n import LazyString, lazy_

TASKS: dict[Queue, tuple[LazyString, str, dict[str, str]]] = {
    Queue.STANDINGS_TO_VERIFY: (
        lazy_("Hoàn cảnh chờ xác minh"),
        "households.queue",
        {"state": "submitted"},
    ),
    Queue.STANDINGS_TO_APPROVE: (
        lazy_("Hoàn cảnh chờ duyệt"),
        "households.queue",
        {"state": "verified"},
    ),
    Queue.MERGES_TO_DECIDE: (lazy_("Đề nghị gộp hộ chờ duyệt"), "matching.merges", {}),
    Queue.NEEDS_TO_VERIFY: (lazy_("Nhu cầu chờ xác minh"), "needs.index", {"state": "submitted"}),
    Queue.NEEDS_TO_APPROVE: (lazy_("Nhu cầu chờ duyệt"), "needs.index", {"state": "verified"}),
    Queue.NEEDS_RETURNED: (lazy_("Nhu cầu cần bổ sung"), "needs.index", {"state": "draft"}),
    Queue.OFFERS_TO_VET: (lazy_("Cam kết chờ nhận lời"), "pledges.queue", {}),
    Queue.PROPOSALS_TO_DECIDE: (lazy_("Đề xuất ghép nối chờ quyết định"), "matching.proposals", {}),
    Queue.ALLOCATIONS_TO_INVITE: (lazy_("Phần quà chờ mời hộ đến nhận"), "handovers.index", {}),
    Queue.HANDOVERS_TO_CONFIRM: (lazy_("Lần trao chờ xác nhận"), "handovers.to_confirm", {}),
    Queue.DAYS_TO_COME: (lazy_("Buổi trao đang và sắp diễn ra"), "handovers.index", {}),
    Queue.IMPORTS_TO_COMMIT: (lazy_("Tệp danh sách hộ chờ ghi sổ"), "households.imports", {}),
    Queue.CALLS_TO_MAKE: (lazy_("Bà con cần gọi"), "notices.calls", {}),
    Queue.NOTICES_TO_MIND: (lazy_("Thông báo cần người xử lý"), "notices.index", {}),
    Queue.WARD_JOBS_FAILED: (lazy_("Việc nền đã dừng, cần xem lại"), "operations.jobs", {}),
    Queue.GIFTS_TO_BRING: (lazy_("Cam kết đã ghép, chờ quý vị chuyển tới"), "pledges.mine", {}),
    Queue.CAMPAIGNS_TO_AGREE: (lazy_("Đợt nhắc chờ đồng ý"), "campaigns.index", {}),
    Queue.CAMPAIGNS_FOR_PROVINCE: (lazy_("Đợt nhắc chờ tỉnh đồng ý"), "campaigns.index", {}),
    Queue.CAMPAIGNS_DECLINED: (lazy_("Đợt nhắc không được đồng ý"), "campaigns.index", {}),
    Queue.POLICIES_TO_APPROVE: (lazy_("Chính sách ghép nối chờ duyệt"), "matching.policies", {}),
    Queue.ACCOUNTS_TO_AGREE: (lazy_("Tài khoản, vai trò chờ đồng ý"), "accounts.staff", {}),
    Queue.CHANNELS_PAUSED: (lazy_("Kênh gửi tin đang tạm dừng"), "notices.channels", {}),
    Queue.JOBS_FAILED: (lazy_("Việc nền đã dừng, cần xem lại"), "operations.jobs", {}),
}

# What each role came for, also on a day on which nothing waits: words, page, icon.
DOORS: dict[Role, tuple[LazyString, str, str]] = {
    Role.GROUP_LEADER: (lazy_("Xem các hộ trong tổ"), "households.index", "home"),
    Role.VOLUNTEER: (lazy_("Mở buổi trao"), "handovers.index", "gift"),
    Role.EVENT_LEAD: (lazy_("Mở buổi trao"), "handovers.index", "gift"),
    Role.PROVINCE_OFFICER: (lazy_("Xem số liệu của các phường"), "reports.index", "chart-bar"),
    Role.INSPECTOR: (lazy_("Xem số liệu, truy đến từng dòng"), "reports.index", "chart-bar"),
    Role.WARD_APPROVER: (lazy_("Xem ai đang làm việc ở đây"), "accounts.staff", "users"),
    Role.SYSTEM_ADMIN: (lazy_("Xem tài khoản cán bộ"), "accounts.staff", "users"),
    Role.AUDITOR: (lazy_("Đọc nhật ký"), "audit.index", "eye"),
}
