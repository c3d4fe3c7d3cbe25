"""A refresh token works once, so that one process renews and both tokens are kept together."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.infra.transaction import scoped
from app.notices.channels import NotTaken
from app.notices.channels.tokens import KeptTokens
from app.notices.channels.zalo import Tokens

pytestmark = pytest.mark.usefixtures("database")


def test_eight_senders_renew_a_refused_token_once():
    book, used = KeptTokens("zalo", "first"), []

    def renew(refresh):
        used.append(refresh)
        return Tokens("access", "second", 90_000)

    def ask(_turn):
        with scoped({"*"}):
            return book.renewed("", renew)

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, range(8)))

    assert (used, got) == (["first"], ["access"] * 8)
    assert book.current() == "access"


def test_the_refresh_token_that_came_last_is_used_next():
    book = KeptTokens("zalo", "first")
    book.renewed("", lambda _refresh: Tokens("a1", "r2", 0))

    used = []
    book.renewed("a1", lambda refresh: used.append(refresh) or Tokens("a2", "r3", 0))

    assert used == ["r2"]
    assert book.current() == "a2"


def test_a_renewal_that_fails_leaves_the_tokens_as_they_were():
    book = KeptTokens("zalo", "first")
    book.renewed("", lambda _refresh: Tokens("a1", "r2", 0))

    def fail(_refresh):
        raise NotTaken("token-not-renewed")

    with pytest.raises(NotTaken):
        book.renewed("a1", fail)

    assert book.current() == "a1"
