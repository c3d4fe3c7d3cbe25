"""Receipts: the list, and the paper."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, requires
from app.accounts.rules import Action
from app.catalogue import queries as catalogue
from app.infra.i18n import _, current_language
from app.infra.transaction import transaction
from app.kernel.money import dong_in_words, number_in_words
from app.stock import queries
from app.stock.forms import ReceiptSearchForm
from app.stock.rules import ReceiptState
from app.stock.texts import CONDITIONS, STATES

bp = Blueprint("stock", __name__, url_prefix="/receipts")


@bp.get("/")
@requires(Action.USE_OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    """Receipts of the ward, or the donor's own."""
    form = ReceiptSearchForm(request.args)
    language = current_language()
    with transaction(read_only=True) as session:
        kinds = {kind.code: kind for kind in catalogue.all_kinds(session)}
        rows, after = queries.receipts_seen_by(session, current_actor(), _wanted(form))
    labels = [(code, kind.label(language)) for code, kind in kinds.items()]
    form.kind.choices = [("", _("Tất cả")), *labels]
    return render_template(
        "stock/index.html", rows=rows, after=after, form=form, kinds=kinds, states=STATES
    )


def _wanted(form: ReceiptSearchForm) -> queries.ReceiptFilter:
    return queries.ReceiptFilter(
        words=(form.q.data or "")[:100],
        kind_code=form.kind.data or None,
        first=form.first.data,
        last=form.last.data,
        after=request.args.get("after"),
    )


@bp.get("/<receipt_id>")
@requires(Action.USE_OWN_ACCOUNT)
def show(receipt_id: str) -> ResponseReturnValue:
    """One receipt, ready to print on A5: in figures and in words."""
    with transaction(read_only=True) as session:
        paper = queries.receipt_for(session, current_actor(), receipt_id)
    return render_template(
        "stock/show.html",
        paper=paper,
        row=paper.row,
        is_in=paper.row.state is ReceiptState.STOCKED,
        dong_words=dong_in_words(paper.row.value_dong),
        unit_words=number_in_words(paper.row.units),
        condition=CONDITIONS[paper.condition],
        state=STATES[paper.row.state],
    )
