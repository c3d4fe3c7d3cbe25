"""What a list does to the ward's cards: new ones, corrections, renewals."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.campaigns.models import CardList, InsuranceCard
from app.campaigns.queries.plans import holder_of
from app.campaigns.rules import ListKind
from app.kernel.clock import today
from app.kernel.errors import Conflict
from tests.factories.campaigns import take_in

HEADER = "Họ và tên,Số điện thoại,Số thẻ BHYT,Ngày hết hạn\n"
SOON, LATER = today() + timedelta(days=5), today() + timedelta(days=370)


@pytest.fixture
def take(session, cast):
    """Take in a list of (name, card, day); returns how many rows it changed."""

    def do(*rows, kind=ListKind.CARDS):
        lines = [f"{name},0912345678,{card},{day:%d/%m/%Y}\n" for name, card, day in rows]
        return take_in(session, cast.minh, HEADER + "".join(lines), kind)

    return do


@pytest.fixture
def book(session):
    """Name, day and whether it was renewed, of each card in the order of the lists."""

    def read():
        session.expire_all()
        cards = session.scalars(select(InsuranceCard).order_by(InsuranceCard.id))
        return [(holder_of(c)["name"], c.expires_on, c.renewed_at is not None) for c in cards]

    return read


def test_a_later_list_corrects_the_cards_that_are_known_and_adds_the_others(take, book):
    take(("Lan", "GD4010000000001", SOON), ("Hoa", "GD4010000000002", SOON))

    assert take(("Mai", "GD4010000000003", SOON), ("Lan Anh", "GD4010000000001", LATER)) == 2

    assert book() == [("Lan Anh", LATER, False), ("Hoa", SOON, False), ("Mai", SOON, False)]


def test_a_renewal_makes_no_card_and_shortens_none(session, take, book):
    take(("Lan", "GD4010000000001", SOON), ("Hoa", "GD4010000000002", LATER))
    rows = [("", "GD4010000000001", LATER), ("", "GD4010000000002", SOON)]

    assert take(*rows, ("", "GD4019999999999", LATER), kind=ListKind.RENEWALS) == 1

    assert book() == [("Lan", LATER, True), ("Hoa", LATER, False)]
    assert session.scalars(select(CardList.unknown).order_by(CardList.id)).all() == [0, 2]


def test_a_renewal_of_one_ward_renews_nothing_of_another(session, cast, take, book):
    take(("Lan", "GD4010000000001", SOON))
    renewed = f"{HEADER},,GD4010000000001,{LATER:%d/%m/%Y}\n"

    taken = take_in(session, cast.hoa, renewed, ListKind.RENEWALS)

    assert (taken, book()) == (0, [("Lan", SOON, False)])


def test_a_list_without_a_good_row_changes_nothing(take, book):
    assert [take(("Lan", "12", SOON), kind=kind) for kind in ListKind] == [0, 0]
    assert book() == []


def test_the_same_list_is_refused_and_changes_nothing(database, session, take, book):
    take(("Lan", "GD4010000000001", SOON))
    session.commit()
    take(("Lan", "GD4010000000001", LATER))
    session.commit()

    with pytest.raises(Conflict) as refused:
        take(("Lan", "GD4010000000001", SOON))
    session.rollback()

    assert refused.value.code == "list-taken-already"
    assert book() == [("Lan", LATER, False)]
