"""The form on which a new version of the policy is proposed: each number with its help."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from wtforms import BooleanField, DateField, IntegerField, SelectField, TextAreaField
from wtforms.fields import Field, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.infra.forms import BaseForm
from app.infra.i18n import LazyString, _, lazy_
from app.infra.jinja import capital
from app.kernel.clock import today
from app.matching.rules.policy import DEFAULT_POLICY, TIER_NAMES, KindRule, PolicyRules
from app.matching.rules.policy_checks import Fault
from app.matching.rules.policy_versions import ComparisonDraft, PolicyDraft

MOST_REASON = 500
TIER_CUTS, STEPS = 4, 3
PLAIN = (
    "most_group_points",
    "urgency_points",
    "waiting_days",
    "most_waiting_points",
    "brackets",
    "floor_brackets",
    "fund_percent",
)
LABELS: dict[str, LazyString] = {
    "most_group_points": lazy_("Điểm hoàn cảnh nhiều nhất của một hộ"),
    "urgency_points": lazy_("Điểm cho mỗi mức gấp"),
    "waiting_days": lazy_("Số ngày chờ để được thêm 1 điểm"),
    "most_waiting_points": lazy_("Điểm chờ nhiều nhất"),
    "brackets": lazy_("Số nấc chia đều giữa các tổ dân phố"),
    "floor_brackets": lazy_("Mức sàn: số nấc đầu mọi tổ dân phố được trước"),
    "fund_percent": lazy_("Phần quỹ được bù cho một công trình (%)"),
    "tier_from": lazy_("Mức %(tier)s: từ bao nhiêu điểm"),
    "tier_weights": lazy_("Mức %(tier)s: trọng số"),
    "step_weights": lazy_("Trọng số của phần thứ %(step)s trong một nhu cầu"),
}
HELP: dict[str, LazyString] = {
    "most_group_points": lazy_("Hộ có nhiều hoàn cảnh thì cộng điểm, nhưng không quá số này."),
    "urgency_points": lazy_(
        "Cần sớm được một lần số này, gấp hai lần, rất gấp ba lần. Số lớn thì việc gấp vượt lên"
        " nhanh hơn."
    ),
    "waiting_days": lazy_(
        "Cứ chờ đủ chừng này ngày thì thêm 1 điểm. Số nhỏ thì hộ chờ lâu được ưu tiên nhanh hơn."
    ),
    "most_waiting_points": lazy_(
        "Chờ bao lâu cũng không được hơn số này, để hoàn cảnh vẫn quan trọng nhất."
    ),
    "brackets": lazy_(
        "Mỗi nấc là một phần bằng nhau của tỉ lệ đáp ứng, như 10 nấc thì mỗi nấc 10%; nhiều nấc thì"
        " chia đều mịn hơn."
    ),
    "floor_brackets": lazy_(
        "0 là không có sàn. Sàn 2 trên 10 nấc: với mỗi loại, tổ dân phố nào chưa được 20% thì được"
        " trước cả mức ưu tiên. Nơi ít nhất được nhiều hơn, đổi lại có hộ cần hơn phải chờ."
    ),
    "fund_percent": lazy_(
        "Nhà, nhà vệ sinh, ca phẫu thuật chỉ làm khi đủ tiền; quỹ bù nhiều nhất chừng này phần"
        " trăm của chi phí."
    ),
    "tier_from": lazy_("Nhu cầu có ít nhất chừng này điểm thì vào mức này."),
    "tier_weights": lazy_("Một phần cho mức này quý bằng mấy phần cho mức có trọng số 1."),
    "step_weights": lazy_(
        "Phần sau quý ít hơn phần trước, nên nhiều hộ có phần đầu trước khi một hộ có thêm."
        " Phải giảm dần."
    ),
    "group_points": lazy_("Số điểm cộng cho hộ có hoàn cảnh này; 0 nếu không cộng."),
    "repeat": lazy_("Số ngày phải qua mới được nhận lại loại này; 0 là không giới hạn."),
    "one": lazy_("Mỗi hộ nhiều nhất một nhu cầu loại này trong một lượt"),
}
# Besides, of each tier but the first.
BELOW: dict[str, LazyString] = {
    "tier_from": lazy_("Phải thấp hơn mức trên."),
    "tier_weights": lazy_("Phải nhỏ hơn mức trên."),
}
DEFAULT = lazy_("Mặc định %(n)s.")


class CompareForm(BaseForm):
    """With which version, and over what past, a version is compared."""

    against = SelectField(lazy_("So với"), [InputRequired()], coerce=int)
    past = SelectField(lazy_("Tính lại"), [InputRequired()])

    def offer(self, versions: Sequence[tuple[int, str]], pasts: Sequence[tuple[str, str]]) -> None:
        """Set the choices: numbers and keys, with their words; the first of each is preset."""
        self.against.choices, self.past.choices = list(versions), list(pasts)

    def draft(self, version: int) -> ComparisonDraft:
        """What is to be compared. Call after validate()."""
        return ComparisonDraft(version, int(self.against.data), str(self.past.data))


class PolicyFormBase(BaseForm):
    """The numbers that every policy has; groups, tiers and kinds join in form_class()."""

    valid_from = DateField(lazy_("Áp dụng từ ngày"), [InputRequired()])
    reason = TextAreaField(lazy_("Vì sao đề nghị đổi"), [DataRequired(), Length(max=MOST_REASON)])

    def validate_valid_from(self, field: DateField) -> None:
        """No day is over on which a version could still begin."""
        if field.data is not None and field.data < today():
            raise ValidationError(_("Xin chọn hôm nay hoặc một ngày sau."))

    def show(self, rules: PolicyRules) -> None:
        """Fill in the numbers of a version, as the start of the next, which needs its own name."""
        for name, value in _values_of(rules):
            if name in self and name != "title":
                self[name].data = value

    def draft(self, base: PolicyRules) -> PolicyDraft:
        """What was typed; `base` names the groups and kinds. Call after validate()."""
        numbers: dict[str, Any] = {name: self[name].data for name in PLAIN}
        rules = PolicyRules(
            name=str(self["title"].data),
            group_points={g: self[f"group_points-{g}"].data for g in base.group_points},
            tier_from=self._several("tier_from", TIER_CUTS),
            tier_weights=self._several("tier_weights", len(TIER_NAMES)),
            step_weights=self._several("step_weights", STEPS),
            kinds={
                code: KindRule(self[f"repeat-{code}"].data, bool(self[f"one-{code}"].data))
                for code in base.kinds
            },
            **numbers,
        )
        return PolicyDraft(rules, cast("date", self.valid_from.data), self.reason.data or "")

    def _several(self, name: str, count: int) -> tuple[int, ...]:
        return tuple(self[f"{name}-{place}"].data for place in range(count))

    def mark(self, faults: Iterable[tuple[Fault, str]]) -> None:
        """Show contradictions at the numbers that they name."""
        for fault, words in faults:
            field = self[fault.name]
            field.errors = [*field.errors, words]


def form_class(
    rules: PolicyRules, groups: Mapping[str, object], kinds: Mapping[str, str]
) -> type[PolicyFormBase]:
    """The form for this version's groups and kinds. groups, kinds: what they are called."""
    fields: dict[str, Field] = {
        "title": StringField(lazy_("Tên của bản này"), [InputRequired(), Length(max=120)]),
        **{name: _number(name, LABELS[name], HELP[name]) for name in PLAIN},
        **dict(_tier_fields()),
    }
    for group in rules.group_points:
        name = f"group_points-{group}"
        fields[name] = _number(name, _Capital(groups.get(group, group)), HELP["group_points"])
    for code in rules.kinds:
        name = f"repeat-{code}"
        fields[name] = _number(name, kinds.get(code, code), HELP["repeat"])
        fields[f"one-{code}"] = BooleanField(HELP["one"])
    return type("PolicyForm", (PolicyFormBase,), fields)


def _tier_fields() -> Iterator[tuple[str, Field]]:
    for place, tier in enumerate(TIER_NAMES):
        if place < TIER_CUTS:
            yield _of_several("tier_from", place, tier=tier)
        yield _of_several("tier_weights", place, tier=tier)
    for place in range(STEPS):
        yield _of_several("step_weights", place, step=place + 1)


def _of_several(head: str, place: int, **facts: object) -> tuple[str, Field]:
    name = f"{head}-{place}"
    besides = (BELOW[head],) if place and head in BELOW else ()
    return name, _number(name, _Named(LABELS[head], **facts), HELP[head], *besides)


class _Named:
    """Words with a fact in them, put into the reader's language when they are shown."""

    def __init__(self, words: LazyString, **facts: object) -> None:
        self._words, self._facts = words, facts

    def __str__(self) -> str:
        return str(self._words) % self._facts


class _Capital:
    """Words as a label begins them, put into the reader's language when they are shown."""

    def __init__(self, words: object) -> None:
        self._words = words

    def __str__(self) -> str:
        return capital(str(self._words))


class _Helped:
    """Sentences of help and the number that comes with the product, if there is one."""

    def __init__(self, words: Sequence[LazyString], default: object) -> None:
        self._words, self._default = words, default

    def __str__(self) -> str:
        told = [str(words) for words in self._words]
        if self._default is not None:
            told.append(str(DEFAULT) % {"n": self._default})
        return " ".join(told)


def _number(name: str, label: object, *words: LazyString) -> Field:
    told = _Helped(words, DEFAULTS.get(name))
    return IntegerField(label, [InputRequired()], description=told)  # type: ignore[arg-type]  # words are put into a language when shown.


def _values_of(rules: PolicyRules) -> Iterator[tuple[str, object]]:
    """Every number of a version by the name of its field."""
    yield "title", rules.name
    yield from ((name, getattr(rules, name)) for name in PLAIN)
    yield from ((f"group_points-{g}", points) for g, points in rules.group_points.items())
    for name in ("tier_from", "tier_weights", "step_weights"):
        yield from ((f"{name}-{k}", value) for k, value in enumerate(getattr(rules, name)))
    for code, rule in rules.kinds.items():
        yield f"repeat-{code}", rule.repeat_after_days
        yield f"one-{code}", rule.one_per_household


def values_of(rules: PolicyRules) -> dict[str, object]:
    """Every number of a version by the name of its field, in the form's order."""
    return dict(_values_of(rules))


# The numbers that come with the product; kinds have theirs from the catalogue.
DEFAULTS = values_of(DEFAULT_POLICY)
