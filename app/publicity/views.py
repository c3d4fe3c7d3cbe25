"""What anyone may read: the home page, the board of needs, one card."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, public
from app.accounts.rules import NOBODY
from app.catalogue import queries as catalogue
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.needs import queries as needs
from app.needs.texts import ANY_LABEL, LABELS, URGENCIES
from app.programmes.queries import open_programmes
from app.publicity import queries
from app.publicity.texts import CHILD_LINE, STEPS

bp = Blueprint("publicity", __name__)
ON_HOME = 6


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """In ten seconds: what is needed, what was given, that it was checked, and two doors."""
    if current_actor() is not NOBODY:
        return redirect(url_for("desk.show"), 303)
    with transaction(read_only=True) as session:
        page = needs.board(session, needs.BoardFilter(), now=now())
        totals = needs.board_totals(session, now=now())
        given = queries.given_so_far(session)
        kinds = {k.code: k for k in catalogue.all_kinds(session)}
    return render_template(
        "publicity/home.html",
        cards=page.cards[:ON_HOME],
        totals=totals,
        given=given,
        kinds=kinds,
        steps=STEPS,
        **_words(),
    )


@bp.get("/board")
@public
def board() -> ResponseReturnValue:
    """Verified needs that still wait, with filters that live in the address."""
    wanted = _filter()
    with transaction(read_only=True) as session:
        page = needs.board(session, wanted, now=now(), after=request.args.get("after"))
        kinds = {k.code: k for k in catalogue.open_kinds(session)}
        programmes = open_programmes(session, None, today())
    return render_template(
        "publicity/board.html",
        page=page,
        wanted=wanted,
        kinds=kinds,
        programmes=programmes,
        **_words(),
    )


@bp.get("/board/<code>")
@public
def card(code: str) -> ResponseReturnValue:
    """One need, as the public may read it."""
    with transaction(read_only=True) as session:
        found = needs.card_by_code(session, code, now=now())
        kind = catalogue.kind(session, found.kind_code)
    return render_template("publicity/card.html", card=found, kind=kind, **_words())


@bp.get("/help")
@public
def get_help() -> ResponseReturnValue:
    """Who needs help, or knows somebody who does: whom to call and what happens then."""
    return render_template("publicity/help.html", child_line=CHILD_LINE, **_words())


def _filter() -> needs.BoardFilter:
    args = request.args
    urgency = args.get("urgency", "")
    return needs.BoardFilter(
        kind_code=args.get("kind") or None,
        ward_code=args.get("ward") or None,
        programme_id=args.get("programme") or None,
        urgency=int(urgency) if urgency in {"1", "2", "3"} else None,
        search=args.get("search", "")[:80],
    )


def _words() -> dict[str, object]:
    return {
        "labels": LABELS,
        "any_label": ANY_LABEL,
        "urgencies": URGENCIES,
    }
