"""The words of ballots: candidates, constituencies, and what a candidate would mean in figures."""

from collections.abc import Mapping, Sequence

from app.infra.i18n import LazyString, _, lazy_
from app.infra.jinja import number, percent
from app.matching.queries.ballots import BallotRow
from app.matching.queries.policy import VersionRow
from app.matching.rules.ballots import Preset, version_of

CONSTITUENCIES: dict[str, LazyString] = {
    "staff": lazy_("Cán bộ phường và tổ trưởng"),
    "donors": lazy_("Các nhà hảo tâm"),
    "volunteers": lazy_("Các tình nguyện viên"),
    "organisations": lazy_("Mặt trận và các tổ chức"),
}
PRESETS: dict[str, LazyString] = {
    Preset.PRIORITY_FIRST: lazy_("Hộ cần nhất trước, rồi mới chia đều giữa các nơi"),
    Preset.EVENNESS_FIRST: lazy_("Chia đều giữa các nơi trước, rồi mới xét hộ cần nhất"),
}
BALLOT_STATES: dict[str, tuple[str, LazyString]] = {
    "open": ("active", lazy_("Đang nhận phiếu")),
    "over": ("waiting", lazy_("Hết hạn, chờ kiểm phiếu")),
    "closed": ("done", lazy_("Đã có kết quả")),
}


def candidate_label(candidate: str, versions: Sequence[VersionRow]) -> str:
    """A candidate as voters read it."""
    version = version_of(candidate)
    if version is None:
        return str(PRESETS.get(candidate, candidate))
    row = next((row for row in versions if row.version == version), None)
    if row is None:
        return _("Bản %(n)s", n=version)
    return _("Bản %(n)s: %(name)s", n=version, name=_(row.rules.name))


def labels_of(candidates: Sequence[str], versions: Sequence[VersionRow]) -> dict[str, str]:
    """Every candidate with its words, in the ballot's order."""
    return {candidate: candidate_label(candidate, versions) for candidate in candidates}


def figures_in_words(facts: Mapping[str, float]) -> str:
    """What is known of a candidate, in one sentence."""
    if "cost" in facts:
        if not facts["cost"]:
            return _("Lượt gần nhất đã làm theo cách này.")
        return _(
            "Ở lượt gần nhất, cách này giúp người cần nhất kém đi %(part)s.",
            part=percent(facts["cost"]),
        )
    if not facts:
        return _("Chưa tính thử.")
    return _(
        "Tính thử trên lượt cũ: %(households)s hộ được đề xuất; nơi ít nhất được %(least)s; độ"
        " chênh giữa các nơi %(gini)s.",
        households=int(facts["households"]),
        least=percent(facts["least"]),
        gini=number(facts["gini"]),
    )


def pool_label(constituencies: Sequence[str]) -> str:
    """One constituency, or several that are told together."""
    first, *others = (str(CONSTITUENCIES[c]) for c in constituencies)
    return ", ".join([first, *(words[:1].lower() + words[1:] for words in others)])


def outcome_in_words(result: Mapping[str, object], labels: Mapping[str, str]) -> str:
    """What a counted ballot says, in one sentence."""
    places = result.get("places")
    if not isinstance(places, dict) or not places:
        return _("Quá ít phiếu nên không nêu kết quả.")
    first = [labels.get(c, c) for c, place in places.items() if place == 1]
    if len(first) > 1:
        return _("Ngang nhau: %(names)s.", names="; ".join(first))
    return _("Được xếp cao nhất: %(name)s.", name=first[0])


def advice(
    ballots: Sequence[BallotRow], versions: Sequence[VersionRow]
) -> list[tuple[BallotRow, str]]:
    """What counted ballots say, each in one sentence."""
    return [
        (row, outcome_in_words(row.result, labels_of(row.candidates, versions))) for row in ballots
    ]
