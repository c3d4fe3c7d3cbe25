"""What people type to sign in and to set a password."""

from dataclasses import dataclass

from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.accounts.rules import MAX_PASSWORD
from app.infra.forms import BaseForm
from app.infra.i18n import lazy_

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Credentials:
    """A sign-in name as typed, and its password."""

    name: str
    password: str


class SignInForm(BaseForm):
    """The name by which somebody signs in, and the password."""

    name = StringField(
        lazy_("Thư điện tử hoặc số điện thoại"), [DataRequired(), Length(max=MAX_NAME)]
    )
    password = PasswordField(lazy_("Mật khẩu"), [DataRequired(), Length(max=MAX_PASSWORD)])

    def draft(self) -> Credentials:
        """The typed input. Call after validate()."""
        return Credentials(self.name.data or "", self.password.data or "")


class ResetRequestForm(BaseForm):
    """The e-mail to which a reset link may go."""

    name = StringField(lazy_("Thư điện tử"), [DataRequired(), Length(max=MAX_NAME)])


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    password = PasswordField(lazy_("Mật khẩu mới"), [DataRequired(), Length(max=MAX_PASSWORD)])
    again = PasswordField(
        lazy_("Nhập lại mật khẩu mới"), [DataRequired(), Length(max=MAX_PASSWORD)]
    )


class ChooseForm(BaseForm):
    """Which of one's own rows a button was pressed on."""

    chosen = StringField(lazy_("Lựa chọn"), [DataRequired(), Length(max=64)])
