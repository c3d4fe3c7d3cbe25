"""Forms of ballots: the question, a ranking, what a meeting said."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, cast

from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.infra.forms import BaseForm
from app.infra.i18n import _, lazy_
from app.kernel.clock import VIETNAM, today
from app.matching.rules.ballots import (
    FEWEST_CANDIDATES,
    MOST_CANDIDATES,
    MOST_PAPER_VOTES,
    BallotDraft,
    PaperDraft,
)

MOST_QUESTION, MOST_NAME = 300, 120
USUAL_DAYS, MOST_DAYS = 14, 90
RANK = "rank-"


class BallotForm(BaseForm):
    """What is asked, among which candidates, until the end of which day."""

    question = TextAreaField(
        lazy_("Câu hỏi"),
        [DataRequired(), Length(max=MOST_QUESTION)],
        description=lazy_("Một câu ai cũng hiểu, như “Nên ưu tiên việc gấp hay chờ lâu?”."),
    )
    candidates = SelectMultipleField(
        lazy_("Các phương án để xếp hạng"),
        description=lazy_("Chọn từ 2 đến 6. Phương án đã tính thử thì người đọc thấy cả con số."),
    )
    closes_on = DateField(
        lazy_("Nhận phiếu đến hết ngày"),
        [InputRequired()],
        description=lazy_("Kết quả chỉ hiện sau ngày này."),
    )

    def offer(self, candidates: Sequence[tuple[str, str]]) -> None:
        """Set the choices, with their words."""
        self.candidates.choices = list(candidates)
        if not self.closes_on.raw_data:
            self.closes_on.data = today() + timedelta(days=USUAL_DAYS)

    def validate_candidates(self, field: SelectMultipleField) -> None:
        """A choice, and not one that nobody can rank."""
        if not FEWEST_CANDIDATES <= len(field.data or ()) <= MOST_CANDIDATES:
            raise ValidationError(_("Xin chọn từ 2 đến 6 phương án."))

    def validate_closes_on(self, field: DateField) -> None:
        """Long enough for people to hear of it, soon enough to matter."""
        first, last = (today() + timedelta(days=days) for days in (1, MOST_DAYS))
        if field.data is None or not first <= field.data <= last:
            raise ValidationError(_("Xin chọn một ngày từ ngày mai, trong vòng 90 ngày."))

    def draft(self) -> BallotDraft:
        """The question as typed; it closes as that day ends in Vietnam. Call after validate()."""
        day = cast("Any", self.closes_on.data) + timedelta(days=1)
        ends = datetime.combine(day, time.min, VIETNAM)
        return BallotDraft(str(self.question.data), tuple(self.candidates.data or ()), ends)


class RankForm(BaseForm):
    """A rank for each candidate; the fields join in rank_form_class()."""

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as the library has it.
        """Something must be ranked."""
        fine = super().validate(extra_validators)
        if fine and not self.ranking():
            self.form_errors.append(_("Xin xếp hạng ít nhất một phương án."))
            return False
        return fine

    def show(self, ranking: dict[str, int]) -> None:
        """Fill in what was said before."""
        for field in self:
            if field.name.startswith(RANK):
                field.data = str(ranking.get(field.name.removeprefix(RANK), ""))

    def ranking(self) -> dict[str, int]:
        """Candidate -> rank, of those that have one. Call after validate()."""
        return {
            field.name.removeprefix(RANK): int(field.data)
            for field in self
            if field.name.startswith(RANK) and field.data
        }


class PaperForm(RankForm):
    """What a meeting said, by its minute."""

    organisation = StringField(
        lazy_("Tổ chức"),
        [DataRequired(), Length(max=MOST_NAME)],
        description=lazy_("Như Uỷ ban Mặt trận Tổ quốc phường, Hội Phụ nữ, Hội Người cao tuổi."),
    )
    minute = StringField(
        lazy_("Biên bản"),
        [DataRequired(), Length(max=MOST_NAME)],
        description=lazy_("Số và ngày của biên bản, để ai cũng đối chiếu được."),
    )
    votes = IntegerField(
        lazy_("Số phiếu xếp hạng như dưới đây"),
        [InputRequired(), NumberRange(1, MOST_PAPER_VOTES)],
    )

    def draft(self) -> PaperDraft:
        """What was typed. Call after validate()."""
        return PaperDraft(
            str(self.organisation.data),
            str(self.minute.data),
            self.ranking(),
            int(self.votes.data or 0),
        )


def rank_form_class(base: type[RankForm], candidates: Sequence[tuple[str, str]]) -> type[RankForm]:
    """The form for these candidates, each with its words."""
    ranks = [(str(rank), _("Hạng %(n)s", n=rank)) for rank in range(1, len(candidates) + 1)]
    choices = [("", _("Không xếp")), *ranks]
    fields = {
        f"{RANK}{key}": SelectField(words, choices=choices, default="") for key, words in candidates
    }
    return type("Ranks", (base,), fields)
