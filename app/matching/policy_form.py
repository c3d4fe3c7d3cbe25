"""The form on which a new version of the policy is proposed: each number with its help."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast

from wtforms import BooleanField, DateField, IntegerField, TextAreaField
from wtforms.fields import Field, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.infra.forms import BaseForm
from app.infra.i18n import LazyString, lazy_
from app.matching.rules.policy import TIER_NAMES, KindRule, PolicyRules
from app.matching.rules.policy_checks import Fault
from app.matching.rules.policy_versions import PolicyDraft

MOST_REASON = 500
TIER_CUTS, STEPS = 4, 3
PLAIN = (
    "most_group_points",
    "urgency_points",
    "waiting_days",
    "most_waiting_points",
    "brackets",
    "fund_percent",
)
LABELS: dict[str, LazyString] = {
    "most_group_points": lazy_("Điểm hoàn cảnh nhiều nhất của một hộ"),
    "urgency_points": lazy_("Điểm cho mỗi mức gấp"),
    "waiting_days": lazy_("Số ngày chờ để được thêm 1 điểm"),
    "most_waiting_points": lazy_("Điểm chờ nhiều nhất"),
    "brackets": lazy_("Số nấc chia đều giữa các tổ dân phố"),
    "fund_percent": lazy_("Phần quỹ được bù cho một công trình (%%)"),
    "tier_from": lazy_("Mức %(tier)s: từ bao nhiêu điểm"),
    "tier_weights": lazy_("Mức %(tier)s: trọng số"),
    "step_weights": lazy_("Trọng số của phần thứ %(step)s trong một nhu cầu"),
}
HELP: dict[str, LazyString] = {
    "most_group_points": lazy_(
        "Hộ có nhiều hoàn cảnh thì cộng điểm, nhưng không quá số này. Mặc định 100."
    ),
    "urgency_points": lazy_(
        "Cần sớm được một lần số này, gấp hai lần, rất gấp ba lần. Số lớn thì việc gấp vượt lên"
        " nhanh hơn. Mặc định 6."
    ),
    "waiting_days": lazy_(
        "Cứ chờ đủ chừng này ngày thì thêm 1 điểm. Số nhỏ thì hộ chờ lâu được ưu tiên nhanh hơn."
        " Mặc định 30."
    ),
    "most_waiting_points": lazy_(
        "Chờ bao lâu cũng không được hơn số này, để hoàn cảnh vẫn quan trọng nhất. Mặc định 12."
    ),
    "brackets": lazy_(
        "Mỗi nấc là một phần bằng nhau của tỉ lệ đáp ứng; nhiều nấc thì chia đều mịn hơn. Mặc định"
        " 10, tức là mỗi nấc 10%%."
    ),
    "fund_percent": lazy_(
        "Nhà, nhà vệ sinh, ca phẫu thuật chỉ làm khi đủ tiền; quỹ bù nhiều nhất chừng này phần"
        " trăm của chi phí. Mặc định 30."
    ),
    "tier_from": lazy_(
        "Nhu cầu có ít nhất chừng này điểm thì vào mức này. Phải thấp hơn mức trên."
    ),
    "tier_weights": lazy_(
        "Một phần cho mức này quý bằng mấy phần cho mức có trọng số 1. Phải nhỏ hơn mức trên."
    ),
    "step_weights": lazy_(
        "Phần sau quý ít hơn phần trước, nên nhiều hộ có phần đầu trước khi một hộ có thêm."
        " Phải giảm dần."
    ),
    "group_points": lazy_("Số điểm cộng cho hộ có hoàn cảnh này; 0 nếu không cộng."),
    "repeat": lazy_("Số ngày phải qua mới được nhận lại loại này; 0 là không giới hạn."),
    "one": lazy_("Mỗi hộ nhiều nhất một nhu cầu loại này trong một lượt"),
}


class PolicyFormBase(BaseForm):
    """The numbers that every policy has; groups, tiers and kinds join in form_class()."""

    valid_from = DateField(lazy_("Áp dụng từ ngày"), [InputRequired()])
    reason = TextAreaField(lazy_("Vì sao đề nghị đổi"), [DataRequired(), Length(max=MOST_REASON)])

    def show(self, rules: PolicyRules) -> None:
        """Fill in the numbers of a version, as the start of the next."""
        for name, value in _values_of(rules):
            if name in self:
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
        **{name: _number(LABELS[name], HELP[name]) for name in PLAIN},
        **dict(_tier_fields()),
    }
    for group in rules.group_points:
        fields[f"group_points-{group}"] = _number(groups.get(group, group), HELP["group_points"])
    for code in rules.kinds:
        fields[f"repeat-{code}"] = _number(kinds.get(code, code), HELP["repeat"])
        fields[f"one-{code}"] = BooleanField(HELP["one"])
    return type("PolicyForm", (PolicyFormBase,), fields)


def _tier_fields() -> Iterator[tuple[str, Field]]:
    for place, tier in enumerate(TIER_NAMES):
        if place < TIER_CUTS:
            label = _Named(LABELS["tier_from"], tier=tier)
            yield f"tier_from-{place}", _number(label, HELP["tier_from"])
        label = _Named(LABELS["tier_weights"], tier=tier)
        yield f"tier_weights-{place}", _number(label, HELP["tier_weights"])
    for place in range(STEPS):
        label = _Named(LABELS["step_weights"], step=place + 1)
        yield f"step_weights-{place}", _number(label, HELP["step_weights"])


class _Named:
    """Words with a fact in them, put into the reader's language when they are shown."""

    def __init__(self, words: LazyString, **facts: object) -> None:
        self._words, self._facts = words, facts

    def __str__(self) -> str:
        return str(self._words) % self._facts


def _number(label: object, words: LazyString) -> Field:
    return IntegerField(label, [InputRequired()], description=words)  # type: ignore[arg-type]  # words are put into a language when shown.


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
