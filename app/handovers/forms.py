"""What people type about handovers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from app.handovers.rules import DayDraft, HandOverDraft, Method, Receiver
from app.handovers.texts import METHODS, RECEIVERS
from app.infra.forms import BaseForm
from app.infra.i18n import _, lazy_
from app.kernel.clock import VIETNAM
from app.kernel.errors import DomainError

MOST_REASON = 500
MOST_PLACE = 80


def version_in(field: HiddenField) -> int:
    """The version that the page was read at; one that no row has if it was tampered with."""
    text = str(field.data or "")
    return int(text) if text.isdecimal() else -1


class DayForm(BaseForm):
    """When and where, in Vietnam's time."""

    title = StringField(lazy_("Tên buổi trao"), [DataRequired(), Length(max=MOST_PLACE)])
    place = StringField(lazy_("Địa điểm"), [DataRequired(), Length(max=MOST_PLACE)])
    on = DateField(lazy_("Ngày"), [InputRequired()])
    starts = TimeField(lazy_("Bắt đầu lúc"), [InputRequired()])
    ends = TimeField(lazy_("Kết thúc lúc"), [InputRequired()])
    version = HiddenField()

    def validate_ends(self, field: TimeField) -> None:
        """The end lies after the start, on the same day."""
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("Giờ kết thúc phải sau giờ bắt đầu."))

    def draft(self) -> DayDraft:
        """The day. Call after validate()."""
        assert self.title.data
        assert self.place.data
        assert self.on.data
        assert self.starts.data
        assert self.ends.data
        starts, ends = (
            datetime.combine(self.on.data, time, VIETNAM)
            for time in (self.starts.data, self.ends.data)
        )
        return DayDraft(self.title.data, self.place.data, starts, ends)


class ReasonForm(BaseForm):
    """Why something is called off or came back."""

    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=MOST_REASON)])
    version = HiddenField()

    def draft(self) -> str:
        """The reason. Call after validate()."""
        assert self.reason.data
        return str(self.reason.data)

    def reason_given(self) -> str:
        """The reason, checked. Raises DomainError saying that it is missing or too long."""
        if not self.validate():
            raise DomainError("reason-too-long" if self.reason.data else "reason-needed")
        return self.draft()


class InviteForm(BaseForm):
    """The allocations whose households are to come."""

    allocation = SelectMultipleField(validate_choice=False)

    def draft(self) -> list[str]:
        """The chosen ids, which may be none."""
        return list(self.allocation.data or ())


class SearchForm(BaseForm):
    """Words of a name, accents or not, or a code."""

    words = StringField(lazy_("Tên hoặc mã nhận quà"), [Optional(), Length(max=80)])


class ConfirmForm(InviteForm):
    """What arrived, and how the second person made sure."""

    method = SelectField(
        lazy_("Đã kiểm tra bằng cách"),
        [InputRequired()],
        choices=[(m.value, label) for m, label in METHODS.items()],
    )

    def chosen_method(self) -> Method:
        """How it was made sure. Call after validate()."""
        return Method(self.method.data)


class Handable(Protocol):
    """What the form needs to know of a parcel."""

    @property
    def appointment_id(self) -> str:
        """The appointment it is for."""
        ...

    @property
    def left(self) -> int:
        """Units that are still to be handed over."""
        ...


class HandOverForm(BaseForm):
    """Who takes the parcels; form_for() adds a field for each of them."""

    receiver = RadioField(
        lazy_("Ai nhận?"),
        [InputRequired()],
        choices=[(r.value, label) for r, label in RECEIVERS.items()],
        default=Receiver.HOUSEHOLD.value,
    )
    proxy_name = StringField(lazy_("Tên người nhận thay"), [Optional(), Length(max=80)])
    proxy_relation = StringField(lazy_("Quan hệ với hộ"), [Optional(), Length(max=80)])

    def validate_receiver(self, field: RadioField) -> None:
        """A proxy has a name and a relation."""
        named = self.proxy_name.data and self.proxy_relation.data
        if field.data == Receiver.PROXY.value and not named:
            raise ValidationError(_("Hãy ghi tên người nhận thay và quan hệ với hộ."))

    def draft(self, parcels: Sequence[Handable]) -> HandOverDraft:
        """What is given to whom. Call after validate()."""
        units = {p.appointment_id: self._units(p) for p in parcels}
        return HandOverDraft(
            units={key: n for key, n in units.items() if n > 0},
            receiver=Receiver(self.receiver.data),
            proxy_name=self.proxy_name.data or None,
            proxy_relation=self.proxy_relation.data or None,
        )

    def _units(self, parcel: Handable) -> int:
        value = self[f"parcel-{parcel.appointment_id}"].data
        return int(value or 0)


def form_for(parcels: Sequence[Handable], words: Sequence[str]) -> type[HandOverForm]:
    """The form with a box for each single thing and a number for each of several.

    words: what each parcel is, in the reader's language and in the same order.
    """
    fields: dict[str, object] = {}
    for parcel, label in zip(parcels, words, strict=True):
        name = f"parcel-{parcel.appointment_id}"
        if parcel.left == 1:
            fields[name] = BooleanField(label, default=True)
        else:
            limits = [InputRequired(), NumberRange(min=0, max=parcel.left)]
            fields[name] = IntegerField(label, limits, default=parcel.left)
    return type("HandOverFormOfParcels", (HandOverForm,), fields)
