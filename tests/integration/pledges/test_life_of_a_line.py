"""Any order of deeds on a line leaves every ledger in order: a state machine on the real engine."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.actions import AccountDraft, RoleDraft, grant_role, open_account
from app.accounts.rules import SYSTEM, Actor, Role
from app.infra.invariants import broken
from app.kernel.clock import now, today
from app.kernel.errors import DomainError
from app.kernel.ids import new_code, new_id
from app.pledges import actions, queries
from app.pledges.actions import ChangeDraft, Decision, Giver, WithdrawDraft
from app.pledges.models import Donor, Pledge, PledgeLine
from app.pledges.rules import DeclineReason, GivenAs, LineDraft, PledgeDraft, WithdrawReason
from app.stock import actions as stock
from app.stock.rules import Condition, ReceiptDraft
from tests.factories.pledges import WARD, stand_on

UNITS = st.integers(1, 6)
# No household or need stands behind these moves, so only the promise and the goods are asked.
LEDGERS = ("line-counts", "line-order", "line-received", "stock", "movement", "receipt")


@pytest.fixture
def machine(engine):
    """The machine's class, on this process's engine."""

    class Life(LifeOfALine):
        bind = engine

    return Life


class LifeOfALine(RuleBasedStateMachine):
    """One pledge of one line, and whoever pulls at it."""

    bind = None

    @initialize(units=UNITS)
    def pledge(self, units):
        self.connection = self.bind.connect()
        self.connection.execute(text("select set_config('nc.wards', '*', true)"))
        self.session = Session(self.connection, expire_on_commit=False)
        stand_on(self.session)
        self.minh = self._person(Role.WARD_OFFICER, ward_code=WARD)
        donor = Donor(
            id=new_id(), code=new_code("NHT"), kind="person", name="Lan", folded_name="lan",
            shown_as="name",
        )  # fmt: skip
        self.session.add(donor)
        self.session.flush()
        self.lan = self._person(Role.DONOR, donor_id=donor.id)
        line = LineDraft("qua_tet", units, 1000, GivenAs.KIND)
        draft = PledgeDraft((line,), WARD, today(), today())
        self.pledge_id = actions.record_pledge(
            self.session, self.lan, Giver(donor.id), draft, now=now()
        )
        self.line_id = queries.lines_of(self.session, self.pledge_id)[0].id
        self.causes = 0

    def _person(self, role, **scope):
        email = f"{new_id()}@example.com"
        account_id = open_account(self.session, AccountDraft("X", email, None, None), now=now())
        grant_role(self.session, SYSTEM, account_id, RoleDraft(role, **scope), now=now())
        wards = frozenset({scope["ward_code"]} if "ward_code" in scope else ())
        return Actor(account_id, role, "X", wards, donor_id=scope.get("donor_id"))

    def _try(self, act):
        """Do it in a savepoint; a refusal must leave nothing behind."""
        try:
            with self.session.begin_nested():
                act()
        except DomainError:
            self.session.expire_all()

    def _cause(self, again):
        """A fresh cause, or the last one again, as a repeat sends it."""
        self.causes += not again
        return {"cause": "handover", "cause_id": f"{self.line_id}:{self.causes}"}

    def _version(self):
        return self.session.get_one(Pledge, self.pledge_id, populate_existing=True).version

    @rule(stale=st.booleans())
    def accept(self, stale):
        decision = Decision(self.pledge_id, (self.line_id,), self._version() - stale)
        self._try(lambda: actions.accept_lines(self.session, self.minh, decision, now=now()))

    @rule()
    def decline(self):
        decision = Decision(self.pledge_id, (self.line_id,), self._version())
        reason = DeclineReason.NO_ROOM
        self._try(
            lambda: actions.decline_lines(self.session, self.minh, decision, reason, now=now())
        )

    @rule(units=UNITS)
    def withdraw(self, units):
        draft = WithdrawDraft(self.line_id, units, WithdrawReason.OTHER)
        self._try(
            lambda: actions.withdraw(self.session, self.lan, self.pledge_id, draft, now=now())
        )

    @rule(units=UNITS)
    def change(self, units):
        draft = ChangeDraft({self.line_id: units}, today(), today(), self._version())
        self._try(
            lambda: actions.change_pledge(self.session, self.lan, self.pledge_id, draft, now=now())
        )

    @rule(units=UNITS, again=st.booleans())
    def reserve(self, units, again):
        cause = self._cause(again)
        self._try(lambda: actions.reserve(self.session, self.line_id, units, **cause))

    @rule(units=UNITS, again=st.booleans())
    def release(self, units, again):
        cause = self._cause(again)
        self._try(lambda: actions.release(self.session, self.line_id, units, **cause))

    @rule(units=UNITS)
    def take_in(self, units):
        draft = ReceiptDraft(units, today(), Condition.NEW)
        self._try(lambda: actions.take_in(self.session, self.minh, self.line_id, draft, now=now()))

    @rule(units=UNITS, again=st.booleans())
    def hand_over(self, units, again):
        cause = self._cause(again)

        def both():
            actions.book_handover(self.session, self.line_id, units, **cause)
            stock.take_out(self.session, self.line_id, units, **cause)

        self._try(both)

    @rule(units=UNITS, again=st.booleans())
    def take_back(self, units, again):
        cause = self._cause(again)

        def both():
            actions.unbook_handover(self.session, self.line_id, units, **cause)
            stock.take_back(self.session, self.line_id, units, **cause)

        self._try(both)

    @rule(units=UNITS, again=st.booleans())
    def confirm(self, units, again):
        cause = self._cause(again)
        self._try(lambda: actions.fulfil(self.session, self.line_id, units, **cause))

    @rule()
    def expire(self):
        later = today().replace(year=today().year + 1)
        self._try(lambda: actions.expire_lines(self.session, today=later))

    @invariant()
    def every_ledger_is_in_order(self):
        if hasattr(self, "line_id"):
            found = [name for name, _ in broken(self.session) if name.startswith(LEDGERS)]
            assert found == []

    @invariant()
    def the_line_says_what_it_is(self):
        if hasattr(self, "line_id"):
            line = self.session.get_one(PledgeLine, self.line_id, populate_existing=True)
            ended = {"withdrawn", "expired", "closed"}
            assert line.state not in ended or (line.free, line.reserved) == (0, 0)

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.connection.close()


@pytest.mark.slow
def test_any_order_of_deeds_leaves_every_ledger_in_order(machine):
    case = machine.TestCase
    case.settings = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    case().runTest()
