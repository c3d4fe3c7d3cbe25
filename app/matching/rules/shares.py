"""Paying a project together: shares of money from several pledges, complete or not at all."""

from collections.abc import Mapping

# One share. Every line of such money is in shares, so that money of several can be put together.
SHARE_DONG = 100_000
ANY_PROJECT = "any"
PAID_TOGETHER = "paid-together"


def shares_for(cost_dong: int) -> int:
    """How many shares pay `cost_dong` (>= 0) completely."""
    return -(-cost_dong // SHARE_DONG)


def pays_for(spec: Mapping[str, object], kind_code: str) -> bool:
    """Whether money of this spec may go to a project of that kind."""
    return spec.get("for") in {None, "", ANY_PROJECT, kind_code}


def tops_up(spec: Mapping[str, object]) -> bool:
    """Whether this money is a fund that only adds what is missing, within the policy's part."""
    return spec.get("fund") is True
