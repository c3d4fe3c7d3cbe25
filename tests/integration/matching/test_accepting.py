"""Accepting proposals: all that must hold, one refusal each, on the real database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.households import actions as households
from app.kernel.clock import now, today
from app.matching import actions
from app.matching.models import Allocation, ProgrammeShare, Proposal
from app.matching.rules.decisions import ChangeDraft
from app.needs.models import Need, NeedCard
from app.notices.models import Notice
from app.programmes.models import Programme


def accept(session, actor, *proposals):
    return actions.accept_proposals(session, actor, [p.id for p in proposals], now=now())


def test_an_accepted_proposal_reserves_covers_allocates_and_tells(session, cast, make_proposal):
    proposal = make_proposal()

    outcome = accept(session, cast.tam, proposal)

    assert outcome.done == [proposal.id]
    allocation = session.get_one(Allocation, outcome.allocation_ids[0])
    assert (allocation.units, allocation.state) == (1, "approved")
    assert allocation.prepared_by == cast.minh.account_id
    assert allocation.approved_by == cast.tam.account_id
    session.expire_all()
    line, need = _both_sides(session, proposal)
    assert (line.free, line.reserved, need.covered) == (9, 1, 1)
    assert session.get_one(NeedCard, need.id).covered == 1
    assert session.get_one(Proposal, proposal.id).state == "accepted"
    notice = session.scalars(select(Notice).where(Notice.cause_id == allocation.id)).one()
    assert (notice.template, notice.recipient_kind) == ("match-found", "donor")
    deeds = session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "proposal"))
    assert list(deeds) == ["accept-proposal"]


def _both_sides(session, proposal):
    from app.pledges.models import PledgeLine

    line = session.get_one(PledgeLine, proposal.pledge_line_id)
    return line, session.get_one(Need, proposal.need_id)


def test_nobody_accepts_for_a_household_that_they_called_their_kin(session, cast, make_proposal):
    own, other = make_proposal(), make_proposal()
    home = session.get_one(Need, own.need_id).household_id
    households.declare_kin(session, cast.tam, home, now=now())

    outcome = accept(session, cast.tam, own, other)

    assert outcome.done == [other.id]
    assert [r.code for r in outcome.refused] == ["own-household"]


def test_what_cannot_be_accepted_leaves_the_rest_of_the_bulk_alone(
    session, cast, make_proposal, make_line, make_open_need
):
    line = make_line(units=1)
    first, second = (make_proposal(line=line, need=make_open_need()) for _ in range(2))

    outcome = accept(session, cast.tam, first, second)

    assert len(outcome.done) == 1
    assert [r.code for r in outcome.refused] == ["pledge-no-longer-available"]
    session.expire_all()
    refused = session.get_one(Proposal, outcome.refused[0].proposal_id)
    assert (refused.state, refused.last_refusal) == ("proposed", "pledge-no-longer-available")


def test_whoever_prepared_a_proposal_cannot_accept_it(session, cast, make_proposal, make_run):
    own_run = make_run(requested_by=cast.tam.account_id)

    outcome = accept(session, cast.tam, make_proposal(run=own_run))

    assert [r.code for r in outcome.refused] == ["approver-prepared-it"]
    assert session.scalars(select(Allocation)).all() == []


def test_an_officer_may_take_up_what_the_approver_asked_for(session, cast, make_proposal, make_run):
    proposal = make_proposal(run=make_run(requested_by=cast.tam.account_id))
    actions.put_forward(session, cast.minh, [proposal.id], now=now())

    outcome = accept(session, cast.tam, proposal)

    assert outcome.done == [proposal.id]
    assert session.scalars(select(Allocation.prepared_by)).one() == cast.minh.account_id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"opened_at": None}, "proposal-not-opened"),
        ({"state": "declined"}, "proposal-decided-already"),
    ],
)
def test_a_proposal_in_the_wrong_state_is_refused(session, cast, make_proposal, change, code):
    outcome = accept(session, cast.tam, make_proposal(**change))

    assert [r.code for r in outcome.refused] == [code]


def test_a_proposal_of_a_superseded_run_is_refused(session, cast, make_proposal, make_run):
    outcome = accept(session, cast.tam, make_proposal(run=make_run(state="superseded")))

    assert [r.code for r in outcome.refused] == ["run-no-longer-current"]


def test_a_household_whose_standing_ran_out_is_refused(
    session, cast, make_proposal, make_open_need
):
    need = make_open_need(valid_until=today() - timedelta(days=1))

    outcome = accept(session, cast.tam, make_proposal(need=need))

    assert [r.code for r in outcome.refused] == ["standing-no-longer-valid"]


def test_an_approver_of_another_ward_finds_nothing(session, cast, make_actor, make_proposal):
    from app.accounts.rules import Role

    stranger = make_actor(Role.WARD_APPROVER, "Khách", ward_code="00301")

    outcome = accept(session, stranger, make_proposal())

    assert [r.code for r in outcome.refused] == ["proposal-gone"]


def test_a_programme_gives_once_to_a_household(
    session, cast, make_proposal, make_open_need, make_household_of
):
    programme = _programme(session)
    household = make_household_of()
    kind = {"kind_code": "sach_vo", "programme_id": programme.id}
    needs = [make_open_need(household=household, **kind) for _ in range(2)]

    outcome = accept(session, cast.tam, *(make_proposal(need=need) for need in needs))

    assert len(outcome.done) == 1
    assert [r.code for r in outcome.refused] in (["given-in-programme"], ["given-recently"])
    assert len(session.scalars(select(ProgrammeShare)).all()) == 1


def _programme(session):
    programme = Programme(
        id="tet", code="TET", theme="tet", name_vi="Tết", name_en="Tết", aim_vi="", aim_en="",
        kinds=["sach_vo"], starts_on=today(), ends_on=today() + timedelta(days=60),
        once_per_household=True,
    )  # fmt: skip
    session.add(programme)
    session.flush()
    return programme


def test_declining_needs_a_reason_and_reserves_nothing(session, cast, make_proposal):
    proposal = make_proposal()

    outcome = actions.decline_proposals(
        session, cast.tam, [proposal.id], reason="Hộ đã có xe", now=now()
    )

    assert outcome.done == [proposal.id]
    session.refresh(proposal)
    assert (proposal.state, proposal.decision_reason) == ("declined", "Hộ đã có xe")


def test_a_released_allocation_gives_everything_back(session, cast, make_proposal):
    proposal = make_proposal()
    allocation_id = accept(session, cast.tam, proposal).allocation_ids[0]

    actions.release_allocation(session, cast.tam, allocation_id, reason="Hộ chuyển đi", now=now())

    session.expire_all()
    line, need = _both_sides(session, proposal)
    assert (line.free, line.reserved, need.covered) == (10, 0, 0)
    assert session.get_one(Allocation, allocation_id).state == "released"


def test_a_change_to_another_need_is_prepared_by_its_author_and_kept_as_an_override(
    session, cast, make_proposal, make_open_need
):
    proposal, other = make_proposal(), make_open_need()
    draft = ChangeDraft(1, other.code, "Hộ kia vừa gặp hỏa hoạn")

    now_id = actions.change_proposal(session, cast.minh, proposal.id, draft, now=now())

    session.refresh(proposal)
    turned = session.get_one(Proposal, now_id)
    assert proposal.state == "declined"
    assert (turned.need_id, turned.put_forward_by) == (other.id, cast.minh.account_id)
    assert turned.override_reason == "Hộ kia vừa gặp hỏa hoạn"


def test_handed_over_and_confirmed_units_move_the_allocation_on(session, cast, make_proposal):
    allocation_id = accept(session, cast.tam, make_proposal()).allocation_ids[0]

    actions.book_handover(session, allocation_id, 1)
    handed = session.scalar(select(Allocation.state))
    actions.confirm(session, allocation_id, 1)

    assert handed == "handed"
    assert session.scalar(select(Allocation.state)) == "confirmed"
