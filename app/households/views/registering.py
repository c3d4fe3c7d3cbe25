"""Entering a household by hand, with a look for its twin; changing it, letting it go."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.looks import shows_names_of
from app.accounts.rules import Action
from app.households import actions, queries, texts
from app.households.forms import HouseholdForm
from app.households.rules import HouseholdDraft
from app.households.views.blueprint import bp, home_ward, page, say
from app.infra.i18n import _
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError
from app.kernel.phones import show_phone
from app.places import queries as places


@bp.get("/households/new")
@requires(Action.REGISTER_HOUSEHOLD)
def new() -> ResponseReturnValue:
    """An empty household."""
    return _form("new", HouseholdForm())


@bp.post("/households/new")
@requires(Action.REGISTER_HOUSEHOLD)
def register() -> ResponseReturnValue:
    """Enter a household, unless it may be in the book already and nobody has looked."""
    form = HouseholdForm(request.form)
    if not form.validate() or _is_born_tomorrow(form):
        return _form("new", form), 422
    draft = form.draft()
    if twin := _unseen_twin(form, draft):
        return _form("new", form, twin=twin), 422
    try:
        with transaction() as session:
            household_id = actions.register_household(
                session, current_actor(), home_ward(), draft, now=now(), today=today()
            )
            flash_done(_("Đã ghi hộ vào sổ."))
            return done(session, "households.show", household_id=household_id)
    except DomainError as refused:
        status = say(form, _field_of(refused), refused)
    return _form("new", form), status


def _field_of(refused: DomainError) -> str:
    return "own_code" if refused.code == "own-code-taken" else "citizen_number"


def _is_born_tomorrow(form: HouseholdForm) -> bool:
    """Whether the birth lies in the future, which is said at its field."""
    person = form.person()
    year, on = person.birth_year, person.born_on
    ahead = (year is not None and year > today().year) or (on is not None and on > today())
    if ahead:
        form.year.errors = [str(texts.ERRORS["birth-in-future"])]
    return ahead


def _unseen_twin(form: HouseholdForm, draft: HouseholdDraft) -> queries.Twin | None:
    """Who the household may repeat, unless the officer has said that they are two."""
    with transaction(read_only=True) as session:
        twin = actions.twin_of(session, home_ward(), draft.head)
    if twin is None or (form.confirmed.data and not twin.certain):
        return None
    code = "citizen-number-taken" if twin.certain else "twin-to-confirm"
    form.name.errors = [texts.error_words(code)]
    return twin


def _form(
    template: str, form: HouseholdForm, *, session: Session | None = None, **values: object
) -> str:
    """A household's form with the ward's groups to choose from."""
    if session is None:
        with transaction(read_only=True) as own:
            return _form(template, form, session=own, **values)
    groups = [g.name for g in places.groups_of(session, home_ward())]
    form.group.choices = [("", _("Chưa rõ")), *((name, name) for name in groups)]
    return page(template, form=form, **values)


@bp.get("/households/<household_id>/change")
@requires(Action.REGISTER_HOUSEHOLD)
def change(household_id: str) -> ResponseReturnValue:
    """What is known of a household, to be changed."""
    with transaction(read_only=True) as session:
        household = queries.household_for(session, current_actor(), household_id)
        head = _head(session, household_id)
        form = HouseholdForm(data=_typed(household, head))
        shows_names_of([household_id])
        return _form("change", form, session=session, household=household)


def _head(session: Session, household_id: str) -> queries.MemberView | None:
    return next((m for m in queries.members_of(session, household_id) if m.is_head), None)


def _typed(household: queries.HouseholdView, head: queries.MemberView | None) -> dict[str, object]:
    """A stored household as it would have been typed."""
    on = head.born_on if head else None
    return {
        "name": household.head_name,
        "day": on.day if on else None,
        "month": on.month if on else None,
        "year": on.year if on else (head.birth_year if head else None),
        "sex": head.sex if head else None,
        "group": household.group or "",
        "address": household.address,
        "phone": show_phone(household.phone) if household.phone else None,
        "size": household.size,
        "own_code": household.own_code,
        "note": household.note,
        "version": household.version,
    }


@bp.post("/households/<household_id>/change")
@requires(Action.REGISTER_HOUSEHOLD)
def save(household_id: str) -> ResponseReturnValue:
    """Change a household; what somebody else changed meanwhile is shown beside it."""
    actor, form = current_actor(), HouseholdForm(request.form)
    with transaction(read_only=True) as session:
        household = queries.household_for(session, actor, household_id)
    if not form.validate() or _is_born_tomorrow(form):
        return _form("change", form, household=household), 422
    try:
        with transaction() as session:
            actions.change_household(
                session, actor, household_id, form.version.data or 0, form.draft(),
                now=now(), today=today(),
            )  # fmt: skip
            flash_done(_("Đã lưu thay đổi."))
            return done(session, "households.show", household_id=household_id)
    except DomainError as refused:
        return _conflict(form, household_id, refused)


def _conflict(form: HouseholdForm, household_id: str, refused: DomainError) -> ResponseReturnValue:
    """The form again with what was typed; for a stale one also what stands in the book now."""
    is_stale = refused.code == "household-changed-meanwhile"
    status = say(form, "name" if is_stale else _field_of(refused), refused)
    with transaction(read_only=True) as session:
        household = queries.household_for(session, current_actor(), household_id)
        stored = HouseholdForm(data=_typed(household, _head(session, household_id)))
        names = ("name", "group", "address", "phone", "size", "own_code", "note")
        pairs = [(form[n].label.text, stored[n].data or "", form[n].data or "") for n in names]
        if is_stale:
            form.version.process_data(household.version)
            form.version.raw_data = None
        return (
            _form(
                "change", form, session=session, household=household,
                versions=pairs if is_stale else None,
            ),
            status,
        )  # fmt: skip
