"""Pages of campaigns: lists of cards, a campaign's preview, its progress and results."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from app.accounts.access import current_actor, done, flash_done, requires, settings
from app.accounts.rules import Action
from app.campaigns import actions, queries, texts
from app.campaigns.forms import CampaignForm, DeclineForm, ListForm
from app.campaigns.lists import CardSheet, read_cards
from app.campaigns.queries import Plan
from app.campaigns.rules import LARGEST_ALONE, AgreementState
from app.households.sheets import FileRefused
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError, NotFound
from app.notices.rules import Channel
from app.notices.sms import SmsSize, sms_size
from app.notices.texts import CHANNELS, PROBLEMS
from app.notices.texts import STATES as NOTICE_STATES
from app.notices.wording import words_of
from app.places.queries import ward, wards_by_code

bp = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@dataclass(frozen=True, slots=True)
class Sample:
    """A reminder as its first reader will see it, with and without accents."""

    text: str
    plain: str
    accented_size: SmsSize
    plain_size: SmsSize


@bp.get("/")
@requires(Action.SEE_CAMPAIGNS)
def index() -> ResponseReturnValue:
    """The ward's campaigns and lists, and the forms for new ones; a province's that wait for it."""
    if not current_actor().may(Action.SEE_OUTGOING_NOTICES):
        return _waiting()
    return _index(ListForm(), CampaignForm())


def _waiting() -> str:
    with transaction(read_only=True) as session:
        asked = queries.asked_in(session, current_actor(), at=now())
        wards = wards_by_code(session, {one.ward_code for one in asked})
    return render_template("campaigns/waiting.html", asked=asked, wards=wards, texts=texts)


def _index(lists: ListForm, form: CampaignForm) -> str:
    code = _home_ward()
    with transaction(read_only=True) as session:
        campaigns = queries.campaigns_of(session, code, today=today())
        taken = queries.lists_of(session, code)
        cards = queries.count_cards(session, code)
    return render_template(
        "campaigns/index.html",
        campaigns=campaigns,
        taken=taken,
        cards=cards,
        list_form=lists,
        form=form,
        texts=texts,
    )


@bp.post("/lists")
@requires(Action.IMPORT_HOUSEHOLDS)
def take_list() -> ResponseReturnValue:
    """Take in a list of cards or of renewals."""
    form = ListForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _index(form, CampaignForm()), 422
    kind, name, body = form.draft()
    file = actions.ListFile(_home_ward(), kind, name, body)
    try:
        with transaction(read_only=True) as session:
            is_known = queries.is_taken(session, file.ward_code, kind, file.digest)
        # One that came before is not read: it is refused as it is stored, unless this very
        # request came before, which gets the answer that it had.
        sheet = CardSheet() if is_known else read_cards(body, name, today())
        with transaction() as session:
            taken = actions.take_list(session, current_actor(), file, sheet, now=now())
            flash_done(_("Đã nhận %(count)s dòng.", count=taken))
            return done(session, ".index")
    except FileRefused:
        code, status = "file-refused", 422
    except ValueError as refused:
        code, status = str(refused), 422
    except DomainError as refused:
        code, status = refused.code, refused.status
    form.file.errors = [str(texts.ERRORS[code])]
    return _index(form, CampaignForm()), status


@bp.post("/")
@requires(Action.SEE_OUTGOING_NOTICES)
def create() -> ResponseReturnValue:
    """Prepare a campaign."""
    form = CampaignForm(request.form)
    if not form.validate():
        return _index(ListForm(), form), 422
    with transaction() as session:
        campaign_id = actions.draft_campaign(
            session, current_actor(), _home_ward(), form.draft(), today=today()
        )
        return done(session, ".show", campaign_id=campaign_id)


@bp.get("/<int:campaign_id>")
@requires(Action.SEE_CAMPAIGNS)
def show(campaign_id: int) -> ResponseReturnValue:
    """One campaign: whom it reminds today, in which words, at what cost; what became of it."""
    with transaction(read_only=True) as session:
        return _show(session, campaign_id, DeclineForm())


def _show(session: Session, campaign_id: int, decline: DeclineForm) -> str:
    after = request.args.get("after", 0, type=int)
    plan = queries.campaign_for(session, current_actor(), campaign_id, today=today())
    names = current_actor().may(Action.SEE_OUTGOING_NOTICES)
    results = queries.results_of(session, plan.id, after=after) if names else []
    agreements = queries.agreements_of(session, plan.id)
    return render_template(
        "campaigns/show.html",
        plan=plan,
        due=queries.due_now(session, plan, today=today()),
        progress=queries.progress_of(session, plan.id),
        place=ward(session, plan.ward_code).name,
        names=names,
        sample=_sample(session, plan, named=names),
        agreements=agreements,
        asked=next((one for one in agreements if one.state is AgreementState.ASKED), None),
        decline=decline,
        alone=LARGEST_ALONE,
        results=results,
        more=results[-1].notice_id if len(results) == queries.PAGE else None,
        price=settings().sms_price,
        moment_now=now(),
        texts=texts,
        channels=CHANNELS,
        notice_states=NOTICE_STATES,
        problems=PROBLEMS,
    )


def _sample(session: Session, plan: Plan, *, named: bool) -> Sample:
    """The words for the first card that is due; for an invented one if none is, or not `named`."""
    due = queries.due_now(session, plan, today=today(), limit=1) if named else []
    facts = {
        "name": due[0].name if due else "Nguyễn Thị Tím",
        "on": (due[0].expires_on if due else today()).isoformat(),
        "ward": ward(session, plan.ward_code).name,
        "phone": plan.hotline,
    }
    plain = words_of(plan.kind.template, Channel.SMS, "vi", facts).text
    text = words_of(plan.kind.template, Channel.ZALO, "vi", facts).text
    return Sample(text, plain, sms_size(text), sms_size(plain))


@bp.post("/<int:campaign_id>/start")
@requires(Action.SEE_OUTGOING_NOTICES)
def start(campaign_id: int) -> ResponseReturnValue:
    """Let a campaign remind from now on."""
    with transaction() as session:
        actor, moment = current_actor(), now()
        actions.start_campaign(session, actor, campaign_id, now=moment, today=today())
        flash_done(_("Đợt nhắc đang chạy. Tin chỉ được gửi từ 07 giờ đến 21 giờ."))
        return done(session, ".show", campaign_id=campaign_id)


@bp.post("/<int:campaign_id>/agreements")
@requires(Action.PREPARE_CAMPAIGN)
def ask(campaign_id: int) -> ResponseReturnValue:
    """Put a campaign that reaches many to a second person."""
    with transaction() as session:
        actions.ask_agreement(session, current_actor(), campaign_id, now=now(), today=today())
        flash_done(_("Đã trình. Chưa nhắc ai cho đến khi một người khác đồng ý."))
        return done(session, ".show", campaign_id=campaign_id)


@bp.post("/<int:campaign_id>/agreements/<int:agreement_id>/agree")
@requires(Action.AGREE_CAMPAIGN)
def agree(campaign_id: int, agreement_id: int) -> ResponseReturnValue:
    """Agree to a campaign for the people who were shown."""
    which = (campaign_id, agreement_id)
    with transaction() as session:
        actor = current_actor()
        actions.agree_to_campaign(session, actor, which, now=now(), today=today())
        flash_done(_("Đã đồng ý. Tin chỉ được gửi từ 07 giờ đến 21 giờ."))
        return done(session, ".show", campaign_id=campaign_id)


@bp.post("/<int:campaign_id>/agreements/<int:agreement_id>/decline")
@requires(Action.AGREE_CAMPAIGN)
def decline(campaign_id: int, agreement_id: int) -> ResponseReturnValue:
    """Refuse, with a reason."""
    form, which = DeclineForm(request.form), (campaign_id, agreement_id)
    with transaction() as session:
        if not form.validate():
            return _show(session, campaign_id, form), 422
        actor, reason = current_actor(), form.draft()
        actions.decline_campaign(session, actor, which, reason, now=now(), today=today())
        flash_done(_("Đã từ chối. Người trình sẽ được báo ở Việc hôm nay, và thấy lý do ở đây."))
        return done(session, ".show", campaign_id=campaign_id)


@bp.post("/<int:campaign_id>/pause")
@requires(Action.SEE_OUTGOING_NOTICES)
def pause(campaign_id: int) -> ResponseReturnValue:
    """Hold a campaign and what it has not sent."""
    with transaction() as session:
        actions.pause_campaign(session, current_actor(), campaign_id, today=today())
        flash_done(_("Đã tạm dừng. Tin chưa gửi được giữ lại."))
        return done(session, ".show", campaign_id=campaign_id)


@bp.post("/<int:campaign_id>/stop")
@requires(Action.SEE_OUTGOING_NOTICES)
def stop(campaign_id: int) -> ResponseReturnValue:
    """End a campaign."""
    with transaction() as session:
        actions.stop_campaign(session, current_actor(), campaign_id, today=today())
        flash_done(_("Đã dừng hẳn. Tin chưa gửi sẽ không gửi nữa."))
        return done(session, ".show", campaign_id=campaign_id)


def _home_ward() -> str:
    """The ward whose people are reminded. Raises NotFound for who serves none."""
    code = current_actor().home_ward
    if code is None:
        raise NotFound("ward-unknown")
    return code
