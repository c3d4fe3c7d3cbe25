"""What is short: on a page, narrowed as one likes, and as a file."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.rules import Action
from app.infra.i18n import LazyString, _, lazy_
from app.infra.jinja import unit_of
from app.infra.sheets import Sheet, as_csv
from app.infra.transaction import transaction
from app.kernel.clock import today
from app.matching import texts
from app.matching.forms import ShortageFilterForm
from app.matching.queries.policy import load_policy, policy_kinds
from app.matching.queries.shortages import (
    Shortage,
    ShortageFilter,
    groups_asking,
    shortages_in,
    wards_asking,
)
from app.matching.views.blueprint import bp, page

PLACES: dict[str, LazyString] = {"group": lazy_("Tổ dân phố"), "ward": lazy_("Phường")}


@bp.get("/runs/shortages")
@requires(Action.SEE_PROPOSALS)
def shortages() -> ResponseReturnValue:
    """What is asked for against what there is, by kind and size, and by residential group."""
    actor, wanted = current_actor(), _wanted()
    with transaction(read_only=True) as session:
        found = shortages_in(session, actor, today(), wanted)
        wards = None if actor.home_ward else wards_asking(session, actor)
        groups = groups_asking(session, actor) if actor.home_ward else []
        kinds = [entry.kind for entry in policy_kinds(session, load_policy(session).rules)]
    form = ShortageFilterForm(request.args)
    form.offer([(k.code, texts.kind_label(k)) for k in kinds], groups=groups, wards=wards)
    return page(
        "shortages",
        shortages=found,
        on=today(),
        wanted=wanted,
        filters=form,
        active=_active(form),
        place_word=_place_word(wanted),
        file=url_for("matching.shortages_file", **_args()),
        label=label,
        unit=_unit_beside,
    )


@bp.get("/runs/shortages.csv")
@requires(Action.SEE_PROPOSALS)
def shortages_file() -> ResponseReturnValue:
    """The same rows as a file; it names no household."""
    with transaction(read_only=True) as session:
        found = shortages_in(session, current_actor(), today(), _wanted())
    place = _place_word(_wanted()) or _("Nơi")
    headers = [_("Loại và quy cách"), place, _("Số nhu cầu"), _("Số cần"), _("Số có")]
    rows = [
        (label(r), r.place or "", r.needs, r.asked, r.offered, r.missing, _unit(r))
        for r in found
        if not r.is_whole
    ]
    sheet = Sheet(_("Đang thiếu gì"), (), [*headers, _("Còn thiếu"), _("Đơn vị")], rows)
    answer = Response(as_csv(sheet), content_type="text/csv; charset=utf-8")
    name = f"dang-thieu-{today():%Y%m%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def label(row: Shortage) -> str:
    """The kind with the size in which it is sold."""
    if row.is_whole:
        return _("%(kind)s, mọi quy cách", kind=texts.kind_label(row.kind))
    words = texts.spec_in_words(row.kind, row.spec)
    return ", ".join(part for part in (texts.kind_label(row.kind), words) if part)


def _unit_beside(row: Shortage) -> str:
    """The unit as it stands beside how many are asked for."""
    return unit_of(texts.kind_unit(row.kind), row.asked)


def _unit(row: Shortage) -> str:
    return _("đồng") if row.in_dong else texts.kind_unit(row.kind)


def _wanted() -> ShortageFilter:
    """The filter as the address has it; odd values are as if left out."""
    args = request.args
    return ShortageFilter(
        kind_code=args.get("kind", "")[:40] or None,
        group_id=args.get("group", "")[:40] or None,
        ward_code=args.get("ward", "")[:20] or None,
        each=args.get("each") if args.get("each") in PLACES else None,
    )


def _place_word(wanted: ShortageFilter) -> str | None:
    """What the rows' places are; None where a row is about all of them."""
    return None if wanted.each is None else str(PLACES[wanted.each])


def _args() -> dict[str, Any]:
    return dict(request.args.items())


def _active(form: ShortageFilterForm) -> list[tuple[str, str]]:
    """The filters in use, each with the address without it."""
    kept = _args()
    return [
        (words, url_for("matching.shortages", **{k: v for k, v in kept.items() if k != name}))
        for name, words in form.in_words()
    ]
