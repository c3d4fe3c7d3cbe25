"""Writing down what a person does not want to be told about."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.audit.actions import Subject, record
from app.kernel.errors import Conflict
from app.notices.models import OptOut
from app.notices.queries.reading import notice_for
from app.notices.queries.wishes import own_name, whom_of
from app.notices.rules import TEMPLATES, Topic


def opt_out(session: Session, whom: str, topic: Topic, by: str) -> None:
    """Note that `whom` does not want a topic; `by`: who said so. Again changes nothing."""
    values = {"whom": whom, "topic": topic.value, "said_by": by}
    session.execute(insert(OptOut).values(**values).on_conflict_do_nothing())


def choose_topics(session: Session, actor: Actor, unwanted: Collection[Topic]) -> None:
    """Make exactly `unwanted` the topics that this person is not told about."""
    whom = own_name(actor)
    session.execute(delete(OptOut).where(OptOut.whom == whom))
    for topic in sorted(unwanted):
        opt_out(session, whom, topic, "self")
    subject = Subject("account", str(actor.account_id))
    record(session, actor, "choose-topics", subject, changes={"off": sorted(unwanted)})


def stop_topic(session: Session, actor: Actor, notice_id: int) -> None:
    """Note, as the person told staff, that a notice's reader wants no more of its kind.

    Raises NotFound for a notice that the actor may not see.
    """
    shown = notice_for(session, actor, notice_id)
    topic = TEMPLATES[shown.template].topic
    if topic is None:
        raise Conflict("notice-changed-meanwhile")
    for whom in whom_of(session, notice_id):
        opt_out(session, whom, topic, str(actor.account_id))
    record(session, actor, "stop-topic", Subject("notice", str(notice_id), shown.ward_code))
