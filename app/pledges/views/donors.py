"""Donors: signing up, one's own profile, and those whom the ward knows."""

from collections.abc import Sequence
from typing import cast

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import passwords
from app.accounts.access import (
    client_address,
    current_actor,
    done,
    flash_done,
    public,
    requires,
    set_session_cookie,
)
from app.accounts.actions import (
    ADDRESS_LIMITS,
    AccountDraft,
    RoleDraft,
    count_attempt,
    grant_role,
    open_account,
    owe_confirmation,
    start_session,
)
from app.accounts.proofs import password_refusal
from app.accounts.queries import code_of
from app.accounts.rules import NOBODY, SYSTEM, Action, Role
from app.accounts.texts import ERRORS as ACCOUNT_ERRORS
from app.infra.i18n import _, current_language
from app.infra.requests import remember_answer
from app.infra.transaction import Session, transaction
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.vietnamese import fold
from app.pledges import actions, queries
from app.pledges.forms import ContactDraft, DonorForm, ProfileForm, SearchForm, SignUpForm
from app.pledges.rules import DonorKind, ShownAs, shown_name, tax_code_doubt
from app.pledges.texts import TAX_DOUBTS
from app.pledges.views.base import bp, differing, page, refused

LONGEST_DEVICE = 120


@bp.get("/donors/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """Open a donor's account; a draft that led here is kept."""
    if current_actor() is not NOBODY:
        return redirect(url_for(".mine"), 303)
    return page("sign_up", form=SignUpForm(), draft_id=request.args.get("draft", ""))


@bp.post("/donors/sign-up")
@public
def open_own() -> ResponseReturnValue:
    """Open the account and sign its owner in; go on with the draft if there is one."""
    form, draft_id = SignUpForm(request.form), request.form.get("draft", "")
    try:
        if form.validate() and form.settle() and _password_is_sound(form):
            where = url_for(".check", draft_id=draft_id) if draft_id else url_for(".mine")
            token, code = _opened(form.draft(), form.password.data or "", where)
            response = cast("Response", redirect(where, 303))
            set_session_cookie(response, token)
            if code is not None:
                flash_done(_("Mã đăng nhập của quý vị là %(code)s. Xin ghi lại mã này.", code=code))
            else:
                flash_done(_("Đã gửi thư. Mở liên kết trong thư để lần sau đăng nhập được."))
            return response
        status = 422
    except DomainError as refusal:
        form.form_errors.append(str(ACCOUNT_ERRORS[refusal.code]))
        status = refusal.status
    return page("sign_up", form=form, draft_id=draft_id), status


def _password_is_sound(form: SignUpForm) -> bool:
    words = tuple(fold(form.name.data or "").split())
    code = password_refusal(form.password.data or "", staff=False, own_words=words)
    if code is not None:
        form.password.errors = [str(ACCOUNT_ERRORS[code])]
    return code is None


def _opened(draft: ContactDraft, password: str, where: str) -> tuple[str, str | None]:
    """Write donor, account and role down in one transaction; returns the session's token.

    With it comes the code to sign in by, for who typed no e-mail. where: the page that answers,
    for a twin of this request too.
    """
    hashed = passwords.hash_password(password)
    with transaction() as session:
        if not count_attempt(session, f"sign-up:{client_address()}", ADDRESS_LIMITS, now()):
            raise DomainError("too-many-tries")
        donor_id = _registered(session, draft, ward_code=None)
        account_id = open_account(session, _account_of(draft, hashed), now=now())
        owe_confirmation(session, account_id, now=now())
        actions.give_account(session, donor_id, account_id)
        grant_role(session, SYSTEM, account_id, RoleDraft(Role.DONOR, donor_id=donor_id), now=now())
        device = request.headers.get("User-Agent", "")[:LONGEST_DEVICE] or "?"
        remember_answer(session, where)
        token = start_session(session, account_id, device, now=now())
        return token, code_of(session, account_id)


def _account_of(draft: ContactDraft, hashed: str) -> AccountDraft:
    """The account that is opened at once, whoever has the address: only its letter tells.

    The phone is for calling: alone it gets a code to sign in by, whoever else has typed it.
    """
    phone = None if draft.email else draft.phone
    language = current_language()
    return AccountDraft(draft.name, draft.email, phone, hashed, language, is_confirmed=False)


def _registered(session: Session, draft: ContactDraft, *, ward_code: str | None) -> str:
    donor = actions.DonorDraft(
        kind=draft.kind,
        name=draft.name,
        shown_as=draft.shown_as,
        email=draft.email,
        phone=draft.phone,
        tax_code=draft.tax_code,
        language=current_language() if ward_code is None else "vi",
        ward_code=ward_code,
    )
    return actions.register_donor(session, current_actor(), donor, now=now())


@bp.get("/donors/me")
@requires(Action.MAKE_PLEDGE)
def profile() -> ResponseReturnValue:
    """One's own profile."""
    with transaction(read_only=True) as session:
        donor = queries.own_donor(session, current_actor())
    return _profile_page(donor, _stored(donor))


def _stored(donor: queries.DonorCard) -> ProfileForm:
    return ProfileForm(data={name: getattr(donor, name) for name in PROFILE})


PROFILE = ("name", "tax_code", "email", "phone", "shown_as", "version")


def _profile_page(
    donor: queries.DonorCard,
    form: ProfileForm,
    status: int = 200,
    rows: Sequence[tuple[str, str, str]] = (),
) -> ResponseReturnValue:
    doubt = tax_code_doubt(donor.tax_code) if donor.tax_code else None
    shown = {how: shown_name(donor.name, how) for how in ShownAs}
    words = TAX_DOUBTS[doubt] if doubt else None
    values = {"donor": donor, "form": form, "doubt": words, "shown": shown}
    return page("profile", differing=rows, **values), status


@bp.post("/donors/me")
@requires(Action.MAKE_PLEDGE)
def keep_profile() -> ResponseReturnValue:
    """Store the profile, unless it was changed since it was read."""
    with transaction(read_only=True) as session:
        donor = queries.own_donor(session, current_actor())
    form, status = ProfileForm(request.form), 422
    rows: list[tuple[str, str, str]] = []
    form.is_business = donor.kind is DonorKind.BUSINESS
    try:
        if form.validate() and form.settle():
            with transaction() as session:
                draft = _profile_draft(form, donor)
                actions.change_profile(session, current_actor(), draft)
                flash_done(_("Đã lưu hồ sơ."))
                return done(session, ".profile")
    except DomainError as refusal:
        refused(form, refusal)
        status = refusal.status
        if refusal.code == "changed-meanwhile":
            rows = differing(form, _stored(donor))
        form.version.raw_data, form.version.data = None, donor.version
    return _profile_page(donor, form, status, rows)


def _profile_draft(form: ProfileForm, donor: queries.DonorCard) -> actions.ProfileDraft:
    typed = form.draft_of(donor.kind)
    return actions.ProfileDraft(
        name=typed.name,
        shown_as=typed.shown_as,
        tax_code=typed.tax_code,
        email=typed.email,
        phone=typed.phone,
        language=current_language(),
        version=form.version.data or 0,
    )


@bp.get("/donors")
@requires(Action.VET_PLEDGE)
def donors() -> ResponseReturnValue:
    """Donors whom the ward knows, found by name with or without accents."""
    form = SearchForm(request.args)
    with transaction(read_only=True) as session:
        found = queries.donors_seen_by(session, current_actor(), (form.q.data or "")[:100])
    return page("donors", donors=found, form=form)


@bp.get("/donors/new")
@requires(Action.PLEDGE_ON_BEHALF)
def new_donor() -> ResponseReturnValue:
    """Write down a donor who phones or comes to the desk."""
    return page("donor_new", form=DonorForm())


@bp.post("/donors/new")
@requires(Action.PLEDGE_ON_BEHALF)
def add_donor() -> ResponseReturnValue:
    """Keep the donor and go on to the page from which to pledge."""
    form = DonorForm(request.form)
    if not (form.validate() and form.settle()):
        return page("donor_new", form=form), 422
    with transaction() as session:
        ward = current_actor().home_ward
        donor_id = _registered(session, form.draft(), ward_code=ward)
        flash_done(_("Đã ghi danh nhà hảo tâm."))
        return done(session, ".donor", donor_id=donor_id)


@bp.get("/donors/<donor_id>")
@requires(Action.VET_PLEDGE)
def donor(donor_id: str) -> ResponseReturnValue:
    """One donor with contact and pledges to the asking wards."""
    wanted = queries.PledgeFilter(donor_id=donor_id, after=request.args.get("after"))
    with transaction(read_only=True) as session:
        card = queries.donor_for(session, current_actor(), donor_id)
        pledges, after = queries.pledges_seen_by(session, current_actor(), wanted)
        kinds = queries.kinds(session)
    doubt = tax_code_doubt(card.tax_code) if card.tax_code else None
    return page(
        "donor",
        donor=card,
        pledges=pledges,
        after=after,
        kinds=kinds,
        doubt=TAX_DOUBTS[doubt] if doubt else None,
        may_pledge=current_actor().may(Action.PLEDGE_ON_BEHALF),
    )


@bp.post("/donors/<donor_id>/pledge")
@requires(Action.PLEDGE_ON_BEHALF)
def pledge_for_donor(donor_id: str) -> ResponseReturnValue:
    """Start a draft that staff write down for this donor."""
    with transaction() as session:
        card = queries.donor_for(session, current_actor(), donor_id)
        answers = {"ward": current_actor().home_ward}
        draft_id = actions.start_draft(
            session, current_actor(), answers, donor_id=card.id, now=now()
        )
        return done(session, ".kind", draft_id=draft_id)
