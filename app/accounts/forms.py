"""What people type to sign in, to set a password, and to let staff in."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.accounts.proofs import MAX_PASSWORD
from app.accounts.rules import PROVINCE_ROLES, WARD_ROLES, Role
from app.accounts.texts import ERRORS, ROLES
from app.infra.forms import BaseForm
from app.infra.i18n import lazy_
from app.kernel.vietnamese import tidy

MAX_NAME = 200
MAX_REASON = 500
MAX_CODE = 40
PROPOSED = (*sorted(WARD_ROLES), *sorted(PROVINCE_ROLES))


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


class RoleForm(BaseForm):
    """A role at a place, and why. Where the place is, the view looks up."""

    role = RadioField(
        lazy_("Vai trò"), [InputRequired()], choices=[(r.value, ROLES[r]) for r in PROPOSED]
    )
    place = StringField(lazy_("Nơi làm việc"), [DataRequired(), Length(max=MAX_NAME)])
    group = StringField(lazy_("Tổ dân phố, thôn"), [Optional(), Length(max=MAX_NAME)])
    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=MAX_REASON)])

    def chosen_role(self) -> Role:
        """The role asked for. Call after validate()."""
        return Role(self.role.data)


class NewRoleForm(RoleForm):
    """A role for somebody who works here, and the one that it takes the place of, if any."""

    replaces = RadioField(lazy_("Vai trò này"), validate_choice=False)


class NewStaffForm(RoleForm):
    """Somebody who is to work here."""

    name = StringField(lazy_("Họ tên"), [DataRequired(), Length(max=MAX_NAME)])
    email = EmailField(lazy_("Thư điện tử"), [DataRequired(), Length(max=MAX_NAME)])

    def validate_email(self, field: EmailField) -> None:
        """An address that can be one; no other machine is asked."""
        try:
            validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(str(ERRORS["email-odd"])) from error

    def person(self) -> tuple[str, str]:
        """Name, and e-mail in lower case. Call after validate()."""
        found = validate_email(self.email.data or "", check_deliverability=False)
        return tidy(self.name.data or ""), found.normalized.lower()


class ReasonForm(BaseForm):
    """Why a proposal is declined."""

    reason = StringField(lazy_("Lý do"), [DataRequired(), Length(max=MAX_REASON)])


class SuspendForm(BaseForm):
    """Why somebody is suspended; stands beside another form that asks for a reason."""

    why = StringField(lazy_("Lý do tạm ngừng"), [DataRequired(), Length(max=MAX_REASON)])


class CodeForm(BaseForm):
    """A code of the second factor, or one of the recovery codes."""

    code = StringField(lazy_("Mã xác nhận"), [DataRequired(), Length(max=MAX_CODE)])


class ForgetForm(BaseForm):
    """Why a lost second factor is to be forgotten; stands beside other forms with reasons."""

    lost = StringField(lazy_("Mất như thế nào"), [DataRequired(), Length(max=MAX_REASON)])
