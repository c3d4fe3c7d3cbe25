"""Pages of a ward's own words: all that may be worded, one with its meter and its versions."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.access import current_actor, done, flash_done, requires, settings
from app.accounts.rules import Action
from app.infra.i18n import LANGUAGES, _
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices import actions, queries, texts
from app.notices.channels import adapter_for
from app.notices.channels.zalo import Zalo
from app.notices.forms import WordsForm
from app.notices.own_words import BLANKS, MOST_SUBJECT, Moment, Piece, faults_of, sample_of
from app.notices.rules import TEMPLATES, Channel, Template
from app.notices.views.blueprint import bp
from app.notices.wording import supplied

# What people at home are told by, as no other reader has Zalo in the order of channels.
BY_ZALO = (
    Template.INVITATION,
    Template.APPOINTMENT_CHANGED,
    Template.APPOINTMENT_REMINDER,
    Template.INSURANCE_RENEWAL,
)


@bp.get("/notices/words")
@requires(Action.WRITE_WORDS)
def words() -> ResponseReturnValue:
    """Every short message and letter in both languages as its readers get it; Zalo's templates."""
    with transaction(read_only=True) as session:
        own = queries.words_of_ward(session, current_actor())
    rows = [
        (moment, language, own.get((moment, language)), _sample(moment, language, own))
        for moment in Moment
        for language in LANGUAGES
    ]
    return render_template(
        "notices/words.html",
        short=[row for row in rows if row[0].piece is Piece.SMS],
        letters=[row for row in rows if row[0].piece is not Piece.SMS],
        zalo=_zalo_templates(),
        texts=texts,
    )


def _zalo_templates() -> list[tuple[Template, list[str], str]]:
    """Each template that goes by Zalo, the facts it is filled with, and its registered id."""
    adapter = adapter_for(Channel.ZALO, settings())
    registered = adapter.templates if isinstance(adapter, Zalo) else {}
    return [
        (each, sorted(TEMPLATES[each].needs), registered.get(each.value, "")) for each in BY_ZALO
    ]


@bp.get("/notices/words/<moment>/<language>")
@requires(Action.WRITE_WORDS)
def word(moment: str, language: str) -> ResponseReturnValue:
    """One message: its words to change, what it costs, what it was before."""
    asked = queries.asked_moment(moment, language)
    with transaction(read_only=True) as session:
        own = queries.words_of_ward(session, current_actor()).get((asked, language))
    form = WordsForm(data={"words": own.words if own else supplied(asked, language)})
    form.was.data = own.words if own else ""
    return _page(asked, language, form)


@bp.get("/notices/words/<moment>/<language>/look")
@requires(Action.WRITE_WORDS)
def look(moment: str, language: str) -> ResponseReturnValue:
    """How the words that are being typed would read, and what they would cost."""
    asked = queries.asked_moment(moment, language)
    return render_template("notices/_words_look.html", **_looked_at(asked, WordsForm(request.args)))


@bp.post("/notices/words/<moment>/<language>")
@requires(Action.WRITE_WORDS)
def keep(moment: str, language: str) -> ResponseReturnValue:
    """Use the words from now on; faulty ones are shown again with what is wrong."""
    asked, form = queries.asked_moment(moment, language), WordsForm(request.form)
    looked_at = _looked_at(asked, form)
    if not form.validate() or looked_at["faults"] or "look" in request.form:
        return _page(asked, language, form), 200 if "look" in request.form else 422
    with transaction() as session:
        draft, site = form.draft(asked, language), settings().base_url
        actions.keep_words(session, current_actor(), draft, base_url=site, now=now())
        flash_done(_("Từ nay tin này dùng lời mới."))
        return done(session, ".words")


@bp.post("/notices/words/<moment>/<language>/supplied")
@requires(Action.WRITE_WORDS)
def use_supplied(moment: str, language: str) -> ResponseReturnValue:
    """Go back to the words that come with the product."""
    asked, form = queries.asked_moment(moment, language), WordsForm(request.form)
    with transaction() as session:
        draft = form.draft(asked, language)
        actions.use_supplied(session, current_actor(), draft, now=now())
        flash_done(_("Tin này dùng lại lời có sẵn."))
        return done(session, ".words")


def _page(moment: Moment, language: str, form: WordsForm) -> str:
    with transaction(read_only=True) as session:
        versions = queries.versions_of(session, current_actor(), moment, language)
    return render_template(
        "notices/word.html",
        moment=moment,
        of_language=language,
        form=form,
        blanks=BLANKS[moment],
        supplied=supplied(moment, language),
        versions=versions,
        texts=texts,
        **_looked_at(moment, form),
    )


def _looked_at(moment: Moment, form: WordsForm) -> dict[str, object]:
    typed, site = form.words.data or "", settings().base_url
    return {
        "faults": [texts.fault_words(fault) for fault in faults_of(moment, typed, site)],
        "sample": sample_of(moment, typed, site),
        "price": settings().sms_price,
        "piece": moment.piece,
        "most_subject": MOST_SUBJECT,
    }


def _sample(
    moment: Moment, language: str, own: dict[tuple[Moment, str], queries.Written]
) -> object:
    found = own.get((moment, language))
    words = found.words if found else supplied(moment, language)
    return sample_of(moment, words, settings().base_url)
