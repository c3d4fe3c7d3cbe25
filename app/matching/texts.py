"""The words of matching: states, refusals, and a sentence for each reason of a run."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, cast

from app.catalogue.rules import FieldType, Kind, SpecField, spec_fields
from app.catalogue.texts import unit_words
from app.infra.i18n import LazyString, _, current_language, lazy_
from app.infra.jinja import dong
from app.matching import reason_titles, state_words
from app.matching.rules.pairs import Rule
from app.matching.rules.shares import PAID_TOGETHER
from app.pledges.texts import ERRORS as PLEDGE_ERRORS

RUN_STATES = state_words.RUN_STATES
SHARD_STATES = state_words.SHARD_STATES
TRIGGERS = state_words.TRIGGERS
PROPOSAL_STATES = state_words.PROPOSAL_STATES
ALLOCATION_STATES = state_words.ALLOCATION_STATES
FAILURES = state_words.FAILURES
COMPARISON_FAILURES = state_words.COMPARISON_FAILURES
AUDIT = state_words.AUDIT
ERRORS: dict[str, LazyString] = {
    "merge-stopped": lazy_("Còn việc phải giải quyết trước khi gộp hai hộ; xem bên dưới."),
    "run-under-way": lazy_("Phường này đang có một lượt ghép nối. Xin chờ lượt đó xong."),
    "run-no-longer-current": lazy_("Đã có lượt ghép nối mới hơn, đề xuất này không còn dùng."),
    "run-goes-on": lazy_("Lượt ghép nối này không dừng. Xin tải lại trang."),
    "comparison-is-over": lazy_("Việc tính thử này đã kết thúc."),
    "comparison-goes-on": lazy_("Việc tính thử này không dừng. Xin tải lại trang."),
    "run-not-running": lazy_("Lượt ghép nối này đã kết thúc."),
    "proposal-decided-already": lazy_("Đề xuất này đã có người quyết định."),
    "proposal-gone": lazy_("Không thấy đề xuất này nữa."),
    "proposal-not-opened": lazy_(
        "Đề xuất này nằm trong mẫu phải xem riêng. Xin mở trang của đề xuất rồi duyệt."
    ),
    "approver-prepared-it": lazy_(
        "Người chuẩn bị không được tự duyệt. Xin nhờ một người khác duyệt đề xuất này."
    ),
    "own-household": lazy_("Đây là hộ của ông/bà hoặc của người thân; xin để người khác làm."),
    "need-no-longer-open": lazy_("Nhu cầu này không còn mở."),
    "standing-no-longer-valid": lazy_("Xác minh của hộ chưa được duyệt hoặc đã hết hạn."),
    "pledge-no-longer-fits": lazy_("Cam kết này không hợp với điều kiện của nhu cầu."),
    "given-recently": lazy_("Hộ đã được hỗ trợ loại này trong thời gian chưa được nhận lại."),
    "given-in-programme": lazy_("Hộ đã được nhận trong chương trình này, mỗi hộ một lần."),
    "already-allocated": lazy_("Cam kết này đã phân bổ cho chính nhu cầu này."),
    "already-proposed": lazy_("Nhu cầu đó đã có đề xuất từ cùng cam kết."),
    "too-many-at-once": lazy_("Xin chọn nhiều nhất %(most)s đề xuất mỗi lần."),
    "too-many-units": lazy_("Chỉ còn nhiều nhất %(most)s đơn vị."),
    "fewer-units-only": lazy_("Số mới phải nhỏ hơn %(units)s và từ 1 trở lên."),
    "one-unit-only": lazy_("Chỉ có 1 phần nên không bớt được; xin ghi mã nhu cầu được chọn thay."),
    "other-need-unknown": lazy_("Không thấy nhu cầu đang mở nào có mã này trong phường."),
    "reason-needed": lazy_("Xin ghi lý do."),
    "nothing-chosen": lazy_("Xin chọn ít nhất một đề xuất."),
    "allocation-cannot-be-released": lazy_("Đã trao một phần nên không thu hồi được nữa."),
    "more-than-allocated": lazy_("Số trao vượt quá số đã phân bổ."),
    "units-not-handed-over": lazy_("Số này chưa được trao."),
    "project-not-complete": lazy_("Tiền góp chưa đủ chi phí của công trình nên chưa duyệt được."),
    "project-is-one": lazy_(
        "Công trình do nhiều cam kết góp đủ, không đổi từng phần. Xin duyệt hoặc không chọn."
    ),
    "pledge-taken-elsewhere": lazy_("Nơi khác đã duyệt phần này trước; đang tìm phần khác thay."),
    "no-run-to-compare": lazy_(
        "Chưa có lượt ghép nối nào được lưu để tính thử. Xin chạy một lượt trước."
    ),
    "ballot-closed": lazy_("Phiếu này đã hết hạn nhận ý kiến."),
    "ballot-not-over": lazy_("Phiếu này còn đang nhận ý kiến, hoặc đã được kiểm."),
    "ballot-nowhere": lazy_("Anh/chị không phụ trách trọn nơi nào nên chưa mở phiếu được."),
    "ballot-needs-candidates": lazy_("Xin chọn từ %(least)s đến %(most)s phương án có thật."),
    "ballot-closes-too-soon": lazy_("Ngày hết hạn phải ở phía trước."),
    "ballot-ranks-nothing": lazy_("Xin xếp hạng ít nhất một phương án."),
    "ballot-rank-unknown": lazy_("Phiếu này có phương án hoặc hạng không có trong câu hỏi."),
    "ballot-paper-votes": lazy_("Số phiếu phải từ 1 đến %(most)s."),
    "policy-by-another": lazy_("Người đề nghị không được tự duyệt. Xin nhờ một người khác."),
    "policy-approved-already": lazy_("Bản chính sách này đã được duyệt."),
    "policy-proposed-meanwhile": lazy_("Vừa có người gửi một bản khác. Xin gửi lại."),
    "policy-contradicts-itself": lazy_("Các con số của bản này mâu thuẫn nhau. Xin sửa lại."),
}
# What bars a need from a run is told in the words of the refusal.
BARRING = ("standing-no-longer-valid", "given-recently", "given-in-programme")
RULES: dict[str, LazyString] = {
    Rule.KIND: lazy_("loại hỗ trợ"),
    Rule.SPEC: lazy_("cỡ hoặc quy cách"),
    Rule.COST: lazy_("giá trị một phần không đủ chi phí"),
    Rule.WARD: lazy_("phường được nhận"),
    Rule.GROUP: lazy_("nhóm hoàn cảnh được nhận"),
    Rule.PROGRAMME: lazy_("chương trình"),
    Rule.WINDOW: lazy_("thời gian có thể trao"),
}
GROUPS: dict[str, LazyString] = {
    "poor": lazy_("hộ nghèo"),
    "near-poor": lazy_("hộ cận nghèo"),
    "newly-escaped": lazy_("hộ mới thoát nghèo"),
    "hardship": lazy_("hoàn cảnh khó khăn"),
    "policy": lazy_("gia đình chính sách"),
    "elderly": lazy_("người cao tuổi"),
    "lonely-elderly": lazy_("người cao tuổi neo đơn"),
    "disability": lazy_("người khuyết tật"),
    "child": lazy_("trẻ em"),
    "agent-orange": lazy_("nạn nhân chất độc da cam"),
    "sudden-hardship": lazy_("khó khăn đột xuất"),
}
URGENCIES: tuple[LazyString, ...] = (
    lazy_("không gấp"),
    lazy_("cần sớm"),
    lazy_("gấp"),
    lazy_("rất gấp"),
)


class Named(Protocol):
    """A support kind, or a row that carries its words."""

    label_vi: str
    label_en: str
    unit_vi: str
    unit_en: str


class Described(Protocol):
    """A support kind's row, with the fields that describe a thing of it."""

    spec_fields: list[dict[str, object]]


def kind_label(kind: Named) -> str:
    """The kind's name in the reader's language."""
    return kind.label_vi if current_language() == "vi" else kind.label_en


def kind_unit(kind: Named) -> str:
    """What one unit of the kind is called, in the reader's language."""
    return kind.unit_vi if current_language() == "vi" else kind.unit_en


def spec_in_words(kind: Kind | Described, spec: Mapping[str, object]) -> str:
    """What a spec says, field by field in the kind's order; empty if it says nothing."""
    fields = kind.fields if isinstance(kind, Kind) else spec_fields(kind.spec_fields)
    parts = [_field_in_words(f, spec.get(f.name)) for f in fields]
    return ", ".join(part for part in parts if part)


def _field_in_words(field: SpecField, value: object) -> str:
    vietnamese = current_language() == "vi"
    label = field.label_vi if vietnamese else field.label_en
    if field.type is FieldType.CHOICE:
        return next(
            (vi if vietnamese else en for code, vi, en in field.choices if code == value), ""
        )
    if field.type is FieldType.FLAG:
        return label if value is True else ""
    return "" if value is None else f"{label}: {value} {unit_words(field)}".rstrip()


def groups_in_words(groups: object) -> str:
    """Safe groups as people say them; empty if there are none."""
    return ", ".join(str(GROUPS[g]) for g in cast("list[str]", groups or []) if g in GROUPS)


def refusal_words(code: str) -> str:
    """Why a proposal could not be accepted; the refusal may be of an area below."""
    words = (ERRORS | PLEDGE_ERRORS).get(code)
    return str(words) if words is not None else _("Chưa duyệt được; xin thử lại.")


def reason_lines(reason: Mapping[str, object]) -> list[str]:
    """A stored reason as short sentences in the reader's language, the main one first."""
    code = str(reason.get("code", ""))
    facts = cast("Mapping[str, object]", reason.get("facts") or {})
    if code in OF_SEVERAL_LINES:
        return OF_SEVERAL_LINES[code](facts)
    if code == "needier-took-it" and facts.get("tier") == facts.get("cutoff"):
        code = "needier-took-it-together"
    sentence = REASONS.get(code)
    facts = {**facts, **{k: dong(_index(facts, k)) for k in ("cost", "got") if k in facts}}
    return [str(sentence) % _Worded(facts)] if sentence is not None else [_("Chưa có lý do.")]


REASONS: dict[str, LazyString] = {
    **reason_titles.SENTENCES,
    **{code: ERRORS[code] for code in BARRING},
}


def _served(facts: Mapping[str, object]) -> list[str]:
    """Why this household: its tier with all that made it, the step, the way of the goods."""
    lines = [
        _("Mức ưu tiên %(tier)s: %(why)s.", tier=facts.get("tier", "?"), why=_why_of_tier(facts))
    ]
    step, level = _index(facts, "step"), _index(facts, "level")
    if step is not None:
        lines.append(_("Đề xuất này gồm %(step)s.", step=reason_titles.STEPS[min(step, 2)]))
    if level is not None:
        lines.append(_("Hàng hoặc tiền %(level)s.", level=reason_titles.LEVELS[min(level, 3)]))
    if facts.get("within_floor"):
        lines.append(_("Tổ dân phố của hộ chưa quá mức sàn, nên phần này xét trước mức ưu tiên."))
    if facts.get("kept"):
        lines.append(
            _(
                "Đã chờ quyết định từ lượt trước nên được giữ; ghép lại từ đầu thì phần này dành"
                " cho hộ khác, nhưng không hơn về mức ưu tiên và chia đều."
            )
        )
    if facts.get("last_tier"):
        lines.append(_("Phần loại này còn đến được mức ưu tiên %(tier)s.", tier=facts["last_tier"]))
    return lines


def _paid_together(facts: Mapping[str, object]) -> list[str]:
    """Why this project: its tier, and who pays how much of it."""
    parts = cast("list[Mapping[str, object]]", facts.get("parts") or [])
    tier = _("Mức ưu tiên %(tier)s: %(why)s.", tier=facts.get("tier"), why=_why_of_tier(facts))
    whole = _(
        "Công trình %(cost)s, đủ tiền nhờ %(n)s cam kết; duyệt thì giữ tất cả,"
        " không duyệt từng phần.",
        cost=dong(_index(facts, "cost")),
        n=len(parts),
    )
    return [tier, whole, *(_part_in_words(part) for part in parts)]


def _part_in_words(part: Mapping[str, object]) -> str:
    words = {"pledge": part.get("pledge"), "dong": dong(_index(part, "dong"))}
    if part.get("fund"):
        return _("Quỹ bù %(pledge)s thêm phần còn thiếu: %(dong)s.", **words)
    return _("Cam kết %(pledge)s góp %(dong)s.", **words)


def _why_of_tier(facts: Mapping[str, object]) -> str:
    parts = [groups_in_words(facts.get("groups"))]
    urgency, waited = _index(facts, "urgency"), _index(facts, "waiting_days")
    if urgency is not None:
        parts.append(str(URGENCIES[min(urgency, 3)]))
    if waited is not None:
        parts.append(_("đã chờ %(days)s ngày", days=waited))
    if (total := _index(facts, "composite")) is not None:
        parts.append(_("cộng lại %(points)s điểm theo chính sách", points=total))
    return ", ".join(part for part in parts if part)


def _misfit(first: LazyString, facts: Mapping[str, object]) -> list[str]:
    """Nothing fits: which single rule stands in the way of how many units."""
    return [
        str(first),
        *(
            _("%(units)s phần chỉ vướng đúng một điều kiện: %(rule)s.", units=units, rule=rule)
            for rule, units in _by_rule(facts)
        ),
    ]


def _all_met(facts: Mapping[str, object]) -> list[str]:
    """What fits has enough: which single rule keeps how many units of other needs away."""
    first = str(REASONS["all-needs-met"])
    rules = [_("%(rule)s (%(n)s phần)", rule=rule, n=units) for rule, units in _by_rule(facts)]
    if not rules:
        return [first]
    words = _(
        "Còn phần khác đang cần mà chỉ vướng đúng một điều kiện: %(rules)s.", rules=", ".join(rules)
    )
    return [first, words]


def _pending_kept(facts: Mapping[str, object]) -> list[str]:
    """A waiting proposal was left alone: whether a plan made anew would give this need more."""
    first = str(REASONS["pending-kept"]) % _Worded(facts)
    if not (more := _index(facts, "anew")):
        return [first]
    return [first, _("Ghép lại từ đầu thì nhu cầu này được thêm %(n)s phần.", n=more)]


def _by_rule(facts: Mapping[str, object]) -> list[tuple[str, int]]:
    """The rules in words with their units, the most first."""
    by_rule = cast("Mapping[str, int]", facts.get("by_rule") or {})
    ordered = sorted(by_rule.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(str(RULES.get(rule, rule)), units) for rule, units in ordered]


def _index(facts: Mapping[str, object], name: str) -> int | None:
    value = facts.get(name)
    return value if isinstance(value, int) else None


class _Worded(dict[str, object]):
    """Facts for a sentence; one that is missing shows as a dash, not as an error page."""

    def __missing__(self, key: str) -> str:
        return "–"


OF_SEVERAL_LINES: Mapping[str, Callable[[Mapping[str, object]], list[str]]] = {
    "served": _served,
    PAID_TOGETHER: _paid_together,
    "no-line-fits": partial(_misfit, lazy_("Chưa cam kết nào hợp với nhu cầu này.")),
    "no-need-fits": partial(_misfit, lazy_("Chưa nhu cầu đang mở nào hợp với cam kết này.")),
    "all-needs-met": _all_met,
    "pending-kept": _pending_kept,
}
