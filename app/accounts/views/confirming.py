"""Confirming one's e-mail: the page behind the letter's link, and asking for another letter."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts import actions, queries
from app.accounts.access import current_actor, done, flash_done, public, requires
from app.accounts.rules import Action
from app.accounts.views.base import bp
from app.infra.i18n import _
from app.infra.transaction import transaction
from app.kernel.clock import now


@bp.get("/confirm/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """Ask for the press of a button, since mail servers open links by themselves."""
    with transaction(read_only=True) as session:
        digest = actions.token_digest(token)
        queries.reset_by_digest(session, digest, now(), purpose="email")
    return render_template("accounts/confirm.html", token=token)


@bp.post("/confirm/<token>")
@public
def confirm_email(token: str) -> ResponseReturnValue:
    """Let the account be signed in to by this address."""
    with transaction() as session:
        actions.confirm_email(session, token, now=now())
        flash_done(_("Đã xác nhận. Từ nay quý vị đăng nhập bằng thư điện tử này."))
        return done(session, ".sign_in")


@bp.post("/account/confirm-email")
@requires(Action.USE_OWN_ACCOUNT)
def send_confirmation() -> ResponseReturnValue:
    """Send the letter once more."""
    with transaction() as session:
        actions.owe_confirmation(session, current_actor().account_id or "", now=now())
        flash_done(_("Nếu thư điện tử chưa được xác nhận, thư sẽ tới trong vài phút."))
        return done(session, ".own")
