"""Health for machines, the job page for people, and the reports that browsers send."""

import logging

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.accounts.access import current_actor, done, flash_done, public, requires, settings
from app.accounts.queries import names_of
from app.accounts.rules import POLICY, Action, Scope
from app.infra import queue
from app.infra.database import DatabaseFault
from app.infra.dead_jobs import try_again
from app.infra.i18n import _
from app.infra.migrate import newest_revision
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.notices import actions as notices
from app.notices.queries import hold_now
from app.operations import queries
from app.operations.rules import read_report
from app.operations.texts import FAILURES, JOBS, STATES, TROUBLE

bp = Blueprint("operations", __name__)
log = logging.getLogger(__name__)
LONGEST_REPORT = 2_000


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that this process answers; asks nobody else."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether the site can serve, or what keeps it from it; codes only, no addresses."""
    faults = _database_faults() + queue.faults(settings().redis_url)
    return jsonify(status="ready" if not faults else "not-ready", faults=faults), (
        200 if not faults else 503
    )


def _database_faults() -> list[str]:
    try:
        with transaction(read_only=True) as session:
            return queries.readiness(session).faults(newest_revision())
    except DatabaseFault:
        return ["database-away"]


@bp.post("/csp", endpoint="csp_report")
@public
def csp_report() -> ResponseReturnValue:
    """Note what a browser refused to load, and on which kind of page: never its address.

    An address may hold the token of a link, or a name that was searched for.
    """
    report = read_report(request.get_data(cache=False)[:LONGEST_REPORT])
    log.warning("csp %s %s on %s", report.directive, report.blocked, _endpoint(report.path))
    return "", 204


def _endpoint(path: str) -> str:
    """The name of the page at a path of ours; "?" for anything else."""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path)
    except HTTPException:
        return "?"
    return str(endpoint)


@bp.get("/jobs")
@requires(Action.SEE_JOBS)
def jobs() -> ResponseReturnValue:
    """What the machine is doing in the background, in plain words."""
    with transaction(read_only=True) as session:
        waiting, failed = (
            queries.work_by_kind(session, _wards()),
            queries.failed_jobs(session, _wards()),
        )
        hold = hold_now(session)
        asker = names_of(session, {hold.asked_by_id}) if hold and hold.asked_by_id else {}
    return render_template(
        "operations/jobs.html",
        waiting=waiting,
        failed=failed,
        hold=hold,
        asker=asker,
        job_words=JOBS,
        why=lambda code: FAILURES.get(code, TROUBLE),
        state_words=STATES,
    )


@bp.post("/jobs/<int:job_id>/again")
@requires(Action.SEE_JOBS)
def again(job_id: int) -> ResponseReturnValue:
    """Start a job anew that gave up."""
    with transaction() as session:
        if not try_again(session, job_id, _wards()):
            raise NotFound("job")
        flash_done(_("Đã đưa việc này vào hàng chờ để làm lại."))
        return done(session, ".jobs")


def _wards() -> frozenset[str] | None:
    """The wards whose work this person may see; None for an operator, who sees all."""
    actor = current_actor()
    is_operator = POLICY[Action.SEE_JOBS][actor.role] is Scope.ALL
    return None if is_operator else actor.ward_codes


@bp.post("/jobs/held/ask")
@requires(Action.RELEASE_NOTICES)
def ask_release() -> ResponseReturnValue:
    """Ask a second person to let held messages go, without or with the older ones."""
    sends_old = request.form.get("sends_old") == "yes"
    with transaction() as session:
        notices.ask_release(session, current_actor(), sends_old=sends_old, now=now())
        flash_done(_("Đã ghi đề nghị. Một người khác cần đồng ý thì thông báo mới được gửi."))
        return done(session, ".jobs")


@bp.post("/jobs/held/release")
@requires(Action.RELEASE_NOTICES)
def release() -> ResponseReturnValue:
    """Let held messages go, as the second person."""
    with transaction() as session:
        count = notices.release_sending(session, current_actor(), now=now())
        flash_done(_("Đã mở lại việc gửi. %(count)s thông báo sẽ đi ngay.", count=count))
        return done(session, ".jobs")
