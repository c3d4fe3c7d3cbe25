"""The words of handovers: states, ways to make sure, and why something was refused."""

from app.handovers.rules import AppointmentState, DayState, Method, Receiver
from app.infra.i18n import LazyString, lazy_
from app.notices.texts import STATES as NOTICE_STATES
from app.notices.texts import TASK, TOLD

__all__ = [
    "AUDIT",
    "DAY_STATES",
    "ERRORS",
    "METHODS",
    "NOTICE_STATES",
    "RECEIVERS",
    "STATES",
    "TASK",
    "TOLD",
]

# state -> its words, and the tone of nc_status
DAY_STATES: dict[DayState, tuple[LazyString, str]] = {
    DayState.PLANNED: (lazy_("Sắp diễn ra"), "waiting"),
    DayState.OPEN: (lazy_("Đang trao"), "active"),
    DayState.CLOSED: (lazy_("Đã kết thúc"), "done"),
    DayState.CANCELLED: (lazy_("Đã huỷ"), "neutral"),
}
STATES: dict[AppointmentState, tuple[LazyString, str]] = {
    AppointmentState.INVITED: (lazy_("Đã mời"), "waiting"),
    AppointmentState.CHANGED: (lazy_("Đã báo đổi lịch"), "waiting"),
    AppointmentState.DONE: (lazy_("Đã nhận"), "done"),
    AppointmentState.MISSED: (lazy_("Chưa nhận"), "error"),
    AppointmentState.CANCELLED: (lazy_("Đã huỷ"), "neutral"),
}
RECEIVERS: dict[Receiver, LazyString] = {
    Receiver.HOUSEHOLD: lazy_("Người trong hộ"),
    Receiver.PROXY: lazy_("Người nhận thay"),
}
METHODS: dict[Method, LazyString] = {
    Method.SIGNED_LIST: lazy_("Danh sách có chữ ký"),
    Method.PHONE_CALL: lazy_("Gọi điện hỏi hộ"),
    Method.VISIT: lazy_("Đến thăm hộ"),
}
AUDIT: dict[str, LazyString] = {
    "plan-day": lazy_("Lập buổi trao"),
    "change-day": lazy_("Đổi buổi trao"),
    "cancel-day": lazy_("Huỷ buổi trao"),
    "open-day": lazy_("Bắt đầu buổi trao"),
    "close-day": lazy_("Kết thúc buổi trao"),
    "invite-households": lazy_("Mời các hộ"),
    "cancel-appointment": lazy_("Rút lời mời"),
    "hand-over": lazy_("Trao quà"),
    "take-back": lazy_("Ghi nhận trả lại"),
    "confirm-handover": lazy_("Xác nhận đã trao"),
    "print-signed-list": lazy_("In danh sách ký nhận"),
    "print-posted-list": lazy_("In bản niêm yết"),
    "print-slips": lazy_("In giấy mời"),
}
ERRORS: dict[str, LazyString] = {
    "handover-day": lazy_("Không tìm thấy buổi trao này."),
    "appointment": lazy_("Không tìm thấy lịch hẹn này."),
    "handover": lazy_("Không tìm thấy lần trao này."),
    "no-ward": lazy_("Tài khoản này không thuộc riêng phường nào nên không lập được buổi trao."),
    "day-ends-before-start": lazy_("Giờ kết thúc phải sau giờ bắt đầu."),
    "day-too-long": lazy_("Một buổi trao không quá 14 giờ. Hãy chia thành nhiều buổi."),
    "day-in-the-past": lazy_("Buổi trao này đã qua. Hãy chọn ngày giờ còn ở phía trước."),
    "day-changed-meanwhile": lazy_(
        "Buổi trao này vừa được người khác thay đổi. Hãy tải lại trang rồi làm tiếp."
    ),
    "day-has-handovers": lazy_(
        "Đã có quà được trao trong buổi này nên không huỷ được. Hãy kết thúc buổi trao."
    ),
    "day-not-open": lazy_(
        "Buổi trao này chưa bắt đầu hoặc đã kết thúc. Hãy nhờ cán bộ phường mở buổi trao."
    ),
    "day-has-no-room": lazy_(
        "Buổi này không đủ chỗ: mỗi nửa giờ chỉ mời 25 hộ. Hãy kéo dài giờ hoặc lập thêm buổi."
    ),
    "nobody-invited": lazy_("Chưa có hộ nào đang chờ đến nhận nên không có giấy mời để in."),
    "nobody-chosen": lazy_("Hãy chọn ít nhất một dòng."),
    "allocation-gone": lazy_(
        "Có phần quà vừa được thu hồi hoặc đã trao. Hãy tải lại danh sách rồi chọn lại."
    ),
    "already-invited": lazy_("Có hộ vừa được người khác mời. Hãy tải lại danh sách rồi chọn lại."),
    "appointment-over": lazy_("Lịch hẹn này đã xong nên không rút lời mời được nữa."),
    "nothing-chosen": lazy_("Hãy chọn phần quà trao cho hộ."),
    "proxy-not-named": lazy_("Hãy ghi tên người nhận thay và quan hệ với hộ."),
    "one-household-at-a-time": lazy_("Mỗi lần chỉ trao cho một hộ."),
    "goods-not-in": lazy_(
        "Hàng hoặc tiền của cam kết %(pledge)s chưa vào kho đủ nên chưa trao được."
        " Hãy nhờ cán bộ phường ghi nhận tiếp nhận rồi thử lại."
    ),
    "handed-over-already": lazy_("Phần quà này vừa được trao hoặc vừa bị thu hồi."),
    "handover-over": lazy_("Lần trao này đã được xác nhận hoặc đã được trả lại."),
    "confirmer-handed-over": lazy_(
        "Người đã trao không tự xác nhận được. Hãy nhờ một người khác xác nhận phần này."
    ),
    "confirmed-already": lazy_(
        "Có phần vừa được người khác xác nhận hoặc trả lại. Hãy tải lại danh sách."
    ),
    "reason-needed": lazy_("Hãy ghi lý do."),
    "reason-too-long": lazy_("Lý do dài quá 500 chữ. Hãy viết ngắn hơn."),
}
