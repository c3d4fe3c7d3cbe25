"""One household: its people, the facts about it, what it agreed to, and its history."""

from collections.abc import Iterable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action, Actor, Role
from app.audit.actions import Subject, record
from app.audit.queries import HistoryLine, history_of
from app.households import actions, queries, texts
from app.households.forms import ConsentForm, ReasonForm, RevealForm
from app.households.rules import REVEALED_FOR, ConsentPurpose
from app.households.views.blueprint import bp, page
from app.infra.i18n import _
from app.infra.jinja import moment
from app.infra.transaction import Session, transaction
from app.kernel.clock import now

PARTS = ("people", "standings", "consents", "history")


@bp.get("/households/<household_id>")
@requires(Action.SEE_HOUSEHOLDS)
def show(household_id: str) -> ResponseReturnValue:
    """One household, by parts; that somebody opened it is written down."""
    part = request.args.get("part", PARTS[0])
    with transaction() as session:
        return _page(session, household_id, part if part in PARTS else PARTS[0])


def _page(session: Session, household_id: str, part: str) -> str:
    actor = current_actor()
    household = queries.household_for(session, actor, household_id)
    # A kind of its own: looks are for the journal, not for the household's own history.
    record(session, actor, "view-household", Subject("look", household_id, household.ward_code))
    members = queries.members_of(session, household_id)
    standings = queries.standings_of(session, actor, household_id)
    consents = queries.consents_of(session, household_id) if part == "consents" else []
    lines = history_of(session, "household", household_id) if part == "history" else []
    people = {s.created_by for s in standings} | {c.taken_by for c in consents}
    people |= {line.actor_id for line in lines if line.actor_id}
    people |= {who for s in standings for who in (s.verified_by, s.approved_by) if who}
    kin = queries.kin_of(session, household_id) if actor.may(Action.END_KIN) else []
    names = accounts.names_of(session, people | {one.account_id for one in kin})
    return page(
        "show",
        part=part,
        household=household,
        members=members,
        standings=standings,
        consents=consents,
        messages=queries.agreements_to_messages(session, [household_id])[household_id],
        unasked=[p for p in ConsentPurpose if p not in {c.purpose for c in consents}],
        names=names,
        numbers=_numbers(session, actor, household_id),
        timeline=[_happened(line, names) for line in lines if _is_told(actor, line)],
        consent_form=ConsentForm(),
        reveal_form=_reveal_form(members),
        reason_form=ReasonForm(),
        kin=[(one, ReasonForm().of(one.id)) for one in kin],
        is_own=queries.is_own_household(session, actor, household_id),
    )


def _reveal_form(members: list[queries.MemberView]) -> RevealForm | None:
    """The form that opens a hidden number, if there is one."""
    form = RevealForm()
    form.member.choices = [(m.id, m.name) for m in members if m.citizen_tail]
    return form if form.member.choices else None


def _is_told(actor: Actor, line: HistoryLine) -> bool:
    """A group leader reads the class only, so no facts from the history either."""
    return actor.role is not Role.GROUP_LEADER or "standing" not in line.action


def _numbers(session: Session, actor: Actor, household_id: str) -> dict[str, str]:
    """The hidden numbers that this person has just asked for, with a reason."""
    since = now() - REVEALED_FOR
    opened = queries.revealed_members(session, actor, household_id, since)
    return queries.numbers_of(session, opened) if opened else {}


def _happened(line: HistoryLine, names: dict[str, str]) -> dict[str, str]:
    """One deed of the history for the page's timeline."""
    return {
        "deed": line.action,
        "when": moment(line.at),
        "who": names.get(line.actor_id or "", _("Hệ thống")),
        "text": " · ".join(_details(line)),
        "state": "done",
    }


def _details(line: HistoryLine) -> Iterable[str]:
    """What a deed was about, in words."""
    if line.reason:
        yield str(texts.REVEAL_REASONS.get(line.reason, line.reason))
    for name, change in line.changes.items():
        if name == "kind":
            yield str(texts.KINDS.get(str(change), change))
        elif name == "purpose":
            yield str(texts.CONSENTS.get(str(change), change))
        elif name == "twin":
            yield _("hộ %(code)s", code=change)
        elif name in texts.CHANGED_FIELDS and isinstance(change, list):
            before, after = (value or "–" for value in change)
            yield f"{texts.CHANGED_FIELDS[name]}: {before} → {after}"


@bp.post("/households/<household_id>/kin")
@requires(Action.SEE_HOUSEHOLDS)
def declare_kin(household_id: str) -> ResponseReturnValue:
    """Say that one is of this household or related to it, so that others decide."""
    with transaction() as session:
        actions.declare_kin(session, current_actor(), household_id, now=now())
        flash_done(_("Đã ghi. Từ nay người khác quyết định về hộ này."))
        return done(session, "households.show", household_id=household_id)


@bp.post("/households/<household_id>/kin/<int:kin_id>/end")
@requires(Action.END_KIN)
def end_kin(household_id: str, kin_id: int) -> ResponseReturnValue:
    """End somebody else's declaration, with a reason that stays."""
    form = ReasonForm(request.form)
    if not form.validate():
        flash(_("Xin ghi lý do rồi làm lại."), "error")
        return redirect(url_for("households.show", household_id=household_id), 303)
    with transaction() as session:
        actor, reason = current_actor(), form.draft()
        actions.end_kin(session, actor, household_id, kin_id, reason, now=now())
        flash_done(_("Đã kết thúc lời khai; lý do được giữ trong lịch sử."))
        return done(session, "households.show", household_id=household_id)


@bp.post("/households/<household_id>/reveal")
@requires(Action.REVEAL_IDENTITY)
def reveal(household_id: str) -> ResponseReturnValue:
    """Open a hidden number for a few minutes; the look and its reason are kept."""
    form = RevealForm(request.form)
    if not form.validate():
        flash(_("Hãy chọn người và lý do xem số căn cước."), "error")
        return redirect(url_for("households.show", household_id=household_id), 303)
    member_id, reason = form.draft()
    with transaction() as session:
        actions.reveal_citizen_number(session, current_actor(), household_id, member_id, reason)
        return done(session, "households.show", household_id=household_id)
