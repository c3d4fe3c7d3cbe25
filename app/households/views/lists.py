"""The list of the ward's households, and the queues of facts that wait for somebody."""

from collections.abc import Callable

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action, Actor
from app.households import actions, queries
from app.households.exports import take_book
from app.households.forms import ChosenForm, FilterForm
from app.households.rules import StandingState
from app.households.views.blueprint import bp, page
from app.infra.i18n import _
from app.infra.sheets import XLSX, as_csv, as_xlsx
from app.infra.transaction import Session, transaction
from app.kernel.clock import VIETNAM, now
from app.places import queries as places

QUEUES = (StandingState.SUBMITTED.value, StandingState.VERIFIED.value)


@bp.get("/households")
@requires(Action.SEE_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """The households in scope, by given name; searched without accents."""
    actor, form = current_actor(), FilterForm(request.args)
    with transaction(read_only=True) as session:
        groups = places.groups_of(session, actor.home_ward or "")
        found = queries.households_seen_by(
            session, actor, form.wanted(), request.args.get("after", "")[:32] or None
        )
    shows_names_of(line.id for line in found.lines)
    form.group.choices = [("", _("Tất cả")), *((g.id, g.name) for g in groups)]
    return page("index", found=found, form=form, groups={g.id: g.name for g in groups})


@bp.get("/households.<any(csv, xlsx):ending>")
@requires(Action.EXPORT_WITH_IDENTITIES)
def export(ending: str) -> ResponseReturnValue:
    """The list as the address narrows it, as a file; who took whom is in the journal first."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        sheet = take_book(session, actor, FilterForm(request.args).wanted(), at=moment)
    name = f"so-ho-{actor.home_ward}-{moment.astimezone(VIETNAM):%Y%m%d}.{ending}"
    answer = (
        Response(as_csv(sheet), content_type="text/csv; charset=utf-8")
        if ending == "csv"
        else Response(as_xlsx([sheet]), mimetype=XLSX)
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/households/queue")
@requires(Action.SEE_HOUSEHOLDS)
def queue() -> ResponseReturnValue:
    """The facts that wait to be verified or approved, oldest first."""
    with transaction(read_only=True) as session:
        return _queue(session, request.args.get("state", QUEUES[0]))


def _queue(session: Session, state: str, words: str | None = None) -> str:
    if state not in QUEUES:
        abort(404)
    after = request.args.get("after", "")[:32] or None
    lines, following = queries.standings_waiting(session, current_actor(), state, after=after)
    shows_names_of(line.standing.household_id for line in lines)
    names = accounts.names_of(session, {line.standing.created_by for line in lines})
    return page("queue", lines=lines, following=following, state=state, names=names, words=words)


@bp.post("/households/queue/verify")
@requires(Action.VERIFY)
def verify_many() -> ResponseReturnValue:
    """Verify all ticked facts whose papers were seen."""
    return _decide(
        StandingState.SUBMITTED.value,
        lambda session, actor: lambda i: actions.verify_standing(session, actor, i, now=now()),
    )


@bp.post("/households/queue/approve")
@requires(Action.APPROVE)
def approve_many() -> ResponseReturnValue:
    """Approve all ticked facts."""
    return _decide(
        StandingState.VERIFIED.value,
        lambda session, actor: lambda i: actions.approve_standing(session, actor, i, now=now()),
    )


def _decide(
    state: str, decide: Callable[[Session, Actor], Callable[[str], None]]
) -> ResponseReturnValue:
    form = ChosenForm(request.form)
    if not form.validate():
        with transaction(read_only=True) as session:
            return _queue(session, state, words=" ".join(form.standing.errors)), 422
    with transaction() as session:
        outcome = actions.decide_many(session, form.chosen(), decide(session, current_actor()))
        flash_done(_outcome_words(outcome))
        return done(session, "households.queue", state=state)


def _outcome_words(outcome: actions.Outcome) -> str:
    words = _("Đã xong %(n)s hoàn cảnh.", n=outcome.done)
    if not outcome.refused:
        return words
    own = sum(code in {"own-standing", "own-household"} for _id, code in outcome.refused)
    rest = len(outcome.refused) - own
    if own:
        words += " " + _("%(n)s hoàn cảnh phải do người khác làm.", n=own)
    if rest:
        words += " " + _("%(n)s hoàn cảnh vừa được người khác quyết định.", n=rest)
    return words
