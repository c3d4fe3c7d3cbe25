"""The words that the site itself writes into lists are read again."""

import pytest

from app.households.sheets.cells import read_standings
from app.households.texts import KINDS
from app.infra.i18n import LANGUAGES, translate


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_class_is_read_as_the_site_calls_it(kind, language):
    assert read_standings(translate(language, str(KINDS[kind]))) == ((kind,), [])
