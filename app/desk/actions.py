"""The morning's digest: what waits for one person, in one letter."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.queries import Person, email_of
from app.desk.queries import waiting_in_all
from app.desk.texts import TASKS
from app.infra.i18n import speaking
from app.notices.actions import NoticeDraft, owe
from app.notices.queries import own_topics
from app.notices.rules import Topic


def owe_digest(session: Session, person: Person, *, on: date, now: datetime) -> bool:
    """Owe a person the day's digest; False if nothing waits, they want none, or have it.

    Runs inside the application's context, since the tasks are words in the person's language.
    """
    if any(Topic.DIGEST in own_topics(session, actor) for actor in person.actors):
        return False
    waiting = waiting_in_all(session, person.actors, now=now)
    if not waiting:
        return False
    with speaking(person.language):
        work = [{"task": str(TASKS[one.queue][0]), "count": one.count} for one in waiting]
    draft = NoticeDraft(
        template="digest",
        cause="day",
        cause_id=on.isoformat(),
        recipient_kind="account",
        recipient_id=person.account_id,
        ward_code=None,
        language=person.language,
        email=email_of(session, person.account_id),
        parameters={"work": work, "on": on},
    )
    return owe(session, draft) is not None
