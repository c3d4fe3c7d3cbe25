"""Who may do what, and which passwords are refused."""

import pytest

from app.accounts.names import sign_in_name
from app.accounts.proofs import password_refusal
from app.accounts.rules import INCOMPATIBLE, NOBODY, POLICY, Action, Actor, Role, session_limits


def test_every_action_is_given_to_somebody():
    assert set(POLICY) == set(Action)
    assert all(POLICY[action] for action in Action)


def test_nobody_may_do_nothing_without_signing_in():
    assert not any(NOBODY.may(action) for action in Action)


def test_no_role_both_verifies_and_approves():
    both = set(POLICY[Action.VERIFY]) & set(POLICY[Action.APPROVE])

    assert both == set()


def test_officer_and_approver_are_two_people():
    assert frozenset({Role.WARD_OFFICER, Role.WARD_APPROVER}) in INCOMPATIBLE


def test_administrators_see_no_household():
    admin = Actor("a", Role.SYSTEM_ADMIN)

    assert not admin.may(Action.SEE_HOUSEHOLDS)
    assert not admin.may(Action.REVEAL_IDENTITY)


@pytest.mark.parametrize(
    ("password", "staff", "refusal"),
    [
        ("ngắn", False, "password-too-short"),
        ("mười bốn chữ.", True, "password-too-short"),
        ("a" * 129, False, "password-too-long"),
        ("matkhau123456", False, "password-too-common"),
        ("khuongdinh123456", True, "password-too-common"),
        ("aaaaaaaaaaaaaaaaaa", True, "password-too-common"),
        ("cầu tre lắc lẻo ghập ghềnh", True, None),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password, staff, refusal):
    assert password_refusal(password, staff=staff) == refusal


def test_a_password_made_of_the_own_name_is_refused():
    refused = password_refusal("lananhlananh", staff=False, own_words=("lananh",))

    assert refused == "password-too-common"


def test_approvers_are_signed_out_sooner_than_officers():
    assert session_limits(Role.WARD_APPROVER).idle < session_limits(Role.WARD_OFFICER).idle


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Lan@Example.COM ", "lan@example.com"),
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("TK-7K3F9Q", "TK7K3F9Q"),
        (" tk 7k3f9q", "TK7K3F9Q"),
    ],
)
def test_a_sign_in_name_has_one_spelling(typed, name):
    assert sign_in_name(typed) == name
