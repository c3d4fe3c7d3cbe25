"""Which notices need somebody: conditions on the table, for lists and counts alike."""

from sqlalchemy import ColumnElement, and_, or_, true

from app.accounts.queries import groups_with_a_head
from app.accounts.rules import Actor
from app.infra.transaction import ALL_WARDS
from app.notices.models import Notice
from app.notices.rules import AT_HOME, MOST_MISSES, Channel, NoticeState

GOES_ON = "goes-on"


def of_wards(actor: Actor) -> ColumnElement[bool]:
    """The condition that a notice is of a ward that the actor works for."""
    if ALL_WARDS in actor.ward_codes:
        return true()
    return Notice.ward_code.in_(sorted(actor.ward_codes))


def needs_a_person() -> ColumnElement[bool]:
    """The condition that staff have to decide about a notice, or to tell it themselves.

    What the head of a group still calls about waits for the head.
    """
    told = and_(Notice.read_at.is_(None), Notice.recipient_kind != "account")
    in_app = and_(Notice.channel == Channel.IN_APP.value, Notice.state == NoticeState.SENT.value)
    task = and_(in_app, ~with_a_head())
    failed = and_(Notice.state == NoticeState.FAILED.value, Notice.last_error != GOES_ON)
    return or_(Notice.state == NoticeState.UNCERTAIN.value, and_(told, or_(task, failed)))


def with_a_head() -> ColumnElement[bool]:
    """The condition that the head of a residential group still calls about a notice."""
    return and_(
        Notice.misses < MOST_MISSES,
        Notice.printed_at.is_(None),
        Notice.group_id.in_(groups_with_a_head()),
    )


def to_be_told() -> ColumnElement[bool]:
    """The condition that somebody at home has to be told by a person: no channel is left."""
    return and_(
        Notice.channel == Channel.IN_APP.value,
        Notice.state == NoticeState.SENT.value,
        Notice.recipient_kind.in_([kind.value for kind in AT_HOME]),
        Notice.read_at.is_(None),
    )


def left_for_paper() -> ColumnElement[bool]:
    """The condition that a slip is due: nobody to call, or met by nobody so often."""
    return and_(to_be_told(), Notice.printed_at.is_(None), ~with_a_head())
