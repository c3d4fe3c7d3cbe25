"""What the list of receipts is narrowed to."""

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_


class ReceiptSearchForm(BaseForm):
    """Every field may stay empty; an odd date is as good as none."""

    q = StringField(lazy_("Số biên nhận, mã cam kết hoặc tên"), [Optional(), Length(max=100)])
    kind = SelectField(lazy_("Loại hỗ trợ"), [Optional()])
    first = DateField(lazy_("Từ ngày"), [Optional()])
    last = DateField(lazy_("Đến ngày"), [Optional()])
