"""Bugs that people make, each planted in the processes of a site: the suite must find it.

A name says the bug. `STRIKES` are the faults that bring it to light, where any will not do.
"""

import secrets
from dataclasses import replace

THE_QUEUE = ("all that the queue holds",)


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


MUTANTS = {
    "request-key-ignored": _request_key_ignored,
    "resend-when-unsure": _resend_when_unsure,
    "new-id-each-try": _new_id_each_try,
    "no-lease-taken-over": _no_lease_taken_over,
    "done-before-the-work": _done_before_the_work,
    "relay-asleep": _relay_asleep,
}
# What is lost is missed sooner than a dead worker's lease ends and its work is taken up.
SOON = frozenset({"request-key-ignored", "done-before-the-work"})
STRIKES = {"relay-asleep": THE_QUEUE}
