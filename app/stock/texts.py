"""The words of stock: conditions, states, refusals, and deeds for the journal."""

from app.infra.i18n import LazyString, lazy_
from app.stock.rules import Condition, ReceiptState

CONDITIONS: dict[Condition, LazyString] = {
    Condition.NEW: lazy_("Mới, còn nguyên"),
    Condition.USED_GOOD: lazy_("Đã qua sử dụng, còn tốt"),
    Condition.MONEY_SEEN: lazy_("Tiền đã vào tài khoản hoặc quỹ"),
}
STATES: dict[ReceiptState, tuple[str, LazyString]] = {
    ReceiptState.ANNOUNCED: ("waiting", lazy_("Đã hẹn mang đến")),
    ReceiptState.RECEIVED: ("active", lazy_("Đã đến, chưa kiểm")),
    ReceiptState.INSPECTED: ("active", lazy_("Đã kiểm")),
    ReceiptState.STOCKED: ("done", lazy_("Đã nhận đủ")),
    ReceiptState.REFUSED: ("error", lazy_("Không tiếp nhận")),
}
ERRORS: dict[str, LazyString] = {
    "received-in-future": lazy_("Ngày nhận không thể ở tương lai."),
    "received-too-long-ago": lazy_("Ngày nhận đã quá một năm. Hãy kiểm tra lại."),
    "condition-not-for-this": lazy_(
        "Tình trạng không hợp với khoản này: hàng thì kiểm hàng, tiền thì xác nhận tiền đã vào."
    ),
    "food-must-be-new": lazy_("Thực phẩm phải còn nguyên, chưa sử dụng."),
    "food-needs-expiry": lazy_("Nhu yếu phẩm cần ghi hạn sử dụng."),
    "food-expires-soon": lazy_("Thực phẩm phải còn hạn ít nhất 30 ngày kể từ ngày nhận."),
    "goods-expired": lazy_("Hàng đã quá hạn sử dụng vào ngày nhận."),
    "receipt-not-announced": lazy_("Lượt hẹn này đã được nhận hoặc không còn."),
    "receipt": lazy_("Không tìm thấy biên nhận này."),
    "stock-not-enough": lazy_("Kho không còn đủ hàng đạt hạn sử dụng cho lượt giao này."),
    "units-not-handed-over": lazy_("Số lượng này chưa được giao nên không thể nhận lại."),
}
AUDIT: dict[str, LazyString] = {
    "receive-goods": lazy_("Nhận hàng hoặc tiền"),
    "announce-goods": lazy_("Hẹn ngày mang đến"),
}
