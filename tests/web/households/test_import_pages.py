"""Lists by page: uploaded, judged by a worker, previewed, entered, marked, undone."""

import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.infra.transaction import transaction
from tests.harness.examples import give_up
from worker.runner import drain

LIST = Path(__file__).parents[2] / "data" / "households" / "ward_list.xlsx"
CSV = "Họ tên,Năm sinh,Diện hộ\nLê Một,1950,Hộ nghèo\nLê Hai,2090,Hộ nghèo\n".encode()


@pytest.fixture
def upload(browse, cast, app):
    """Upload a file as Minh and let the worker judge it; the preview comes back."""

    def make(body=CSV, name="list.csv", *, expect=303, work=True):
        browse.sign_in(cast.minh)
        answer = browse.post("households.upload", {"file": (io.BytesIO(body), name)}, expect=expect)
        if expect != 303:
            return answer
        if work:
            _work(app)
        return browse.follow(answer)

    return make


def _work(app):
    with app.app_context():
        drain("import")


def test_the_wards_list_is_previewed_entered_and_undone(browse, upload, app):
    preview = upload(LIST.read_bytes(), LIST.name)
    assert "255" in preview.text

    waiting = browse.follow(browse.submit(preview, to="/commit"))
    assert "Đang ghi sổ" in waiting.text
    _work(app)
    entered = browse.visit(waiting.response.request.path)
    assert "Lần nhập số 1" in entered.text
    undone = browse.follow(browse.submit(entered, to="/undo"))

    assert "276 hộ được đưa ra khỏi sổ" in undone.text


def test_while_a_worker_reads_the_page_tells_how_far(browse, upload):
    page = upload(work=False)
    path = page.response.request.path

    fragment = browse.client.get(f"{path}/progress")

    assert "Đang đọc tệp" in page.text
    assert b"<html" not in fragment.data


def test_the_preview_is_filtered_by_verdict_and_says_why(browse, upload):
    page = upload()

    errors = browse.visit(page.response.request.path + "?verdict=error")

    assert "Ngày sinh ở tương lai" in errors.text
    assert "Lê Một" not in errors.text


def test_twins_stand_beside_each_other_and_a_person_decides(browse, upload, app):
    preview = upload(LIST.read_bytes(), LIST.name)
    path = preview.response.request.path
    page = browse.visit(f"{path}?verdict=possible_duplicate")
    assert "Dòng này" in page.text

    decided = browse.follow(browse.submit(page, {"decision": "take"}, to="/rows/"))

    assert "Sẽ ghi vào sổ" in decided.text


def test_the_marked_workbook_has_a_column_of_reasons(browse, upload):
    path = upload(LIST.read_bytes(), LIST.name).response.request.path

    answer = browse.client.get(f"{path}/marked")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    words = [row[-1] for row in rows.to_python(skip_empty_area=False)]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Lỗi" in words
    assert sum(bool(w) for w in words) - 1 == 300 - 255


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"%PDF-1.7", "list.xlsx", "không phải bảng tính"),
        (b"PK\x03\x04 broken", "list.xlsx", "bị hỏng"),
        (b"", "list.xlsx", "rỗng"),
    ],
)
def test_a_file_that_cannot_be_is_refused_at_once_with_one_sentence(upload, body, name, words):
    page = upload(body, name, expect=422)

    assert words in page.text


def test_a_list_without_a_header_is_refused_by_the_worker(upload):
    page = upload(b"1,2\n3,4\n", "list.csv")

    assert "Không thấy dòng tiêu đề" in page.text


def test_the_same_file_is_refused_after_it_is_in_the_book(browse, upload, app):
    browse.submit(upload(), to="/commit")
    _work(app)

    page = upload(expect=422)

    assert "lần nhập số 1" in page.text


def test_another_wards_list_is_not_found_and_a_leader_may_not_import(browse, cast, upload):
    path = upload().response.request.path
    browse.sign_in(cast.hoa)

    for address in (path, f"{path}/progress", f"{path}/marked"):
        browse.visit(address, expect=404)
    browse.sign_in(cast.tam)
    browse.get("households.imports", expect=404)


def test_a_check_that_is_delivered_twice_is_done_once(browse, upload, app, session):
    from app.households.models import ImportRow
    from app.infra.models import Job

    upload()
    with transaction() as own:
        own.query(Job).update({"state": "pending"})
    _work(app)

    assert session.query(ImportRow).count() == 2


@pytest.mark.parametrize("step", ["check", "commit"])
def test_a_list_at_which_the_machine_gave_up_is_begun_anew(browse, upload, app, session, step):
    page = upload(work=step == "commit")
    path = page.response.request.path
    if step == "commit":
        browse.submit(page, to="/commit")
    give_up(session, path.rpartition("/")[2])
    session.commit()

    stopped = browse.visit(path)
    again = browse.follow(browse.submit(stopped, to="/again"))
    _work(app)

    assert stopped.says({"check": "chưa đọc xong", "commit": "chưa ghi xong"}[step])
    assert again.says("Máy làm lại từ đầu")
    shown = {"check": "Chờ ghi sổ", "commit": "Lần nhập số 1"}[step]
    assert shown in browse.visit(path).text


def test_a_list_that_goes_on_is_not_begun_anew(browse, upload):
    page = upload(work=False)
    import_id = page.response.request.path.rpartition("/")[2]

    refused = browse.post("households.resume_import", import_id=import_id, expect=409)

    assert "/again" not in page.text
    assert refused.says("Việc này không dừng")
