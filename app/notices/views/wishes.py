"""Pages of wishes: which messages somebody wants, and what people have told staff."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.notices import actions, queries
from app.notices.forms import TopicsForm
from app.notices.rules import Topic
from app.notices.views.blueprint import bp


@bp.get("/notices/mine/topics")
@requires(Action.USE_OWN_ACCOUNT)
def topics() -> ResponseReturnValue:
    """The kinds of messages, those that the person wants ticked."""
    with transaction(read_only=True) as session:
        off = queries.own_topics(session, current_actor())
    form = TopicsForm(data={"wanted": [t.value for t in Topic if t not in off]}).offer(_topics())
    return render_template("notices/topics.html", form=form)


@bp.post("/notices/mine/topics")
@requires(Action.USE_OWN_ACCOUNT)
def choose_topics() -> ResponseReturnValue:
    """Keep which kinds of messages the person wants."""
    form = TopicsForm(request.form).offer(_topics())
    if not form.validate():
        return render_template("notices/topics.html", form=form), 422
    with transaction() as session:
        actions.choose_topics(session, current_actor(), form.draft())
        flash_done(_("Đã ghi loại tin ông/bà muốn nhận."))
        return done(session, ".topics")


def _topics() -> tuple[Topic, ...]:
    """What this person is sent: donors news of their pledges, everybody the morning's digest."""
    is_donor = current_actor().donor_id is not None
    return (Topic.PLEDGES, Topic.DIGEST) if is_donor else (Topic.DIGEST,)


@bp.post("/notices/<int:notice_id>/stop")
@requires(Action.SEE_OUTGOING_NOTICES)
def stop(notice_id: int) -> ResponseReturnValue:
    """Note that the reader of a message wants no more of its kind."""
    with transaction() as session:
        actions.stop_topic(session, current_actor(), notice_id)
        flash_done(_("Đã ghi: người này không nhận loại tin này nữa."))
        return done(session, ".show", notice_id=notice_id)
