"""The nights: a province's office asks for them, and the scheduler asks for their runs."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.accounts.rules import SYSTEM, Actor
from app.audit.actions import Subject, record
from app.infra.transaction import rows_changed
from app.kernel.errors import NotFound
from app.matching.actions.runs import request_nightly_run
from app.matching.actions.shards import request_province_run
from app.matching.models import NightlyProvince
from app.matching.queries.nightly import tonight
from app.matching.queries.runs import province_choices
from app.matching.queries.snapshots import wards_to_match


def begin_nights(session: Session, actor: Actor, province_code: str, *, now: datetime) -> None:
    """Let a province be matched whole each night, instead of ward by ward. Repeatable.

    Raises NotFound for a province of which the actor may not run every ward.
    """
    _check(session, actor, province_code)
    values = {"province_code": province_code, "asked_by": actor.account_id, "asked_at": now}
    statement = upsert(NightlyProvince).values(values).on_conflict_do_nothing()
    if rows_changed(session, statement):
        record(session, actor, "begin-nights", Subject("province", province_code))


def end_nights(session: Session, actor: Actor, province_code: str) -> None:
    """Let the province's wards be matched one by one again. Repeatable. Raises NotFound."""
    _check(session, actor, province_code)
    statement = delete(NightlyProvince).where(NightlyProvince.province_code == province_code)
    if rows_changed(session, statement):
        record(session, actor, "end-nights", Subject("province", province_code))


def _check(session: Session, actor: Actor, province_code: str) -> None:
    if province_code not in {code for code, _ in province_choices(session, actor)}:
        raise NotFound("province")


def request_the_nights_runs(session: Session, *, now: datetime) -> int:
    """Ask for a run of each province that wants its nights, and of each other ward; how many.

    Only where there are needs and units of one kind. A ward's run under way is left to go on; a
    province's is fenced by the newer one, so that one that died cannot stand in the way for ever.
    """
    night = tonight(session, wards_to_match(session))
    for province_code in night.provinces:
        request_province_run(session, SYSTEM, [province_code], now=now)
    wards = [w for w in night.wards if request_nightly_run(session, w, now=now) is not None]
    return len(night.provinces) + len(wards)
