"""What goes to the log, and what a cache may keep, tells of nobody."""

import json
import logging
import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.infra.transaction import transaction

TOKEN = "kin-dao-khong-ai-biet"


def test_a_report_of_a_page_with_a_secret_address_logs_only_which_page(browse, caplog):
    said = {
        "document-uri": f"http://localhost/reset/{TOKEN}?next=/x",
        "effective-directive": "img-src",
        "blocked-uri": f"http://elsewhere.example/{TOKEN}",
    }

    with caplog.at_level(logging.WARNING):
        answer = browse.client.post("/csp", data=json.dumps({"csp-report": said}))

    assert answer.status_code == 204
    assert "img-src elsewhere.example on accounts.reset" in caplog.text
    assert TOKEN not in caplog.text


def test_a_row_that_the_database_refuses_is_not_quoted(database, session, make_donor):
    donor = make_donor(name="Lò Thị Kín")
    session.commit()

    with pytest.raises(IntegrityError) as refused, transaction() as fresh:
        fresh.execute(text("update donor set kind = 'odd' where id = :id"), {"id": donor.id})

    told = "".join(traceback.format_exception(refused.value))
    assert "ck_donor_kind_known" in told
    assert "Lò Thị Kín" not in told


@pytest.mark.parametrize("path", ["/reset/{}", "/confirm/{}", "/pledges/new/{}/kind"])
def test_no_cache_keeps_a_page_that_its_address_opens(browse, path):
    answer = browse.client.get(path.format(TOKEN))

    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_everybodys_may_be_asked_for_anew(browse):
    assert browse.client.get("/help").headers["Cache-Control"] == "no-cache"
