"""The words of operations: what a job is, in the reader's terms."""

from app.infra.i18n import LazyString, lazy_
from app.infra.jobs import JobName

JOBS: dict[str, LazyString] = {
    JobName.CHECK_HOUSEHOLD_IMPORT: lazy_("Kiểm tra tệp danh sách hộ"),
    JobName.COMMIT_HOUSEHOLD_IMPORT: lazy_("Ghi các hộ từ tệp vào sổ"),
    JobName.FOLLOW_CONSENT: lazy_("Cập nhật phiếu công khai theo sự đồng ý của hộ"),
    JobName.REMIND: lazy_("Soạn tin nhắc của một đợt"),
    JobName.REMIND_DAILY: lazy_("Xem hôm nay cần nhắc ai"),
    JobName.RUN_MATCHING: lazy_("Tính ghép nối cho phường"),
    JobName.PLACE_PLEDGE: lazy_("Tìm hộ phù hợp cho cam kết mới"),
    JobName.REQUEST_NIGHTLY_RUNS: lazy_("Yêu cầu ghép nối hằng đêm"),
    JobName.SEND_NOTICE: lazy_("Gửi thông báo"),
    JobName.SEND_PASSWORD_RESET: lazy_("Gửi thư đặt lại mật khẩu"),
    JobName.SWEEP: lazy_("Dọn dữ liệu hết hạn"),
}

STATES: dict[str, LazyString] = {
    "pending": lazy_("Đang chờ"),
    "running": lazy_("Đang làm"),
    "dead": lazy_("Đã dừng sau nhiều lần thử"),
}

ERRORS: dict[str, LazyString] = {
    "job": lazy_("Không tìm thấy việc này, hoặc việc này không còn dừng."),
}

AUDIT: dict[str, LazyString] = {"restore-backup": lazy_("Khôi phục từ bản sao lưu")}
