"""The report of mobilised resources, its rows, its files; and the page that anyone may read."""

from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, public, requires
from app.accounts.rules import Action
from app.audit.actions import Subject, record
from app.audit.queries import seal_head
from app.infra.addresses import query_of
from app.infra.i18n import DEFAULT_LANGUAGE, speaking
from app.infra.sheets import XLSX, as_csv, as_xlsx
from app.infra.transaction import transaction
from app.kernel.clock import VIETNAM, now, today
from app.reports import queries
from app.reports.exports import facts_of, figures_paper, figures_sheet, label_of, rows_sheet
from app.reports.forms import QuestionForm
from app.reports.rules import Dimension, Measure, Question, issue_of, total_of
from app.reports.texts import DEFINITIONS, DIMENSIONS, DONOR_KINDS, MEASURES

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("/")
@requires(Action.SEE_REPORTS)
def index() -> ResponseReturnValue:
    """The figures, by one dimension, each leading to its rows."""
    form = QuestionForm(request.args)
    status = 200 if form.validate() and form.is_in_order() else 422
    with transaction(read_only=True) as session:
        question = form.question(queries.wards_of(session, current_actor()), today())
        lines = queries.mobilised(session, question) if status == HTTP_OK else []
        units = queries.units_of_kinds(session)
    return render_template(
        "reports/index.html",
        form=form,
        question=question,
        lines=[(label_of(line, question), line) for line in lines],
        total=total_of(lines),
        units=units,
        link=_link,
        **_words(),
    ), status


@bp.get("/rows")
@requires(Action.SEE_REPORTS)
def rows() -> ResponseReturnValue:
    """The events behind a figure."""
    form, measure = QuestionForm(request.args), request.args.get("measure", "")
    form.validate()
    chosen = Measure(measure) if measure in set(Measure) else None
    with transaction(read_only=True) as session:
        question = form.question(queries.wards_of(session, current_actor()), today())
        found = queries.rows_behind(session, question, chosen)
        kinds = queries.labels_of(session, Dimension.KIND, [r.kind for r in found])
    return render_template(
        "reports/rows.html",
        question=question,
        measure=chosen,
        rows=found,
        kinds=kinds,
        link=_link,
        most=queries.MOST_ROWS,
        **_words(),
    )


@bp.get("/mobilised.<any(csv, xlsx, pdf):ending>")
@requires(Action.SEE_REPORTS)
def export(ending: str) -> ResponseReturnValue:
    """The same figures as a file; the download is noted in the audit before it is given."""
    form, actor = QuestionForm(request.args), current_actor()
    form.validate()
    with transaction() as session:
        question = form.question(queries.wards_of(session, actor), today())
        lines = queries.mobilised(session, question)
        wards = queries.ward_names(session, question.ward_codes)
        when = now().astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
        found = queries.rows_behind(session, question, most=None)
        kinds = queries.labels_of(session, Dimension.KIND, [r.kind for r in found])
        subject = Subject("report", "mobilised", actor.home_ward)
        record(session, actor, "export-report", subject, changes={"filter": _query(question)})
    if ending == "pdf":
        with speaking(DEFAULT_LANGUAGE):
            sheet = figures_sheet(question, lines, facts_of(question, wards, actor.name, when))
            paper = figures_paper(sheet, wards, on=today())
        return _file(paper, "application/pdf", question, ending)
    sheet = figures_sheet(question, lines, facts_of(question, wards, actor.name, when))
    if ending == "csv":
        return _file(as_csv(sheet), "text/csv; charset=utf-8", question, ending)
    return _file(as_xlsx([sheet, rows_sheet(found, kinds)]), XLSX, question, ending)


@bp.get("/public")
@public
def published() -> ResponseReturnValue:
    """What was promised and given in a year, in totals that identify nobody."""
    this_year = today().year
    wanted = request.args.get("year", "")
    year = (
        int(wanted) if wanted.isdecimal() and FIRST_YEAR <= int(wanted) <= this_year else this_year
    )
    until = issue_of(today())
    with transaction(read_only=True) as session:
        lines = queries.public_totals(session, year, until)
        units, head = queries.units_of_kinds(session), seal_head(session)
    return render_template(
        "reports/public.html",
        lines=lines,
        units=units,
        year=year,
        years=range(this_year, FIRST_YEAR - 1, -1),
        head=head,
        until=until,
        last=until - timedelta(days=1),
    )


FIRST_YEAR = 2026
HTTP_OK = 200


def _words() -> dict[str, object]:
    return {
        "measures": MEASURES,
        "definitions": DEFINITIONS,
        "dimensions": DIMENSIONS,
        "donor_kinds": DONOR_KINDS,
    }


def _query(question: Question, **more: str | None) -> str:
    """The question as the query part of an address, so that a page can be shared."""
    fields = {
        "first": question.first.isoformat(),
        "last": question.last.isoformat(),
        "dimension": question.dimension.value,
        "ward": question.ward_codes[0] if len(question.ward_codes) == 1 else None,
        "programme": question.programme,
        "kind": question.kind,
        "donor_kind": question.donor_kind,
        "group": question.group,
    }
    return query_of({**fields, **more})


def _link(question: Question, **more: str | None) -> str:
    """The address's query for the same question with something changed."""
    return "?" + _query(question, **more)


def _file(body: bytes, media_type: str, question: Question, ending: str) -> Response:
    name = f"nhip-cau-{question.first:%Y%m%d}-{question.last:%Y%m%d}.{ending}"
    return Response(
        body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
