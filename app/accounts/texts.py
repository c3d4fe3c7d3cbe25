"""The words of accounts: roles, and why something was refused."""

from app.accounts.rules import Role
from app.infra.i18n import LazyString, lazy_

ROLES: dict[Role, LazyString] = {
    Role.DONOR: lazy_("Nhà hảo tâm"),
    Role.DONOR_ADMIN: lazy_("Người phụ trách của doanh nghiệp"),
    Role.GROUP_LEADER: lazy_("Tổ trưởng tổ dân phố"),
    Role.WARD_OFFICER: lazy_("Cán bộ phường"),
    Role.WARD_APPROVER: lazy_("Lãnh đạo duyệt"),
    Role.PROVINCE_OFFICER: lazy_("Cán bộ tỉnh"),
    Role.VOLUNTEER: lazy_("Tình nguyện viên"),
    Role.EVENT_LEAD: lazy_("Trưởng nhóm trao quà"),
    Role.INSPECTOR: lazy_("Thành viên đoàn kiểm tra"),
    Role.AUDITOR: lazy_("Kiểm toán"),
    Role.SYSTEM_ADMIN: lazy_("Quản trị hệ thống"),
}

ERRORS: dict[str, LazyString] = {
    "account-exists": lazy_(
        "Thư điện tử hoặc số điện thoại này đã có tài khoản. Hãy đăng nhập, hoặc đặt lại mật khẩu."
    ),
    "wrong-name-or-password": lazy_(
        "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy thử lại, hoặc đặt lại mật khẩu."
        " Mới đăng ký? Hãy mở liên kết trong thư xác nhận trước."
    ),
    "too-many-tries": lazy_(
        "Đã thử quá nhiều lần. Hãy đợi một phút rồi thử lại, hoặc đặt lại mật khẩu qua thư."
    ),
    "too-many-signing-in": lazy_("Nhiều người đang đăng nhập cùng lúc. Hãy thử lại sau vài giây."),
    "no-role": lazy_(
        "Tài khoản này hiện không có vai trò nào còn hạn. Hãy liên hệ phường để được gia hạn."
    ),
    "no-role-for-oneself": lazy_("Không thể tự giao vai trò cho chính mình."),
    "incompatible-roles": lazy_(
        "Người này đang giữ vai trò phải do người khác đảm nhiệm trong cùng một nơi."
    ),
    "reset-link-ended": lazy_(
        "Liên kết đặt mật khẩu này đã dùng hoặc đã quá hạn. Hãy yêu cầu liên kết mới."
    ),
    "confirm-link-ended": lazy_(
        "Liên kết xác nhận này đã dùng hoặc đã quá hạn. Hãy thử đăng nhập, hoặc đăng ký lại."
    ),
    "password-too-short": lazy_(
        "Mật khẩu quá ngắn. Hãy dùng một câu dễ nhớ: ít nhất 12 ký tự, với cán bộ là 15."
    ),
    "password-too-long": lazy_("Mật khẩu không được dài quá 128 ký tự."),
    "password-too-common": lazy_(
        "Mật khẩu này dễ đoán. Hãy ghép vài từ không liên quan, tránh tên mình và tên phường."
    ),
    "passwords-differ": lazy_("Hai lần nhập mật khẩu chưa giống nhau."),
    "email-odd": lazy_("Thư điện tử này chưa đúng. Ví dụ: ten@phuong.example."),
    "place-of-role": lazy_("Vai trò này không dành cho nơi đã chọn. Hãy xem lại hai mục."),
    "group-of-role": lazy_("Tổ trưởng cần một tổ đang hoạt động của phường này. Hãy nhập tên tổ."),
    "proposed-already": lazy_("Người này đã có một đề nghị đang chờ đồng ý."),
    "decided-already": lazy_("Đề nghị này đã được quyết định rồi."),
    "second-person-needed": lazy_("Việc này cần một người thứ hai: không phải người đề nghị."),
    "not-oneself": lazy_("Không thể tự tạm ngừng tài khoản của chính mình."),
    "suspended-already": lazy_("Tài khoản này không còn vai trò nào đang hiệu lực."),
    "staff-member": lazy_("Không tìm thấy người này."),
    "account-proposal": lazy_("Không tìm thấy đề nghị này."),
    "code-wrong": lazy_("Mã chưa đúng hoặc đã dùng rồi. Hãy đợi mã mới rồi nhập lại."),
    "too-many-codes": lazy_("Đã thử quá nhiều mã. Hãy đợi mười phút rồi thử lại."),
    "factor-on": lazy_("Xác nhận hai bước đã bật cho tài khoản này."),
    "no-factor": lazy_("Người này chưa bật xác nhận hai bước, hoặc không còn vai trò nào."),
    "sign-in-again": lazy_("Lần đăng nhập này đã hết hạn. Hãy đăng nhập lại."),
    "page": lazy_("Không tìm thấy trang này."),
    "role": lazy_("Vai trò này không còn hạn. Hãy chọn vai trò khác."),
}
