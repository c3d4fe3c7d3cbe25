"""Every number of the policy with its help and its default, on the pages and on the form."""

from app.kernel.clock import now
from app.matching.actions.runs import ensure_policy


def test_every_number_says_its_default_and_no_sign_is_doubled(signed_in, session, wards):
    ensure_policy(session, now=now())
    browse = signed_in()

    shown = browse.get("matching.policy").text
    typed = browse.get("matching.new_policy").text

    assert "Phần quỹ được bù cho một công trình (%)" in shown
    assert "từ 85 điểm, trọng số 16" in shown
    assert "bù nhiều nhất chừng này phần trăm của chi phí. Mặc định 30." in typed
    assert "%%" not in shown + typed


def test_a_new_version_asks_for_a_name_of_its_own(signed_in, session, wards):
    ensure_policy(session, now=now())

    page = signed_in().get("matching.new_policy")

    assert "Chính sách ghép nối đầu tiên" not in page.text
