"""The household and its people as typed: birth by day or year, phone and number as written."""

from datetime import date

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import HiddenInput

from app.households.rules import HouseholdDraft, MemberDraft
from app.households.sheets.cells import LONGEST_NAME, MOST_MEMBERS
from app.households.texts import REASONS, SEXES
from app.infra.forms import BaseForm
from app.infra.i18n import _, lazy_
from app.kernel.dates import FIRST_YEAR
from app.kernel.identity import read_citizen_number
from app.kernel.phones import is_refused, read_phone
from app.kernel.vietnamese import tidy

LONGEST_LINE = 200
LONGEST_NOTE = 1_000


class PersonForm(BaseForm):
    """One person: name, birth, sex, citizen number."""

    name = StringField(lazy_("Họ và tên"), [DataRequired(), Length(max=LONGEST_NAME)])
    day = IntegerField(lazy_("Ngày"), [Optional(), NumberRange(min=1, max=31)])
    month = IntegerField(lazy_("Tháng"), [Optional(), NumberRange(min=1, max=12)])
    year = IntegerField(lazy_("Năm"), [Optional(), NumberRange(min=FIRST_YEAR, max=2100)])
    sex = RadioField(lazy_("Giới tính"), [Optional()], choices=list(SEXES.items()))
    citizen_number = StringField(lazy_("Số căn cước"), [Optional(), Length(max=20)])

    def validate_name(self, field: StringField) -> None:
        """A name has letters and no figures."""
        typed = str(field.data or "")
        if any(c.isdigit() for c in typed) or not any(c.isalpha() for c in typed):
            raise ValidationError(_("Họ tên cần là chữ, không có chữ số."))

    def validate_day(self, _field: IntegerField) -> None:
        """A day needs its month and year."""
        if self.month.data is None or self.year.data is None:
            raise ValidationError(_("Hãy ghi đủ ngày, tháng, năm; hoặc chỉ ghi năm."))

    def validate_month(self, _field: IntegerField) -> None:
        """A month needs its day."""
        if self.day.data is None:
            raise ValidationError(_("Hãy ghi đủ ngày, tháng, năm; hoặc chỉ ghi năm."))

    def validate_year(self, field: IntegerField) -> None:
        """The calendar must have the day."""
        day, month = self.day.data, self.month.data
        if day is None or month is None or field.data is None:
            return
        try:
            date(field.data, month, day)
        except ValueError as error:
            raise ValidationError(str(REASONS["birth-impossible"])) from error

    def validate_citizen_number(self, field: StringField) -> None:
        """Twelve digits, or the nine of an old card."""
        number = read_citizen_number(str(field.data or ""))
        if number.is_refused and number.doubt is not None:
            raise ValidationError(str(REASONS[number.doubt.value]))

    def person(self) -> MemberDraft:
        """The person as typed. Call after validate()."""
        day, month, year = self.day.data, self.month.data, self.year.data
        born_on = date(year, month, day) if year and month and day else None
        typed = str(self.citizen_number.data or "")
        return MemberDraft(
            name=tidy(str(self.name.data)),
            birth_year=year,
            born_on=born_on,
            sex=self.sex.data or None,
            citizen_number=read_citizen_number(typed).digits if typed else None,
        )


class MemberForm(PersonForm):
    """A person who lives in a household and is not its head."""

    relation = StringField(lazy_("Quan hệ với chủ hộ"), [DataRequired(), Length(max=60)])

    def draft(self) -> MemberDraft:
        """The person as typed. Call after validate()."""
        person = self.person()
        return MemberDraft(
            name=person.name,
            birth_year=person.birth_year,
            born_on=person.born_on,
            sex=person.sex,
            relation=str(self.relation.data),
            citizen_number=person.citizen_number,
        )


class HouseholdForm(PersonForm):
    """A household with its head. The group is chosen, or a new one is typed."""

    group = SelectField(lazy_("Tổ dân phố"), [Optional()], validate_choice=False)
    new_group = StringField(lazy_("Tổ dân phố khác"), [Optional(), Length(max=60)])
    address = StringField(lazy_("Địa chỉ"), [Optional(), Length(max=LONGEST_LINE)])
    phone = StringField(lazy_("Số điện thoại"), [Optional(), Length(max=30)])
    size = IntegerField(lazy_("Số nhân khẩu"), [Optional(), NumberRange(min=1, max=MOST_MEMBERS)])
    own_code = StringField(lazy_("Mã hộ của phường"), [Optional(), Length(max=40)])
    note = TextAreaField(lazy_("Ghi chú"), [Optional(), Length(max=LONGEST_NOTE)])
    confirmed = BooleanField(lazy_("Tôi đã xem: đây là hai người khác nhau"))
    version = IntegerField(lazy_("Bản"), [Optional()], widget=HiddenInput())

    def validate_phone(self, field: StringField) -> None:
        """A Vietnamese number, as people write it."""
        phone = read_phone(str(field.data or ""))
        if is_refused(phone):
            raise ValidationError(_("Số điện thoại này không đủ hoặc thừa chữ số."))

    def draft(self) -> HouseholdDraft:
        """The household as typed. Call after validate()."""
        typed = str(self.phone.data or "")
        return HouseholdDraft(
            head=self.person(),
            group=str(self.new_group.data or self.group.data or "") or None,
            address=self.address.data or None,
            phone=read_phone(typed).e164 if typed else None,
            note=self.note.data or None,
            own_code=self.own_code.data or None,
            size=self.size.data,
        )
