"""A whole site on servers that write to the disk, a mail server, and people who are signed in."""

import email
import shutil
import socket
import tempfile
import threading
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.actions import start_session
from app.accounts.rules import SYSTEM, Actor, Role
from app.households import actions as households
from app.households.models import Household
from app.households.rules import ConsentDraft, ConsentMethod, ConsentPurpose
from app.infra.embedded import embedded
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.pledges import actions as pledges
from app.pledges.rules import DonorKind, ShownAs
from tests.faults.phones import Amid, phones
from tests.faults.scenario import Stage
from tests.harness.database import migrate_up

WARD = "00364"


@pytest.fixture(scope="session")
def servers():
    """Not the fast ones: without waiting for the disk, kill -9 loses acknowledged work."""
    state = Path(tempfile.mkdtemp(prefix="nhipcau-faults-"))
    state.chmod(0o711)
    try:
        with embedded(state) as running:
            migrate_up(running.database_url)
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)


class Letterbox:
    """A mail server that keeps the Message-ID of each letter it takes. is_away: takes none."""

    def __init__(self):
        self.ids, self._lock = [], threading.Lock()
        self.is_away, self.amid = False, Amid()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name.
        if self.is_away:
            return "451 come back later"
        letter = email.message_from_bytes(envelope.content)
        with self._lock:
            self.ids.append(letter["Message-ID"])
        self.amid.breaks_off()
        return "250 taken"


@pytest.fixture
def letterbox():
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def telephones():
    """A provider of messages to phones."""
    with phones() as running:
        yield running


@pytest.fixture
def session(engine):
    """For factories; its connection may be killed in the test, and nobody minds."""
    with engine.connect() as connection:
        connection.execute(text("select set_config('nc.wards', '*', false)"))
        connection.commit()
        with Session(connection, expire_on_commit=False) as session:
            yield session
        connection.invalidate()


@pytest.fixture
def people(session, cast, make_donor):
    """The tokens of a donor, an officer and an approver who are signed in."""
    draft = pledges.DonorDraft(
        DonorKind.PERSON, "Lan Thử", ShownAs.NAME, email="lan@example.com", ward_code=None
    )
    donor_id = pledges.register_donor(session, SYSTEM, draft, now=now())
    from app.accounts.actions import RoleDraft, grant_role

    role = RoleDraft(Role.DONOR, donor_id=donor_id)
    own = cast.vy.account_id
    grant_role(session, SYSTEM, own, role, now=now())
    pledges.give_account(session, donor_id, own)
    donor = Actor(account_id=own, role=Role.DONOR, donor_id=donor_id)
    tokens = {
        name: start_session(session, actor.account_id, "tests", now=now())
        for name, actor in (("donor", donor), ("officer", cast.minh), ("approver", cast.tam))
    }
    session.commit()
    return tokens | {"donor_actor": donor}


@pytest.fixture
def make_reachable_home(session, cast, make_household):
    """A household that agreed to be told by phone, on a number of its own."""
    numbers = count(912_000_000)

    def make():
        home = make_household(phone=f"0{next(numbers)}")
        agreed = ConsentDraft(ConsentPurpose.MESSAGE, ConsentMethod.PAPER)
        households.give_consent(session, cast.minh, home, agreed, now=now())
        return session.get_one(Household, home)

    return make


@pytest.fixture
def handover_day(session, make_day):
    """A day of the ward that goes on for hours: its id."""
    day = make_day(ends_at=now() + timedelta(hours=13))
    session.commit()
    return day.id


@pytest.fixture
def make_drafts(people):
    """Pledges that only wait for their last press: their drafts' ids."""

    def make(count):
        line = {"kind_code": "qua_tet", "units": 2, "unit_value": 500_000, "given_as": "kind"}
        answers = {
            "lines": [line | {"spec": {}}],
            "earmark": True,
            "wards": [],
            "groups": [],
            "programme": None,
            "ward": WARD,
            "from": today().isoformat(),
            "to": (today() + timedelta(days=60)).isoformat(),
        }
        with transaction() as session:
            donor = people["donor_actor"]
            return [pledges.start_draft(session, donor, answers, now=now()) for _ in range(count)]

    return make


@pytest.fixture
def make_needs(session, make_open_need, make_reachable_home):
    """So many needs of one unit, each of a household with a phone."""

    def make(number):
        for _ in range(number):
            make_open_need(units=1, household=make_reachable_home())
        session.commit()

    return make


@pytest.fixture
def stage(database, request, tmp_path):
    """Everything that a scenario needs but the site."""
    names = [
        "servers",
        "letterbox",
        "telephones",
        "people",
        "make_drafts",
        "make_needs",
        "handover_day",
    ]
    found = {name: request.getfixturevalue(name) for name in names}
    return Stage(**found, clock=tmp_path / "clock")
