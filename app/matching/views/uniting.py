"""Two households that are one: looking for the twin, proposing the merge, deciding on it."""

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action
from app.catalogue import queries as catalogue
from app.households import actions as household_actions
from app.households import queries as households
from app.households import texts as household_texts
from app.households.rules import (
    FIELDS,
    Agreement,
    ConsentPurpose,
    HouseholdFilter,
    MergeDraft,
    MergeState,
    Side,
    differing,
    same_people,
)
from app.infra.i18n import _, current_language
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.matching import actions
from app.matching.forms import MergeForm, ReleaseForm, SeenMergeForm
from app.matching.queries import uniting
from app.matching.state_words import STOPS
from app.matching.views.blueprint import bp, page

Said = dict[str, str]


@dataclass(frozen=True, slots=True)
class Home:
    """One of the two households, as the page sets it beside the other."""

    household: households.HouseholdView
    members: list[households.MemberView]
    standings: list[households.StandingView]
    agreements: dict[ConsentPurpose, Agreement]
    has: uniting.Belongings


def _home(session: Session, household_id: str) -> Home:
    actor = current_actor()
    found = households.household_for(session, actor, household_id)
    agreements = {
        purpose: households.agreements_of(session, [household_id], purpose)[household_id]
        for purpose in ConsentPurpose
    }
    return Home(
        household=found,
        members=households.members_of(session, household_id),
        standings=households.standings_of(session, actor, household_id),
        agreements=agreements,
        has=uniting.belongings_of(session, household_id),
    )


def _said(home: Home) -> Said:
    """What a household says of itself, in words, by field; empty where it says nothing."""
    words = {field: getattr(home.household, field) for field in FIELDS}
    words["phone"] = household_texts.phone_words(home.household.phone)
    return {field: "" if value is None else str(value) for field, value in words.items()}


@dataclass(frozen=True, slots=True)
class Both:
    """Two households side by side; same: whom of the kept each person of the closed one is."""

    kept: Home
    closed: Home
    said: tuple[Said, Said]
    same: dict[str, str]


def _both(session: Session, kept_id: str, closed_id: str) -> Both:
    shows_names_of([kept_id, closed_id])
    kept, closed = _home(session, kept_id), _home(session, closed_id)
    people = [households.people_in(session, each) for each in (kept_id, closed_id)]
    return Both(kept, closed, (_said(kept), _said(closed)), same_people(*people))


def _words(both: Both) -> dict[str, object]:
    """What the pages need to set the two beside each other."""
    names = {m.id: m.name for m in both.kept.members}
    return {
        "both": both,
        "rows": [
            (household_texts.CHANGED_FIELDS[f], both.said[0][f] or None, both.said[1][f] or None)
            for f in FIELDS
        ],
        "pairs": [(m, names.get(both.same.get(m.id, ""))) for m in both.closed.members],
        "homes": household_texts,
    }


def _stops(session: Session, both: Both) -> list[tuple[str, tuple[str, ...]]]:
    """What has to be settled first, in words, each with the needs to open for it."""
    stops = []
    for stop in uniting.stops_of(session, both.kept.household.id, both.closed.household.id):
        facts = dict(stop.facts)
        if "kind" in facts:
            facts["kind"] = catalogue.kind(session, facts["kind"]).label(current_language())
        stops.append((str(STOPS[stop.code]) % facts, stop.need_ids))
    return stops


@bp.get("/households/<household_id>/twins")
@requires(Action.REGISTER_HOUSEHOLD)
def twins(household_id: str) -> ResponseReturnValue:
    """Households that may be this one: those alike, and any other by name or code."""
    actor, search = current_actor(), request.args.get("q", "").strip()[:100]
    with transaction(read_only=True) as session:
        household = households.household_for(session, actor, household_id)
        alike = households.possible_twins(session, actor, household_id)
        found = [households.household_for(session, actor, each) for each in alike]
        if search:
            listed = households.households_seen_by(session, actor, HouseholdFilter(search=search))
            others = [line for line in listed.lines if line.id != household_id]
        else:
            others = []
        shows_names_of([household_id, *alike, *(line.id for line in others)])
        return page("twins", household=household, alike=found, others=others, search=search)


@bp.get("/households/<household_id>/merge/<twin_id>")
@requires(Action.REGISTER_HOUSEHOLD)
def merge_form(household_id: str, twin_id: str) -> ResponseReturnValue:
    """Two households side by side; the first is kept, the second closed."""
    with transaction(read_only=True) as session:
        return _new(session, household_id, twin_id, MergeForm())


def _new(session: Session, kept_id: str, closed_id: str, form: MergeForm) -> str:
    both = _both(session, kept_id, closed_id)
    if not form.errors:
        form.offer(_to_choose(both.said))
    return page("merge_new", form=form, stops=_stops(session, both), **_words(both))


def _to_choose(said: tuple[Said, Said]) -> dict[str, tuple[str, str]]:
    """What both say, by each field on which they differ."""
    ours, theirs = said
    return {name: (ours[name], theirs[name]) for name in differing(ours, theirs)}


@bp.post("/households/<household_id>/merge/<twin_id>")
@requires(Action.REGISTER_HOUSEHOLD)
def propose_merge(household_id: str, twin_id: str) -> ResponseReturnValue:
    """Propose the merge to a second person."""
    form, actor = MergeForm(request.form), current_actor()
    with transaction() as session:
        form.offer(_to_choose(_both(session, household_id, twin_id).said))
        if not form.validate():
            return _new(session, household_id, twin_id, form), 422
        merge_id = actions.propose_merge(
            session, actor, household_id, twin_id, form.draft(), now=now()
        )
        flash_done(_("Đã đề nghị gộp; chờ lãnh đạo duyệt."))
        return done(session, "matching.merge", merge_id=merge_id)


@bp.get("/household-merges")
@requires(Action.SEE_NEEDS)
def merges() -> ResponseReturnValue:
    """The merges that wait for a second person."""
    with transaction(read_only=True) as session:
        lines = households.merges_waiting(session, current_actor())
        names = accounts.names_of(session, {line.prepared_by for line in lines})
    shows_names_of(i for line in lines for i in (line.kept_id, line.closed_id))
    return page("merges", lines=lines, names=names)


@bp.get("/household-merges/<merge_id>")
@requires(Action.SEE_NEEDS)
def merge(merge_id: str) -> ResponseReturnValue:
    """One proposed merge: what would stay, what would move, and what became of it."""
    with transaction(read_only=True) as session:
        return _merge(session, merge_id, ReleaseForm())


def _merge(session: Session, merge_id: str, reason: ReleaseForm) -> str:
    actor = current_actor()
    found = households.merge_for(session, actor, merge_id)
    both = _both(session, found.kept_id, found.closed_id)
    ours, theirs = both.said
    draft = MergeDraft({f: Side(side) for f, side in found.choices.items()}, found.reason)
    sides = {f: draft.side_of(f, ours[f], theirs[f]) for f in FIELDS}
    is_open = found.state == MergeState.ASKED
    return page(
        "merge",
        merge=found,
        stays=[
            (household_texts.CHANGED_FIELDS[f], (theirs if side is Side.CLOSED else ours)[f])
            for f, side in sides.items()
        ],
        stops=_stops(session, both) if is_open else [],
        names=accounts.names_of(session, {found.prepared_by, found.decided_by or ""}),
        is_mine=found.prepared_by == actor.account_id,
        reason_form=reason,
        **_words(both),
    )


@bp.post("/household-merges/<merge_id>/approve")
@requires(Action.APPROVE)
def approve_merge(merge_id: str) -> ResponseReturnValue:
    """Unite the two, as they were read."""
    actor, form = current_actor(), SeenMergeForm(request.form)
    with transaction() as session:
        households.merge_for(session, actor, merge_id)
        if not form.validate():
            raise Conflict("merge-homes-changed")
        seen = form.seen()
        kept_id = actions.unite_households(session, actor, merge_id, seen=seen, now=now())
        flash_done(_("Đã gộp hai hộ. Hộ kia đã đóng và trỏ về đây."))
        return done(session, "households.show", household_id=kept_id)


@bp.post("/household-merges/<merge_id>/decline")
@requires(Action.APPROVE)
def decline_merge(merge_id: str) -> ResponseReturnValue:
    """Say, with a reason, that the two stay apart."""
    form, actor = ReleaseForm(request.form), current_actor()
    with transaction() as session:
        if not form.validate():
            return _merge(session, merge_id, form), 422
        household_actions.decline_merge(session, actor, merge_id, form.draft(), now=now())
        flash_done(_("Đã ghi: hai hộ không gộp."))
        return done(session, "matching.merge", merge_id=merge_id)


@bp.post("/household-merges/<merge_id>/take-back")
@requires(Action.REGISTER_HOUSEHOLD)
def take_merge_back(merge_id: str) -> ResponseReturnValue:
    """Withdraw one's own proposal."""
    with transaction() as session:
        household_actions.take_merge_back(session, current_actor(), merge_id, now=now())
        flash_done(_("Đã rút đề nghị gộp."))
        return done(session, "matching.merge", merge_id=merge_id)
