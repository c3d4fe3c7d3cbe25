"""The words of households: facts and their states, verdicts of a list, refusals."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.households.rules import (
    Agreement,
    ConsentMethod,
    ConsentPurpose,
    StandingKind,
    StandingState,
)
from app.infra.i18n import LazyString, _, lazy_
from app.kernel.phones import show_phone

KINDS: dict[str, LazyString] = {
    StandingKind.POOR: lazy_("Hộ nghèo"),
    StandingKind.NEAR_POOR: lazy_("Hộ cận nghèo"),
    StandingKind.NEWLY_ESCAPED: lazy_("Hộ mới thoát nghèo"),
    StandingKind.AT_RISK: lazy_("Hộ có nguy cơ tái nghèo"),
    StandingKind.HARDSHIP: lazy_("Hộ có hoàn cảnh khó khăn"),
    StandingKind.SUDDEN_HARDSHIP: lazy_("Hộ gặp nạn đột xuất"),
    StandingKind.POLICY: lazy_("Gia đình chính sách"),
    StandingKind.ELDERLY: lazy_("Người cao tuổi"),
    StandingKind.LONELY_ELDERLY: lazy_("Người cao tuổi neo đơn"),
    StandingKind.DISABILITY: lazy_("Người khuyết tật"),
    StandingKind.CHILD: lazy_("Trẻ em"),
    StandingKind.AGENT_ORANGE: lazy_("Nạn nhân chất độc da cam"),
}
STANDING_STATES: dict[str, tuple[str, LazyString]] = {
    StandingState.SUBMITTED: ("waiting", lazy_("Chờ xác minh")),
    StandingState.VERIFIED: ("waiting", lazy_("Chờ duyệt")),
    StandingState.APPROVED: ("done", lazy_("Đã duyệt")),
    StandingState.REJECTED: ("error", lazy_("Đã trả lại")),
    StandingState.ENDED: ("neutral", lazy_("Không còn hiệu lực")),
}
HOUSEHOLD_STATES: dict[str, tuple[str, LazyString]] = {
    "active": ("done", lazy_("Đang cư trú")),
    "moved-away": ("neutral", lazy_("Đã chuyển đi")),
    "merged": ("neutral", lazy_("Đã gộp vào hộ khác")),
}
MERGE_STATES: dict[str, tuple[str, LazyString]] = {
    "asked": ("waiting", lazy_("Chờ duyệt")),
    "done": ("done", lazy_("Đã gộp")),
    "declined": ("error", lazy_("Không gộp")),
    "taken-back": ("neutral", lazy_("Người đề nghị đã rút")),
}
MOVED: dict[str, LazyString] = {
    "same-person": lazy_("Người được nhận là một"),
    "member": lazy_("Thành viên"),
    "standing": lazy_("Hoàn cảnh"),
    "standing-ended": lazy_("Hoàn cảnh ghi hai lần, đã kết thúc một"),
    "consent": lazy_("Sự đồng ý"),
    "need": lazy_("Nhu cầu"),
    "allocation": lazy_("Phân bổ"),
    "notice": lazy_("Thông báo"),
}
SEXES: dict[str, LazyString] = {"male": lazy_("Nam"), "female": lazy_("Nữ")}
SOURCES: dict[str, LazyString] = {"ward-list": lazy_("Danh sách của phường")}
CONSENTS: dict[str, LazyString] = {
    ConsentPurpose.KEEP_RECORD: lazy_("Lưu hồ sơ để được giúp đỡ"),
    ConsentPurpose.SHOW_CARD: lazy_("Đăng nhu cầu không nêu tên"),
    ConsentPurpose.SHARE_WITH_DONOR: lazy_("Cho nhà hảo tâm đã được ghép biết tên và nơi ở"),
    ConsentPurpose.PHOTO: lazy_("Chụp ảnh khi trao quà"),
    ConsentPurpose.MESSAGE: lazy_("Nhận tin nhắn mời nhận quà"),
}
AGREEMENTS: dict[str, LazyString] = {
    Agreement.GIVEN: lazy_("Đồng ý"),
    Agreement.REFUSED: lazy_("Đã hỏi, không đồng ý"),
    Agreement.WITHDRAWN: lazy_("Đã rút lại"),
    Agreement.NOT_ASKED: lazy_("Chưa hỏi"),
}
# How a household is told of its gifts, by what it said last to being sent messages.
MESSAGES: dict[str, LazyString] = {
    Agreement.GIVEN: lazy_("Hộ đồng ý nhận tin nhắn"),
    Agreement.REFUSED: lazy_(
        "Đã hỏi, hộ không đồng ý: không nhắn, không gọi; báo tận nhà hoặc gửi giấy"
    ),
    Agreement.WITHDRAWN: lazy_(
        "Hộ đã rút đồng ý: không nhắn, không gọi; báo tận nhà hoặc gửi giấy"
    ),
    Agreement.NOT_ASKED: lazy_(
        "Chưa hỏi hộ: không nhắn Zalo, SMS; tổ trưởng gọi điện, đến nhà báo hoặc gửi giấy"
    ),
}
ANSWERS: dict[str, LazyString] = {
    "yes": lazy_("Đồng ý"),
    "no": lazy_("Hộ nói không"),
}
CONSENT_METHODS: dict[str, LazyString] = {
    ConsentMethod.PAPER: lazy_("Ký trên giấy"),
    ConsentMethod.WITNESSED: lazy_("Nói trước người làm chứng"),
    ConsentMethod.ELECTRONIC: lazy_("Xác nhận điện tử"),
}
REVEAL_REASONS: dict[str, LazyString] = {
    "check-papers": lazy_("Đối chiếu giấy tờ với người dân"),
    "fix-record": lazy_("Sửa thông tin sai trong hồ sơ"),
    "hand-over": lazy_("Xác nhận đúng người khi trao"),
    "inspection": lazy_("Phục vụ kiểm tra"),
}
IMPORT_STATES: dict[str, tuple[str, LazyString]] = {
    "uploaded": ("active", lazy_("Đang đọc tệp")),
    "checked": ("waiting", lazy_("Chờ ghi sổ")),
    "refused": ("error", lazy_("Không đọc được")),
    "committing": ("active", lazy_("Đang ghi sổ")),
    "committed": ("done", lazy_("Đã ghi sổ")),
    "undone": ("neutral", lazy_("Đã hoàn tác")),
}
VERDICTS: dict[str, tuple[str, LazyString]] = {
    "ok": ("done", lazy_("Tốt")),
    "warning": ("waiting", lazy_("Cần để ý")),
    "possible_duplicate": ("waiting", lazy_("Có thể trùng")),
    "duplicate": ("error", lazy_("Trùng")),
    "error": ("error", lazy_("Lỗi")),
}
REASONS: dict[str, LazyString] = {
    "name-missing": lazy_("Chưa có họ tên."),
    "name-unreadable": lazy_("Họ tên không có chữ nào."),
    "name-has-digits": lazy_("Họ tên có chữ số."),
    "name-one-word": lazy_("Họ tên chỉ có một chữ."),
    "text-old-font": lazy_(
        "Chữ gõ bằng phông cũ (TCVN3, VNI). Hãy chuyển sang Unicode rồi nhập lại."
    ),
    "birth-year-only": lazy_("Chỉ có năm sinh."),
    "birth-short-year": lazy_("Năm sinh chỉ có hai chữ số."),
    "birth-day-number": lazy_("Ngày sinh ghi bằng số của bảng tính; đã đổi lại."),
    "birth-month-first": lazy_("Ngày sinh ghi tháng trước ngày; đã hiểu là ngày trước."),
    "birth-impossible": lazy_("Ngày sinh không có trong lịch."),
    "birth-unreadable": lazy_("Không đọc được ngày sinh."),
    "birth-in-future": lazy_("Ngày sinh ở tương lai."),
    "birth-too-long-ago": lazy_("Ngày sinh quá xa, không thể đúng."),
    "citizen-old-card": lazy_("Số chứng minh nhân dân cũ, 9 chữ số."),
    "citizen-lost-zeros": lazy_("Số căn cước bị mất số 0 ở đầu; đã thêm lại."),
    "citizen-wrong-length": lazy_("Số căn cước không đủ hoặc thừa chữ số (cần 12, hoặc 9 số cũ)."),
    "citizen-not-a-number": lazy_("Số căn cước có ký tự lạ."),
    "citizen-unknown-province": lazy_("Ba số đầu của căn cước không phải mã tỉnh nào."),
    "citizen-other-sex": lazy_("Giới tính khác với số căn cước."),
    "citizen-other-year": lazy_("Năm sinh khác với số căn cước."),
    "phone-old-prefix": lazy_("Số điện thoại đầu số cũ; đã đổi sang đầu số mới."),
    "phone-lost-zero": lazy_("Số điện thoại mất số 0 ở đầu; đã thêm lại."),
    "phone-landline": lazy_("Đây là điện thoại cố định, không nhận được tin nhắn."),
    "phone-unknown-prefix": lazy_("Đầu số điện thoại lạ."),
    "phone-wrong-length": lazy_("Số điện thoại không đủ hoặc thừa chữ số; bỏ qua số này."),
    "phone-not-a-number": lazy_("Đây không phải số điện thoại; bỏ qua."),
    "phone-several": lazy_("Có nhiều số điện thoại; lấy số đầu."),
    "standing-unknown": lazy_("Không hiểu diện hộ này."),
    "size-unreadable": lazy_("Không đọc được số nhân khẩu."),
    "size-not-positive": lazy_("Số nhân khẩu phải từ 1."),
    "size-too-large": lazy_("Số nhân khẩu %(size)s là quá nhiều."),
    "size-with-words": lazy_("Số nhân khẩu có kèm chữ."),
    "sex-unknown": lazy_("Không hiểu giới tính."),
    "row-is-member": lazy_(
        "Đây là thành viên, không phải chủ hộ. Hãy nhập chủ hộ, rồi thêm người này trong hồ sơ hộ."
    ),
    "twin-same-citizen-number": lazy_("Trùng số căn cước với dòng %(row)s, trang %(sheet)s."),
    "twin-same-person": lazy_("Trùng họ tên và ngày sinh với dòng %(row)s, trang %(sheet)s."),
    "twin-in-book-same-number": lazy_("Số căn cước này đã có trong sổ, hộ %(household)s."),
    "twin-in-book": lazy_("Có thể đã có trong sổ, hộ %(household)s."),
    "entered-meanwhile": lazy_("Người này vừa được ghi vào sổ."),
}
ERRORS: dict[str, LazyString] = {
    "household": lazy_("Không tìm thấy hộ này."),
    "member": lazy_("Không tìm thấy người này trong hộ."),
    "standing": lazy_("Không tìm thấy hoàn cảnh này."),
    "import": lazy_("Không tìm thấy lần nhập này."),
    "import-row": lazy_("Không tìm thấy dòng này của danh sách."),
    "file": lazy_("Tệp gốc đã hết thời gian lưu."),
    "citizen-number-taken": lazy_("Số căn cước này đã có trong sổ của phường."),
    "own-code-taken": lazy_("Mã hộ này đã dùng cho một hộ khác của phường."),
    "twin-to-confirm": lazy_("Người này có thể đã có trong sổ. Hãy xem bên dưới rồi xác nhận."),
    "birth-in-future": lazy_("Ngày sinh ở tương lai."),
    "household-changed-meanwhile": lazy_(
        "Hồ sơ này vừa được người khác sửa. Hãy so hai bản bên dưới rồi lưu lại."
    ),
    "head-cannot-leave": lazy_("Hãy ghi chủ hộ mới trước khi chủ hộ rời đi."),
    "no-citizen-number": lazy_("Hồ sơ chưa có số căn cước của người này."),
    "consent-in-force": lazy_(
        "Hộ đang đồng ý việc này. Nếu hộ không muốn nữa, hãy ghi là rút lại."
    ),
    "consent-withdrawn-already": lazy_("Sự đồng ý này đã được rút lại trước đó."),
    "standing-ends-before-start": lazy_("Ngày hết hiệu lực phải sau ngày bắt đầu."),
    "standing-state-changed": lazy_("Hoàn cảnh này vừa được người khác quyết định."),
    "own-standing": lazy_("Phải do một người khác xác minh và một người khác nữa duyệt."),
    "kin": lazy_("Không tìm thấy lời khai này."),
    "own-kin": lazy_("Lời khai của chính mình phải do người khác kết thúc."),
    "kin-ended-already": lazy_("Lời khai này đã được kết thúc trước đó."),
    "own-household": lazy_("Đây là hộ của ông/bà hoặc của người thân; xin để người khác làm."),
    "too-many-standings": lazy_("Xin chọn nhiều nhất %(most)s hoàn cảnh mỗi lần."),
    "merge": lazy_("Không tìm thấy đề nghị gộp hộ này."),
    "merge-with-itself": lazy_("Đây là cùng một hồ sơ. Hãy chọn một hộ khác."),
    "merge-other-ward": lazy_("Hai hộ thuộc hai phường khác nhau nên không gộp được."),
    "merge-home-gone": lazy_("Một trong hai hộ đã chuyển đi hoặc đã gộp vào hộ khác."),
    "merge-homes-changed": lazy_(
        "Hồ sơ vừa được người khác sửa. Hãy xem lại hai bên rồi quyết định."
    ),
    "merge-asked-already": lazy_("Một trong hai hộ đang có đề nghị gộp chờ duyệt."),
    "merge-decided-already": lazy_("Đề nghị gộp này vừa được người khác quyết định."),
    "own-merge": lazy_("Anh/chị là người đề nghị, nên phải do người khác duyệt."),
    "not-own-merge": lazy_("Chỉ người đề nghị mới rút được đề nghị gộp."),
    "import-same-file": lazy_("Tệp này đã được ghi sổ (lần nhập số %(number)s)."),
    "import-goes-on": lazy_("Việc này không dừng. Hãy tải lại trang."),
    "import-state-changed": lazy_("Danh sách này vừa được người khác xử lý. Hãy tải lại trang."),
    "import-too-late": lazy_("Đã quá 24 giờ nên không hoàn tác được nữa."),
    "import-in-use": lazy_("Đã có hộ của lần nhập này được sửa hoặc dùng nên không hoàn tác được."),
    "row-not-to-decide": lazy_("Dòng này không cần quyết định."),
    "file-missing": lazy_("Hãy chọn một tệp."),
    "file-empty": lazy_("Tệp rỗng. Hãy chọn tệp khác."),
    "file-too-large": lazy_("Tệp quá lớn (tối đa 10 MB). Hãy tách thành nhiều tệp."),
    "file-encrypted": lazy_("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại."),
    "file-has-macros": lazy_("Tệp có macro. Hãy lưu lại dạng .xlsx thường rồi tải lên."),
    "file-not-a-spreadsheet": lazy_("Đây không phải bảng tính. Hãy dùng .xlsx, .xls, .ods, .csv."),
    "file-corrupt": lazy_("Tệp bị hỏng. Hãy mở bằng Excel, lưu lại rồi tải lên."),
    "file-unreadable": lazy_("Không đọc được tệp này. Hãy lưu lại dạng .xlsx rồi tải lên."),
    "sheet-too-large": lazy_("Bảng quá lớn (tối đa 20.000 dòng, 100 cột). Hãy xoá phần thừa."),
    "text-old-encoding": lazy_("Tệp CSV dùng bảng mã cũ. Hãy lưu lại dạng CSV UTF-8 hoặc .xlsx."),
    "no-header": lazy_("Không thấy dòng tiêu đề có “Họ và tên” và ít nhất một cột khác."),
    "no-households": lazy_("Có dòng tiêu đề nhưng không có hộ nào bên dưới."),
}
AUDIT: dict[str, LazyString] = {
    "register-household": lazy_("Ghi hộ vào sổ"),
    "change-household": lazy_("Sửa hồ sơ hộ"),
    "move-household-away": lazy_("Ghi hộ chuyển đi"),
    "add-member": lazy_("Thêm thành viên"),
    "change-member": lazy_("Sửa thành viên"),
    "member-left": lazy_("Ghi thành viên rời hộ"),
    "reveal-citizen-number": lazy_("Xem số căn cước"),
    "view-household": lazy_("Mở xem hồ sơ hộ"),
    "propose-merge": lazy_("Đề nghị gộp hai hộ là một"),
    "decline-merge": lazy_("Không gộp hai hộ"),
    "take-merge-back": lazy_("Rút đề nghị gộp hộ"),
    "merge-households": lazy_("Gộp hai hộ là một"),
    "move-to-kept": lazy_("Chuyển những gì hộ cũ có sang hộ được giữ"),
    "declare-kin": lazy_("Khai là người nhà của hộ"),
    "end-kin": lazy_("Kết thúc một lời khai là người nhà"),
    "give-consent": lazy_("Ghi sự đồng ý"),
    "refuse-consent": lazy_("Ghi hộ không đồng ý"),
    "withdraw-consent": lazy_("Rút sự đồng ý"),
    "claim-standing": lazy_("Ghi hoàn cảnh"),
    "verify-standing": lazy_("Xác minh hoàn cảnh"),
    "approve-standing": lazy_("Duyệt hoàn cảnh"),
    "reject-standing": lazy_("Trả lại hoàn cảnh"),
    "end-standing": lazy_("Kết thúc hoàn cảnh"),
    "start-import": lazy_("Tải danh sách hộ lên"),
    "request-commit": lazy_("Cho ghi danh sách vào sổ"),
    "commit-import": lazy_("Ghi danh sách vào sổ"),
    "restart-import": lazy_("Cho máy làm lại một danh sách"),
    "undo-import": lazy_("Hoàn tác lần nhập"),
    "take-import-row": lazy_("Nhận một dòng có thể trùng"),
    "leave-import-row": lazy_("Bỏ một dòng có thể trùng"),
    "export-import-marks": lazy_("Tải bảng đánh dấu lỗi"),
    "export-households": lazy_("Tải danh sách hộ"),
}
CHANGED_FIELDS: dict[str, LazyString] = {
    "head_name": lazy_("Họ tên chủ hộ"),
    "group": lazy_("Tổ dân phố"),
    "address": lazy_("Địa chỉ"),
    "phone": lazy_("Số điện thoại"),
    "size": lazy_("Số nhân khẩu"),
    "own_code": lazy_("Mã hộ của phường"),
    "note": lazy_("Ghi chú"),
}


def reason_words(reason: Mapping[str, object]) -> str:
    """One reason of a row as a sentence."""
    words = REASONS.get(str(reason["code"]))
    facts = {name: value for name, value in reason.items() if name != "code"}
    return (str(words) % facts if facts else str(words)) if words is not None else _("Cần xem lại.")


def kinds_words(kinds: Iterable[str]) -> str | None:
    """Several facts in one line, None if there is none."""
    return ", ".join(str(KINDS[kind]) for kind in kinds if kind in KINDS) or None


def phone_words(e164: str | None) -> str | None:
    """A number as people read it aloud."""
    return show_phone(e164) if e164 else None


def birth_words(draft: Mapping[str, object]) -> str:
    """The birth that a row of a list says: its day, or its year, or a dash."""
    if born_on := draft.get("born_on"):
        return f"{date.fromisoformat(str(born_on)):%d/%m/%Y}"
    return str(draft.get("birth_year") or "–")


def source_words(source: str) -> str:
    """Where a fact comes from: a known source in words, or what was typed."""
    return str(SOURCES.get(source, source))


def error_words(code: str, facts: Mapping[str, object] | None = None) -> str:
    """The sentence of a refusal on its own form."""
    words = str(ERRORS.get(code, _("Chưa làm được. Hãy tải lại trang rồi thử lại.")))
    return words % facts if facts else words
