"""The words of notices: states, channels, moments, and why something was refused."""

from app.infra.i18n import LazyString, lazy_
from app.notices.own_words import Fault, Moment, Piece
from app.notices.rules import Channel, NoticeState, Outcome, RecipientKind, Rung, Template, Topic

# state -> its words, and the tone of nc_status
STATES: dict[NoticeState, tuple[LazyString, str]] = {
    NoticeState.QUEUED: (lazy_("Chờ gửi"), "waiting"),
    NoticeState.SENDING: (lazy_("Đang gửi"), "active"),
    NoticeState.SENT: (lazy_("Đã gửi"), "done"),
    NoticeState.DELIVERED: (lazy_("Đã đến nơi"), "done"),
    NoticeState.FAILED: (lazy_("Không gửi được"), "error"),
    NoticeState.UNCERTAIN: (lazy_("Chưa rõ đã đến hay chưa"), "waiting"),
    NoticeState.ABANDONED: (lazy_("Thôi gửi, đã báo cách khác"), "neutral"),
    NoticeState.HELD: (lazy_("Tạm giữ"), "waiting"),
    NoticeState.SKIPPED: (lazy_("Không gửi nữa"), "neutral"),
}
# What staff tell by voice or paper, as the person has no channel: still to do, and done.
TASK = (lazy_("Cần báo trực tiếp"), "waiting")
TOLD = (lazy_("Đã báo trực tiếp"), "done")
IN_PERSON = lazy_("Giấy mời hoặc báo miệng")

CHANNELS: dict[Channel, LazyString] = {
    Channel.EMAIL: lazy_("Thư điện tử"),
    Channel.SMS: lazy_("Tin nhắn SMS"),
    Channel.ZALO: lazy_("Zalo"),
    Channel.IN_APP: lazy_("Hộp thông báo"),
}

RECIPIENTS: dict[RecipientKind, LazyString] = {
    RecipientKind.ACCOUNT: lazy_("Cán bộ"),
    RecipientKind.DONOR: lazy_("Nhà hảo tâm"),
    RecipientKind.HOUSEHOLD: lazy_("Hộ gia đình"),
    RecipientKind.HOLDER: lazy_("Người trong danh sách"),
}

MOMENTS: dict[Template, LazyString] = {
    Template.PLEDGE_ACCEPTED: lazy_("Cam kết đã được nhận"),
    Template.MATCH_FOUND: lazy_("Cam kết đã ghép với nhu cầu"),
    Template.INVITATION: lazy_("Mời đến nhận quà"),
    Template.APPOINTMENT_CHANGED: lazy_("Đổi lịch nhận quà"),
    Template.APPOINTMENT_REMINDER: lazy_("Nhắc lịch nhận quà ngày mai"),
    Template.GIFT_RECEIVED: lazy_("Phường đã nhận quà ủng hộ"),
    Template.HANDED_OVER: lazy_("Quà đã trao xong"),
    Template.CORRECTION_ASKED: lazy_("Hồ sơ cần bổ sung"),
    Template.PASSWORD_RESET: lazy_("Đặt lại mật khẩu"),
    Template.EMAIL_CONFIRM: lazy_("Xác nhận thư điện tử"),
    Template.EMAIL_KNOWN: lazy_("Đã có tài khoản với thư điện tử này"),
    Template.ACCOUNT_OPENED: lazy_("Tài khoản mới"),
    Template.INSURANCE_RENEWAL: lazy_("Nhắc gia hạn thẻ BHYT"),
    Template.DIGEST: lazy_("Việc đang chờ, tóm tắt buổi sáng"),
}

MOMENTS_OF_WORDS: dict[Moment, LazyString] = {
    Moment.APPOINTMENT_CANCELLED: lazy_("Hoãn buổi nhận quà"),
    **{m: MOMENTS[Template(m.value)] for m in Moment if m.value in set(Template)},
    **{m: MOMENTS[m.template] for m in Moment if m.piece is not Piece.SMS},
}
PIECES: dict[Piece, LazyString] = {
    Piece.SMS: lazy_("tin nhắn SMS"),
    Piece.SUBJECT: lazy_("tiêu đề thư"),
    Piece.OPENING: lazy_("lời mở đầu thư"),
}
LANGUAGES = {"vi": lazy_("tiếng Việt"), "en": lazy_("tiếng Anh")}
BLANKS: dict[str, LazyString] = {
    "ten": lazy_("tên người nhận tin"),
    "gio": lazy_("giờ"),
    "ngay": lazy_("ngày"),
    "dia_diem": lazy_("nơi nhận"),
    "ma": lazy_("mã"),
    "ma_ck": lazy_("mã cam kết"),
    "qua": lazy_("quà hoặc số tiền đã nhận"),
    "so": lazy_("số biên nhận"),
    "link": lazy_("đường dẫn đến trang của người nhận"),
    "phuong": lazy_("tên phường, xã"),
    "sdt": lazy_("số điện thoại của phường"),
}
# What a Zalo template is filled with, by the names that our side gives.
FACTS: dict[str, LazyString] = {
    "name": BLANKS["ten"],
    "code": BLANKS["ma"],
    "at": lazy_("giờ và ngày"),
    "on": BLANKS["ngay"],
    "place": BLANKS["dia_diem"],
    "ward": BLANKS["phuong"],
    "phone": BLANKS["sdt"],
}
WORD_FAULTS: dict[str, LazyString] = {
    "blank-missing": lazy_("Thiếu ô %(what)s: người nhận cần biết điều này."),
    "blank-unknown": lazy_("Không có ô %(what)s cho tin này."),
    "brace-alone": lazy_("Dấu ngoặc nhọn chỉ dùng cho các ô, viết như {ma}."),
    "link-foreign": lazy_("Bỏ đường dẫn %(what)s: tin chỉ được dẫn đến trang này."),
    "word-sensitive": lazy_("Bỏ chữ “%(what)s”: tin nhắn không nói hoàn cảnh hay giấy tờ của ai."),
    "amount-told": lazy_("Bỏ số tiền “%(what)s”: tin đến hộ không nói số tiền."),
    "subject-too-long": lazy_("Tiêu đề dài quá 120 ký tự. Hãy viết gọn hơn."),
    "too-long": lazy_("Dài quá ba phần tin nhắn. Hãy viết gọn hơn."),
}


def words_title(moment: Moment, language: str) -> str:
    """Which words these are, for a heading: what happened, which piece of a letter, the tongue."""
    title = str(MOMENTS_OF_WORDS[moment])
    if moment.piece is not Piece.SMS:
        title = f"{title}, {PIECES[moment.piece]}"
    return f"{title} ({LANGUAGES[language]})"


def fault_words(fault: Fault) -> str:
    """What is wrong with words, in a sentence that says what to do."""
    words = str(WORD_FAULTS[fault.code])
    return words % {"what": fault.what} if fault.what else words


TOPICS: dict[Topic, LazyString] = {
    Topic.PLEDGES: lazy_("Tin về cam kết ủng hộ của tôi"),
    Topic.VISITS: lazy_("Tin mời nhận quà, đổi lịch, nhắc lịch"),
    Topic.INSURANCE: lazy_("Tin nhắc gia hạn thẻ BHYT"),
    Topic.DIGEST: lazy_("Tin tóm tắt việc mỗi sáng"),
}

PROBLEMS: dict[str, LazyString] = {
    "paused-by-person": lazy_("Một người của phường đã cho tạm dừng."),
    "worker-died": lazy_("Máy dừng giữa lúc gửi."),
    "no-balance": lazy_("Tài khoản gửi tin đã hết tiền."),
    "token-refused": lazy_("Zalo không nhận mã truy cập. Cần người quản trị nhập mã mới."),
    "token-not-renewed": lazy_("Chưa đổi được mã truy cập Zalo, hệ thống sẽ tự thử lại."),
    "provider-key-wrong": lazy_("Nơi gửi tin không nhận khoá của phường."),
    "provider-account": lazy_("Nơi gửi tin không nhận tài khoản của phường."),
    "sender-name-wrong": lazy_("Tên người gửi chưa được nơi gửi tin chấp nhận."),
    "template-refused": lazy_("Nơi gửi tin không chấp nhận mẫu tin này."),
    "template-not-registered": lazy_("Mẫu tin này chưa được đăng ký với Zalo."),
    "parameter-too-long": lazy_("Một nội dung điền vào mẫu tin dài quá."),
    "number-without-zalo": lazy_("Số này không có Zalo hoặc không nhận được."),
    "network-not-served": lazy_("Nơi gửi tin không phục vụ mạng của số này."),
    "person-refused": lazy_("Người nhận đã từ chối nhận tin."),
    "quota-used-up": lazy_("Hết số tin được gửi trong ngày, sẽ gửi tiếp hôm sau."),
    "too-many-at-once": lazy_("Gửi quá nhanh, hệ thống sẽ tự gửi lại."),
    "not-at-night": lazy_("Zalo không gửi ban đêm, sẽ gửi vào buổi sáng."),
    "refused-by-provider": lazy_("Nơi gửi tin từ chối tin này."),
    "server-trouble": lazy_("Nơi gửi tin đang trục trặc, hệ thống sẽ tự gửi lại."),
    "odd-answer": lazy_("Nơi gửi tin trả lời không rõ."),
    "no-answer": lazy_("Nhà mạng nhận tin nhưng không trả lời."),
    "refused-by-server": lazy_("Nơi nhận từ chối địa chỉ này."),
    "server-not-reached": lazy_("Chưa kết nối được với nơi gửi, hệ thống sẽ tự gửi lại."),
    "channel-not-set-up": lazy_("Phường chưa có kênh gửi này."),
    "parameter-missing": lazy_("Mẫu tin thiếu nội dung."),
    "too-long": lazy_("Tin dài quá ba phần."),
    "goes-on": lazy_("Đã chuyển sang kênh khác."),
    "no-longer-true": lazy_("Nội dung không còn đúng nên không gửi."),
    "not-asked": lazy_("Hộ chưa được hỏi có đồng ý nhận tin nhắn không."),
    "consent-refused": lazy_("Hộ đã được hỏi và không đồng ý nhận tin nhắn."),
    "consent-withdrawn": lazy_("Hộ đã rút sự đồng ý nhận tin nhắn."),
    "opted-out": lazy_("Người nhận không muốn nhận loại tin này."),
    "one-a-day": lazy_("Hôm nay người này đã nhận một tin, sẽ gửi sáng mai."),
    "month-full": lazy_("Trong 30 ngày người này đã nhận đủ số tin tối đa."),
    "campaign-paused": lazy_("Đợt nhắc đang tạm dừng."),
    "campaign-stopped": lazy_("Đợt nhắc đã dừng hẳn."),
    "restored": lazy_("Giữ lại sau khi khôi phục dữ liệu."),
}

RUNGS: dict[Rung, tuple[LazyString, str]] = {
    Rung.CALL: (lazy_("Cần gọi hoặc đến nhà"), "waiting"),
    Rung.PAPER: (lazy_("Chờ in giấy báo"), "neutral"),
    Rung.BRING: (lazy_("Đã in giấy, cần đưa tận nhà"), "waiting"),
}
OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.TOLD: lazy_("Đã báo"),
    Outcome.MISSED: lazy_("Không gặp được"),
    Outcome.PRINTED: lazy_("Đã in giấy báo"),
    Outcome.ANNOUNCED: lazy_("Đã phát loa"),
}

AUDIT: dict[str, LazyString] = {
    "see-notice-address": lazy_("Xem địa chỉ của một thông báo"),
    "tell-in-person": lazy_("Báo trực tiếp"),
    "miss-in-person": lazy_("Đến báo nhưng không gặp được"),
    "print-notice-slips": lazy_("In giấy báo"),
    "see-notice-slips": lazy_("Mở tệp giấy báo để in"),
    "announce-notices": lazy_("Phát loa nhắc bà con"),
    "send-notice-anew": lazy_("Gửi lại thông báo"),
    "pause-channel": lazy_("Tạm dừng một kênh gửi tin"),
    "enter-channel-token": lazy_("Nhập mã mới của Zalo"),
    "open-channel": lazy_("Mở lại một kênh gửi tin"),
    "choose-topics": lazy_("Chọn loại tin muốn nhận"),
    "stop-topic": lazy_("Ghi người nhận không muốn nhận một loại tin"),
    "ask-release": lazy_("Đề nghị mở lại việc gửi thông báo"),
    "release-notices": lazy_("Mở lại việc gửi thông báo"),
    "write-words": lazy_("Đổi lời của một tin nhắn"),
    "drop-words": lazy_("Dùng lại lời có sẵn của một tin nhắn"),
}
ERRORS: dict[str, LazyString] = {
    "notice": lazy_("Không tìm thấy thông báo này."),
    "notice-words": lazy_("Không có tin nhắn này."),
    "words-faulty": lazy_("Lời này chưa dùng được. Hãy xem các lỗi rồi sửa lại."),
    "words-changed-meanwhile": lazy_(
        "Người khác vừa đổi lời của tin này. Hãy mở lại trang để xem lời mới."
    ),
    "notice-changed-meanwhile": lazy_(
        "Thông báo này vừa được người khác xử lý. Hãy tải lại trang để xem."
    ),
    "nothing-left": lazy_("Không còn ai cần in giấy hoặc phát loa. Hãy tải lại trang."),
    "slips": lazy_("Mọi người trong tệp này đã được báo, không cần in nữa."),
    "reason-needed": lazy_("Hãy ghi lý do."),
    "channel-pauses-already": lazy_("Kênh này đã tạm dừng rồi. Hãy tải lại trang."),
    "channel-not-paused": lazy_("Kênh này không tạm dừng. Hãy tải lại trang."),
    "nothing-is-held": lazy_(
        "Không có thông báo nào đang được giữ, hoặc người khác vừa xử lý. Hãy tải lại trang."
    ),
    "needs-a-second-person": lazy_(
        "Cần một người khác đồng ý; người đề nghị không tự đồng ý được."
    ),
}
