"""Jobs of accounts: the letters with a link to set a password, or to confirm an address."""

from app.accounts import queries
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.notices.actions import NoticeDraft, owe


def send_password_reset(lease: Lease) -> str:
    """Owe the letter with the link to its account, in the words of what it is about.

    1. One transaction reads the link, owes the notice and finishes. Idempotent: the notice's
    dedupe key is the link's id. A link used or ended meanwhile sends nothing.
    """
    with transaction() as session:
        reset = queries.pending_reset(session, lease.arg)
        if reset is not None:
            owe(
                session,
                NoticeDraft(
                    template=reset.about.value,
                    cause="password-reset",
                    cause_id=reset.id,
                    recipient_kind="account",
                    recipient_id=reset.account_id,
                    ward_code=None,
                    language=reset.language,
                    email=reset.email,
                    parameters={"until": reset.ends_at},
                    personal={"token": reset.token},
                ),
            )
        lease.finish(session)
    return "done" if reset is not None else "link-ended-meanwhile"
