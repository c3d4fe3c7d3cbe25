"""The words of the audit: deeds, as a reader would say them."""

from app.infra.i18n import LazyString, lazy_

AUDIT: dict[str, LazyString] = {
    "see-names": lazy_("Xem danh sách có tên hộ"),
    "open-account": lazy_("Mở tài khoản"),
    "grant-role": lazy_("Giao vai trò"),
    "sign-in": lazy_("Đăng nhập"),
    "sign-out": lazy_("Đăng xuất"),
    "switch-role": lazy_("Đổi vai trò"),
    "request-reset": lazy_("Xin đặt lại mật khẩu"),
    "set-password": lazy_("Đặt mật khẩu mới"),
    "propose-account": lazy_("Đề nghị tài khoản, vai trò"),
    "agree-account": lazy_("Đồng ý tài khoản, vai trò"),
    "decline-account": lazy_("Không đồng ý tài khoản, vai trò"),
    "suspend-account": lazy_("Tạm ngừng tài khoản"),
    "second-factor-on": lazy_("Bật xác nhận hai bước cho tài khoản"),
    "recovery-code-used": lazy_("Đăng nhập bằng mã dự phòng"),
    "confirm-email": lazy_("Xác nhận thư điện tử"),
    "export-report": lazy_("Xuất báo cáo"),
}
