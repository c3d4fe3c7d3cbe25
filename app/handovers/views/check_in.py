"""The page for one hand on a phone: find the household, hand over, take back."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.handovers import actions, queries
from app.handovers.forms import HandOverForm, ReasonForm, SearchForm, form_for
from app.handovers.queries import DayRow, Guest, Parcel
from app.handovers.rules import sees_roster
from app.handovers.views.blueprint import bp, page, refused_words
from app.infra.i18n import _, current_language
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError, NotFound


@bp.get("/handovers/<day_id>/check-in")
@requires(Action.HAND_OVER)
def check_in(day_id: str) -> ResponseReturnValue:
    """Who is expected, the waiting first; a code may come with the address, a name never."""
    return _list(day_id, SearchForm(words=request.args.get("code", "")))


@bp.post("/handovers/<day_id>/check-in")
@requires(Action.HAND_OVER)
def search(day_id: str) -> ResponseReturnValue:
    """The same, found by name. A form that is posted keeps names out of addresses and logs."""
    return _list(day_id, SearchForm(request.form))


def _list(day_id: str, form: SearchForm) -> ResponseReturnValue:
    words = str(form.words.data or "") if form.validate() else ""
    with transaction(read_only=True) as session:
        day = queries.day_for(session, current_actor(), day_id)
        seen = sees_roster(current_actor().role, day.state)
        guests = queries.roster(session, day, words) if seen else []
    waiting = [g for g in guests if g.waiting]
    been = [g for g in guests if not g.waiting]
    return page("check_in", day=day, form=form, waiting=waiting, been=been, seen=seen)


@bp.get("/handovers/<day_id>/check-in/<appointment_id>")
@requires(Action.HAND_OVER)
def guest(day_id: str, appointment_id: str) -> ResponseReturnValue:
    """One household: its parcels, and one big button."""
    day, found = _guest(day_id, appointment_id)
    return _guest_page(day, found, _form(found, None))


@bp.post("/handovers/<day_id>/check-in/<appointment_id>")
@requires(Action.HAND_OVER)
def hand_over(day_id: str, appointment_id: str) -> ResponseReturnValue:
    """Hand the ticked parcels over."""
    day, found = _guest(day_id, appointment_id)
    form = _form(found, request.form)
    if not form.validate():
        return _guest_page(day, found, form), 422
    try:
        with transaction() as session:
            draft = form.draft(found.waiting)
            actions.hand_over(session, current_actor(), day_id, draft, now=now())
            flash_done(_("Đã trao, mã %(code)s.", code=found.code))
            return done(session, "handovers.check_in", day_id=day_id)
    except DomainError as refusal:
        words = refused_words(refusal)
        return _guest_page(day, found, form, words=words), refusal.status


@bp.post("/handovers/lines/<line_id>/return")
@requires(Action.HAND_OVER)
def take_back(line_id: str) -> ResponseReturnValue:
    """Note that a parcel came back, with the reason."""
    reason = ReasonForm(request.form).reason_given()
    with transaction() as session:
        day_id = actions.take_back(session, current_actor(), line_id, reason=reason, now=now())
        flash_done(_("Đã ghi nhận trả lại; quà đã về kho."))
        if day_id is None:
            return done(session, "handovers.index")
        return done(session, "handovers.check_in", day_id=day_id)


def _guest(day_id: str, appointment_id: str) -> tuple[DayRow, Guest]:
    """The household as helpers may see it. Raises NotFound where they may not."""
    with transaction(read_only=True) as session:
        day = queries.day_for(session, current_actor(), day_id)
        if not sees_roster(current_actor().role, day.state):
            raise NotFound("appointment")
        return day, queries.guest_of(session, day, appointment_id).guest


def _form(guest: Guest, typed: "MultiDict[str, str] | None") -> HandOverForm:
    words = [p.words(current_language()) for p in guest.waiting]
    return form_for(guest.waiting, words)(typed)


def _guest_page(day: DayRow, guest: Guest, form: HandOverForm, *, words: str | None = None) -> str:
    fields = [form[f"parcel-{p.appointment_id}"] for p in guest.waiting]
    plans = current_actor().may(Action.PLAN_HANDOVER)
    return page(
        "guest",
        day=day,
        guest=guest,
        form=form,
        fields=fields,
        words=words,
        returns=_with_reasons(guest.given, "return"),
        cancels=_with_reasons(guest.waiting, "cancel") if plans else [],
    )


def _with_reasons(parcels: Sequence[Parcel], why: str) -> list[tuple[Parcel, ReasonForm]]:
    """Each parcel with a form of its own, whose field has an id of its own."""
    found = []
    for parcel in parcels:
        form = ReasonForm()
        form.reason.id = f"{why}-{parcel.appointment_id}"
        found.append((parcel, form))
    return found
