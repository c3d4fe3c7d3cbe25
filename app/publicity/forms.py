"""What a visitor looks for on the board; it lives in the address."""

from collections.abc import Sequence

from wtforms import HiddenField, SelectField, StringField

from app.infra.forms import BaseForm
from app.infra.i18n import _, lazy_
from app.needs.rules import BoardFilter
from app.needs.texts import URGENCIES

LONGEST_SEARCH = 80
Choices = Sequence[tuple[str, str]]


class BoardForm(BaseForm):
    """Filters of the board. What nobody of us offers is left out, never an error."""

    search = StringField(lazy_("Phường, xã hoặc mã phiếu"))
    kind = SelectField(lazy_("Loại hỗ trợ"), choices=[("", "")], validate_choice=False)
    urgency = SelectField(
        lazy_("Mức độ gấp"),
        choices=[
            ("", lazy_("Tất cả")),
            ("1", lazy_("Từ “Nên sớm”")),
            ("2", lazy_("Từ “Gấp”")),
            ("3", URGENCIES[3]),
        ],
        validate_choice=False,
    )
    programme = SelectField(lazy_("Chương trình"), choices=[("", "")], validate_choice=False)
    ward = HiddenField()

    def with_choices(self, kinds: Choices, programmes: Choices) -> "BoardForm":
        """The same form, offering these kinds and programmes."""
        everything = [("", _("Tất cả"))]
        self.kind.choices = [*everything, *kinds]
        self.programme.choices = [*everything, *programmes]
        return self

    def wanted(self) -> BoardFilter:
        """The filter."""
        urgency = self.urgency.data or ""
        return BoardFilter(
            kind_code=self.kind.data or None,
            ward_code=self.ward.data or None,
            programme_id=self.programme.data or None,
            urgency=int(urgency) if urgency in {"1", "2", "3"} else None,
            search=(self.search.data or "")[:LONGEST_SEARCH],
        )
