"""A form with one field of each kind, for the style guide."""

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.infra.forms import BaseForm
from app.infra.i18n import lazy_

WARDS = ("Khương Đình", "Thanh Xuân", "Hoàn Kiếm", "Đống Đa", "Cầu Giấy", "Tân Nhựt", "Sài Gòn")


class ExampleForm(BaseForm):
    """One field of each kind."""

    name = StringField(lazy_("Họ và tên"), [DataRequired()])
    phone = TelField(lazy_("Số điện thoại"), [Optional()], description=lazy_("Ví dụ 0912 345 678"))
    amount = IntegerField(lazy_("Số tiền"), [InputRequired(), NumberRange(min=1_000)])
    kind = SelectField(
        lazy_("Loại hỗ trợ"),
        choices=[
            ("wheelchair", lazy_("Xe lăn")),
            ("rice", lazy_("Gạo")),
            ("book", lazy_("Sách vở")),
        ],
    )
    ward = SelectField(lazy_("Phường, xã"), choices=[("", ""), *((name, name) for name in WARDS)])
    way = RadioField(
        lazy_("Cách trao"),
        [InputRequired()],
        choices=[
            ("event", lazy_("Tại buổi trao")),
            ("home", lazy_("Đến tận nhà")),
        ],
    )
    groups = SelectMultipleField(
        lazy_("Dành cho"),
        choices=[
            ("elderly", lazy_("Người cao tuổi")),
            ("child", lazy_("Trẻ em")),
        ],
    )
    agreed = BooleanField(lazy_("Tôi đồng ý để phường liên hệ qua điện thoại"))
    on = DateField(lazy_("Ngày trao"), [Optional()])
    story = TextAreaField(lazy_("Hoàn cảnh"), [Optional()])
    day = StringField(lazy_("Ngày"), [Optional()])
    month = StringField(lazy_("Tháng"), [Optional()])
    year = IntegerField(lazy_("Năm"), [Optional()])
    password = PasswordField(lazy_("Mật khẩu"), [DataRequired()])
    photo = FileField(lazy_("Ảnh"), [Optional()])
    version = HiddenField(default="3")
