"""Who a donor is: signing up, one's own profile, and donors that staff write down."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from wtforms import EmailField, IntegerField, PasswordField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.accounts.proofs import MAX_PASSWORD
from app.infra.forms import BaseForm
from app.infra.i18n import lazy_
from app.kernel.phones import is_refused, read_phone
from app.kernel.vietnamese import tidy
from app.pledges.rules import MAX_NAME, DonorKind, ShownAs
from app.pledges.texts import DONOR_KINDS, ERRORS, SHOWN_AS

MAX_CONTACT = 254
MAX_TAX_CODE = 16


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A donor as typed: e-mail in lower case, phone in E.164, at least one of them."""

    kind: DonorKind
    name: str
    tax_code: str | None
    shown_as: ShownAs
    email: str | None
    phone: str | None


class DonorForm(BaseForm):
    """A donor whom staff write down, by phone or at the desk."""

    kind = RadioField(
        lazy_("Ủng hộ với tư cách"),
        [InputRequired()],
        choices=[(kind.value, words) for kind, words in DONOR_KINDS.items()],
        default=DonorKind.PERSON.value,
    )
    name = StringField(lazy_("Họ tên hoặc tên đơn vị"), [DataRequired(), Length(max=MAX_NAME)])
    tax_code = StringField(lazy_("Mã số thuế"), [Optional(), Length(max=MAX_TAX_CODE)])
    email = EmailField(lazy_("Thư điện tử"), [Optional(), Length(max=MAX_CONTACT)])
    phone = TelField(lazy_("Số điện thoại"), [Optional(), Length(max=MAX_CONTACT)])
    shown_as = RadioField(
        lazy_("Tên hiện công khai"),
        [InputRequired()],
        choices=[(shown.value, words) for shown, words in SHOWN_AS.items()],
        default=ShownAs.NAME.value,
    )

    def settle(self) -> bool:
        """Whether the contact can be used and a business has its tax code. After validate()."""
        if not (self.email.data or self.phone.data):
            self.email.errors = [str(ERRORS["contact-needed"])]
        if self.email.data and _email(self.email.data) is None:
            self.email.errors = [str(ERRORS["email-odd"])]
        if self.phone.data and is_refused(read_phone(self.phone.data)):
            self.phone.errors = [str(ERRORS["phone-odd"])]
        if self._is_business() and not self.tax_code.data:
            self.tax_code.errors = [str(ERRORS["tax-code-needed"])]
        fields = (self.email, self.phone, self.tax_code)
        return not any(field.errors for field in fields)

    def _is_business(self) -> bool:
        return bool(self.kind.data == DonorKind.BUSINESS.value)

    def draft(self) -> ContactDraft:
        """The typed input. Call after settle()."""
        return ContactDraft(
            kind=DonorKind(self.kind.data),
            name=tidy(self.name.data or ""),
            tax_code=self.tax_code.data or None,
            shown_as=ShownAs(self.shown_as.data),
            email=_email(self.email.data) if self.email.data else None,
            phone=read_phone(self.phone.data).e164 if self.phone.data else None,
        )


class SignUpForm(DonorForm):
    """A donor's own account."""

    password = PasswordField(lazy_("Mật khẩu"), [DataRequired(), Length(max=MAX_PASSWORD)])


class ProfileForm(DonorForm):
    """One's own profile; who one is stays, the rest may change."""

    kind = None  # type: ignore[assignment]
    version = IntegerField(validators=[InputRequired()])
    is_business = False

    def _is_business(self) -> bool:
        return self.is_business

    def draft_of(self, kind: DonorKind) -> ContactDraft:
        """The typed input of a donor of this kind. Call after settle()."""
        return ContactDraft(
            kind=kind,
            name=tidy(self.name.data or ""),
            tax_code=self.tax_code.data or None,
            shown_as=ShownAs(self.shown_as.data),
            email=_email(self.email.data) if self.email.data else None,
            phone=read_phone(self.phone.data).e164 if self.phone.data else None,
        )


def _email(typed: str) -> str | None:
    """The address in lower case, or None if it cannot be one. Asks no other machine."""
    try:
        found = validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        return None
    return found.normalized.lower()
