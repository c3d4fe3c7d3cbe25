"""The app in a real browser. No page here asks the database."""

import pytest

from tests.harness.chromium import chromium, opened, served


@pytest.fixture(scope="module")
def address(flask_app):
    with served(flask_app) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser, address):
    pages = []

    def visit(path, **how):
        pages.append(opened(browser, address + path, **how))
        return pages[-1]

    yield visit
    for page in pages:
        page.context.close()
