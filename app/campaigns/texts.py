"""The words of campaigns."""

from app.campaigns.rules import INSURANCE, AgreementState, CampaignState, ListKind
from app.infra.i18n import LazyString, lazy_
from app.notices.texts import IN_PERSON, TASK, TOLD

__all__ = [
    "AGREEMENTS",
    "AUDIT",
    "ERRORS",
    "IN_PERSON",
    "KINDS",
    "LISTS",
    "ROWS",
    "STATES",
    "TASK",
    "TOLD",
]

# kind -> what a campaign of it is called
KINDS: dict[str, LazyString] = {INSURANCE.key: lazy_("Đợt nhắc gia hạn thẻ BHYT")}
# state -> its words, and the tone of nc_status
STATES: dict[CampaignState, tuple[LazyString, str]] = {
    CampaignState.DRAFT: (lazy_("Đang soạn, chưa gửi cho ai"), "waiting"),
    CampaignState.RUNNING: (lazy_("Đang nhắc hằng ngày"), "active"),
    CampaignState.PAUSED: (lazy_("Đang tạm dừng"), "waiting"),
    CampaignState.STOPPED: (lazy_("Đã dừng hẳn"), "neutral"),
}

# What came of asking a second person -> its words, and the tone of nc_status
AGREEMENTS: dict[AgreementState, tuple[LazyString, str]] = {
    AgreementState.ASKED: (lazy_("Chờ người thứ hai đồng ý"), "waiting"),
    AgreementState.AGREED: (lazy_("Đã có người thứ hai đồng ý"), "done"),
    AgreementState.DECLINED: (lazy_("Người thứ hai không đồng ý"), "error"),
    AgreementState.LAPSED: (lazy_("Không còn cần trả lời"), "neutral"),
}

LISTS: dict[ListKind, LazyString] = {
    ListKind.CARDS: lazy_("Danh sách thẻ và ngày hết hạn"),
    ListKind.RENEWALS: lazy_("Danh sách đã gia hạn"),
}

# Why a row of a list was left out.
ROWS: dict[str, LazyString] = {
    "card-unreadable": lazy_("Thiếu số thẻ hoặc số thẻ không đúng."),
    "card-twice": lazy_("Thẻ này đã có ở dòng trên."),
    "expiry-unreadable": lazy_("Ngày hết hạn không đọc được; hãy viết ngày/tháng/năm."),
    "name-old-font": lazy_("Họ tên gõ bằng phông chữ cũ."),
}

ERRORS: dict[str, LazyString] = {
    "campaign": lazy_("Không tìm thấy đợt nhắc này."),
    "campaign-open": lazy_("Phường đang có một đợt nhắc. Hãy dừng đợt đó trước khi mở đợt mới."),
    "campaign-changed-meanwhile": lazy_(
        "Đợt nhắc này vừa được người khác thay đổi. Hãy tải lại trang để xem."
    ),
    "campaign-needs-agreement": lazy_(
        "Đợt nhắc này đến với nhiều người, cần một người thứ hai đồng ý trước khi chạy."
    ),
    "campaign-needs-no-agreement": lazy_("Đợt nhắc này không cần người thứ hai đồng ý."),
    "campaign-asked-already": lazy_("Đợt nhắc này đã được trình và đang chờ trả lời."),
    "own-campaign": lazy_(
        "Anh/chị đã soạn hoặc trình đợt nhắc này. Một người khác cần xem và đồng ý."
    ),
    "campaign-list-grown": lazy_(
        "Danh sách nay có nhiều người hơn số đã trình. Cần trình lại trước khi đồng ý."
    ),
    "list-taken-already": lazy_("Tệp này đã được nhập trước đây, không nhập lần nữa."),
    "no-card-columns": lazy_(
        "Không thấy cột số thẻ và cột ngày hết hạn. Hãy đặt tên hai cột này ở dòng đầu."
    ),
    "too-many-cards": lazy_("Tệp có quá nhiều dòng. Hãy chia thành các tệp dưới 50.000 dòng."),
    "covered-above-population": lazy_("Số người có thẻ không thể lớn hơn số dân."),
    "file-missing": lazy_("Hãy chọn một tệp."),
    "file-refused": lazy_("Không đọc được tệp này. Hãy lưu lại dưới dạng .xlsx hoặc .csv."),
}

AUDIT: dict[str, LazyString] = {
    "take-card-list": lazy_("Nhập danh sách thẻ BHYT"),
    "draft-campaign": lazy_("Soạn đợt nhắc"),
    "ask-campaign": lazy_("Trình đợt nhắc để người thứ hai đồng ý"),
    "agree-campaign": lazy_("Đồng ý cho đợt nhắc chạy"),
    "decline-campaign": lazy_("Không đồng ý cho đợt nhắc chạy"),
    "running-campaign": lazy_("Cho đợt nhắc chạy"),
    "paused-campaign": lazy_("Tạm dừng đợt nhắc"),
    "stopped-campaign": lazy_("Dừng hẳn đợt nhắc"),
}
