"""The words of the policy's pages: states, contradictions, and what two versions differ in."""

from collections.abc import Mapping
from datetime import date

from app.infra.i18n import LazyString, _, lazy_
from app.infra.jinja import day, moment
from app.matching.policy_form import DEFAULTS, HELP, LABELS, PLAIN, values_of
from app.matching.queries.comparisons import PastChoice
from app.matching.queries.policy import VersionRow
from app.matching.rules.policy import TIER_NAMES, PolicyRules
from app.matching.rules.policy_checks import Fault
from app.matching.rules.policy_versions import PolicyState
from app.matching.texts import GROUPS

# Groups, urgency (0 to 3) and days of waiting of the need in the worked example.
EXAMPLE = (("poor", "disability"), 2, 90)
POLICY_STATES: dict[str, tuple[str, LazyString]] = {
    "draft": ("waiting", lazy_("Chờ người khác duyệt")),
    "coming": ("active", lazy_("Đã duyệt, chưa đến ngày")),
    "in-force": ("done", lazy_("Đang áp dụng")),
    "older": ("neutral", lazy_("Bản cũ")),
}
POLICY_FAULTS: dict[str, LazyString] = {
    "points-beyond-most": lazy_(
        "Xin nhập từ 0 đến %(most)s, là điểm hoàn cảnh nhiều nhất của một hộ."
    ),
    "not-negative": lazy_("Xin nhập 0 hoặc số lớn hơn."),
    "at-least-one": lazy_("Xin nhập 1 hoặc số lớn hơn."),
    "composite-too-large": lazy_(
        "Cộng hết các điểm, một nhu cầu có thể quá %(most)s điểm. Xin giảm bớt."
    ),
    "tiers-out-of-order": lazy_(
        "Điểm bắt đầu của mức %(tier)s phải thấp hơn của mức %(above)s, nếu không sẽ có mức trống."
    ),
    "tier-out-of-reach": lazy_(
        "Không nhu cầu nào đạt được mức %(tier)s: nhiều nhất chỉ có %(most)s điểm."
    ),
    "weights-do-not-fall": lazy_(
        "Xin nhập số nhỏ hơn %(above)s: phần cần hơn phải quý hơn, nếu không thứ tự sẽ đảo ngược."
    ),
    "weights-overflow": lazy_(
        "Trọng số quá lớn: nhân với phần đầu là %(worth)s, quá %(most)s thì máy không còn tính đúng"
        " từng đơn vị. Xin giảm bớt."
    ),
    "floor-is-everything": lazy_(
        "Mức sàn phải nhỏ hơn số nấc (%(brackets)s): sàn gồm mọi nấc thì không tổ dân phố nào được"
        " trước."
    ),
    "out-of-range": lazy_("Xin nhập từ %(least)s đến %(most)s."),
}


def fault_words(fault: Fault) -> str:
    """What is wrong with a number, and why."""
    return str(POLICY_FAULTS[fault.code]) % fault.facts


def changes_between(
    before: PolicyRules, after: PolicyRules, kinds: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What two versions differ in: label, before, after; kinds: what they are called."""
    old, new = values_of(before), values_of(after)
    return [
        (_label(name, kinds), _value(old.get(name)), _value(new.get(name)))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return "–" if value is None else str(value)


def _label(name: str, kinds: Mapping[str, str]) -> str:
    head, _dash, rest = name.partition("-")
    if head == "title":
        return _("Tên")
    if head == "group_points":
        return _("Điểm: %(group)s", group=str(GROUPS.get(rest, rest)))
    if head == "repeat":
        return _("%(kind)s: ngày mới được nhận lại", kind=kinds.get(rest, rest))
    if head == "one":
        return _("%(kind)s: mỗi hộ một nhu cầu", kind=kinds.get(rest, rest))
    words = str(LABELS[head])
    if not rest:
        return words
    return words % {"tier": TIER_NAMES[int(rest)], "step": int(rest) + 1}


def starts_in_words(row: VersionRow, on: date) -> str:
    """From when a version holds; one that waits for approval holds no day before that."""
    proposed = day(row.valid_from)
    if row.state is PolicyState.DRAFT and row.valid_from < on:
        return _("khi được duyệt (đề nghị từ %(day)s)", day=proposed)
    return proposed


def version_label(row: VersionRow) -> str:
    """A version as a choice names it."""
    state = POLICY_STATES[row.state][1]
    name = _(row.rules.name)
    return _("Bản %(n)s: %(name)s (%(state)s)", n=row.version, name=name, state=str(state).lower())


def past_label(past: PastChoice) -> str:
    """A past as a choice names it."""
    at = moment(past.at)
    if past.ward_code is not None:
        return _("Lượt lúc %(at)s", at=at)
    if past.run_id is not None:
        return _("Lượt chung cả %(place)s, lúc %(at)s", place=past.place, at=at)
    return _(
        "Lượt gần nhất của từng phường ở %(place)s (%(n)s phường)", place=past.place, n=past.count
    )


def numbers_explained(rules: PolicyRules) -> list[tuple[str, object, object, str]]:
    """Each number that stands alone: its name, what it is, its default, and what it does."""
    held = values_of(rules)
    return [(str(LABELS[name]), held[name], DEFAULTS[name], str(HELP[name])) for name in PLAIN]


def example_in_words(rules: PolicyRules) -> str:
    """One need's points, added up by these rules before the reader's eyes."""
    groups, urgency, waited = EXAMPLE
    held = [group for group in groups if group in rules.group_points]
    points = rules.need_points(held)
    total = rules.composite(points, urgency, waited)
    return _(
        "Ví dụ: hộ có hoàn cảnh %(groups)s được %(points)s điểm; cần gấp thêm %(urgency)s điểm; đã"
        " chờ %(days)s ngày thêm %(waited)s điểm. Cộng lại %(total)s điểm, vào mức %(tier)s.",
        groups=", ".join(str(GROUPS[group]) for group in held),
        points=points,
        urgency=urgency * rules.urgency_points,
        days=waited,
        waited=total - points - urgency * rules.urgency_points,
        total=total,
        tier=TIER_NAMES[rules.tier(total)],
    )
