"""The public card of a need: written, taken down, and following the household's consent."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.rules import Actor
from app.kernel.clock import local_day
from app.needs import queries
from app.needs.models import Need, NeedCard
from app.needs.rules import CARD_DELAY, NeedState, posting_delay

# Ids are written in letters and digits, so that any of them is a number to this base.
ID_BASE = 36


def write_card(
    session: Session, need: queries.NeedView, now: datetime, longest_delay: timedelta = CARD_DELAY
) -> None:
    """Write the anonymised card, if the household agreed to be shown so.

    A card that stands keeps its moment of posting; a new one waits up to `longest_delay`, always
    the same for one need, so that it is not "the family visited today".
    """
    card = queries.card_facts(session, need, local_day(now))
    if card is None:
        return
    values = {
        "need_id": need.id,
        "code": need.code,
        "ward_code": need.ward_code,
        "kind_code": need.kind_code,
        "programme_id": need.programme_id,
        "label": card.label,
        "age_band": card.age_band,
        "groups": list(card.groups),
        "spec": card.spec,
        "units": need.units,
        "covered": need.covered,
        "cost_dong": need.cost_dong,
        "urgency": need.urgency,
        "starts_on": need.starts_on,
        "deadline_on": need.deadline_on,
        "story": card.story,
        "verified_on": local_day(need.verified_at or now),
        "verified_by_role": "ward-officer",
        "is_open": need.covered < need.units,
        "posted_at": now + posting_delay(int(need.id, ID_BASE), longest_delay),
    }
    fresh = {key: value for key, value in values.items() if key not in {"need_id", "posted_at"}}
    session.execute(
        insert(NeedCard)
        .values(values)
        .on_conflict_do_update(index_elements=["need_id"], set_=fresh)
    )


def set_card(session: Session, need_id: str, *, is_open: bool) -> None:
    """Open or close a need's card, if it has one."""
    session.execute(update(NeedCard).where(NeedCard.need_id == need_id).values(is_open=is_open))


def follow_consent(session: Session, actor: Actor, household_id: str, *, now: datetime) -> None:
    """Bring a household's cards in step with whether it agrees to be shown. Repeatable.

    Where the consent was taken back the cards are deleted, not closed: nothing stays to be read.
    """
    ids = session.scalars(
        select(Need.id).where(
            Need.household_id == household_id, Need.state == NeedState.APPROVED.value
        )
    ).all()
    of_home = select(Need.id).where(Need.household_id == household_id)
    if not queries.agrees_to_card(session, household_id):
        session.execute(delete(NeedCard).where(NeedCard.need_id.in_(of_home)))
        return
    for need_id in ids:
        write_card(session, queries.need_for(session, actor, need_id), now)
