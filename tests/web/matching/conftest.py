"""Signing in as one of the cast."""

import pytest


@pytest.fixture
def signed_in(browse, cast):
    def sign_in(person="tam"):
        browse.sign_in(getattr(cast, person))
        return browse

    return sign_in
