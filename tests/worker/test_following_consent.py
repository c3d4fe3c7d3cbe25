"""A card is taken down soon after its household took the consent back."""

from app.households import actions as households
from app.households import queries as homes
from app.infra.jobs import Lane, claim_next
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.needs.models import NeedCard
from worker.jobs.needs import follow_consent
from worker.registry import handler_of


def work_off():
    """Do all that is due; what each job said."""
    said = []
    while True:
        with transaction() as session:
            lease = claim_next(session, Lane.HOUSEKEEPING)
        if lease is None:
            return said
        assert handler_of(lease.name) is follow_consent
        said.append(follow_consent(lease))


def test_the_card_goes_with_the_consent(database, session, cast, make_home, make_need):
    home = make_home(agrees=True)
    need_id = make_need(home=home)
    consent = homes.consents_of(session, home)[0]
    session.commit()
    assert work_off() == ["done"]
    with transaction() as fresh:
        assert fresh.get(NeedCard, need_id) is not None
        households.withdraw_consent(fresh, cast.minh, home, consent.id, now=now())

    assert work_off() == ["done"]

    with transaction() as fresh:
        assert fresh.get(NeedCard, need_id) is None
