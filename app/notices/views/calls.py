"""Pages of those whom no channel reached: whom to call, slips to print, words for loudspeakers."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires, settings
from app.accounts.rules import Action, Actor
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError
from app.kernel.phones import show_phone
from app.notices import actions, papers, queries, texts
from app.notices.forms import PaperForm, TryForm
from app.notices.rules import MOST_MISSES, Outcome
from app.notices.views.blueprint import bp
from app.notices.wording import announcement
from app.places import queries as places


@bp.get("/calls")
@requires(Action.TELL_AT_HOME)
def calls() -> ResponseReturnValue:
    """Whom to call or visit: a head their own group's, staff the ward's."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        rows = queries.calls_of(session, actor)
        groups = _groups(session, actor)
    return render_template(
        "notices/calls.html", rows=rows, groups=groups, texts=texts, most=MOST_MISSES
    )


@bp.get("/calls/<int:notice_id>")
@requires(Action.TELL_AT_HOME)
def call(notice_id: int) -> ResponseReturnValue:
    """One person to tell, with number and words; that somebody looked is written down."""
    return _call(notice_id, TryForm())


def _call(notice_id: int, form: TryForm) -> str:
    actor = current_actor()
    with transaction() as session:
        found = actions.open_call(session, actor, notice_id)
        groups = _groups(session, actor)
    return render_template(
        "notices/call.html",
        found=found,
        phone=show_phone(found.phone) if found.phone else None,
        form=form,
        groups=groups,
        texts=texts,
        most=MOST_MISSES,
    )


@bp.post("/calls/<int:notice_id>/tried")
@requires(Action.TELL_AT_HOME)
def tried(notice_id: int) -> ResponseReturnValue:
    """Note that the person was told, or not met."""
    form = TryForm(request.form)
    if not form.validate():
        return _call(notice_id, form), 422
    draft = form.draft()
    with transaction() as session:
        actions.note_try(session, current_actor(), notice_id, draft, now=now())
        told = draft.outcome is Outcome.TOLD
        flash_done(_("Đã ghi là đã báo. Cảm ơn ông/bà.") if told else _("Đã ghi là chưa gặp được."))
        return done(session, ".calls")


@bp.get("/calls/paper")
@requires(Action.EXPORT_WITH_IDENTITIES)
def paper() -> ResponseReturnValue:
    """What is left for slips, the sheets printed before, the words for the loudspeakers."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        left = queries.count_left(session, actor)
        batches = queries.batches_of(session, actor)
        waiting = queries.groups_to_announce(session, actor)
        names, ward = _groups(session, actor), _ward_name(session, actor)
    hotline = settings().hotline
    said = announcement(ward, {names[g] for g in waiting if g in names}, hotline)
    facts = {"left": left, "batches": batches, "said": said if waiting else ""}
    return render_template("notices/paper.html", **facts)


@bp.post("/calls/paper")
@requires(Action.EXPORT_WITH_IDENTITIES)
def put_on_paper() -> ResponseReturnValue:
    """Put what is left onto slips, or note that it was called out."""
    form = PaperForm(request.form)
    if not form.validate():
        raise DomainError("nothing-left")
    how = form.draft()
    with transaction() as session:
        count = actions.put_on_paper(session, current_actor(), how, now=now())
        if how is Outcome.PRINTED:
            flash_done(_("Đã đưa %(count)s giấy báo vào tệp in. Mở tệp để in.", count=count))
        else:
            flash_done(_("Đã ghi là đã phát loa."))
        return done(session, ".paper")


@bp.get("/calls/paper/<batch>/slips.pdf")
@requires(Action.EXPORT_WITH_IDENTITIES)
def slips(batch: str) -> ResponseReturnValue:
    """The slips of one sheet, without those who have been told meanwhile."""
    actor = current_actor()
    with transaction() as session:
        rows = actions.read_slips(session, actor, batch)
        groups, ward = _groups(session, actor), _ward_name(session, actor)
    body = papers.slips(rows, groups, f"UBND {ward}", on=today())
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="giay-bao.pdf"'
    return response


def _groups(session: Session, actor: Actor) -> dict[str, str]:
    """The names of the actor's residential groups, by id."""
    return {g.id: g.name for code in actor.ward_codes for g in places.groups_of(session, code)}


def _ward_name(session: Session, actor: Actor) -> str:
    return places.ward(session, min(actor.ward_codes)).name
