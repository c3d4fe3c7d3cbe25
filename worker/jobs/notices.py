"""Jobs of notices: sending each exactly once, or saying that nobody knows (TRUST.md, 3.6)."""

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.access import settings
from app.infra.batches import finish_all, hand_back
from app.infra.jobs import Lease, release
from app.infra.transaction import database_now, transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.channels import Adapter, NotTaken, OutcomeUnknown, Then, adapter_for
from app.notices.queries import Outgoing
from app.notices.rules import TEMPLATES, Channel, Letter, NoticeState
from worker.jobs.notice_checks import paused, still_holds
from worker.jobs.notice_refusals import after_refusal, moments_to_leave, unwanted

# A batch makes no further call after so long: what is left goes to whoever looks next.
MOST_SECONDS = 8.0
# What the job's page has words for.
TRY_LATER = "TryLater"

Adapters = Mapping[Channel, Adapter | None]
Answer = str | NotTaken | OutcomeUnknown | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A notice that is `sending`, with its words and the way that they go."""

    lease: Lease
    letter: Letter
    adapter: Adapter

    @property
    def id(self) -> int:
        """The notice's id."""
        return int(self.lease.arg)

    @property
    def is_last_try(self) -> bool:
        """Whether its job may not be tried again."""
        return self.lease.attempts >= self.lease.max_attempts


def send_notice(lease: Lease) -> str:
    """Send one notice; as send_notices() does, which see."""
    return send_notices([lease])


def send_notices(leases: Sequence[Lease]) -> str:
    """Send notices of one scope; returns what became of how many.

    1. One transaction reads them, checks that what they say still holds, and claims them: they
       are `sending` before any call. A notice found `sending` is one whose worker died with it;
       unless twice does no harm, it becomes `uncertain` and a person decides.
    2. The providers are called without a database connection, each for at most 13 seconds.
    3. One transaction stores the outcomes and finishes. Refused before it was taken: queued
       again and due later; in its last attempt the next channel.
    Only notices whose channel knows an id again share these steps. Any other has them for
    itself, so that a dead worker leaves one message of which nobody knows, not fifty.
    Idempotent: only `queued` is claimed. A killed worker's job is taken after its lease ends.
    Raises LeaseLost, and then stores no outcome.
    """
    until, outcomes = time.monotonic() + MOST_SECONDS, Counter[str]()
    alone = _send_together(leases, outcomes, until)
    for turn, lease in enumerate(alone):
        if outcomes["again"] or time.monotonic() > until:
            with transaction() as session:
                outcomes["handed-back"] += hand_back(session, alone[turn:])
            break
        _send_together([lease], outcomes, until)
    return " ".join(
        word if count == 1 else f"{word}={count}" for word, count in outcomes.items() if count
    )


def _send_together(
    leases: Sequence[Lease], outcomes: Counter[str], until: float
) -> Sequence[Lease]:
    """Take, call, store; returns the leases of those that must go one by one."""
    with transaction() as session:
        found = queries.outgoing_all(session, {int(lease.arg) for lease in leases})
        adapters = {n.channel: adapter_for(n.channel, settings()) for n in found.values()}
        now_, alone = _split(leases, found, adapters)
        taken = _take(session, now_, found, adapters, outcomes)
        ids = {one.lease.job_id for one in taken}
        over = [lease for lease in now_ if lease.job_id not in ids]
        finish_all(session, over)
    if taken:
        answers = _call(taken, until)
        with transaction() as session:
            _store(session, answers, outcomes)
    return alone


def _split(
    leases: Sequence[Lease], found: Mapping[int, Outgoing], adapters: Adapters
) -> tuple[list[Lease], list[Lease]]:
    """Those that may share a commit, and the others; a single one is always of the first."""
    if len(leases) == 1:
        return list(leases), []
    together, alone, seen = list[Lease](), list[Lease](), set[str]()
    for lease in leases:
        notice = found.get(int(lease.arg))
        adapter = adapters[notice.channel] if notice is not None else None
        shares = (adapter is None or adapter.dedupes) and lease.arg not in seen
        (together if shares else alone).append(lease)
        seen.add(lease.arg)
    return together, alone


def _take(
    session: Session,
    leases: Sequence[Lease],
    found: Mapping[int, Outgoing],
    adapters: Adapters,
    outcomes: Counter[str],
) -> list[Taken]:
    """Claim the notices of these leases that leave now; count what becomes of the others."""
    notices = [found[int(lease.arg)] for lease in leases if int(lease.arg) in found]
    ready = [n for n in notices if _is_ready(session, n, adapters[n.channel])]
    going = [n.id for n in _leaving(session, ready, outcomes)]
    outcomes["already-done"] += len(leases) - len(ready)
    base_url, taken = settings().base_url, list[Taken]()
    letters = actions.claim_notices(session, going, base_url=base_url, now=now())
    for lease in leases:
        letter = letters.get(int(lease.arg))
        adapter = adapters[letter.channel] if letter else None
        if letter is not None and adapter is not None:
            taken.append(Taken(lease, letter, adapter))
        elif letter is not None:
            actions.record_failure(session, int(lease.arg), "channel-not-set-up")
            outcomes["channel-not-set-up"] += 1
    return taken


def _is_ready(session: Session, notice: Outgoing, adapter: Adapter | None) -> bool:
    """Whether it waits to be sent. One whose worker died waits again, or for a person.

    It may have left, so one that does not hold any more is never said to have stayed.
    """
    if notice.state is not NoticeState.SENDING:
        return notice.state is NoticeState.QUEUED
    goes_twice = adapter is not None and adapter.dedupes
    goes_twice = goes_twice or TEMPLATES[notice.template].is_harmless_twice
    if goes_twice and still_holds(session, notice):
        actions.put_back(session, notice.id, "worker-died")
        return True
    actions.doubt(session, notice.id, "worker-died")
    return False


def _leaving(
    session: Session, notices: Collection[Outgoing], outcomes: Counter[str]
) -> list[Outgoing]:
    """Those of queued notices that leave now; why the others do not is stored."""
    # A machine whose clock is wrong rings nobody at night, and loses nothing that is not over.
    moment = database_now(session)
    # Asked before anything is written: a campaign that stops locks its row first, then notices.
    waiting = paused(session, notices)
    leaves_at = moments_to_leave(session, notices, moment)
    stays = waiting | {n.id for n in notices if leaves_at[n.id] > moment}
    for notice in notices:
        if notice.id in waiting:
            actions.hold_paused(session, notice.id)
            outcomes["campaign-paused"] += 1
        elif notice.id in stays:
            actions.put_off(session, notice.id, leaves_at[notice.id])
            outcomes["put-off"] += 1
        elif not still_holds(session, notice):
            actions.skip(session, notice.id)
            stays.add(notice.id)
            outcomes["no-longer-true"] += 1
    limits = unwanted(session, [n for n in notices if n.id not in stays], moment)
    outcomes.update(limit.value for limit in limits.values())
    wanted = [n for n in notices if n.id not in stays and n.id not in limits]
    if queries.hold_now(session) is None:
        return wanted
    passed = [n for n in wanted if not actions.hold_back(session, n.id)]
    outcomes["held"] += len(wanted) - len(passed)
    return passed


def _call(taken: Sequence[Taken], until: float) -> list[tuple[Taken, Answer]]:
    """Call the providers. None for what was not called, as time was over or a call had failed."""
    answers, goes_on = list[tuple[Taken, Answer]](), True
    for one in taken:
        answer: Answer = None
        if goes_on:
            try:
                answer = one.adapter.deliver(one.letter)
            except (NotTaken, OutcomeUnknown) as error:
                answer = error
        answers.append((one, answer))
        goes_on = goes_on and isinstance(answer, str) and time.monotonic() < until
    return answers


def _store(
    session: Session, answers: Collection[tuple[Taken, Answer]], outcomes: Counter[str]
) -> None:
    """Store what is known, and finish what is over."""
    sent = {one.id: answer for one, answer in answers if isinstance(answer, str)}
    actions.record_all_sent(session, sent, now=now())
    outcomes["sent"] += len(sent)
    over = [one.lease for one, answer in answers if isinstance(answer, str)]
    uncalled = [one for one, answer in answers if answer is None]
    for one, answer in answers:
        if isinstance(answer, NotTaken | OutcomeUnknown):
            outcome = _refused(session, one, answer)
            outcomes[outcome] += 1
            over += [] if outcome == "again" else [one.lease]
    for one in uncalled:
        actions.put_back(session, one.id, None)
    if uncalled:
        outcomes["handed-back"] += hand_back(session, [one.lease for one in uncalled])
    finish_all(session, over)


def _refused(session: Session, one: Taken, error: NotTaken | OutcomeUnknown) -> str:
    """Store what a call without success means; "again" if its job is due once more."""
    # Asked again under the same id, a provider that dedupes answers for the first time's message.
    can_ask_back = isinstance(error, OutcomeUnknown) and one.adapter.dedupes
    again = can_ask_back or (isinstance(error, NotTaken) and error.then is Then.TRY_AGAIN)
    if again and not one.is_last_try:
        one.lease.renew(session)
        actions.put_back(session, one.id, error.code)
        actions.note_trouble(session, one.letter.channel, error.code, now=database_now(session))
        release(session, one.lease, TRY_LATER)
        return "again"
    if isinstance(error, NotTaken):
        after_refusal(session, one.id, one.letter.channel, error)
        return error.code
    actions.doubt(session, one.id, error.code)
    return "uncertain"
