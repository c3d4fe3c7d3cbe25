"""What providers report about messages: checked, noted once, answered at once."""

import hmac
import json
from urllib.parse import parse_qsl, unquote, urlsplit

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.access import public, settings
from app.infra.transaction import transaction
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.notices import actions
from app.notices.channels.chosen import mark_of
from app.notices.channels.zalo import signature_of
from app.notices.views.blueprint import bp

DONE = "5"
LONGEST_REPORT = 20_000
ARRIVED = "user_received_message"


@bp.get("/notices/callbacks/esms/<key>/<mark>")
@public
def esms_report(key: str, mark: str) -> ResponseReturnValue:
    """Note what eSMS says of one SMS; the mark shows that the address is one we gave out.

    A GET that writes, as eSMS sends no other; repeats change nothing.
    """
    if not hmac.compare_digest(mark.encode(), mark_of(settings().secret_key, key).encode()):
        raise NotFound("page")
    status = request.args.get("SendStatus", "")
    if status == DONE:
        arrived = request.args.get("SendSuccess", "0").strip() not in {"", "0"}
        _note(key, f"esms-{status}", arrived=arrived)
    return "", 200


@bp.post("/notices/callbacks/zalo")
@public
def zalo_report() -> ResponseReturnValue:
    """Note what Zalo says of one message, if its signature holds; other events are passed over."""
    body = request.get_data(cache=False)[:LONGEST_REPORT].decode(errors="replace")
    report = _zalo_report(body)
    if report is None:
        raise NotFound("page")
    message = report.get("message")
    if report.get("event_name") == ARRIVED and isinstance(message, dict):
        _note(str(message.get("tracking_id", "")), "zalo-received", arrived=True)
    return "", 200


def _zalo_report(body: str) -> dict[str, object] | None:
    """The report in a signed body; None if it is not Zalo's."""
    parts = urlsplit(settings().zalo_url or "")
    secret = dict(parse_qsl(parts.query)).get("oa_secret", "")
    given = request.headers.get("X-ZEvent-Signature", "").removeprefix("mac=")
    try:
        report = json.loads(body)
    except ValueError:
        return None
    if not isinstance(report, dict) or not secret:
        return None
    moment = str(report.get("timestamp", ""))
    expected = signature_of(unquote(parts.username or ""), body, moment, secret)
    return report if hmac.compare_digest(given.encode(), expected.encode()) else None


def _note(key: str, code: str, *, arrived: bool) -> None:
    with transaction() as session:
        actions.note_delivery(session, key, code, arrived=arrived, now=now())
