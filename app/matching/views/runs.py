"""Pages of runs: the list, one run with its progress and figures, the policy, shortages."""

from datetime import datetime, timedelta

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, requires
from app.accounts.queries import names_of
from app.accounts.rules import Action, Actor
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.matching import actions
from app.matching.forms import StartRunForm
from app.matching.queries.fairness import lately_in
from app.matching.queries.policy import load_policy, policy_kinds
from app.matching.queries.runs import (
    PAGE,
    progress_of_run,
    run_for,
    run_names,
    runs_in,
    unmatched_lines_of,
    ward_choices,
)
from app.matching.queries.shortages import shortages_in
from app.matching.views.blueprint import bp, page

LATELY = timedelta(days=365)


@bp.get("/runs")
@requires(Action.SEE_PROPOSALS)
def runs() -> ResponseReturnValue:
    """The runs of the actor's wards, newest first, and the button that asks for one."""
    with transaction(read_only=True) as session:
        found = runs_in(session, current_actor(), before=_moment(request.args.get("before")))
        form = _start_form(session, current_actor())
    older = found[-1].created_at.isoformat() if len(found) == PAGE else None
    may_start = current_actor().may(Action.START_MATCHING)
    return page("runs", runs=found, form=form, older=older, may_start=may_start)


@bp.post("/runs")
@requires(Action.START_MATCHING)
def start_run() -> ResponseReturnValue:
    """Ask for a run over one ward."""
    actor = current_actor()
    with transaction() as session:
        form = _start_form(session, actor)
        if not form.validate():
            found = runs_in(session, actor)
            return page("runs", runs=found, form=form, older=None, may_start=True), 422
        run_id = actions.request_run(session, actor, form.draft(), now=now())
        return done(session, "matching.run", run_id=run_id)


@bp.get("/runs/<run_id>")
@requires(Action.SEE_PROPOSALS)
def run(run_id: str) -> ResponseReturnValue:
    """One run: what it covers, how far it is, what it found and how fair that is."""
    with transaction(read_only=True) as session:
        found = run_for(session, current_actor(), run_id)
        progress = progress_of_run(session, found)
        names = run_names(session, found)
        lately = lately_in(session, found.ward_code, run_id, now() - LATELY)
        unplaced = unmatched_lines_of(session, run_id)
        asked_by = names_of(session, {found.requested_by or ""})
    return page(
        "run",
        run=found,
        progress=progress,
        unplaced=unplaced,
        lately=lately,
        kinds=names.kinds,
        group_names=names.groups,
        asked_by=asked_by.get(found.requested_by or ""),
    )


@bp.get("/runs/<run_id>/progress")
@requires(Action.SEE_PROPOSALS)
def run_progress(run_id: str) -> ResponseReturnValue:
    """The progress bar alone, for the page that waits."""
    with transaction(read_only=True) as session:
        found = run_for(session, current_actor(), run_id)
        progress = progress_of_run(session, found)
    return page("_progress", run=found, progress=progress)


@bp.get("/runs/policy")
@requires(Action.SEE_PROPOSALS)
def policy() -> ResponseReturnValue:
    """The policy in plain words, each number explained."""
    with transaction(read_only=True) as session:
        version = load_policy(session)
        kinds = policy_kinds(session, version.rules)
    return page("policy", version=version, rules=version.rules, kinds=kinds)


@bp.get("/runs/shortages")
@requires(Action.SEE_PROPOSALS)
def shortages() -> ResponseReturnValue:
    """What is asked for against what there is, by kind and spec."""
    with transaction(read_only=True) as session:
        found = shortages_in(session, current_actor(), today())
    return page("shortages", shortages=found, on=today())


def _start_form(session: Session, actor: Actor) -> StartRunForm:
    form = StartRunForm(request.form)
    form.ward_code.choices = ward_choices(session, actor)
    return form


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
