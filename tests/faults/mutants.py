"""Bugs that people make, each planted in the processes of a site: the suite must find it.

What is planted replaces a name in a module before whoever uses it imports it.
"""

import secrets
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, replace

# As long as a slow machine takes between two statements; between two transactions.
THOUGHT_SECONDS, PAUSE_SECONDS = 0.1, 0.5
# What is lost is missed sooner than a dead worker's lease ends and its work is taken up.
SOON_SECONDS = 30
THE_QUEUE = ("all that the queue holds",)
THE_PROVIDERS = ("all providers, for ten seconds",)
WHAT_A_WORKER_RUNS = ("what a worker runs, alone",)


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug, and how it is seen.

    found_as: what the suite says of it, a regular expression; to be red for another reason is
    luck. only: the faults that bring it to light, where any will not do.
    """

    plant: Callable[[], None]
    found_as: str
    only: tuple[str, ...] = ()
    faults: int = 12
    patience_seconds: float = 45


def _request_key_ignored():
    """A form that is sent twice is carried out twice."""
    from app.infra.requests import RequestKey

    RequestKey.claim = lambda _self, _session: None


def _resend_when_unsure():
    """A letter whose sender died with it is sent again, though its server knows no id."""
    from app.notices import actions
    from app.notices.rules import NoticeState
    from worker.jobs import notices

    def is_ready(session, notice, _adapter):
        if notice.state is NoticeState.SENDING:
            actions.put_back(session, notice.id, "worker-died")
        return notice.state in {NoticeState.SENDING, NoticeState.QUEUED}

    notices._is_ready = is_ready


def _new_id_each_try():
    """A provider that knows an id again is given another one with each try."""
    from app.notices.channels.esms import Esms

    deliver = Esms.deliver

    def with_new_id(self, letter):
        return deliver(self, replace(letter, key=f"{letter.key}-{secrets.token_hex(2)}"))

    Esms.deliver = with_new_id


def _no_lease_taken_over():
    """What a dead worker held is its own for ever."""
    from sqlalchemy import text

    from app.infra import jobs
    from app.infra.models import Job

    jobs._due = lambda: (Job.state == "pending") & (Job.not_before <= text("now()"))


def _done_before_the_work():
    """A job is closed as it is claimed, so that nobody ever does it twice."""
    from app.infra import jobs

    taking = jobs.taking
    jobs.taking = lambda which: taking(which).values(state="done")
    jobs.Lease.finish = lambda _self, _session: None
    jobs.Lease.renew = lambda *_: None
    # Only now: it takes what was planted by name.
    from app.infra import batches

    batches.finish_all = lambda _session, _leases: None
    batches.renew_all = lambda _session, leases: len(leases)


def _relay_asleep():
    """Work is done when its wake-up is there, and nobody looks for rows that are due."""
    from worker import schedule

    schedule.relay = lambda _wake: []


def _sent_inside_the_transaction():
    """A provider is called by the transaction that notes it: who dies then has noted nothing."""
    from worker.jobs import notices

    def send_together(leases, outcomes, until):
        with notices.transaction() as session:
            found = notices.queries.outgoing_all(session, {int(lease.arg) for lease in leases})
            ways, settings = {n.channel for n in found.values()}, notices.settings()
            adapters = {channel: notices.adapter_for(channel, settings) for channel in ways}
            now_, alone = notices._split(leases, found, adapters)
            taken = notices._take(session, now_, found, adapters, outcomes)
            ids = {one.lease.job_id for one in taken}
            notices.finish_all(session, [lease for lease in now_ if lease.job_id not in ids])
            notices._store(session, notices._call(taken, until), outcomes)
        return alone

    notices._send_together = send_together


def _enqueued_before_the_commit():
    """A worker is called while its work is still being written, and finds nothing to do."""
    from app.infra import jobs
    from app.infra.transaction import transaction

    enqueue = jobs.enqueue

    def early(_session, *what, **options):
        def outside():
            with transaction() as other:
                return enqueue(other, *what, **options)

        job_id = Context().run(outside)
        time.sleep(THOUGHT_SECONDS)
        return job_id

    jobs.enqueue = early


def _outcome_in_a_second_transaction():
    """A job is closed, and only then it is stored what came of it."""
    from app.infra.transaction import after_commit, transaction
    from app.notices import actions

    record = actions.record_all_sent

    def later(session, sent, *, now):
        def store():
            time.sleep(PAUSE_SECONDS)
            with transaction() as second:
                record(second, sent, now=now)

        if sent:
            after_commit(session, store)

    actions.record_all_sent = later


def _units_read_then_written():
    """What came in of a line is read, and the sum written: two officers enter the same parcel."""
    from sqlalchemy import select, update

    from app.pledges.actions import promise
    from app.pledges.models import PledgeLine

    guarded = promise.change

    def change(session, line_id, guards, values, refusal):
        if refusal != "more-than-pledged":
            return guarded(session, line_id, guards, values, refusal)
        this_one = PledgeLine.id == line_id
        numbers = session.execute(select(*values.values()).where(this_one, *guards)).one_or_none()
        if numbers is None:
            raise promise.Conflict(refusal)
        time.sleep(THOUGHT_SECONDS)
        found = dict(zip(values, numbers, strict=True))
        return session.execute(update(PledgeLine).where(this_one).values(found))

    promise.change = change


def _given_up_at_the_first_refusal():
    """A provider that is away for a moment is taken for one that never takes the message."""
    from worker.jobs import notices

    def refused(session, one, error):
        never = notices.NotTaken(error.code, notices.Then.NEXT_CHANNEL)
        notices.after_refusal(session, one.id, one.letter.channel, never)
        return error.code

    notices._refused = refused


def _reminded_at_each_start():
    """Each start of a campaign reminds of all that is due, under keys of its own."""
    from sqlalchemy import bindparam, select

    from app.campaigns import queries
    from app.campaigns.actions import running
    from app.campaigns.models import InsuranceCard, Reminder
    from app.campaigns.queries import plans
    from app.infra.transaction import transaction
    from app.kernel.clock import today
    from app.notices.rules import NoticeDraft
    from worker.jobs import campaigns

    key = NoticeDraft.dedupe_key.fget
    NoticeDraft.dedupe_key = property(lambda draft: f"{key(draft)}:{secrets.token_hex(4)}")
    remind = campaigns.remind
    of_a_campaign = Reminder.campaign_id == bindparam("of")
    told = select(InsuranceCard, Reminder.step).join(Reminder).where(of_a_campaign)

    def again(lease):
        with transaction() as session:
            plan = queries.plan_of(session, int(lease.arg), today=today())
            for card, step in session.execute(told, {"of": plan.id}).all():
                draft = running._draft(plan, plans._due(card, step), "Thử")
                running.notices.owe(session, draft)
        return remind(lease)

    campaigns.remind = again


NOT_TOLD = r"of \d+ (letters|messages to phones) \d+ left"
MUTANTS = {
    "request-key-ignored": Bug(
        _request_key_ignored, "led to|not asked for", patience_seconds=SOON_SECONDS
    ),
    "resend-when-unsure": Bug(_resend_when_unsure, "letters came twice"),
    "new-id-each-try": Bug(_new_id_each_try, "was told twice"),
    "no-lease-taken-over": Bug(_no_lease_taken_over, "work left"),
    "done-before-the-work": Bug(_done_before_the_work, NOT_TOLD, patience_seconds=SOON_SECONDS),
    "relay-asleep": Bug(_relay_asleep, "work left", only=THE_QUEUE),
    "sent-inside-the-transaction": Bug(_sent_inside_the_transaction, "letters came twice"),
    "enqueued-before-the-commit": Bug(
        _enqueued_before_the_commit, NOT_TOLD, patience_seconds=SOON_SECONDS
    ),
    "outcome-in-a-second-transaction": Bug(
        _outcome_in_a_second_transaction,
        NOT_TOLD,
        only=WHAT_A_WORKER_RUNS,
        patience_seconds=SOON_SECONDS,
    ),
    "units-read-then-written": Bug(
        _units_read_then_written, "line-received-is-receipts", patience_seconds=SOON_SECONDS
    ),
    "given-up-at-the-first-refusal": Bug(
        _given_up_at_the_first_refusal, NOT_TOLD, only=THE_PROVIDERS, faults=2
    ),
    "reminded-at-each-start": Bug(
        _reminded_at_each_start, "reminders not asked for", patience_seconds=SOON_SECONDS
    ),
}
