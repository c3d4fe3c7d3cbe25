"""Shapes of what staff type about runs, proposals and allocations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields import StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import HiddenInput

from app.households.rules import FIELDS, MergeDraft, Side
from app.infra.forms import BaseForm
from app.infra.i18n import _, lazy_
from app.matching.rules.decisions import ChangeDraft, DecisionDraft
from app.matching.rules.policy import TIER_NAMES

MOST_REASON = 500
WHOLE = "province-"
MOST_UNITS = 1_000_000
# Why people most often do not choose a proposal; none says anything about anyone's body.
USUAL_REASONS = [
    ("helped-elsewhere", lazy_("Hộ đã được giúp từ nguồn khác.")),
    ("changed", lazy_("Hoàn cảnh của hộ đã thay đổi, cần đến thăm lại.")),
    ("unsuitable", lazy_("Loại hoặc quy cách này không hợp với hộ.")),
    ("gives-way", lazy_("Hộ xin nhường hộ khác.")),
    ("away", lazy_("Hộ vắng nhà trong thời gian trao.")),
]


class StartRunForm(BaseForm):
    """Which ward to run, or which whole province; the choices are those of the actor."""

    ward_code = SelectField(lazy_("Phường, hoặc cả tỉnh"), [InputRequired()])

    def offer(self, wards: Sequence[tuple[str, str]], provinces: Sequence[tuple[str, str]]) -> None:
        """Set the choices: codes with names. `provinces` stays at hand."""
        self.provinces = provinces
        whole = [(f"{WHOLE}{code}", _("Cả %(name)s", name=name)) for code, name in provinces]
        self.ward_code.choices = [*whole, *wards]

    def draft(self) -> tuple[str | None, str | None]:
        """The ward's code or the province's; the other is None."""
        chosen = str(self.ward_code.data)
        if chosen.startswith(WHOLE):
            return None, chosen.removeprefix(WHOLE)
        return chosen, None


class NightsForm(BaseForm):
    """Whether a province is matched as a whole each night."""

    wanted = SelectField(choices=[("whole", ""), ("wards", "")], validators=[InputRequired()])

    def draft(self) -> bool:
        """Whether as a whole. Call after validate()."""
        return bool(self.wanted.data == "whole")


class ChosenForm(BaseForm):
    """Proposals ticked on a page, or all that the page shows."""

    proposal = SelectMultipleField(coerce=int, validate_choice=False)
    shown = SelectMultipleField(coerce=int, validate_choice=False)
    whole_page = BooleanField(lazy_("Chọn tất cả đề xuất trên trang này"))

    def validate_proposal(self, field: SelectMultipleField) -> None:
        """At least one must be meant."""
        if not self.whole_page.data and not field.data:
            raise ValidationError(_("Xin chọn ít nhất một đề xuất."))

    def chosen(self) -> tuple[int, ...]:
        """The ids that are meant."""
        field = self.shown if self.whole_page.data else self.proposal
        return tuple(field.data or ())


class DecideForm(ChosenForm):
    """One decision for all chosen proposals."""

    decision = SelectField(
        choices=[("accept", lazy_("Duyệt đề xuất")), ("decline", lazy_("Không chọn"))],
        validators=[InputRequired()],
    )
    usual = SelectField(
        lazy_("Lý do thường gặp"),
        choices=[("", lazy_("Không chọn sẵn")), *USUAL_REASONS],
        default="",
    )
    reason = TextAreaField(lazy_("Lý do"), [Length(max=MOST_REASON)])

    def validate_reason(self, field: TextAreaField) -> None:
        """Declining needs a reason; accepting may have one."""
        if self.decision.data == "decline" and not (field.data or self.usual.data):
            raise ValidationError(_("Xin ghi lý do không chọn."))

    def draft(self) -> DecisionDraft:
        """The decision; a usual reason stands before what was typed. Call after validate()."""
        accepts = self.decision.data == "accept"
        usual = "" if accepts else str(dict(USUAL_REASONS).get(self.usual.data or "", ""))
        words = " ".join(part for part in (usual, self.reason.data) if part)
        return DecisionDraft(self.chosen(), accepts, words or None)


class ChangeForm(BaseForm):
    """An override: fewer units, or another need of the same ward and kind."""

    units = IntegerField(lazy_("Số lượng"), [InputRequired(), NumberRange(min=1, max=MOST_UNITS)])
    need_code = StringField(lazy_("Mã nhu cầu được chọn thay"), [Optional(), Length(max=20)])
    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=MOST_REASON)])

    def draft(self) -> ChangeDraft:
        """The typed change. Call after validate()."""
        assert self.units.data is not None
        code = (self.need_code.data or "").upper() or None
        return ChangeDraft(self.units.data, code, self.reason.data or "")


class ReleaseForm(BaseForm):
    """Why an allocation is taken back."""

    reason = TextAreaField(lazy_("Lý do"), [DataRequired(), Length(max=MOST_REASON)])

    def draft(self) -> str:
        """The reason. Call after validate()."""
        return str(self.reason.data)


class ProposalFilterForm(BaseForm):
    """What the list of proposals is narrowed to; the choices come from the view."""

    kind = SelectField(lazy_("Loại hỗ trợ"), validate_choice=False)
    group = SelectField(lazy_("Tổ dân phố"), validate_choice=False)
    tier = SelectField(
        lazy_("Mức ưu tiên"),
        choices=[("", lazy_("Tất cả")), *((tier, tier) for tier in TIER_NAMES)],
        validate_choice=False,
    )
    pledge = StringField(lazy_("Mã cam kết"), [Length(max=20)])
    ward = SelectField(lazy_("Phường"), validate_choice=False)
    state = SelectField(lazy_("Tình trạng"), default="proposed", validate_choice=False)
    only = SelectField(
        lazy_("Chỉ xem"),
        choices=[("", lazy_("Tất cả")), ("refused", lazy_("Đã thử duyệt nhưng chưa được"))],
        validate_choice=False,
    )


class ShortageFilterForm(BaseForm):
    """What the page of shortages is narrowed to, and whether each place has rows of its own.

    Of the places, only the residential groups of one ward are asked about, or else the wards.
    """

    kind = SelectField(lazy_("Loại hỗ trợ"), validate_choice=False)
    group = SelectField(lazy_("Tổ dân phố"), validate_choice=False)
    ward = SelectField(lazy_("Phường"), validate_choice=False)
    each = SelectField(lazy_("Mỗi dòng là"), validate_choice=False)

    def offer(
        self,
        kinds: Sequence[tuple[str, str]],
        *,
        groups: Sequence[tuple[str, str]] = (),
        wards: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        """Set the choices: codes or ids, with names; wards is None for staff of one ward."""
        self.kind.choices = [("", _("Tất cả")), *kinds]
        if wards is None:
            del self.ward
            self.group.choices = [("", _("Tất cả")), *groups]
            self.each.choices = [("", _("Cả phường")), ("group", _("Từng tổ dân phố"))]
        else:
            del self.group
            self.ward.choices = [("", _("Tất cả")), *wards]
            self.each.choices = [("", _("Mọi phường gộp lại")), ("ward", _("Từng phường"))]

    def in_words(self) -> list[tuple[str, str]]:
        """The name of each field in use with the words of its choice."""
        return [
            (field.name, str(label))
            for field in cast("Iterable[SelectField]", self)
            for value, label, selected, _attributes in field.iter_choices()
            if selected and value
        ]


class MergeForm(BaseForm):
    """Whose value stays where two households say different things, and why they are one."""

    head_name = RadioField(lazy_("Họ tên chủ hộ"), [Optional()])
    group = RadioField(lazy_("Tổ dân phố"), [Optional()])
    address = RadioField(lazy_("Địa chỉ"), [Optional()])
    phone = RadioField(lazy_("Số điện thoại"), [Optional()])
    size = RadioField(lazy_("Số nhân khẩu"), [Optional()])
    own_code = RadioField(lazy_("Mã hộ của phường"), [Optional()])
    note = RadioField(lazy_("Ghi chú"), [Optional()])
    reason = TextAreaField(
        lazy_("Vì sao biết là một hộ"), [DataRequired(), Length(max=MOST_REASON)]
    )

    def offer(self, values: Mapping[str, tuple[str, str]]) -> None:
        """Ask about these fields only; values: what the kept and the closed household say."""
        for name in FIELDS:
            if name not in values:
                del self[name]
                continue
            kept, closed = values[name]
            field = cast("RadioField", self[name])
            field.choices = [
                (Side.KEPT.value, _("%(value)s (hộ được giữ)", value=kept)),
                (Side.CLOSED.value, _("%(value)s (hộ sẽ đóng)", value=closed)),
            ]
            # What the kept household says stays unless somebody says otherwise.
            field.data = field.data or Side.KEPT.value

    def draft(self) -> MergeDraft:
        """The proposal as typed. Call after offer() and validate()."""
        chosen = {name: Side(self[name].data) for name in FIELDS if name in self}
        return MergeDraft(chosen, str(self.reason.data))


class SeenMergeForm(BaseForm):
    """The versions of both households that the approver read."""

    kept_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    closed_version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])

    def seen(self) -> tuple[int, int]:
        """Both versions. Call after validate()."""
        return int(self.kept_version.data or 0), int(self.closed_version.data or 0)
