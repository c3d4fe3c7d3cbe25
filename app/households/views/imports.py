"""A ward's list on its way in: upload, preview row by row, commit, undo, marks to take home."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.audit.actions import Subject, record
from app.households import actions, queries, texts
from app.households.forms import RowForm, UploadForm
from app.households.rules import may_undo
from app.households.sheets import FileRefused, Verdict
from app.households.sheets.marked import Marks, marked_workbook
from app.households.sheets.workbook import check_file, read_sheets
from app.households.views.blueprint import bp, home_ward, page, say
from app.infra.i18n import _
from app.infra.jobs import progress_of
from app.infra.sheets import XLSX
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError

PAGE = 50
UNDER_WAY = frozenset({"uploaded", "committing"})
VERDICTS = tuple(v.value for v in Verdict)


@bp.get("/imports/households")
@requires(Action.IMPORT_HOUSEHOLDS)
def imports() -> ResponseReturnValue:
    """The lists that came in, and the form for another."""
    return _imports(UploadForm())


def _imports(form: UploadForm) -> str:
    with transaction(read_only=True) as session:
        found = queries.imports_of(session, current_actor())
    return page("imports", form=form, imports=found)


@bp.post("/imports/households")
@requires(Action.IMPORT_HOUSEHOLDS)
def upload() -> ResponseReturnValue:
    """Take a list and ask a worker to judge it."""
    form = UploadForm(request.files)
    if not form.validate():
        return _imports(form), 422
    name, body = form.draft()
    try:
        check_file(body, name)
        with transaction() as session:
            ward, sent = home_ward(), actions.Upload(name, body)
            import_id = actions.start_import(session, current_actor(), ward, sent, now=now())
            actions.ask_for_check(session, import_id, ward)
            return done(session, "households.import_", import_id=import_id)
    except FileRefused as refused:
        status = say(form, "file", DomainError(refused.code))
    except DomainError as refused:
        status = say(form, "file", refused)
    return _imports(form), status


@bp.get("/imports/households/<import_id>")
@requires(Action.IMPORT_HOUSEHOLDS)
def import_(import_id: str) -> ResponseReturnValue:
    """One list: how far it is, then each row's verdict."""
    with transaction(read_only=True) as session:
        return _import(session, import_id)


def _import(session: Session, import_id: str) -> str:
    batch = queries.import_for(session, current_actor(), import_id)
    verdict = request.args.get("verdict", "")
    wanted = (verdict,) if verdict in VERDICTS else ()
    after = request.args.get("after", 0, int)
    found = queries.import_rows(session, import_id, verdicts=wanted, after=after, limit=PAGE + 1)
    lines = list(found[:PAGE])
    twins = queries.rows_at(session, import_id, _twin_places(lines))
    return page(
        "import",
        batch=batch,
        progress=progress_of(session, batch.job_id) if batch.job_id else None,
        is_under_way=batch.state in UNDER_WAY,
        may_undo=batch.state == "committed" and may_undo(batch.committed_at, now()),
        verdict=verdict if wanted else "",
        lines=lines,
        following=lines[-1].id if len(found) > PAGE else None,
        twins=twins,
        verdicts=VERDICTS,
    )


def _twin_places(lines: list[queries.ImportLine]) -> list[tuple[str, int]]:
    """Where in the list the twins of some rows stand."""
    return [
        (str(reason["sheet"]), int(str(reason["row"])))
        for line in lines
        for reason in line.reasons
        if "sheet" in reason
    ]


@bp.get("/imports/households/<import_id>/progress")
@requires(Action.IMPORT_HOUSEHOLDS)
def import_progress(import_id: str) -> ResponseReturnValue:
    """How far the worker is, alone, for the page that asks each second."""
    with transaction(read_only=True) as session:
        batch = queries.import_for(session, current_actor(), import_id)
        progress = progress_of(session, batch.job_id) if batch.job_id else None
    is_under_way = batch.state in UNDER_WAY
    return page("_progress", batch=batch, progress=progress, is_under_way=is_under_way)


@bp.post("/imports/households/<import_id>/rows/<int:row_id>")
@requires(Action.IMPORT_HOUSEHOLDS)
def decide_row(import_id: str, row_id: int) -> ResponseReturnValue:
    """Say of a likely twin whether it is somebody else."""
    form = RowForm(request.form)
    if not form.validate():
        raise DomainError("row-not-to-decide")
    with transaction() as session:
        actions.decide_row(session, current_actor(), import_id, row_id, form.draft())
        flash_done(_("Đã ghi quyết định cho dòng này."))
        values = {"import_id": import_id, "verdict": "possible_duplicate"}
        return done(session, "households.import_", **values)


@bp.post("/imports/households/<import_id>/commit")
@requires(Action.IMPORT_HOUSEHOLDS)
def commit_import(import_id: str) -> ResponseReturnValue:
    """Let the good rows into the book."""
    with transaction() as session:
        actions.request_commit(session, current_actor(), import_id)
        return done(session, "households.import_", import_id=import_id)


@bp.post("/imports/households/<import_id>/again")
@requires(Action.IMPORT_HOUSEHOLDS)
def resume_import(import_id: str) -> ResponseReturnValue:
    """Take up a list again at which the machine gave up."""
    with transaction() as session:
        actions.go_on_with(session, current_actor(), import_id)
        flash_done(_("Máy làm lại từ đầu. Trang này cho biết đã tới đâu."))
        return done(session, "households.import_", import_id=import_id)


@bp.post("/imports/households/<import_id>/undo")
@requires(Action.IMPORT_HOUSEHOLDS)
def undo_import(import_id: str) -> ResponseReturnValue:
    """Take a list out of the book again."""
    with transaction() as session:
        gone = actions.undo_import(session, current_actor(), import_id, now=now())
        flash_done(_("Đã hoàn tác: %(n)s hộ được đưa ra khỏi sổ.", n=gone))
        return done(session, "households.import_", import_id=import_id)


@bp.get("/imports/households/<import_id>/marked")
@requires(Action.EXPORT_WITH_IDENTITIES)
def marked(import_id: str) -> ResponseReturnValue:
    """The list as it came, with a column of reasons and red cells; taking it home is recorded."""
    actor = current_actor()
    with transaction() as session:
        batch = queries.import_for(session, actor, import_id)
        name, body = queries.uploaded_file(session, batch.file_id)
        judged = queries.verdict_reasons(session, import_id)
        subject = Subject("household-import", import_id, batch.ward_code)
        record(session, actor, "export-import-marks", subject)
    sheets = read_sheets(body, name)
    marks = marked_workbook(sheets, Marks(judged, texts.reason_words, _("Lỗi")))
    disposition = f"attachment; filename=danh-sach-danh-dau-{import_id[:6]}.xlsx"
    return Response(marks, mimetype=XLSX, headers={"Content-Disposition": disposition})
