"""The wizard: one question a page, each answer kept at once, sent at the end."""

from datetime import timedelta
from typing import TypeAlias

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.accounts.access import current_actor, done, public
from app.infra.i18n import _
from app.infra.jinja import dong, unit_of
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError, NotFound
from app.needs import queries as needs
from app.pledges import actions, queries
from app.pledges.forms import EarmarkForm, KindForm, LineForm, WindowForm, line_form
from app.pledges.forms.answers import (
    Answers,
    is_complete,
    lines_in,
    window_in,
    with_line,
    without_line,
)
from app.pledges.rules import MAX_LINES, refusal_of_line, refusal_of_window
from app.pledges.views.base import bp, page, refused

Sent: TypeAlias = MultiDict[str, str] | None
DEFAULT_WINDOW = timedelta(days=60)


def _draft(session: Session, draft_id: str) -> queries.DraftView:
    """The draft of this request. Raises NotFound once it was sent: there is nothing to type."""
    draft = queries.draft_for(session, current_actor(), draft_id)
    if draft.pledge_id is not None:
        raise NotFound("pledge-draft")
    return draft


def _kind_form(session: Session, data: Sent = None, chosen: str | None = None) -> KindForm:
    form = KindForm(data, data={"kind": chosen}) if chosen else KindForm(data)
    open_kinds = [kind for kind in queries.kinds(session).values() if kind.is_open]
    form.kind.choices = [(kind.code, kind.label) for kind in open_kinds]
    waiting = needs.waiting_by_kind(session, now=now())
    form.hints = {k.code: _hint(k, waiting.get(k.code, 0)) for k in open_kinds}
    return form


def _hint(kind: queries.KindCard, waiting: int) -> str:
    """What helps to choose: how many wait for it, and what one of it is about worth."""
    wait = _("%(n)s nhu cầu đang chờ", n=waiting) if waiting else ""
    each = unit_of(kind.unit, 1)
    worth = _("khoảng %(value)s một %(unit)s", value=dong(kind.reference_value), unit=each)
    return " · ".join(part for part in (wait, worth if kind.reference_value else "") if part)


@bp.get("/pledges/new")
@public
def new() -> ResponseReturnValue:
    """What would you like to give? A need's card or a kind may be chosen already."""
    with transaction(read_only=True) as session:
        hint = queries.need_hint(session, request.args.get("need", ""), now())
        chosen = hint.kind_code if hint else request.args.get("kind")
        form = _kind_form(session, chosen=chosen)
    return page("kind", form=form, hint=hint, draft=None, action=url_for(".start"))


@bp.post("/pledges/new")
@public
def start() -> ResponseReturnValue:
    """Open a draft with the chosen kind."""
    with transaction() as session:
        form = _kind_form(session, request.form)
        hint = queries.need_hint(session, request.form.get("need", ""), now())
        if form.validate():
            answers = _first_answers(form.kind.data, hint)
            draft_id = actions.start_draft(session, current_actor(), answers, now=now())
            return done(session, ".line", draft_id=draft_id, n=0)
    return page("kind", form=form, hint=hint, draft=None, action=url_for(".start")), 422


def _first_answers(kind_code: str, hint: queries.NeedHint | None) -> Answers:
    """The chosen kind; and from a need's card its ward, its details and what it still lacks."""
    if hint is None or hint.kind_code != kind_code:
        return {"kind": kind_code}
    return {
        "kind": kind_code,
        "need": hint.code,
        "hint": {"units": hint.units, "spec": hint.spec},
        "ward": hint.ward_code,
    }


@bp.get("/pledges/new/<draft_id>/kind")
@public
def kind(draft_id: str) -> ResponseReturnValue:
    """One kind more."""
    with transaction(read_only=True) as session:
        draft, form = _draft(session, draft_id), _kind_form(session)
    action = url_for(".add_kind", draft_id=draft_id)
    return page("kind", form=form, hint=None, draft=draft, action=action)


@bp.post("/pledges/new/<draft_id>/kind")
@public
def add_kind(draft_id: str) -> ResponseReturnValue:
    """Go on to the details of one kind more."""
    with transaction() as session:
        draft, form = _draft(session, draft_id), _kind_form(session, request.form)
        if form.validate():
            answers = draft.answers | {"kind": form.kind.data}
            actions.keep_answers(session, current_actor(), draft_id, answers, now=now())
            return done(session, ".line", draft_id=draft_id, n=len(lines_in(draft.answers)))
    action = url_for(".add_kind", draft_id=draft_id)
    return page("kind", form=form, hint=None, draft=draft, action=action), 422


def _kind_of_line(session: Session, answers: Answers, n: int) -> queries.KindCard:
    """The kind that line `n` is of. Raises NotFound for a line that cannot be."""
    lines = lines_in(answers)
    code = lines[n].kind_code if n < len(lines) else answers.get("kind")
    kind = queries.kinds(session).get(str(code))
    if kind is None or n > min(len(lines), MAX_LINES - 1):
        raise NotFound("pledge-draft")
    return kind


def _line_form(answers: Answers, n: int, kind: queries.KindCard, data: Sent = None) -> LineForm:
    """The form of line `n`, with what was typed, or what the need's card still lacks."""
    lines, form_of = lines_in(answers), line_form(kind.fields)
    if n < len(lines):
        line = lines[n]
        typed = {f"spec_{name}": value for name, value in line.spec.items()}
        known = typed | {"units": line.units, "unit_value": line.unit_value}
        return form_of(data, data=known | {"given_as": line.given_as.value})
    hint = answers.get("hint", {})
    known = {f"spec_{name}": value for name, value in hint.get("spec", {}).items()}
    # No number of ours stands in the field: who types 5 behind a 1 has pledged 51.
    known |= {"units": hint.get("units"), "unit_value": kind.reference_value}
    return form_of(data, data=known)


@bp.get("/pledges/new/<draft_id>/lines/<int:n>")
@public
def line(draft_id: str, n: int) -> ResponseReturnValue:
    """How much, of what worth, in kind or as cash."""
    with transaction(read_only=True) as session:
        draft = _draft(session, draft_id)
        kind = _kind_of_line(session, draft.answers, n)
        form = _line_form(draft.answers, n, kind)
        fitting = _fitting(session, draft.answers, kind.code, form.spec())
    return page("line", form=form, kind=kind, draft=draft, n=n, fitting=fitting)


@bp.post("/pledges/new/<draft_id>/lines/<int:n>")
@public
def keep_line(draft_id: str, n: int) -> ResponseReturnValue:
    """Keep the line and go on: to the next question, or back to the check."""
    with transaction() as session:
        draft = _draft(session, draft_id)
        kind = _kind_of_line(session, draft.answers, n)
        form = _line_form(draft.answers, n, kind, request.form)
        if form.validate() and _line_is_sound(form, kind.code):
            answers = with_line(draft.answers, n, form.draft(kind.code))
            actions.keep_answers(session, current_actor(), draft_id, answers, now=now())
            return done(session, _next(answers), draft_id=draft_id)
        fitting = _fitting(session, draft.answers, kind.code, {})
    return page("line", form=form, kind=kind, draft=draft, n=n, fitting=fitting), 422


def _line_is_sound(form: LineForm, kind_code: str) -> bool:
    code = refusal_of_line(form.draft(kind_code))
    return code is None or refused(form, DomainError(code))


def _next(answers: Answers) -> str:
    """The first question that is still open, or the check."""
    if "earmark" not in answers:
        return ".earmark"
    return ".check" if is_complete(answers) else ".window"


@bp.post("/pledges/new/<draft_id>/lines/<int:n>/remove")
@public
def remove_line(draft_id: str, n: int) -> ResponseReturnValue:
    """Take one line out of the draft."""
    with transaction() as session:
        draft = _draft(session, draft_id)
        answers = without_line(draft.answers, n)
        actions.keep_answers(session, current_actor(), draft_id, answers, now=now())
        return done(session, ".check", draft_id=draft_id)


@bp.get("/pledges/new/<draft_id>/lines/<int:n>/fitting")
@public
def fitting(draft_id: str, n: int) -> ResponseReturnValue:
    """The count of fitting needs alone, for the line as it is being typed."""
    with transaction(read_only=True) as session:
        draft = _draft(session, draft_id)
        kind = _kind_of_line(session, draft.answers, n)
        form = _line_form(draft.answers, n, kind, request.args)
        form.validate()
        found = _fitting(session, draft.answers, kind.code, form.spec())
    return page("_fitting", fitting=found)


def _fitting(session: Session, answers: Answers, kind_code: str, spec: dict[str, object]) -> int:
    """How many verified open needs such a line could serve under the earmark so far."""
    wards, groups = answers.get("wards", []), answers.get("groups", [])
    return needs.count_fitting(session, kind_code, spec, wards, groups)


def _fitting_all(session: Session, answers: Answers) -> int:
    return sum(_fitting(session, answers, x.kind_code, dict(x.spec)) for x in lines_in(answers))


EARMARK = frozenset({"earmark", "wards", "groups", "programme", "ward"})


def _earmark_form(session: Session, answers: Answers, data: Sent = None) -> EarmarkForm:
    known = {name: value for name, value in answers.items() if name in EARMARK}
    form = EarmarkForm(data, data=known)
    wards = [(ward.code, ward.name) for ward in queries.receiving_wards(session, now())]
    form.wards.choices = form.ward.choices = wards
    kinds = {line.kind_code for line in lines_in(answers)}
    running = queries.programmes_open(session, today())
    taking = [p for p in running if all(p.takes(code) for code in kinds)]
    form.programme.choices = [("", "–"), *((p.id, p.name) for p in taking)]
    if form.ward.data is None and wards:
        form.ward.data = wards[0][0]
    return form


@bp.get("/pledges/new/<draft_id>/earmark")
@public
def earmark(draft_id: str) -> ResponseReturnValue:
    """For whom it is meant."""
    with transaction(read_only=True) as session:
        draft = _draft(session, draft_id)
        form = _earmark_form(session, draft.answers)
        found = _fitting_all(session, draft.answers)
    return page("earmark", form=form, draft=draft, fitting=found)


@bp.post("/pledges/new/<draft_id>/earmark")
@public
def keep_earmark(draft_id: str) -> ResponseReturnValue:
    """Keep for whom it is meant."""
    with transaction() as session:
        draft = _draft(session, draft_id)
        form = _earmark_form(session, draft.answers, request.form)
        if form.validate() and form.settle():
            answers = draft.answers | form.answers()
            actions.keep_answers(session, current_actor(), draft_id, answers, now=now())
            return done(session, _next(answers), draft_id=draft_id)
        found = _fitting_all(session, draft.answers)
    return page("earmark", form=form, draft=draft, fitting=found), 422


@bp.get("/pledges/new/<draft_id>/window")
@public
def window(draft_id: str) -> ResponseReturnValue:
    """From when until when; two months from today unless changed."""
    with transaction(read_only=True) as session:
        draft = _draft(session, draft_id)
        found = _fitting_all(session, draft.answers)
    first, last = window_in(draft.answers) or (today(), today() + DEFAULT_WINDOW)
    known = {"available_from": first, "available_to": last, "note": draft.note}
    return page("window", form=WindowForm(data=known), draft=draft, fitting=found)


@bp.post("/pledges/new/<draft_id>/window")
@public
def keep_window(draft_id: str) -> ResponseReturnValue:
    """Keep the window and the word to the ward."""
    form = WindowForm(request.form)
    with transaction() as session:
        draft = _draft(session, draft_id)
        if form.validate() and _window_is_sound(form):
            first, last = form.window()
            answers = draft.answers | {"from": first.isoformat(), "to": last.isoformat()}
            note = form.note.data or ""
            actions.keep_answers(session, current_actor(), draft_id, answers, note=note, now=now())
            return done(session, _next(answers), draft_id=draft_id)
        found = _fitting_all(session, draft.answers)
    return page("window", form=form, draft=draft, fitting=found), 422


def _window_is_sound(form: WindowForm) -> bool:
    code = refusal_of_window(*form.window(), today())
    return code is None or refused(form, DomainError(code))
