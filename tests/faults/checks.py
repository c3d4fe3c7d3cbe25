"""What is counted while all of it goes on, and what must hold when it is over."""

import time

from sqlalchemy import text

from app.audit.queries import verify_chain
from app.infra import invariants
from app.infra.database import DatabaseFault
from app.infra.transaction import scoped, transaction

TO_PHONES = "select count(*) from notice where channel = 'sms'"
COUNTS = {
    "drafts that became none": "select count(*) from pledge_draft where pledge_id is null",
    "work left": "select count(*) from job where state in ('pending', 'running')",
    "work given up": "select count(*) from job where state = 'dead'",
    "proposals left": "select count(*) from proposal where state = 'proposed'",
    "allocated": "select coalesce(sum(units), 0) from allocation",
    "letters": "select count(*) from notice where channel = 'email'",
    "letters that left": "select count(*) from notice where state = 'sent' and channel = 'email'",
    "letters uncertain": (
        "select count(*) from notice where state = 'uncertain' and channel = 'email'"
    ),
    "messages to phones": TO_PHONES,
    "messages that left": f"{TO_PHONES} and state = 'sent'",
    "lines told twice": (
        "select count(*) from (select 1 from notice group by template, cause, cause_id,"
        " recipient_id, channel having count(*) > 1) twice"
    ),
    "lines with more given than there is": (
        "select count(*) from pledge_line where reserved + fulfilled > units"
    ),
}
NOTHING = (
    "drafts that became none",
    "work left",
    "work given up",
    "proposals left",
    "lines told twice",
    "lines with more given than there is",
)


def counted():
    """The counts now; None while the database is away."""
    try:
        with scoped({"*"}), transaction(read_only=True) as session:
            return {name: session.scalar(text(sql)) for name, sql in COUNTS.items()}
    except DatabaseFault:
        return None


def drained(patience_seconds):
    """Wait until no work is left, or nothing has moved for so long; the counts then."""
    until, found = time.monotonic() + patience_seconds, None
    while time.monotonic() < until:
        before, found = found, counted() or found
        if found and not found["work left"] and not found["proposals left"]:
            break
        if found != before:
            until = time.monotonic() + patience_seconds
        time.sleep(0.5)
    return found


def wrong_counts(found, letterbox):
    """Which counts are not as they must be, in words."""
    wrong = [f"{found[name]} {name}" for name in NOTHING if found[name]]
    left, twice = found["letters that left"], len(letterbox.ids) - len(set(letterbox.ids))
    wrong += [] if found["allocated"] else ["nothing was allocated"]
    wrong += [f"{twice} letters came twice"] if twice else []
    if left + found["letters uncertain"] != found["letters"]:
        wrong.append(f"of {found['letters']} letters {left} left")
    if left > len(set(letterbox.ids)):
        wrong.append(f"{left} letters left, {len(set(letterbox.ids))} came")
    return wrong


def wrong_messages(found, phones):
    """Asked under the same id, their provider says what it took: nobody is in doubt of any."""
    left, owed = found["messages that left"], found["messages to phones"]
    wrong = [f"{phone} was told twice" for phone in phones.twice()]
    if not left == owed == phones.messages:
        wrong.append(f"of {owed} messages to phones {left} left, {phones.messages} came")
    return wrong


def wrong_invariants():
    """What does not hold of the invariants and of the journal's seals, in words."""
    with scoped({"*"}), transaction(read_only=True, repeatable=True) as session:
        broken = [f"invariant {name}" for name in invariants.broken(session)]
        sealed = verify_chain(session)
    return broken if sealed.is_sound else [*broken, f"journal {sealed}"]


def left_over():
    """The work that is not done, what staff were refused, messages that did not leave; and why."""
    question = "select id, name, state, attempts, last_error, not_before - now() from job"
    refusals = "select state, last_refusal, count(*) from proposal group by 1, 2"
    staying = (
        "select channel, state, last_error, count(*) from notice"
        " where channel in ('email', 'sms') and state <> 'sent' group by 1, 2, 3"
    )
    with scoped({"*"}), transaction(read_only=True) as session:
        jobs = session.execute(text(f"{question} where state in ('pending', 'running', 'dead')"))
        return [jobs.all(), *(session.execute(text(each)).all() for each in (refusals, staying))]
