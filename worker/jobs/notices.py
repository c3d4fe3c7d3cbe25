"""Jobs of notices: sending each exactly once, or saying that nobody knows (TRUST.md, 3.6)."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.accounts.access import settings
from app.infra.jobs import Lease
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.channels import Adapter, NotTaken, OutcomeUnknown, Then, adapter_for
from app.notices.queries import Outgoing
from app.notices.rules import TEMPLATES, Letter, NoticeState
from worker.jobs.notice_checks import still_holds
from worker.jobs.notice_refusals import after_refusal, moment_to_leave, unwanted


class TryLater(Exception):
    """The provider did not take the message; the job is due again after a pause."""


def send_notice(lease: Lease) -> str:
    """Send one notice.

    1. One transaction reads it, checks that what it says still holds, and claims it: it is
       `sending` before any call. A notice found `sending` is one whose worker died with it;
       unless twice does no harm, it becomes `uncertain` and a person decides.
    2. The provider is called without a database connection, for at most 13 seconds.
    3. One transaction stores the outcome and finishes. Refused before it was taken: queued
       again, and the job fails so that it is due later; in its last attempt the next channel.
    Idempotent: only `queued` is claimed. A killed worker's job is taken after its lease ends.
    """
    with transaction() as session:
        letter, outcome = _take(session, lease)
        if letter is None:
            lease.finish(session)
            return outcome
        adapter = adapter_for(letter.channel, settings())
        if adapter is None:
            actions.record_failure(session, int(lease.arg), "channel-not-set-up")
            lease.finish(session)
            return "channel-not-set-up"
    return _deliver(lease, letter, adapter)


def _take(session: Session, lease: Lease) -> tuple[Letter | None, str]:
    """The letter to deliver, or None and why there is nothing to deliver."""
    notice = queries.outgoing(session, int(lease.arg))
    if notice is None:
        return None, "no-such-notice"
    if notice.state is NoticeState.SENDING and not _settled(session, notice):
        return None, "uncertain"
    if notice.state not in {NoticeState.SENDING, NoticeState.QUEUED}:
        return None, "already-done"
    if reason := _stopped(session, notice):
        return None, reason
    letter = actions.claim_notice(session, notice.id, base_url=settings().base_url, now=now())
    return letter, "cannot-be-worded"


def _stopped(session: Session, notice: Outgoing) -> str | None:
    """Why a queued notice does not leave now, once that is stored; None if it does."""
    moment = now()
    leaves_at, reason = moment_to_leave(session, notice.channel, moment)
    if leaves_at > moment:
        actions.put_off(session, notice.id, leaves_at)
        return reason
    if not still_holds(session, notice):
        actions.skip(session, notice.id)
        return "no-longer-true"
    if limit := unwanted(session, notice, moment):
        return limit
    return "held" if actions.hold_back(session, notice.id) else None


def _settled(session: Session, notice: Outgoing) -> bool:
    """Make a notice whose worker died ready to go again; False if a person must decide."""
    adapter = adapter_for(notice.channel, settings())
    twice = TEMPLATES[notice.template].is_harmless_twice
    if twice or (adapter is not None and adapter.dedupes):
        actions.put_back(session, notice.id, "worker-died")
        return True
    actions.doubt(session, notice.id, "worker-died")
    return False


def _deliver(lease: Lease, letter: Letter, adapter: Adapter) -> str:
    """Call the provider, then store what is known."""
    notice_id, is_last = int(lease.arg), lease.attempts >= lease.max_attempts
    store: Callable[[Session], None]
    try:
        provider_id = adapter.deliver(letter)
    except NotTaken as error:
        refused, outcome = error, error.code
        if error.then is Then.TRY_AGAIN and not is_last:
            raise _back(lease, letter, error.code) from error
        store = lambda s: after_refusal(s, notice_id, letter.channel, refused)  # noqa: E731
    except OutcomeUnknown as error:
        code = error.code
        if adapter.dedupes and not is_last:
            # Asked again under the same id, the provider answers for the first time's message.
            raise _back(lease, letter, code) from error
        store, outcome = lambda s: actions.doubt(s, notice_id, code), "uncertain"
    else:
        store, outcome = (
            lambda s: actions.record_sent(s, notice_id, provider_id, now=now()),
            "sent",
        )
    with transaction() as session:
        store(session)
        lease.finish(session)
    return outcome


def _back(lease: Lease, letter: Letter, code: str) -> TryLater:
    """Queue the notice again and count the trouble; the job fails, so that it is due later."""
    with transaction() as session:
        lease.renew(session)
        actions.put_back(session, int(lease.arg), code)
        actions.note_trouble(session, letter.channel, code, now=now())
    return TryLater(code)
