"""A list on its way into the book, and back out of it."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import func, select, text

from app.households import actions, queries
from app.households.models import Household, Member, Standing
from app.households.rules import HouseholdDraft, MemberDraft, RowDecision
from app.households.sheets import Draft, JudgedRow, Verdict, read_list
from app.kernel.clock import now, today
from app.kernel.errors import Conflict, DomainError

LIST = Path(__file__).parents[2] / "data" / "households" / "ward_list.xlsx"


@pytest.fixture
def check(session, cast):
    """Upload a list and judge it against the book, as web and worker do; returns its id."""

    def make(rows, body=b"list"):
        import_id = actions.start_import(
            session, cast.minh, "00364", actions.Upload("list.xlsx", body), now=now()
        )
        judged = actions.with_stored_twins(session, "00364", rows)
        actions.store_rows(session, import_id, "00364", judged)
        actions.finish_check(session, import_id, judged)
        return import_id

    return make


@pytest.fixture
def commit(session, cast):
    """Enter a checked list, as the worker does; returns how many households."""

    def make(import_id):
        actions.begin_commit(session, cast.minh, import_id)
        return actions.commit_import(session, cast.minh, import_id, now=now(), today=today())

    return make


def row(n, name="Lê Thị Hàng", **values):
    return JudgedRow("Danh sách", n, Draft(name=name, **values))


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_the_wards_own_list_enters_the_book_whole(session, check, commit):
    rows = read_list(LIST.read_bytes(), LIST.name, today())
    import_id = check(rows, LIST.read_bytes())

    entered = commit(import_id)

    assert entered == 255 + 21
    assert count(session, Household) == count(session, Member) == entered
    states = session.scalars(select(Standing.state).distinct()).all()
    assert states == ["submitted"]


def test_the_same_file_is_not_taken_twice(session, check, commit):
    commit(check([row(2)]))

    with pytest.raises(DomainError) as refused:
        check([row(2)])

    assert refused.value.code == "import-same-file"


def test_the_same_file_uploaded_twice_is_entered_once(session, cast, check, commit):
    first, second = check([row(2)]), check([row(2)])
    commit(first)

    with pytest.raises(DomainError) as refused:
        commit(second)

    assert refused.value.code == "import-same-file"
    assert count(session, Household) == 1


def test_the_same_file_asked_for_twice_at_once_is_entered_once(session, cast, check):
    first, second = check([row(2)]), check([row(2)])
    for import_id in (first, second):
        actions.begin_commit(session, cast.minh, import_id)

    entered = [
        actions.commit_import(session, cast.minh, import_id, now=now(), today=today())
        for import_id in (first, second)
    ]

    assert entered == [1, 0]
    assert queries.import_rows(session, second)[0].verdict == "duplicate"


def test_who_is_in_the_book_already_is_shown_with_the_household(session, cast, check):
    number = "001150000001"
    known = HouseholdDraft(MemberDraft("Lê Thị Hàng", 1950, citizen_number=number))
    actions.register_household(session, cast.minh, "00364", known, now=now(), today=today())

    import_id = check(
        [
            row(2, citizen_number=number),
            row(3, birth_year=1950),
            row(4, birth_year=1951),
            row(5, citizen_number="001150000002", birth_year=1950),
        ]
    )

    lines = queries.import_rows(session, import_id)
    assert [line.verdict for line in lines] == ["duplicate", "possible_duplicate", "ok", "ok"]
    assert lines[0].reasons[-1]["household"].startswith("H-")


def test_a_possible_twin_enters_only_when_a_person_says_so(session, cast, check, commit):
    twins = [JudgedRow("s", n, Draft("Lê Đôi"), (), Verdict.POSSIBLE_DUPLICATE) for n in (2, 3, 4)]
    import_id = check(twins)
    lines = queries.import_rows(session, import_id)
    for line, decision in ((lines[0], RowDecision.TAKE), (lines[1], RowDecision.LEAVE)):
        actions.decide_row(session, cast.minh, import_id, line.id, decision)

    assert commit(import_id) == 1
    assert queries.import_line(session, import_id, lines[0].id).household_id is not None


def test_a_good_row_needs_no_decision_and_a_foreign_one_gets_none(session, cast, check):
    import_id = check([row(2)])
    line = queries.import_rows(session, import_id)[0]

    with pytest.raises(DomainError, match="row-not-to-decide"):
        actions.decide_row(session, cast.minh, import_id, line.id, RowDecision.TAKE)
    with pytest.raises(DomainError, match="import"):
        actions.decide_row(session, cast.hoa, import_id, line.id, RowDecision.TAKE)


def test_who_was_entered_since_the_preview_stays_out(session, cast, check, commit):
    number = "001150000001"
    import_id = check([row(2, citizen_number=number), row(3, name="Lê Khác")])
    meanwhile = HouseholdDraft(MemberDraft("Lê Thị Hàng", citizen_number=number))
    actions.register_household(session, cast.minh, "00364", meanwhile, now=now(), today=today())

    assert commit(import_id) == 1
    assert queries.import_rows(session, import_id)[0].verdict == "duplicate"


def test_an_own_code_is_used_once(session, check, commit):
    import_id = check([row(2, own_code="H1"), row(3, name="Lê Khác", own_code="H1")])

    assert commit(import_id) == 2
    assert sorted(session.scalars(select(Household.own_code)), key=str) == ["H1", None]


def test_groups_of_several_spellings_are_one(session, check, commit):
    names = ("TDP số 13", "Tổ dân phố 13", "tổ 13")
    commit(check([row(n, name=f"Lê {n}", group=g) for n, g in enumerate(names, 2)]))

    assert len(set(session.scalars(select(Household.group_id)))) == 1


def test_a_list_is_committed_once(session, check, commit):
    import_id = check([row(2)])
    commit(import_id)

    with pytest.raises(Conflict) as refused:
        commit(import_id)

    assert refused.value.code == "import-state-changed"


def test_an_untouched_import_can_be_taken_back_and_entered_again(session, cast, check, commit):
    import_id = check([row(2, standings=("poor",))])
    commit(import_id)

    gone = actions.undo_import(session, cast.minh, import_id, now=now())

    assert (gone, count(session, Household), count(session, Standing)) == (1, 0, 0)
    assert commit(check([row(2)])) == 1


def test_after_a_day_or_a_change_nothing_is_taken_back(session, cast, check, commit):
    import_id = check([row(2)])
    commit(import_id)
    household_id = session.scalar(select(Household.id))
    with pytest.raises(Conflict) as late:
        actions.undo_import(session, cast.minh, import_id, now=now() + timedelta(hours=25))
    child = MemberDraft("Lê Út", relation="con")
    actions.add_member(session, cast.minh, household_id, child, now=now())

    with pytest.raises(Conflict) as touched, session.begin_nested():
        actions.undo_import(session, cast.minh, import_id, now=now())

    assert (late.value.code, touched.value.code) == ("import-too-late", "import-in-use")
    assert count(session, Household) == 1


def test_another_wards_import_looks_like_a_missing_one(session, cast, check):
    import_id = check([row(2)])

    with pytest.raises(DomainError) as foreign:
        queries.import_for(session, cast.hoa, import_id)

    assert foreign.value.status == 404


def test_what_a_row_holds_is_sealed_until_it_is_committed(session, check):
    from app.households.models import ImportRow

    check([row(2, name="Lê Thị Kín", citizen_number="001150000001")])

    assert b"001150000001" not in session.scalar(select(ImportRow.draft))


@pytest.mark.slow
def test_ten_thousand_households_enter_and_their_time_is_told(
    session, check, commit, record_property
):
    # Here one transaction spans what are many in a worker, and so does the time between them.
    session.execute(text("set local idle_in_transaction_session_timeout = 0"))
    book = io.BytesIO()
    workbook = xlsxwriter.Workbook(book, {"in_memory": True})
    page = workbook.add_worksheet()
    page.write_row(0, 0, ["Họ và tên", "Năm sinh", "CCCD", "Tổ", "Diện hộ", "SĐT", "Địa chỉ"])
    for n in range(10_000):
        number = f"001150{n:06d}"
        page.write_row(
            n + 1, 0,
            [f"Lê Văn {chr(65 + n % 26)}", "1950", number, f"Tổ {n % 40}", "Hộ nghèo",
             f"09{n:08d}", f"Ngõ {n}"],
        )  # fmt: skip
    workbook.close()
    started = now()
    rows = read_list(book.getvalue(), "list.xlsx", today())
    import_id = check(rows, book.getvalue())
    checked = now()

    entered = commit(import_id)

    record_property("preview_seconds", (checked - started).total_seconds())
    record_property("commit_seconds", (now() - checked).total_seconds())
    print("preview", checked - started, "commit", now() - checked)  # noqa: T201 - measured.
    assert entered == 10_000
