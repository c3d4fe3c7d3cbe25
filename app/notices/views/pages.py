"""Pages of notices: one's own inbox, the ward's outgoing list, the demonstration's inbox."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, public, requires, settings
from app.accounts.queries import count_beside
from app.accounts.rules import Action
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.notices import actions, queries, texts
from app.notices.forms import ReadForm, SendAnewForm
from app.notices.rules import TEMPLATES, Channel, NoticeState
from app.notices.sms import sms_size
from app.notices.views.blueprint import bp

FILTERS = {"all": (), "waiting": (NoticeState.QUEUED, NoticeState.SENDING, NoticeState.HELD)}


BELL = "unread_notices"
count_beside(BELL, queries.unread_of_holders())


@bp.before_app_request
def _ring() -> None:
    """Tell the pages what the bell shows; parts of pages need none."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        g.unread_notices = g.get("beside", {}).get(BELL, 0)


@bp.app_context_processor
def _for_bell() -> dict[str, object]:
    return {"unread_notices": g.get("unread_notices", 0)}


@bp.get("/notices/mine")
@requires(Action.USE_OWN_ACCOUNT)
def inbox() -> ResponseReturnValue:
    """What this person was told, newest first."""
    with transaction(read_only=True) as session:
        after = request.args.get("after", type=int)
        rows = queries.own_inbox(session, current_actor(), after=after)
    more = rows[-1].id if len(rows) == queries.PAGE else None
    return render_template("notices/inbox.html", rows=rows, more=more, texts=texts)


@bp.post("/notices/mine/read")
@requires(Action.USE_OWN_ACCOUNT)
def mark_read() -> ResponseReturnValue:
    """Mark as read all that the page showed."""
    form = ReadForm(request.form)
    newest = form.draft() if form.validate() else 0
    with transaction() as session:
        actions.mark_all_read(session, current_actor(), newest, now=now())
        return done(session, "notices.inbox")


@bp.get("/notices")
@requires(Action.SEE_OUTGOING_NOTICES)
def index() -> ResponseReturnValue:
    """The ward's outgoing notices: first those that need a person, then all by time."""
    wanted = request.args.get("show", "all")
    after = request.args.get("after", type=int)
    actor = current_actor()
    with transaction(read_only=True) as session:
        waiting = queries.waiting_for_staff(session, actor) if after is None else []
        states = FILTERS.get(wanted, ())
        page = queries.outgoing_of(session, actor, states=states, after=after)
    return render_template(
        "notices/index.html", waiting=waiting, page=page, texts=texts, wanted=wanted
    )


@bp.get("/notices/<int:notice_id>")
@requires(Action.SEE_OUTGOING_NOTICES)
def show(notice_id: int) -> ResponseReturnValue:
    """One notice with its words and address; that somebody looked is written down."""
    with transaction() as session:
        notice = actions.read_with_address(session, current_actor(), notice_id)
    return _show(notice, SendAnewForm())


def _show(notice: queries.Shown, form: SendAnewForm) -> str:
    stoppable = TEMPLATES[notice.template].topic is not None
    return render_template(
        "notices/show.html", notice=notice, form=form, texts=texts, stoppable=stoppable
    )


@bp.post("/notices/<int:notice_id>/told")
@requires(Action.SEE_OUTGOING_NOTICES)
def told(notice_id: int) -> ResponseReturnValue:
    """Note that the person was told by voice or paper."""
    with transaction() as session:
        actions.mark_told(session, current_actor(), notice_id, now=now())
        flash_done(_("Đã ghi là đã báo trực tiếp."))
        return done(session, "notices.index")


@bp.post("/notices/<int:notice_id>/again")
@requires(Action.SEE_OUTGOING_NOTICES)
def again(notice_id: int) -> ResponseReturnValue:
    """Send the message once more, with a reason."""
    form = SendAnewForm(request.form)
    if not form.validate():
        with transaction() as session:
            notice = actions.read_with_address(session, current_actor(), notice_id)
        return _show(notice, form), 422
    with transaction() as session:
        actions.send_anew(session, current_actor(), notice_id, form.draft(), now=now())
        flash_done(_("Thông báo sẽ được gửi lại."))
        return done(session, "notices.index")


@bp.get("/notices/demo")
@public
def demo() -> ResponseReturnValue:
    """What the demonstration would have sent, as it would look. Nowhere else."""
    if not settings().is_demo:
        raise NotFound("page")
    wanted, after = request.args.get("channel"), request.args.get("after", type=int)
    channel = Channel(wanted) if wanted in set(Channel) else None
    with transaction(read_only=True) as session:
        page = queries.demo_inbox(session, channel, after=after)
    return render_template(
        "notices/demo.html", page=page, channel=channel, texts=texts, sms_size=sms_size
    )
