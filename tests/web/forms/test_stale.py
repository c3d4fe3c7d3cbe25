"""A form read before somebody else's change: 409, both versions on the page, nothing lost."""

import pytest
from sqlalchemy import text

from tests.harness.examples import fill, send

# Endpoint, its table, what is typed, and what somebody else writes meanwhile.
CASES = [
    ("households.save", "household", {"name": "Bà Gõ Sau"}, {"head_name": "Bà Lưu Trước"}),
    ("needs.change", "need", {"story": "Gõ sau"}, {"urgency": 3}),
    ("handovers.save", "handover_day", {"place": "Sân gõ sau"}, {"place": "Sân lưu trước"}),
    ("pledges.keep_change", "pledge", {"available_to": "2027-03-04"}, {}),
    ("pledges.keep_profile", "donor", {"name": "Lan Gõ Sau"}, {"name": "Lan Lưu Trước"}),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_stale_form_shows_both_versions(browse, session, examples, case):
    endpoint, table, typed, meanwhile = case
    filled = fill(browse, endpoint, examples[endpoint])
    sets = ", ".join(["version = version + 1", *(f"{name} = :{name}" for name in meanwhile)])
    session.execute(text(f"update {table} set {sets}"), meanwhile)
    session.commit()

    answer = send(browse, filled.path, filled.fields | typed)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 409
    assert all(str(value) in page for value in typed.values())
    assert all(value in page for value in meanwhile.values() if isinstance(value, str))
