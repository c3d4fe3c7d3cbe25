"""Programmes as staff read and open them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires
from app.accounts.rules import Action
from app.audit.queries import history_of
from app.catalogue import queries as catalogue
from app.infra.i18n import _, current_language
from app.infra.transaction import Session, transaction
from app.kernel.clock import now, today
from app.kernel.errors import DomainError
from app.kernel.ids import new_code
from app.programmes import actions, queries
from app.programmes.forms import ProgrammeForm
from app.programmes.rules import Phase, phase_of
from app.programmes.texts import (
    ERRORS,
    EVERYWHERE,
    ONE_WARD,
    PHASES,
    PICTURES,
    THEMES,
    WHOLE_PROVINCE,
)

bp = Blueprint("programmes", __name__, url_prefix="/programmes")
# What is under way stands first, then what is to come, then the past.
ORDER = (Phase.HANDING_OUT, Phase.GATHERING, Phase.PLANNED, Phase.OVER, Phase.CLOSED)


@bp.get("/")
@requires(Action.SEE_CATALOGUE)
def index() -> ResponseReturnValue:
    """The programmes of the ward, its province and the nation; those under way first."""
    with transaction(read_only=True) as session:
        found = queries.programmes_of(session, current_actor().home_ward)
    rows = [(p, phase_of(p, today(), is_closed=p.closed_at is not None)) for p in found]
    rows.sort(key=lambda row: ORDER.index(row[1]))
    return _page("index", rows=rows)


@bp.get("/<programme_id>")
@requires(Action.SEE_CATALOGUE)
def show(programme_id: str) -> ResponseReturnValue:
    """One programme: its aim, its days, what it gathers."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        programme = queries.programme(session, actor.home_ward, programme_id)
        kinds = {k.code: k for k in catalogue.all_kinds(session)}
        history = history_of(session, "programme", programme_id)
    phase = phase_of(programme, today(), is_closed=programme.closed_at is not None)
    own = programme.ward_code is not None and programme.ward_code in actor.ward_codes
    return _page(
        "show",
        programme=programme,
        phase=phase,
        kinds=[kinds[code] for code in programme.kinds if code in kinds],
        history=history,
        today=today(),
        may_close=own and programme.closed_at is None and actor.may(Action.SET_UP_WARD),
    )


@bp.get("/new")
@requires(Action.SET_UP_WARD)
def new() -> ResponseReturnValue:
    """What a programme of the ward needs."""
    with transaction(read_only=True) as session:
        form = ProgrammeForm().with_kinds(_kinds(session))
    return _page("new", form=form)


@bp.post("/new")
@requires(Action.SET_UP_WARD)
def create() -> ResponseReturnValue:
    """Open a programme of the ward."""
    actor = current_actor()
    with transaction(read_only=True) as session:
        form = ProgrammeForm(request.form).with_kinds(_kinds(session))
    if not form.validate():
        return _page("new", form=form), 422
    try:
        with transaction() as session:
            draft = form.draft(new_code("CT"), actor.home_ward)
            programme_id = actions.open_programme(session, actor, draft)
            flash_done(_("Đã mở chương trình."))
            return done(session, ".show", programme_id=programme_id)
    except DomainError as refusal:
        if refusal.code not in ERRORS:
            raise
        return _page("new", form=form, words=str(ERRORS[refusal.code])), refusal.status


@bp.post("/<programme_id>/close")
@requires(Action.SET_UP_WARD)
def close(programme_id: str) -> ResponseReturnValue:
    """Close a programme of the ward; what was promised in it goes on."""
    with transaction() as session:
        actions.close_programme(session, current_actor(), programme_id, now=now())
        flash_done(_("Đã đóng chương trình. Những gì đã hứa vẫn được trao."))
        return done(session, ".show", programme_id=programme_id)


def _kinds(session: Session) -> list[tuple[str, str]]:
    language = current_language()
    return [(k.code, k.label(language)) for k in catalogue.open_kinds(session)]


def _page(template: str, **values: object) -> str:
    words = {
        "phases": PHASES,
        "themes": THEMES,
        "pictures": PICTURES,
        "scopes": {"everywhere": EVERYWHERE, "province": WHOLE_PROVINCE, "ward": ONE_WARD},
    }
    return render_template(f"programmes/{template}.html", **words, **values)
