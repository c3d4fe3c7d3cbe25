"""What anyone may read: the home page, the board of needs, one card."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, public
from app.accounts.rules import NOBODY
from app.accounts.visitors import kept_for_visitors
from app.catalogue import queries as catalogue
from app.catalogue.texts import spec_rows
from app.infra.i18n import _, current_language
from app.infra.jinja import number
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.needs import queries as needs
from app.needs.texts import ANY_LABEL, LABELS, URGENCIES
from app.places.queries import wards_by_code
from app.programmes.queries import open_programmes
from app.publicity import queries
from app.publicity.forms import BoardForm
from app.publicity.texts import CHILD_LINE, STEPS
from app.reports.rules import issue_of

bp = Blueprint("publicity", __name__)
ON_HOME = 6
GONE = 410


@bp.get("/")
@public
@kept_for_visitors
def home() -> ResponseReturnValue:
    """In ten seconds: what is needed, what was given, that it was checked, and two doors."""
    if current_actor() is not NOBODY:
        return redirect(url_for("desk.show"), 303)
    with transaction(read_only=True) as session:
        cards = needs.most_urgent(session, ON_HOME, now=now())
        totals = needs.board_totals(session, now=now())
        given = queries.given_so_far(session, issue_of(today()))
        kinds = {k.code: k for k in catalogue.all_kinds(session)}
    return _page("home", cards=cards, totals=totals, given=given, kinds=kinds, steps=STEPS)


@bp.get("/board")
@public
@kept_for_visitors
def board() -> ResponseReturnValue:
    """Verified needs that still wait, with filters that live in the address."""
    language = current_language()
    with transaction(read_only=True) as session:
        kinds = {k.code: k for k in catalogue.all_kinds(session)}
        drives = open_programmes(session, None, today())
        programmes = {p.id: p.name_en if language == "en" else p.name_vi for p in drives}
        offered = [(k.code, k.label(language)) for k in kinds.values() if k.is_open]
        form = BoardForm(request.args).with_choices(offered, list(programmes.items()))
        wanted = form.wanted()
        page = needs.board(session, wanted, now=now(), after=request.args.get("after"))
        wards = wards_by_code(session, [wanted.ward_code] if wanted.ward_code else [])
    return _page(
        "board",
        page=page,
        form=form,
        wanted=wanted,
        kinds=kinds,
        programmes=programmes,
        ward=wards.get(wanted.ward_code or ""),
    )


@bp.get("/board/<code>")
@public
def card(code: str) -> ResponseReturnValue:
    """One need, as the public may read it; of one that is over, only that it is."""
    with transaction(read_only=True) as session:
        found = needs.card_by_code(session, code, now=now())
        if isinstance(found, needs.ClosedCard):
            return _page("closed", card=found), GONE
        kind = catalogue.kind(session, found.kind_code)
    return _page("card", card=found, kind=kind, details=spec_rows(kind.fields, found.spec))


@bp.get("/help")
@public
def get_help() -> ResponseReturnValue:
    """Who needs help, or knows somebody who does: whom to call and what happens then."""
    return _page("help", child_line=CHILD_LINE)


def _page(template: str, **values: object) -> str:
    words = {"labels": LABELS, "any_label": ANY_LABEL, "urgencies": URGENCIES}
    return render_template(f"publicity/{template}.html", counted=_counted, **words, **values)


def _counted(count: int) -> str:
    """A count as it is said: beyond ten thousand only that there are more."""
    if count > needs.MOST_COUNTED:
        return _("hơn %(n)s", n=number(needs.MOST_COUNTED))
    return number(count)
