"""Every component, on a phone and on a desk, in the browser that people use."""

import pytest

from tests.harness.chromium import findings

PAGES = ("/_components", "/_components?errors=1", "/_components/public", "/sign-in", "/nowhere")
FIRST_VISIT_BYTES = 60_000
PUBLIC_FIRST_VISIT_BYTES = 100_000


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_has_nothing_to_find(visit, path, width):
    page = visit(path, width=width)

    assert findings(page) == []


def test_the_guide_is_whole_in_english_too(visit, address):
    page = visit("/_components")

    page.context.add_cookies([{"name": "nc-lang", "value": "en", "url": address}])
    page.reload(wait_until="networkidle")

    assert page.locator("h1").inner_text() == "Style guide"
    assert findings(page) == []


def test_a_ward_is_found_without_its_marks(visit):
    page = visit("/_components")

    page.get_by_label("Phường, xã").fill("khuong dinh")
    page.get_by_role("option", name="Khương Đình").click()

    assert page.evaluate("document.getElementById('ward-select').value") == "Khương Đình"


def test_without_scripts_a_ward_is_a_plain_list(visit):
    page = visit("/_components", scripts=False)

    page.get_by_label("Phường, xã").select_option("Đống Đa")

    assert page.get_by_label("Phường, xã").input_value() == "Đống Đa"


def test_without_scripts_a_dialog_opens_in_place(visit):
    page = visit("/_components", scripts=False)

    page.get_by_role("link", name="Mở hộp thoại").click()

    assert page.get_by_text("Nhấn Esc hoặc Đóng để quay lại.").is_visible()


def test_a_button_that_asks_sends_nothing_when_the_answer_is_no(visit):
    page, sent = visit("/_components"), []
    page.on("request", lambda request: sent.append(request.method))

    page.get_by_role("button", name="Xoá", exact=True).click()
    page.get_by_role("button", name="Không, quay lại").click()

    assert "POST" not in sent
    assert not page.locator("#nc-confirm").is_visible()


def test_a_button_that_asks_sends_once_when_the_answer_is_yes(visit):
    page, sent = visit("/_components"), []
    page.on("request", lambda request: sent.append(request.method))

    page.get_by_role("button", name="Xoá", exact=True).click()
    with page.expect_navigation():
        page.locator("#nc-confirm [data-nc-verb]").click()

    assert sent.count("POST") == 1


def test_a_second_press_sends_nothing(visit):
    page, sent = visit("/_components"), []
    page.route("**/*", lambda route: sent.append(route.request.method) or None)

    page.locator("form.nc-form button", has_text="Gửi").evaluate("b => { b.click(); b.click(); }")
    page.wait_for_timeout(200)

    assert sent.count("POST") == 1


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(visit):
    page = visit("/_components?errors=1")

    focused = page.evaluate("document.activeElement.className")
    page.locator(".govuk-error-summary a").first.click()

    assert "govuk-error-summary" in focused
    assert page.evaluate("document.activeElement.id") == "name"


def test_a_toast_closes(visit):
    page = visit("/_components")

    page.locator(".nc-toast button").click()

    assert page.locator(".nc-toast").count() == 0


def test_a_progress_bar_asks_until_it_is_done_and_then_no_more(visit):
    page = visit("/_components")
    bar = page.locator("#nc-progress")

    bar.get_by_text("Đã xem 300 trên 300 dòng").wait_for(timeout=15_000)

    assert bar.get_attribute("hx-get") is None
    assert bar.get_by_role("link", name="Xem kết quả").is_visible()
    assert page.evaluate("window.refused") == []


@pytest.mark.parametrize(
    ("path", "most"),
    [("/nowhere", FIRST_VISIT_BYTES), ("/sign-in", PUBLIC_FIRST_VISIT_BYTES)],
)
def test_a_first_visit_stays_light(browser, address, path, most):
    page = browser.new_context().new_page()
    sizes = []
    page.on("response", lambda answer: sizes.append(answer.request.sizes()["responseBodySize"]))

    page.goto(address + path, wait_until="networkidle")
    page.context.close()

    assert sum(sizes) <= most
