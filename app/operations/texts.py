"""The words of operations: what a job is, in the reader's terms."""

from app.infra.i18n import LazyString, lazy_
from app.infra.jobs import JobName

JOBS: dict[str, LazyString] = {
    JobName.CHECK_HOUSEHOLD_IMPORT: lazy_("Kiểm tra tệp danh sách hộ"),
    JobName.COMMIT_HOUSEHOLD_IMPORT: lazy_("Ghi các hộ từ tệp vào sổ"),
    JobName.FOLLOW_CONSENT: lazy_("Cập nhật phiếu công khai theo sự đồng ý của hộ"),
    JobName.REMIND: lazy_("Soạn tin nhắc của một đợt"),
    JobName.REMIND_DAILY: lazy_("Xem hôm nay cần nhắc ai"),
    JobName.REMIND_VISITS: lazy_("Nhắc các hộ có lịch ngày mai"),
    JobName.RUN_MATCHING: lazy_("Tính ghép nối cho phường"),
    JobName.PLACE_PLEDGE: lazy_("Tìm hộ phù hợp cho cam kết mới"),
    JobName.PLACE_NEED: lazy_("Tìm phần còn lại cho nhu cầu gấp mới duyệt"),
    JobName.SPLIT_RUN: lazy_("Chia phần việc ghép nối toàn tỉnh"),
    JobName.SOLVE_SHARD: lazy_("Tính một phần ghép nối toàn tỉnh"),
    JobName.SOLVE_SMALL_SHARD: lazy_("Tính một phần nhỏ của ghép nối toàn tỉnh"),
    JobName.MERGE_RUN: lazy_("Gộp các phần ghép nối toàn tỉnh"),
    JobName.PRICE_RUN: lazy_("Tính xem chia đều trước thì được gì, mất gì"),
    JobName.COMPARE_POLICIES: lazy_("So sánh hai cách ưu tiên"),
    JobName.WITHDRAW_OVERTAKEN: lazy_("Rút các đề xuất đã có đề xuất mới thay"),
    JobName.REQUEST_NIGHTLY_RUNS: lazy_("Yêu cầu ghép nối hằng đêm"),
    JobName.SEND_NOTICE: lazy_("Gửi thông báo"),
    JobName.SEND_PASSWORD_RESET: lazy_("Gửi thư đặt lại mật khẩu"),
    JobName.WRITE_DIGESTS: lazy_("Soạn tin tóm tắt việc mỗi sáng"),
    JobName.SWEEP: lazy_("Dọn dữ liệu hết hạn"),
}

STATES: dict[str, LazyString] = {
    "pending": lazy_("Đang chờ"),
    "again": lazy_("Chưa được, sẽ tự làm lại"),
    "later": lazy_("Chưa tới giờ"),
    "running": lazy_("Đang làm"),
}

# What stopped a job, by the kind of its failure; whatever has no words here gets TROUBLE.
TROUBLE = lazy_("Máy gặp trục trặc chưa rõ. Bấm làm lại; nếu vẫn dừng, xin báo người quản trị.")
_DATABASE_AWAY = lazy_("Kho dữ liệu tạm thời không trả lời. Bấm làm lại.")
FAILURES: dict[str, LazyString] = {
    "worker-died": lazy_("Máy bị ngắt giữa chừng mấy lần liền. Bấm làm lại khi máy đã ổn."),
    "OperationalError": _DATABASE_AWAY,
    "InterfaceError": _DATABASE_AWAY,
    "TimeoutError": _DATABASE_AWAY,
    "DatabaseFault": _DATABASE_AWAY,
    "TryLater": lazy_("Nơi gửi tin chưa nhận tin này sau nhiều lần gửi."),
    "CannotSolve": lazy_("Chưa tính được cách ghép nối. Bấm làm lại; nếu vẫn dừng, báo quản trị."),
    "CannotDecrypt": lazy_("Không mở được dữ liệu đã khoá. Xin báo người quản trị ngay."),
    "MemoryError": lazy_("Máy thiếu bộ nhớ cho việc này. Xin báo người quản trị."),
    "OSError": lazy_("Máy không đọc hoặc ghi được tệp. Xin báo người quản trị."),
}

ERRORS: dict[str, LazyString] = {
    "job": lazy_("Không tìm thấy việc này, hoặc việc này không còn dừng."),
}

AUDIT: dict[str, LazyString] = {"restore-backup": lazy_("Khôi phục từ bản sao lưu")}
