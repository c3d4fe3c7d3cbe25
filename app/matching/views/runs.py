"""Pages of runs: the list, one run with its progress and figures, the policy."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.queries import names_of
from app.accounts.rules import Action, Actor
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.vietnamese import text_sort_key
from app.matching import actions, policy_words
from app.matching.forms import NightsForm, StartRunForm
from app.matching.queries.fairness import lately_in
from app.matching.queries.left_out import reasons_of_run
from app.matching.queries.nightly import nightly_choices, office_of_wards
from app.matching.queries.policy import load_policy, policy_kinds
from app.matching.queries.runs import (
    PAGE,
    RunRow,
    count_of_unmatched_lines,
    progress_of_run,
    province_choices,
    run_for,
    run_names,
    runs_in,
    unmatched_lines_of,
    ward_choices,
)
from app.matching.queries.shards import shards_in
from app.matching.reason_titles import TITLES
from app.matching.views.blueprint import bp, page

LATELY = timedelta(days=365)


@bp.get("/runs")
@requires(Action.SEE_PROPOSALS)
def runs() -> ResponseReturnValue:
    """The runs of the actor's wards, newest first, and the button that asks for one."""
    with transaction(read_only=True) as session:
        found = runs_in(session, current_actor(), before=_moment(request.args.get("before")))
        form = _start_form(session, current_actor())
        return _list(session, found, form)


def _list(
    session: Session, found: list[RunRow], form: StartRunForm, *, words: str | None = None
) -> str:
    actor = current_actor()
    return page(
        "runs",
        runs=found,
        words=words,
        form=form,
        older=found[-1].created_at.isoformat() if len(found) == PAGE else None,
        may_start=actor.may(Action.START_MATCHING),
        nights=nightly_choices(session, form.provinces),
        office=office_of_wards(session, actor),
    )


@bp.post("/runs")
@requires(Action.START_MATCHING)
def start_run() -> ResponseReturnValue:
    """Ask for a run over one ward or a whole province."""
    actor = current_actor()
    with transaction() as session:
        form = _start_form(session, actor)
        if not form.validate():
            return _list(session, runs_in(session, actor), form), 422
        ward, province = form.draft()
        if ward is not None:
            run_id = actions.request_run(session, actor, ward, now=now())
        else:
            run_id = actions.request_province_run(session, actor, [province or ""], now=now())
        return done(session, "matching.run", run_id=run_id)


@bp.post("/runs/nights/<province_code>")
@requires(Action.START_MATCHING)
def change_nights(province_code: str) -> ResponseReturnValue:
    """Match the province as a whole each night, or each of its wards on its own again."""
    actor, form = current_actor(), NightsForm(request.form)
    with transaction() as session:
        if not form.validate():
            words = _("Xin tải lại trang rồi bấm lại.")
            runs_now = runs_in(session, actor)
            return _list(session, runs_now, _start_form(session, actor), words=words), 422
        if form.draft():
            actions.begin_nights(session, actor, province_code, now=now())
            flash_done(_("Từ đêm nay, cả tỉnh được ghép nối chung mỗi đêm."))
        else:
            actions.end_nights(session, actor, province_code)
            flash_done(_("Từ đêm nay, mỗi phường lại có lượt ghép nối riêng."))
        return done(session, "matching.runs")


@bp.get("/runs/<run_id>")
@requires(Action.SEE_PROPOSALS)
def run(run_id: str) -> ResponseReturnValue:
    """One run: what it covers, how far it is, what it found and how fair that is."""
    with transaction(read_only=True) as session:
        found = run_for(session, current_actor(), run_id)
        progress = progress_of_run(session, found)
        names = run_names(session, found)
        wards = {found.ward_code} if found.ward_code else current_actor().ward_codes
        lately = lately_in(session, wards, run_id, now() - LATELY)
        shards = shards_in(session, run_id) if found.provinces else []
        unplaced = unmatched_lines_of(session, run_id)
        unplaced_count = count_of_unmatched_lines(session, run_id)
        left_out = reasons_of_run(session, current_actor(), run_id)
        asked_by = names_of(session, {found.requested_by or ""})
    return page(
        "run",
        run=found,
        progress=progress,
        unplaced=unplaced,
        unplaced_count=unplaced_count,
        left_out=left_out,
        titles=TITLES,
        shards=shards,
        may_cancel=_may_cancel(found),
        lately=lately,
        kinds=names.kinds,
        place_names=names.places,
        areas=_least_served_first(found.figures, names.places),
        asked_by=asked_by.get(found.requested_by or ""),
    )


def _least_served_first(
    figures: Mapping[str, object], places: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """The places of a run's figures, those with the least of what they ask for first."""
    found = cast("list[Mapping[str, Any]]", figures.get("areas", []))
    return sorted(
        found,
        key=lambda row: (
            row["proposed"] / (row["asked"] or 1),
            text_sort_key(places.get(row["id"], "")),
        ),
    )


@bp.get("/runs/<run_id>/progress")
@requires(Action.SEE_PROPOSALS)
def run_progress(run_id: str) -> ResponseReturnValue:
    """The progress and its parts, for the page that waits; a run that is over shows whole."""
    with transaction(read_only=True) as session:
        found = run_for(session, current_actor(), run_id)
        progress = progress_of_run(session, found)
        shards = shards_in(session, run_id) if found.provinces else []
        kinds = run_names(session, found).kinds
    part = page(
        "_watched",
        run=found,
        progress=progress,
        shards=shards,
        kinds=kinds,
        may_cancel=_may_cancel(found),
    )
    # The page around the bar still offers to stop the run and has no figures yet.
    return part if found.is_open else (part, {"HX-Refresh": "true"})


@bp.post("/runs/<run_id>/cancel")
@requires(Action.START_MATCHING)
def cancel_run(run_id: str) -> ResponseReturnValue:
    """Stop a run that waits or runs; what is proposed already stays."""
    with transaction() as session:
        actions.cancel_run(session, current_actor(), run_id, now=now())
        return done(session, "matching.run", run_id=run_id)


@bp.post("/runs/<run_id>/again")
@requires(Action.START_MATCHING)
def resume_run(run_id: str) -> ResponseReturnValue:
    """Take up a run again at which the machine gave up."""
    with transaction() as session:
        actions.go_on_with_run(session, current_actor(), run_id)
        return done(session, "matching.run", run_id=run_id)


@bp.get("/runs/policy")
@requires(Action.SEE_PROPOSALS)
def policy() -> ResponseReturnValue:
    """The policy in plain words, each number explained."""
    with transaction(read_only=True) as session:
        version = load_policy(session)
        kinds = policy_kinds(session, version.rules)
    return page("policy", version=version, rules=version.rules, kinds=kinds, states=policy_words)


def _may_cancel(run: RunRow) -> bool:
    """The button is shown to those who may press it; the action checks again."""
    actor = current_actor()
    return run.is_open and actor.may(Action.START_MATCHING) and run.may_be_ended_by(actor)


def _start_form(session: Session, actor: Actor) -> StartRunForm:
    form = StartRunForm(request.form)
    form.offer(ward_choices(session, actor), province_choices(session, actor))
    return form


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
