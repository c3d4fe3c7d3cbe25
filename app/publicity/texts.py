"""The words of the public pages."""

from app.infra.i18n import LazyString, lazy_

# The ward's office answers; the child-protection line is national (DOMAIN.md, 2.8).
CHILD_LINE = "111"
STEPS: tuple[LazyString, ...] = (
    lazy_("Tổ dân phố báo, cán bộ phường đến tận nhà xác minh."),
    lazy_("Một lãnh đạo khác duyệt. Không ai tự duyệt hồ sơ của mình."),
    lazy_("Cam kết của quý vị được ghép công bằng, có lý do bằng lời."),
    lazy_("Trao tận tay, có ký nhận; quý vị theo dõi được từng bước."),
)
