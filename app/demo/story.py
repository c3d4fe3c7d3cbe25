"""The demo's story in its order: places, people, the book, promises, matches, handovers."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.catalogue.actions import load_catalogue
from app.demo import book, cards, days, giving, telling, twins, weighing
from app.demo.cast import DONORS, enter_head, enter_staff, propose_somebody
from app.infra.transaction import scoped, transaction
from app.kernel.clock import now, today
from app.places.actions import load_places
from app.programmes.actions import load_programmes

# Title, households, days ago. What the public reads ends with the month before this one.
PAST_DAYS = (
    ("Buổi trao quà đợt một (mẫu)", 22, 36),
    ("Buổi trao quà đợt hai (mẫu)", 4, 4),
)


def tell() -> None:
    """Fill the database, unless somebody lives in it already."""
    with scoped({"*"}):
        with transaction() as session:
            if not _is_empty(session):
                return
            load_places(session)
            load_catalogue(session)
            for year in (today().year, today().year + 1):
                load_programmes(session, year)
        _live()


def _is_empty(session: Session) -> bool:
    return session.scalar(select(Account.id).limit(1)) is None


def _live() -> None:
    """Ninety days of a ward's work."""
    moment, day = now(), today()
    with transaction() as session:
        staff = enter_staff(session, now=moment - timedelta(days=90))
    people = book.Registrar(staff["canbo"], staff["xacminh"], staff["lanhdao"])
    import_id = book.bring_in_workbook(
        people.writer, now=moment - timedelta(days=55), today=day - timedelta(days=55)
    )
    book.vouch(people, now=moment - timedelta(days=52))
    book.agree(people.verifier, now=moment - timedelta(days=52))
    book.write_needs(people, import_id, now=moment - timedelta(days=50))
    donors = giving.enter_donors(moment - timedelta(days=80))
    giving.promise(donors, people.writer, now=moment, today=day)
    days.run_matching(people.writer, now=moment - timedelta(days=40), today=day)
    days.decide(people.approver, now=moment - timedelta(days=39))
    for title, most, ago in PAST_DAYS:
        start = days.morning_of(moment - timedelta(days=ago))
        days.hold_a_day(people.writer, people.approver, title=title, most=most, start=start)
    days.open_one(people.writer, now=moment)
    with transaction() as session:
        group_id = days.group_that_waits(session, people.writer)
        head = enter_head(session, group_id, now=moment - timedelta(days=60))
    voters = [people.writer, people.verifier, people.approver, head]
    voters += [staff[key] for key in ("tinhnguyen", "truongnhom")]
    voters += [donors[person.key] for person in DONORS]
    weighing.weigh(people.writer, people.approver, voters, now=moment)
    twins.find_twins(people, now=moment, today=day)
    days.plan_the_next(people.writer, head, now=moment)
    telling.reach_some_only(head, now=moment)
    cards.hold_campaign(people.writer, people.approver, head, now=moment)
    telling.word_a_message(people.writer, now=moment - timedelta(days=30))
    with transaction() as session:
        propose_somebody(session, staff["quantri"], now=moment - timedelta(hours=5))
