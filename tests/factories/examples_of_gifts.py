"""Examples for the forms of pledges, matching and handovers; and all examples together."""

import pytest
from sqlalchemy import select

from app.accounts.rules import Role
from app.handovers import actions as handovers
from app.handovers.models import Appointment, HandoverLine
from app.handovers.rules import HandOverDraft, Receiver
from app.infra.jobs import JobName, enqueue
from app.kernel.clock import now, today
from app.kernel.ids import new_id
from app.pledges import actions as pledges
from app.pledges.models import Donor
from app.pledges.rules import LineState
from tests.harness.examples import Example, give_up

WARD = "00364"
ANSWERED = {
    "earmark": "anyone", "wards": [], "groups": [], "programme": None, "ward": WARD,
    "from": today().isoformat(), "to": today().replace(year=today().year + 1).isoformat(),
    "lines": [{"kind_code": "qua_tet", "units": 2, "unit_value": 500_000, "given_as": "kind",
               "spec": {}}],
}  # fmt: skip


@pytest.fixture
def lan_donates(cast, make_actor, make_donor):
    """Lan with a donor record of her own."""
    return make_actor(Role.DONOR, "Lan", donor_id=make_donor().id)


@pytest.fixture
def pledge_examples(session, cast, kinds, lan_donates, make_donor):
    """The wizard, the desk's donors, and the donor's own profile."""
    lan, minh = lan_donates, cast.minh
    hoa = make_donor(name="Hoà Thử", folded_name="hoa thu", ward_code=WARD)

    def drafted(actor, answers=None, **more):
        draft = pledges.start_draft(session, actor, answers or ANSWERED, now=now(), **more)
        return {"draft_id": draft}

    two = ANSWERED | {"lines": ANSWERED["lines"] * 2}
    asked = drafted(lan, {"kind": "qua_tet"}) | {"n": 0}
    kind, earmark, window, sent = (drafted(lan) for _ in range(4))
    fewer, phoned = drafted(lan, two), drafted(minh, donor_id=hoa.id)
    donor = {"donor_id": hoa.id}
    person = {"name": "Bà Ví Dụ", "email": "vidu@example.com"}
    own = person | {"email": "moi@example.com", "password": "mua xuan tren doi che"}
    check = "pledges.check"
    return {
        "pledges.start": Example(None, ("pledges.new", {}), typed={"kind": "qua_tet"}),
        "pledges.add_kind": Example(lan, ("pledges.kind", kind), kind, {"kind": "qua_tet"}),
        "pledges.keep_line": Example(lan, ("pledges.line", asked), asked, {"units": "3"}),
        "pledges.remove_line": Example(lan, (check, fewer), fewer | {"n": 0}),
        "pledges.keep_earmark": Example(lan, ("pledges.earmark", earmark), earmark),
        "pledges.keep_window": Example(lan, ("pledges.window", window), window),
        "pledges.send": Example(lan, (check, sent), sent),
        "pledges.send_on_behalf": Example(minh, (check, phoned), phoned),
        "pledges.open_own": Example(None, ("pledges.sign_up", {}), typed=own),
        "pledges.add_donor": Example(minh, ("pledges.new_donor", {}), typed=person),
        "pledges.pledge_for_donor": Example(minh, ("pledges.donor", donor), donor),
        "pledges.keep_profile": Example(
            lan, ("pledges.profile", {}), typed=person | {"email": "lan2@example.com"}
        ),
    }


@pytest.fixture
def line_examples(session, cast, kinds, lan_donates, make_line):
    """A line in the state that each step waits for."""
    lan, minh = lan_donates, cast.minh
    donor = session.get_one(Donor, lan.donor_id)

    def line(state=LineState.OPEN):
        made = make_line(donor=donor, state=state)
        return {"pledge_id": made.pledge_id, "line_id": made.id}

    def whole(where):
        return {"pledge_id": where["pledge_id"]}

    offered, refused = line(LineState.OFFERED), line(LineState.OFFERED)
    changed, repeated = whole(line()), whole(line())
    back, told, came = line(), line(), line()
    come = {"units": "2", "expected_on": today().isoformat()}
    taken = {"units": "2", "received_on": today().isoformat(), "condition": "new"}
    return {
        "pledges.accept": Example(
            minh, ("pledges.queue", {}), whole(offered), {"lines": [offered["line_id"]]}
        ),
        "pledges.keep_decline": Example(
            minh, ("pledges.decline", whole(refused)), whole(refused), {"reason": "no-need"}
        ),
        "pledges.keep_change": Example(lan, ("pledges.change", changed), changed),
        "pledges.repeat": Example(lan, ("pledges.show", repeated), repeated),
        "pledges.take_back": Example(
            lan, ("pledges.withdraw", back), back, {"units": "1", "reason": "other"}
        ),
        "pledges.keep_announcement": Example(lan, ("pledges.announce", told), told, come),
        "pledges.take_in": Example(minh, ("pledges.receive", came), came, taken),
    }


@pytest.fixture
def matching_examples(session, cast, make_proposal, make_allocation, make_run):
    """Proposals to decide, to put forward and to change; an allocation to take back."""
    decided, forward = make_proposal(), make_proposal()
    changed = {"proposal_id": make_proposal(units=2).id}
    back = {"allocation_id": make_allocation().id}
    why = {"reason": "Hộ đã nhận ở nơi khác"}
    run = {
        "run_id": make_run(state="pending", certified=False, requested_by=cast.minh.account_id).id
    }
    late = make_run(state="running", certified=False, trigger="need")
    late.job_id = enqueue(session, JobName.RUN_MATCHING, late.id, wards=WARD)
    give_up(session, late.id)
    stopped = {"run_id": late.id}
    return {
        "matching.start_run": Example(cast.minh, ("matching.runs", {}), typed={"ward_code": WARD}),
        "matching.resume_run": Example(cast.minh, ("matching.run", stopped), stopped),
        "matching.cancel_run": Example(cast.minh, ("matching.run", run), run),
        "matching.change_nights": Example(
            cast.quan, ("matching.runs", {}), {"province_code": "01"}
        ),
        "matching.decide": Example(
            cast.tam, ("matching.proposals", {}),
            typed=why | {"proposal": [str(decided.id)], "decision": "decline"},
        ),
        "matching.put_forward": Example(
            cast.minh, ("matching.proposals", {}), typed={"proposal": [str(forward.id)]}
        ),
        "matching.change": Example(
            cast.minh, ("matching.change", changed), changed, why | {"units": "1"}
        ),
        "matching.release": Example(cast.tam, ("matching.allocation", back), back, why),
    }  # fmt: skip


@pytest.fixture
def policy_examples(session, cast, kinds, make_run):
    """A version of the policy to propose, one to approve and one to compare with a past run."""
    from app.matching.actions.comparisons import request_comparison
    from app.matching.actions.policies import propose_policy
    from app.matching.models import PolicyComparison, RunSnapshot
    from app.matching.queries.policy import load_policy
    from app.matching.rules.policy_versions import ComparisonDraft, PolicyDraft

    run = make_run()
    session.add(RunSnapshot(run_id=run.id, ward_code=run.ward_code, body=b""))
    draft = PolicyDraft(load_policy(session).rules, today(), "Việc gấp trước")
    other = {"version": propose_policy(session, cast.minh, draft, now=now())}
    third = {"version": propose_policy(session, cast.minh, draft, now=now())}
    asked = {"id": new_id(), "ward_code": run.ward_code, "run_id": run.id}
    session.add(PolicyComparison(**asked, version=1, against=1))
    tried = {"comparison_id": request_comparison(session, cast.minh, ComparisonDraft(1), now=now())}
    give_up(session, tried["comparison_id"])
    begun = {"comparison_id": request_comparison(session, cast.minh, ComparisonDraft(1), now=now())}
    typed = {"title": "Bản thử", "reason": "Thử một lần", "urgency_points": "7"}
    shown = "matching.policy_version"
    return {
        "matching.new_policy": Example(cast.minh, ("matching.new_policy", {}), typed=typed),
        "matching.compare_policy": Example(cast.minh, (shown, third), third),
        "matching.resume_comparison": Example(cast.minh, ("matching.comparison", tried), tried),
        "matching.cancel_comparison": Example(cast.minh, ("matching.comparison", begun), begun),
        "matching.approve_policy": Example(cast.tam, (shown, other), other),
    }


@pytest.fixture
def handover_examples(session, cast, make_day, make_allocation):
    """A day in the state that each step waits for."""
    minh, shown = cast.minh, "handovers.show"

    def day(state="planned"):
        return {"day_id": make_day(state=state).id}

    def invited(state="open"):
        where, allocation = day(state), make_allocation()
        handovers.invite(session, minh, where["day_id"], [allocation.id], now=now())
        asked = select(Appointment.id).where(Appointment.allocation_id == allocation.id)
        return where | {"appointment_id": session.scalar(asked)}

    def given(where):
        draft = HandOverDraft({where["appointment_id"]: 1}, Receiver.HOUSEHOLD)
        handovers.hand_over(session, minh, where["day_id"], draft, now=now())
        line = select(HandoverLine.id)
        found = session.scalars(
            line.where(HandoverLine.appointment_id == where["appointment_id"])
        ).one()
        return where, found

    planned, called_off, begun, over = day(), day(), day(), day("open")
    inviting, waiting = day(), make_allocation()
    guest, dropped, search = invited(), invited("planned"), invited()
    (returned, line), (_where, confirmed) = given(invited()), given(invited())
    typed = {"title": "Quà Tết", "place": "Nhà văn hoá", "on": "2026-12-24", "starts": "08:00",
             "ends": "11:00"}  # fmt: skip
    why = {"reason": "Trời mưa to"}
    at_guest = "handovers.guest"
    return {
        "handovers.create": Example(minh, ("handovers.new", {}), typed=typed),
        "handovers.save": Example(minh, ("handovers.change", planned), planned, typed),
        "handovers.cancel": Example(minh, (shown, called_off), called_off, why),
        "handovers.open_day": Example(minh, (shown, begun), begun),
        "handovers.close_day": Example(minh, (shown, over), over),
        "handovers.send_invitations": Example(
            minh, ("handovers.invite", inviting), inviting, {"allocation": [waiting.id]}
        ),
        "handovers.search": Example(
            minh, ("handovers.check_in", {"day_id": search["day_id"]}),
            {"day_id": search["day_id"]}, {"words": "thu"}, answer=200,
        ),
        "handovers.hand_over": Example(minh, (at_guest, guest), guest),
        "handovers.cancel_appointment": Example(minh, (at_guest, dropped), dropped, why),
        "handovers.take_back": Example(minh, (at_guest, returned), {"line_id": line}, why),
        "handovers.confirm": Example(
            cast.tam, ("handovers.to_confirm", {}),
            typed={"allocation": [_allocation(session, confirmed)], "method": "phone-call"},
        ),
    }  # fmt: skip


def _allocation(session, line_id):
    return session.get_one(HandoverLine, line_id).allocation_id


@pytest.fixture
def examples(  # noqa: PLR0913, PLR0917 - one fixture an area.
    account_examples, staff_examples, place_examples, programme_examples, household_examples,
    standing_examples, kin_examples, import_examples, need_examples, office_examples,
    pledge_examples, line_examples, matching_examples, campaign_examples, policy_examples,
    ballot_examples, handover_examples, factor_examples, merge_examples, session,
):  # fmt: skip
    """Every form of the site by the endpoint that it is sent to, on rows of its own."""
    session.flush()
    return (
        account_examples | staff_examples | place_examples | programme_examples | household_examples
        | standing_examples | kin_examples | import_examples | need_examples | office_examples
        | pledge_examples | line_examples | matching_examples | policy_examples | ballot_examples
        | campaign_examples | handover_examples | factor_examples | merge_examples
    )  # fmt: skip
