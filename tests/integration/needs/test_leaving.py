"""A household that leaves the ward stops asking; what was promised to it waits for people."""

from app.kernel.clock import now
from app.needs import queries
from app.needs.actions import cover, move_household_away
from app.needs.models import NeedCard


def test_needs_end_with_the_household_and_promised_ones_wait(session, cast, make_home, make_need):
    home = make_home(agrees=True)
    free = make_need("approved", home=home)
    promised = make_need("approved", home=home, kind_code="nhu_yeu_pham")
    draft = make_need("draft", home=home, kind_code="the_bhyt")
    cover(session, promised, 1)

    held = move_household_away(session, cast.minh, home, "Về quê", now=now())
    session.flush()
    session.expire_all()

    states = {need.id: need.state for need in queries.needs_of(session, home)}
    assert states == {free: "withdrawn", promised: "suspended", draft: "withdrawn"}
    assert held == 1
    cards = session.query(NeedCard).filter(NeedCard.need_id.in_(states), NeedCard.is_open)
    assert cards.count() == 0
