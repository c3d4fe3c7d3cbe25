"""Ballots of ward A, and an example for each of their forms."""

from datetime import timedelta

import pytest

from app.kernel.clock import now
from app.kernel.ids import new_id
from app.matching.actions import ballots
from app.matching.models import Ballot
from app.matching.rules.ballots import PaperDraft
from tests.factories.cast import WARD_A
from tests.harness.examples import Example

CHOICES = ("v1", "priority-first", "evenness-first")


@pytest.fixture
def make_ballot(session, wards, cast):
    """An open ballot of ward A for a week; over=True: its time has run out."""

    def make(*, over=False, on=None, **overrides):
        where = on or session
        values = {
            "id": new_id(),
            "ward_code": WARD_A,
            "question": "Nên ưu tiên ai trước?",
            "candidates": list(CHOICES),
            "opened_by": cast.tam.account_id,
            "opened_at": now() - timedelta(days=8),
            "closes_at": now() + timedelta(days=-1 if over else 7),
        }
        ballot = Ballot(**values | overrides)
        where.add(ballot)
        where.flush()
        return ballot

    return make


@pytest.fixture
def ballot_examples(session, cast, make_ballot):
    """Opening a ballot, voting, entering a minute and taking it back, counting."""
    voted, papered = ({"ballot_id": make_ballot().id} for _turn in range(2))
    over = {"ballot_id": make_ballot(over=True).id}
    draft = PaperDraft("Hội Phụ nữ", "02/BB", {"v1": 1}, 6)
    entered = {
        **papered,
        "paper_id": ballots.enter_paper(session, cast.tam, papered["ballot_id"], draft, now=now()),
    }
    asked = {"question": "Việc gấp hay chờ lâu?", "candidates": list(CHOICES[1:])}
    minute = {"organisation": "Mặt trận phường", "minute": "01/BB", "votes": "9", "rank-v1": "1"}
    shown = "matching.ballot"
    return {
        "matching.new_ballot": Example(cast.tam, ("matching.new_ballot", {}), typed=asked),
        "matching.vote": Example(cast.minh, (shown, voted), voted, {"rank-v1": "1"}),
        "matching.new_paper": Example(cast.tam, ("matching.new_paper", voted), voted, minute),
        "matching.remove_paper": Example(cast.tam, (shown, papered), entered),
        "matching.count_ballot": Example(cast.tam, (shown, over), over),
    }
