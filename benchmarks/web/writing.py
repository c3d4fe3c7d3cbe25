"""A donor's pledge sent, with all that it writes, against a bare form that writes one row."""

import secrets
import statistics
import time
from datetime import timedelta
from urllib.parse import urlencode

from flask import g
from sqlalchemy import select

from app.accounts import access, queries
from app.accounts.actions import start_session, token_digest
from app.accounts.models import Account, Assignment
from app.accounts.rules import Actor, Role
from app.infra.transaction import transaction
from app.kernel.clock import now, today
from app.pledges.actions import start_draft
from app.pledges.forms.answers import with_line
from app.pledges.rules import GivenAs, LineDraft
from benchmarks.figures import Figure, at_least, at_most, percentile
from benchmarks.web.load import Form, Load, press, send_all
from benchmarks.web.site import Site

ROUNDS, PLEDGES, PHASE_SECONDS = 5, 200, 2.0
WARD, KIND = "00364", "qua_tet"


def pledges_sent(site: Site) -> list[Figure]:
    """Pledges checked and sent by 50 donors' browsers at once: key, ledger, journal, notice, job.

    p95 against the bare page's, and pledges a second against bare rows a second (TRUST.md, 6).
    """
    donor, headers, csrf = _donor(site)
    pages: list[Load] = []
    ours: list[tuple[Load, float]] = []
    rows: list[tuple[Load, float]] = []
    for _round in range(ROUNDS):
        pages.append(press(site.bare_port, ["/"], {}, PHASE_SECONDS))
        rows.append(_timed(site.bare_port, [Form("/row", "")] * PLEDGES, {}))
        ours.append(_timed(site.port, _forms(donor, csrf), headers))
    errors = sum(load.errors for load, _ in (*ours, *rows))
    page95 = statistics.median(percentile(load.seconds, 0.95) for load in pages)
    ours95 = statistics.median(percentile(load.seconds, 0.95) for load, _ in ours)
    rates = [statistics.median(PLEDGES / took for _, took in found) for found in (ours, rows)]
    return [
        Figure("pledges sent", rates[0], "a second"),
        at_most("a pledge sent: p95 against a bare page", ours95 / page95, "×", 5),
        at_least("pledges sent against bare rows written", rates[0] / rates[1], "×", 0.2),
        at_most("pledges not taken", errors, "", 0),
    ]


def _timed(port: int, forms: list[Form], headers: dict[str, str]) -> tuple[Load, float]:
    started = time.perf_counter()
    load = send_all(port, forms, headers)
    return load, time.perf_counter() - started


def _donor(site: Site) -> tuple[Actor, dict[str, str], str]:
    """A donor of the demo who is signed in: who, the headers to send, the token of the forms."""
    with transaction() as session:
        account = session.scalars(
            select(Account.id)
            .join(Assignment, Assignment.account_id == Account.id)
            .where(Assignment.role == Role.DONOR.value)
            .order_by(Account.id)
        ).first()
        token = start_session(session, account or "", "bench", now=now())
        found = queries.actor_of(session, token_digest(token), now())
    if found is None:
        message = "the demo has no donor"
        raise RuntimeError(message)
    with site.app.test_request_context():
        g.session_token = token
        csrf = access.csrf_token()
    cookie = f"{access.session_cookie_name(site.app.config['NC'])}={token}"
    return found[0], {"Cookie": cookie}, csrf


def _forms(donor: Actor, csrf: str) -> list[Form]:
    """Drafts with every answer, and the forms that send them."""
    with transaction() as session:
        answers = with_line({}, 0, LineDraft(KIND, 2, 500_000, GivenAs.KIND, {})) | {
            "earmark": True, "ward": WARD, "wards": [WARD], "groups": [], "programme": None,
            "from": today().isoformat(), "to": (today() + timedelta(days=60)).isoformat(),
        }  # fmt: skip
        drafts = [start_draft(session, donor, answers, now=now()) for _ in range(PLEDGES)]
    return [
        Form(
            f"/pledges/new/{draft}/send",
            urlencode({"csrf_token": csrf, "request_key": secrets.token_urlsafe(16)}),
        )
        for draft in drafts
    ]
