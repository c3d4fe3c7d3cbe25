"""Pages of comparisons: two versions of the policy over one past, waited for, read, stopped."""

from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, requires
from app.accounts.rules import Action
from app.infra.jobs import Progress, progress_of
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.matching import texts
from app.matching.actions import comparisons as actions
from app.matching.queries.comparisons import ComparisonRow, comparison_for, names_in
from app.matching.queries.policy import policy_versions
from app.matching.queries.proposals import NAMES_SEEN_BY
from app.matching.views.blueprint import bp, page
from app.matching.views.policies import compare_form, version_page


@bp.post("/runs/policies/<int:version>/compare")
@requires(Action.SEE_PROPOSALS)
def compare_policy(version: int) -> ResponseReturnValue:
    """Ask who would gain and who would lose by this version; a worker finds out."""
    actor = current_actor()
    with transaction() as session:
        versions = policy_versions(session, today())
        form = compare_form(session, versions, version)
        if not form.validate():
            return version_page(session, versions, version, form), 422
        draft = form.draft(version)
        made = actions.request_comparison(session, actor, draft, now=now())
        return done(session, "matching.comparison", comparison_id=made)


@bp.get("/runs/comparisons/<comparison_id>")
@requires(Action.SEE_PROPOSALS)
def comparison(comparison_id: str) -> ResponseReturnValue:
    """What a past would have been under another version, beside what it was.

    Which needs gain and lose is for those who may know whose they are; others read how many.
    """
    actor = current_actor()
    with transaction(read_only=True) as session:
        row = comparison_for(session, actor, comparison_id)
        progress = _progress(session, row)
        names = names_in(session, row)
    return page(
        "comparison",
        row=row,
        progress=progress,
        kinds={code: texts.kind_label(kind) for code, kind in names.kinds.items()},
        place_names=names.places,
        is_named=row.ward_code is not None and actor.role in NAMES_SEEN_BY,
    )


@bp.post("/runs/comparisons/<comparison_id>/again")
@requires(Action.SEE_PROPOSALS)
def resume_comparison(comparison_id: str) -> ResponseReturnValue:
    """Take up a comparison again at which the machine gave up."""
    with transaction() as session:
        actions.go_on_comparing(session, current_actor(), comparison_id)
        return done(session, "matching.comparison", comparison_id=comparison_id)


@bp.post("/runs/comparisons/<comparison_id>/cancel")
@requires(Action.SEE_PROPOSALS)
def cancel_comparison(comparison_id: str) -> ResponseReturnValue:
    """Stop a comparison; nothing of it is kept."""
    with transaction() as session:
        actions.cancel_comparison(session, current_actor(), comparison_id, now=now())
        return done(session, "matching.comparison", comparison_id=comparison_id)


@bp.get("/runs/comparisons/<comparison_id>/progress")
@requires(Action.SEE_PROPOSALS)
def comparison_progress(comparison_id: str) -> ResponseReturnValue:
    """The bar alone, for the page that waits; one that is over shows whole."""
    with transaction(read_only=True) as session:
        row = comparison_for(session, current_actor(), comparison_id)
        progress = _progress(session, row)
    part = page("_comparing", row=row, progress=progress)
    # The page around the bar still offers to stop it.
    return part if row.is_open else (part, {"HX-Refresh": "true"})


def _progress(session: Session, row: ComparisonRow) -> Progress | None:
    return None if row.job_id is None else progress_of(session, row.job_id)
