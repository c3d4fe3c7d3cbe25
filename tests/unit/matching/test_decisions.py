from dataclasses import replace
from datetime import date

import pytest

from app.matching.rules.decisions import Candidate, is_in_sample, refusal_for
from tests.unit.matching.test_pairs import LINE, NEED, same

TODAY = date(2026, 11, 23)
CANDIDATE = Candidate(
    proposal_id=1,
    run_id="run",
    run_state="ready",
    state="proposed",
    ward_code="00364",
    units=1,
    was_opened=True,
    prepared_by="minh",
    override_reason=None,
    need_id="need",
    need_code="NC-1",
    need_state="approved",
    household_id="household",
    member_id=None,
    standing_approved=True,
    standing_until=None,
    line_id="line",
    line_state="open",
    pledge_id="pledge",
    pledge_code="CK-1",
    donor_id="lan",
    repeat_after_days=0,
    one_per_household=False,
    once_in_programme=False,
    line=LINE,
    need=NEED,
    fit={},
)


def test_a_proposal_that_still_holds_may_be_accepted_by_another():
    assert refusal_for(CANDIDATE, "quan", TODAY, same) is None


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("proposal-decided-already", {"state": "declined"}),
        ("run-no-longer-current", {"run_state": "superseded"}),
        ("proposal-not-opened", {"was_opened": False}),
        ("approver-prepared-it", {"prepared_by": "quan"}),
        ("need-no-longer-open", {"need_state": "suspended"}),
        ("standing-no-longer-valid", {"standing_approved": False}),
        ("standing-no-longer-valid", {"standing_until": date(2026, 11, 22)}),
        ("pledge-no-longer-available", {"line_state": "withdrawn"}),
        ("pledge-no-longer-fits", {"line": replace(LINE, kind_code="qua_tet")}),
    ],
)
def test_what_changed_since_the_run_is_the_reason_of_the_refusal(code, changed):
    assert refusal_for(replace(CANDIDATE, **changed), "quan", TODAY, same) == code


def test_a_standing_holds_on_its_last_day():
    last_day = replace(CANDIDATE, standing_until=TODAY)

    assert refusal_for(last_day, "quan", TODAY, same) is None


def test_a_nightly_run_was_prepared_by_nobody_so_any_approver_may_accept():
    nightly = replace(CANDIDATE, prepared_by=None)

    assert refusal_for(nightly, "quan", TODAY, same) is None


def test_about_one_proposal_in_twenty_is_a_sample_and_always_the_same():
    sampled = [i for i in range(2000) if is_in_sample("run", i)]

    assert 60 < len(sampled) < 140
    assert sampled == [i for i in range(2000) if is_in_sample("run", i)]
