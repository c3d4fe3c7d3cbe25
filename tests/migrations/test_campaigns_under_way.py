"""Campaigns under way when a second person became needed are put to one."""

from sqlalchemy import text

from app.infra import migrate

CAMPAIGN = text(
    "insert into campaign"
    " (ward_code, kind, state, steps, hotline, population, covered, valid_before, created_by)"
    " values (:ward, 'insurance-renewal', :state, '{30}', '0258', 10, 5, 5, 'minh')"
)
CARDS = text(
    "insert into insurance_card (ward_code, number, holder, expires_on)"
    " select :ward, decode(lpad(to_hex(n), 8, '0'), 'hex'), '', '2099-12-31'"
    " from generate_series(1, :cards) n"
)
ASKED = text(
    "select c.ward_code, a.people, a.state, a.drafted_by, a.asked_by"
    " from campaign_agreement a join campaign c on c.id = a.campaign_id order by 1"
)
BEFORE = [
    ("a", "running", 201),
    ("b", "paused", 300),
    ("c", "running", 200),
    ("d", "draft", 300),
    ("e", "stopped", 300),
]


def test_those_that_reach_many_wait_for_a_second_person(engine_on_empty):
    migrate.upgrade(engine_on_empty, "0063_ballots")
    with engine_on_empty.begin() as connection:
        connection.execute(text("select set_config('nc.wards', '*', true)"))
        for ward, state, cards in BEFORE:
            connection.execute(CAMPAIGN, {"ward": ward, "state": state})
            connection.execute(CARDS, {"ward": ward, "cards": cards})

    migrate.upgrade(engine_on_empty)

    with engine_on_empty.connect() as connection:
        assert connection.execute(ASKED).all() == [
            ("a", 201, "asked", "minh", "minh"),
            ("b", 300, "asked", "minh", "minh"),
        ]
